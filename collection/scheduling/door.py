"""What a driver finds at the door: labels, batteries, and devices that stay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import Conflict, InvalidRequest
from collection.model import Event, EventType, FailureCode, RequestState, sources_of
from collection.ports import Ending
from collection.scheduling.labels import read_label
from collection.scheduling.triage import (
    DANGEROUS,
    NO_PACKAGE,
    NO_SKILL,
    Verdict,
    hazards_aboard,
    look_again,
    rule_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from collection.model import (
        Battery,
        Device,
        DeviceType,
        PickupRequest,
        Plan,
        Position,
        Route,
        Territory,
    )
    from collection.ports import CustodyStore, RequestStore

_HAZARD = f"{FailureCode.HAZARD.value}: "
"""Begins why a device stays, where a driver's answer decided it."""

NEXT_STEPS: dict[str, str] = {
    DANGEROUS: "leave it where it is and do not touch it; if it is hot or smokes, everybody leaves "
    "the room and calls 112",
    NO_SKILL: "leave it; the customer chooses another day and a trained driver comes",
    NO_PACKAGE: "leave it, no fire-safe box is free; the customer chooses another day",
}
"""What a driver does with a device that stays, by the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorScan:
    """What a driver tells of one device.

    Parameters
    ----------
    request_id : str
        Whose device.
    number : int
        Which of its devices, from 0.
    at : datetime
        Aware UTC instant.
    label : str
        As it was scanned; empty where none was.
    battery : Battery, optional
        The driver's own answer; None where nobody looked.
    left : str
        Why the device stays; empty where it is taken.
    position : Position, optional
        Where the driver stands.
    """

    request_id: str
    number: int
    at: datetime
    label: str = ""
    battery: Battery | None = None
    left: str = ""
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorAnswer:
    """What the driver does with the device.

    Parameters
    ----------
    request : PickupRequest
        As it is now.
    number : int
        Which of its devices, from 0.
    verdict : Verdict
        Class, packaging, and why it stays if it does.
    """

    request: PickupRequest
    number: int
    verdict: Verdict

    @property
    def next_step(self) -> str:
        """What to do with a device that stays; empty where it is taken."""
        return NEXT_STEPS.get(self.verdict.reason, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Takes what drivers tell of devices.

    Parameters
    ----------
    territories : Mapping of str to Territory
        By id.
    devices : Mapping of str to DeviceType
        By id.
    requests : RequestStore
        The system of record.
    custody : CustodyStore
        Labels.
    """

    territories: Mapping[str, Territory]
    devices: Mapping[str, DeviceType]
    requests: RequestStore
    custody: CustodyStore

    def scan(self, plan: Plan, route: Route, told: DoorScan) -> DoorAnswer:
        """Note what a driver tells of a device, and judge it.

        Parameters
        ----------
        plan : Plan
            The published one.
        route : Route
            The driver's.
        told : DoorScan
            What is told.

        Returns
        -------
        DoorAnswer
            Whether the device is taken, and in what.

        Raises
        ------
        InvalidRequest
            If there is no such stop or device, or the label was read wrongly.
        Conflict
            If the label is on another device, or the state of the request forbids it.
        """
        if all(stop.request_id != told.request_id for stop in route.stops):
            raise InvalidRequest("is no stop of this route", field="request_id")
        request = self.requests.get(told.request_id)
        if told.number >= len(request.devices):
            raise InvalidRequest(f"the stop has {len(request.devices)} devices", field="device")
        if request.day != plan.day:
            raise Conflict(f"the pickup request is to be collected on {request.day} by now")
        label = read_label(told.label) if told.label else None
        device = request.devices[told.number]
        verdict = self._judge(route, request, told, device)
        left = told.left or (_HAZARD + verdict.reason if verdict.reason else "")
        event = Event(
            type=EventType.SCANNED,
            territory=plan.territory,
            day=plan.day,
            at=told.at,
            request_id=request.id,
            route_id=route.id,
            plan_id=plan.id,
            position=told.position,
            label=None if left else label,
            battery=verdict.rule.battery_class.value if told.battery else "",
            text=left,
            device=told.number,
        )
        stored = self.custody.scan(
            request,
            told.number,
            event,
            left=left,
            ending=_ending(request, told.number, verdict, event),
        )
        return DoorAnswer(request=stored, number=told.number, verdict=verdict)

    def _judge(
        self, route: Route, request: PickupRequest, told: DoorScan, device: Device
    ) -> Verdict:
        territory = self.territories[request.territory]
        before = request.stays(device)
        if told.battery is None and (told.left or before.startswith(_HAZARD)):
            # Only a new answer clears a hazard: a label does not make a battery safe.
            reason = "" if told.left else before.removeprefix(_HAZARD)
            rule = rule_of(device, territory, self.devices, request.day)
            return Verdict(rule=rule, reason=reason)
        names = {stop.request_id for stop in route.stops}
        day = self.requests.day(territory.id, request.day)
        return look_again(
            told.battery,
            device,
            request,
            territory,
            self.devices,
            vehicle=next((v for v in territory.vehicles if v.id == route.vehicle_id), None),
            aboard=hazards_aboard(
                [other for other in day if other.id in names],
                territory,
                self.devices,
                besides=(request.id, told.number),
            ),
        )


def _ending(request: PickupRequest, number: int, verdict: Verdict, event: Event) -> Ending | None:
    """Tell what becomes of a request of which a hazard leaves nothing to collect."""
    others = [device for place, device in enumerate(request.devices) if place != number]
    if not verdict.reason or not all(request.stays(device) for device in others):
        return None
    # Nobody may carry it: refused for good. Else another van on another day may.
    refused = verdict.reason == DANGEROUS
    target = RequestState.REFUSED if refused else RequestState.FAILED
    if request.state not in sources_of(target):
        return None
    reason = f"{FailureCode.HAZARD.value}: {verdict.reason}"
    told = replace(
        event,
        type=EventType.REFUSED if refused else EventType.FAILED,
        code=FailureCode.HAZARD,
        text=verdict.reason,
    )
    return Ending(target=target, reason=reason, event=told)


def require_accounted(request: PickupRequest) -> None:
    """Refuse that a request is collected before each device is labelled and looked at, or stays.

    Parameters
    ----------
    request : PickupRequest
        As it is now.

    Raises
    ------
    Conflict
        If one is missing; names them.
    """
    open_ = [
        number
        for number, device in enumerate(request.devices, start=1)
        if not request.taken(device) and not request.stays(device)
    ]
    if open_:
        raise Conflict(
            f"scan a label for device {', '.join(map(str, open_))} of {len(request.devices)}, "
            "or say why it stays"
        )
    unseen = [
        number
        for number, device in enumerate(request.devices, start=1)
        if request.taken(device) and not device.seen
    ]
    if unseen:
        raise Conflict(
            f"say what the battery is like of device {', '.join(map(str, unseen))} of "
            f"{len(request.devices)}"
        )
    if all(request.stays(device) for device in request.devices):
        raise Conflict("every device stays: tell why the stop failed instead")


def collected_words(request: PickupRequest) -> str:
    """Tell how many devices were collected, where some stay.

    Parameters
    ----------
    request : PickupRequest
        As it is now.

    Returns
    -------
    str
        Like ``1 of 2: 2 (broken box)``; empty where none stays.
    """
    left = [
        f"{number} ({request.stays(device)})"
        for number, device in enumerate(request.devices, start=1)
        if request.stays(device)
    ]
    total = len(request.devices)
    return f"{total - len(left)} of {total}; left: {', '.join(left)}" if left else ""
