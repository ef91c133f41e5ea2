"""What answers about a battery mean: its class, and what that asks (``data/triage.toml``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from collection.dated import Dated, in_force
from collection.errors import InvalidRequest
from collection.model.requests import Battery, Device


class BatteryClass(StrEnum):
    """How a device must be packed and carried."""

    FINE = "fine"
    DAMAGED = "damaged_or_swollen"
    REMOVED = "removed"
    NONE = "none"
    DANGEROUS = "dangerous"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRule(Dated):
    """What a class of battery asks, and from when to when that holds.

    Parameters
    ----------
    battery_class : BatteryClass
        Which class.
    answers : frozenset of Battery
        Answers that lead to it; none for devices that never have a battery.
    packaging : str
        Word for what the device is packed in; empty where it is not carried.
    skill : str
        What the vehicle and its driver must have; empty for nothing.
    packages : int
        Packages of hazard that one device makes, of which a vehicle carries few.
    refused : bool
        Whether it is not carried at all.
    advice : str
        Word for what to do with it instead; empty where it is carried.
    """

    battery_class: BatteryClass
    answers: frozenset[Battery]
    packaging: str
    skill: str = ""
    packages: int = 0
    refused: bool = False
    advice: str = ""


_HARMLESS = frozenset({Battery.OK, Battery.REMOVED, Battery.UNKNOWN})
"""Answers that a device without a battery may get as well."""


def triaged(
    device: Device, rules: Iterable[TriageRule], day: date, *, has_battery: bool = True
) -> TriageRule:
    """Find the rule for a device: by what was seen at the door, else by what the customer said.

    Parameters
    ----------
    device : Device
        With the answer.
    rules : Iterable of TriageRule
        Of its territory.
    day : date
        Local date of the pickup.
    has_battery : bool
        Whether devices of its type have one. Who says that a console swells is believed.

    Returns
    -------
    TriageRule
        Of those that hold on that day, the newest.

    Raises
    ------
    InvalidRequest
        If none holds: a battery that nobody has judged is not carried.
    """
    bare = not has_battery and device.battery in _HARMLESS
    wanted = device.seen or (BatteryClass.NONE.value if bare else "")
    holding = [
        rule
        for rule in in_force(rules, day)
        if (rule.battery_class == wanted if wanted else device.battery in rule.answers)
    ]
    if not holding:
        message = f"no triage rule holds for a battery that is {wanted or device.battery} on {day}"
        raise InvalidRequest(message, field="devices.battery")
    return max(holding, key=lambda rule: rule.valid_from)
