"""What one request asks of a day: windows, service time, room and skills."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.model import NO_LOAD, Battery, Building, Load, triaged
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from collection.model import DeviceType, PickupRequest, ServiceRule, TriageRule
    from collection.units import Seconds

NEVER: tuple[tuple[Seconds, Seconds], ...] = ((-1, -1),)
"""Windows of a request that names none: over before any shift starts."""

NOT_ACCEPTED = "not_accepted"
"""Skill that no vehicle has: what a rule refuses is left out, with this for its reason."""

_LOOKED_AT = frozenset({Battery.UNKNOWN, Battery.SWOLLEN, Battery.DAMAGED})


def local_windows(
    request: PickupRequest, day: date, zone: ZoneInfo
) -> tuple[tuple[Seconds, Seconds], ...]:
    """When service may start, on the local clock of a day.

    Parameters
    ----------
    request : PickupRequest
        The request.
    day : date
        The local date whose midnight counts as zero.
    zone : ZoneInfo
        The territory's.

    Returns
    -------
    tuple of (int, int)
        Seconds of the local day, both ends inclusive, disjoint and in order; `NEVER` where
        there is none. A reversed window is none.
    """
    merged: list[tuple[Seconds, Seconds]] = []
    for start, end in sorted(
        (to_seconds(window.start, day, zone), to_seconds(window.end, day, zone))
        for window in request.windows
    ):
        if start > end:
            continue
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged) or NEVER


def service_seconds(
    request: PickupRequest, rule: ServiceRule, device_types: Mapping[str, DeviceType]
) -> Seconds:
    """How long a stop takes once the van is parked.

    The door, the way to it and its floors, every device, every doubtful battery.

    Parameters
    ----------
    request : PickupRequest
        The request.
    rule : ServiceRule
        Of its territory.
    device_types : Mapping of str to DeviceType
        By id.

    Returns
    -------
    int
        Seconds.

    Raises
    ------
    InvalidRequest
        If a device's type is unknown.
    """
    address = request.address
    way = {Building.HOUSE: 0, Building.APARTMENT: rule.apartment, Building.OFFICE: rule.office}
    floors = 0 if address.lift else rule.per_floor * abs(address.floor)
    devices = sum(kind.service for kind in _types(request, device_types))
    looked_at = sum(device.battery in _LOOKED_AT for device in request.devices)
    batteries = rule.unknown_battery * looked_at
    return rule.at_door + way[address.building] + floors + devices + batteries


def request_load(
    request: PickupRequest,
    device_types: Mapping[str, DeviceType],
    rules: tuple[TriageRule, ...],
) -> Load:
    """How much room a request's devices take.

    Parameters
    ----------
    request : PickupRequest
        The request.
    device_types : Mapping of str to DeviceType
        By id.
    rules : tuple of TriageRule
        Of its territory.

    Returns
    -------
    Load
        Their sum, with the packages of hazard that they make.

    Raises
    ------
    InvalidRequest
        If a device's type is unknown, or no rule holds for its battery.
    """
    room = sum((kind.load for kind in _types(request, device_types)), start=NO_LOAD)
    hazards = sum(triaged(device, rules, request.day).packages for device in request.devices)
    return replace(room, hazards=room.hazards + hazards)


def required_skills(request: PickupRequest, rules: tuple[TriageRule, ...]) -> frozenset[str]:
    """Name what a request asks of the vehicle and its driver.

    Parameters
    ----------
    request : PickupRequest
        The request.
    rules : tuple of TriageRule
        Of its territory.

    Returns
    -------
    frozenset of str
        What the classes of its batteries ask for: ``battery_trained`` where one is damaged.

    Raises
    ------
    InvalidRequest
        If no rule holds for a battery.
    """
    found = [triaged(device, rules, request.day) for device in request.devices]
    return frozenset(
        NOT_ACCEPTED if rule.refused else rule.skill for rule in found if rule.refused or rule.skill
    )


def _types(request: PickupRequest, device_types: Mapping[str, DeviceType]) -> Iterable[DeviceType]:
    for index, device in enumerate(request.devices):
        if device.type not in device_types:
            known = ", ".join(sorted(device_types))
            msg = f"request {request.id}: device type {device.type!r} is unknown; use {known}"
            raise InvalidRequest(msg, field=f"devices.{index}.type")
        yield device_types[device.type]
