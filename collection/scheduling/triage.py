"""Judge batteries at booking and again at the door, by the rules of the day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.model import RequestState, triaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from collection.model import (
        Battery,
        Device,
        DeviceType,
        PickupRequest,
        Territory,
        TriageRule,
        Vehicle,
    )

ADVICE: dict[str, str] = {
    "leaking": "do not touch what leaks, put the device outdoors or on stone, away from what "
    "burns, and ask your town's collection point for hazardous waste",
    "hot": "keep away from it and from its smoke, let nobody stay in the room, and call 112",
}
"""What to do with a device that is not carried, by the word in its rule."""

DANGEROUS, NO_SKILL, NO_PACKAGE = "dangerous", "no_skill", "no_package"
"""Why a device is left at the door: nobody carries it; the driver is not trained; no box left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a device at the door.

    Parameters
    ----------
    rule : TriageRule
        Its class as it was seen, with the packaging.
    reason : str
        Why it stays with the customer; empty where it is taken.
    """

    rule: TriageRule
    reason: str = ""


def rule_of(
    device: Device, territory: Territory, device_types: Mapping[str, DeviceType], day: date
) -> TriageRule:
    """Find the rule for a device.

    Parameters
    ----------
    device : Device
        With what was said of its battery, or seen.
    territory : Territory
        Whose rules hold.
    device_types : Mapping of str to DeviceType
        By id.
    day : date
        Local date of the pickup.

    Returns
    -------
    TriageRule
        As `collection.model.triaged` finds it.
    """
    kind = device_types.get(device.type)
    has_battery = kind is None or kind.battery_class != "none"
    return triaged(device, territory.triage, day, has_battery=has_battery)


def refuse_dangerous(
    devices: Iterable[Device],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    day: date,
    *,
    field: str = "devices.{}.battery",
) -> None:
    """Refuse devices that no van may carry, before anything is stored.

    Parameters
    ----------
    devices : Iterable of Device
        What is to be collected.
    territory : Territory
        Whose rules hold.
    device_types : Mapping of str to DeviceType
        By id.
    day : date
        Local date of the pickup.
    field : str
        Name of the input field, with a place for the device's number.

    Raises
    ------
    InvalidRequest
        If one is refused; says what to do instead.
    """
    for number, device in enumerate(devices):
        rule = rule_of(device, territory, device_types, day)
        if rule.refused:
            message = f"a device whose battery is {device.battery.value} cannot be collected"
            advice = ADVICE.get(rule.advice)
            raise InvalidRequest(
                f"{message}: {advice}" if advice else message, field=field.format(number)
            )


def look_again(
    answer: Battery | None,
    device: Device,
    request: PickupRequest,
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    *,
    vehicle: Vehicle | None,
    aboard: int,
) -> Verdict:
    """Judge a device by what its driver sees.

    Parameters
    ----------
    answer : Battery or None
        What the driver sees; None where nobody says anything new: then what was seen before
        counts, else what the customer said.
    device : Device
        As it is known so far.
    request : PickupRequest
        Whose device.
    territory : Territory
        Whose rules hold.
    device_types : Mapping of str to DeviceType
        By id.
    vehicle : Vehicle or None
        The driver's; None where the fleet has lost it, which carries nothing special.
    aboard : int
        Packages of hazard that it carries already.

    Returns
    -------
    Verdict
        Whether it may be taken, and in what.
    """
    if answer is not None:
        device = replace(device, battery=answer, seen="")
    rule = rule_of(device, territory, device_types, request.day)
    room = vehicle.capacity.hazards if vehicle else 0
    skills = vehicle.skills if vehicle else frozenset()
    if rule.refused:
        return Verdict(rule=rule, reason=DANGEROUS)
    if rule.skill and rule.skill not in skills:
        return Verdict(rule=rule, reason=NO_SKILL)
    if rule.packages and aboard + rule.packages > room:
        return Verdict(rule=rule, reason=NO_PACKAGE)
    return Verdict(rule=rule)


def hazards_aboard(
    requests: Iterable[PickupRequest],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    *,
    besides: tuple[str, int] | None = None,
) -> int:
    """Count the packages of hazard that a van carries.

    Parameters
    ----------
    requests : Iterable of PickupRequest
        Those of its route.
    territory : Territory
        Whose rules hold.
    device_types : Mapping of str to DeviceType
        By id.
    besides : tuple of str and int, optional
        Request and number of a device that does not count.

    Returns
    -------
    int
        Of devices that were collected, or labelled at the door, and that no hub has received.
    """
    total = 0
    for request in requests:
        collected = request.state is RequestState.COLLECTED
        for number, device in enumerate(request.devices):
            taken = collected or request.taken(device)
            gone = request.stays(device) or device.received_at or (request.id, number) == besides
            if taken and not gone:
                total += rule_of(device, territory, device_types, request.day).packages
    return total
