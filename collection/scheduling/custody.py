"""Where every device of a day is, from its plan, requests and events; nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.model import EventType, RequestState, sources_of
from collection.scheduling.calendar import zone_of
from collection.units import to_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from collection.model import Device, Event, PickupRequest, Plan, Territory

EXPECTED, ABOARD, RECEIVED, LEFT = "expected", "aboard", "received", "left"
"""Where a device is: still at the customer's; in the van; at the hub; left with the customer."""

_ON_THE_WAY = sources_of(RequestState.COLLECTED)
_AT_THE_DOOR = frozenset({EventType.SCANNED, EventType.COLLECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One device of a day.

    Parameters
    ----------
    request : PickupRequest
        Whose device.
    number : int
        Which of its devices, from 0.
    place : str
        Where it is: ``expected``, ``aboard``, ``received`` or ``left``.
    """

    request: PickupRequest
    number: int
    place: str

    @property
    def device(self) -> Device:
        """The device itself."""
        return self.request.devices[self.number]


@dataclass(frozen=True, slots=True, kw_only=True)
class VanLoad:
    """What a van should bring.

    Parameters
    ----------
    vehicle_id : str
        Which van.
    back_at : datetime
        Aware UTC instant when it is back, by its shift's end if that was told, else by plan.
    items : tuple of Item
        Its devices, in driving order.
    """

    vehicle_id: str
    back_at: datetime
    items: tuple[Item, ...]

    def count(self, place: str) -> int:
        """Count devices.

        Parameters
        ----------
        place : str
            Where.

        Returns
        -------
        int
            How many are there.
        """
        return sum(item.place == place for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unaccounted:
    """A device that should be at the hub and is not.

    Parameters
    ----------
    request_id : str
        Whose device.
    number : int
        Which of its devices, from 0.
    label : str, optional
        Its label; None where it bears none.
    vehicle_id : str
        Which van took it.
    since : datetime
        Aware UTC instant when it was due.
    """

    request_id: str
    number: int
    label: str | None
    vehicle_id: str
    since: datetime


def place_of(request: PickupRequest, device: Device) -> str:
    """Tell where a device is.

    Parameters
    ----------
    request : PickupRequest
        Whose device.
    device : Device
        One of its own.

    Returns
    -------
    str
        ``expected``, ``aboard``, ``received`` or ``left``; empty where nobody comes for it.
    """
    if device.received_at or request.state is RequestState.RECEIVED:
        return LEFT if request.stays(device) and not device.received_at else RECEIVED
    if request.stays(device):
        return LEFT
    # Who labelled it took it, whatever was told of the stop.
    if request.state is RequestState.COLLECTED or request.taken(device):
        return ABOARD
    return EXPECTED if request.state in _ON_THE_WAY else ""


def loads_of(
    plan: Plan | None,
    requests: Mapping[str, PickupRequest],
    events: Iterable[Event],
    territory: Territory,
) -> tuple[VanLoad, ...]:
    """List what each van should bring.

    Parameters
    ----------
    plan : Plan or None
        The published one.
    requests : Mapping of str to PickupRequest
        Those of the day as they are now, by id.
    events : Iterable of Event
        The day's, oldest first.
    territory : Territory
        Whose clock counts.

    Returns
    -------
    tuple of VanLoad
        By vehicle. A device belongs to the van that took it, else to the one that will.
    """
    told = tuple(events)
    taken = _vans(told)
    order: dict[str, list[str]] = {}
    for route in plan.routes if plan else ():
        for stop in route.stops:
            order.setdefault(taken.get(stop.request_id, route.vehicle_id), []).append(
                stop.request_id
            )
    planned = {name for names in order.values() for name in names}
    for name, vehicle in taken.items():
        if name not in planned:
            order.setdefault(vehicle, []).append(name)
    planned_back = (
        {route.vehicle_id: to_utc(plan.day, route.end, zone_of(territory)) for route in plan.routes}
        if plan
        else {}
    )
    loads = []
    for vehicle in sorted(order):
        items = tuple(
            Item(request=requests[name], number=number, place=place)
            for name in order[vehicle]
            if name in requests
            for number, device in enumerate(requests[name].devices)
            if (place := place_of(requests[name], device))
        )
        if items:
            back_at = _back_at(vehicle, planned_back.get(vehicle), told)
            loads.append(VanLoad(vehicle_id=vehicle, back_at=back_at, items=items))
    return tuple(loads)


def unaccounted(
    loads: Iterable[VanLoad], *, now: datetime, grace: timedelta
) -> tuple[Unaccounted, ...]:
    """Find the devices that vans took and no hub has received in time.

    Parameters
    ----------
    loads : Iterable of VanLoad
        As `loads_of` lists them.
    now : datetime
        Aware present.
    grace : timedelta
        How long after a van's return that may take.

    Returns
    -------
    tuple of Unaccounted
        By vehicle, in driving order.
    """
    return tuple(
        Unaccounted(
            request_id=item.request.id,
            number=item.number,
            label=item.device.label,
            vehicle_id=load.vehicle_id,
            since=load.back_at + grace,
        )
        for load in loads
        if now >= load.back_at + grace
        for item in load.items
        if item.place == ABOARD
    )


def vehicle_of(event: Event) -> str:
    """Name the vehicle that an event is about.

    Parameters
    ----------
    event : Event
        Any.

    Returns
    -------
    str
        Its id; empty where it is about none.
    """
    return event.vehicle_id or (event.route_id or "").rpartition(".")[2]


def _vans(events: Sequence[Event]) -> dict[str, str]:
    """By request the van that took its devices: the last one whose driver told so."""
    return {
        event.request_id: vehicle_of(event)
        for event in events
        if event.type in _AT_THE_DOOR and event.request_id and event.route_id
    }


def _back_at(vehicle: str, planned: datetime | None, events: Sequence[Event]) -> datetime:
    """When a van is back: as its driver told, else as planned but not before its last word."""
    own = [event for event in events if event.route_id and vehicle_of(event) == vehicle]
    ended = [event.at for event in own if event.type is EventType.SHIFT_ENDED]
    last = [event.at for event in own if event.type is not EventType.POSITION]
    return max(ended or [*last, *([planned] if planned else [])])
