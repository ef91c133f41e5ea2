"""What a request asks for, derived by the verifier from the request itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from operator import mul
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from collection.errors import InvalidRequest
from collection.model import NO_LOAD, Battery, Building
from collection.routing.check_facts import ALWAYS, Demand
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import (
        Device,
        DeviceType,
        Instructions,
        PickupRequest,
        Plan,
        Position,
        Territory,
        TriageRule,
        Vehicle,
    )
    from collection.routing.check_facts import Span
    from collection.units import Cents, Seconds

EARTH_RADIUS = 6_371_009.0
"""Metres, mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a plan was made from, beside its requests and travel.

    Parameters
    ----------
    territory : Territory
        Whose vehicles, rules and weights hold.
    device_types : Mapping of str to DeviceType
        By id.
    asked : Instructions
        What was asked of the plan.
    day : date
        Local date.
    zone : ZoneInfo
        Of the territory.
    promised : Mapping of str to (str, int)
        By request: vehicle and start of service in an earlier plan.
    """

    territory: Territory
    device_types: Mapping[str, DeviceType]
    asked: Instructions
    day: date
    zone: ZoneInfo
    promised: Mapping[str, tuple[str, Seconds]]

    def type_of(self, device: Device) -> DeviceType:
        """Look a device's type up.

        Parameters
        ----------
        device : Device
            The device.

        Returns
        -------
        DeviceType
            Its type.

        Raises
        ------
        InvalidRequest
            If it is unknown.
        """
        if device.type not in self.device_types:
            known = ", ".join(sorted(self.device_types))
            msg = f"device type {device.type!r} is unknown; use {known}"
            raise InvalidRequest(msg, field="devices.type")
        return self.device_types[device.type]


def inputs_of(
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    asked: Instructions,
    day: date,
    earlier: Plan | None = None,
) -> Inputs:
    """Lay the inputs of a plan out.

    Parameters
    ----------
    territory : Territory
        Whose vehicles, rules and weights hold.
    device_types : Mapping of str to DeviceType
        By id.
    asked : Instructions
        What was asked of the plan.
    day : date
        Local date.
    earlier : Plan, optional
        The plan that was asked to be kept to.

    Returns
    -------
    Inputs
        With what the earlier plan promised.
    """
    return Inputs(
        territory=territory,
        device_types=device_types,
        asked=asked,
        day=day,
        zone=ZoneInfo(territory.timezone),
        promised={
            stop.request_id: (route.vehicle_id, stop.start)
            for route in (earlier.routes if earlier else ())
            for stop in route.stops
        },
    )


def demand_of(inputs: Inputs, request: PickupRequest, *, number: int, point: int) -> Demand:
    """Derive what a request asks for.

    Parameters
    ----------
    inputs : Inputs
        Of the plan.
    request : PickupRequest
        The request.
    number : int
        Its place among the day's requests.
    point : int
        Its row of the travel table.

    Returns
    -------
    Demand
        In seconds of the local day and cents.

    Raises
    ------
    InvalidRequest
        If a device's type is unknown, or no rule holds for its battery.
    """
    vehicles, weights = inputs.territory.vehicles, inputs.territory.weights
    load, skills = NO_LOAD, set[str]()
    for device in request.devices:
        rule = _rule(inputs, request, device)
        load += inputs.type_of(device).load
        load += replace(NO_LOAD, hazards=rule.packages)
        skills |= {"not_accepted"} if rule.refused else {rule.skill} - {""}
    only = inputs.asked.vehicles.get(request.id)
    promised, within = inputs.promised.get(request.id), weights.announced_within
    return Demand(
        number=number,
        id=request.id,
        point=point,
        windows=_windows(inputs, request),
        service=_service(inputs, request),
        setup=inputs.territory.service.setup,
        address=request.address.position,
        change=load.as_tuple(),
        initial=NO_LOAD.as_tuple(),
        skills=frozenset(skills),
        unskilled=frozenset(van for van, v in enumerate(vehicles) if skills - v.skills),
        excluded=frozenset(van for van, v in enumerate(vehicles) if only not in (None, v.id)),
        preferences=tuple(_preference(inputs, request, vehicle) for vehicle in vehicles),
        announced=(promised[1] - within, promised[1] + within) if promised else ALWAYS[0],
        change_price=weights.change_of_time if promised else 0,
    )


def _windows(inputs: Inputs, request: PickupRequest) -> tuple[Span, ...]:
    spans = [
        (
            to_seconds(window.start, inputs.day, inputs.zone),
            to_seconds(window.end, inputs.day, inputs.zone),
        )
        for window in request.windows
    ]
    return tuple((opens, closes) for opens, closes in spans if opens <= closes)


def _service(inputs: Inputs, request: PickupRequest) -> Seconds:
    rule, address = inputs.territory.service, request.address
    seconds = rule.at_door
    if address.building is Building.APARTMENT:
        seconds += rule.apartment
    elif address.building is Building.OFFICE:
        seconds += rule.office
    if not address.lift:
        seconds += rule.per_floor * max(address.floor, -address.floor)
    for device in request.devices:
        seconds += inputs.type_of(device).service
        if device.battery in (Battery.UNKNOWN, Battery.SWOLLEN, Battery.DAMAGED):
            seconds += rule.unknown_battery
    return seconds


def _rule(inputs: Inputs, request: PickupRequest, device: Device) -> TriageRule:
    """Look up what the state of a battery asks: the latest of the rules in force."""
    found = None
    for rule in sorted(inputs.territory.triage, key=lambda rule: rule.valid_from):
        if not rule.valid_from <= request.day <= (rule.valid_until or date.max):
            continue
        seen = device.seen and device.seen == rule.battery_class.value
        if seen or (not device.seen and device.battery in rule.answers):
            found = rule
    if found is None:
        msg = f"request {request.id}: no triage rule holds for its batteries on {request.day}"
        raise InvalidRequest(msg, field="devices.battery")
    return found


def _preference(inputs: Inputs, request: PickupRequest, vehicle: Vehicle) -> Cents:
    """Price a strange driver, a change of driver, and a stop far from where the driver lives."""
    weights, cents = inputs.territory.weights, 0
    if inputs.asked.familiar.get(request.id, vehicle.driver) != vehicle.driver:
        cents += weights.unfamiliar_driver
    if inputs.promised.get(request.id, (vehicle.id, 0))[0] != vehicle.id:
        cents += weights.change_of_driver
    if vehicle.home is not None:
        beyond = _metres_between(vehicle.home, request.address.position) - weights.home_radius
        cents += math.floor(max(beyond, 0.0) * weights.per_km_from_home / 1_000 + 0.5)
    return cents


def _metres_between(one: Position, other: Position) -> float:
    """Distance on a sphere: the angle between the two directions from its middle."""
    a, b = _direction(one), _direction(other)
    across = math.hypot(
        a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    )
    return EARTH_RADIUS * math.atan2(across, sum(map(mul, a, b)))


def _direction(position: Position) -> tuple[float, float, float]:
    lon, lat = math.radians(position.lon), math.radians(position.lat)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
