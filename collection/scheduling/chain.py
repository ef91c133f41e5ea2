"""The whole way of one device, from what is stored of it; nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from collection.model import EventType
from collection.scheduling.custody import vehicle_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from collection.model import DropOff, Event, PickupRequest, Plan, Position

ChainDay: TypeAlias = "tuple[Plan | None, Sequence[Event]]"
"""A day's published plan, and what was told of the request on it, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened to a device.

    Parameters
    ----------
    what : str
        ``booked``, ``planned``, or the type of an event.
    at : datetime
        Aware UTC instant.
    who : str
        The van, the person or the site; empty where nobody is known.
    site_id : str, optional
        At which depot or site; None elsewhere.
    position : Position, optional
        Where the phone was.
    battery : str
        Class of the battery as it was seen; empty where nobody looked.
    label : str, optional
        The label that was read.
    text : str
        Anything said with it.
    """

    what: str
    at: datetime
    who: str = ""
    site_id: str | None = None
    position: Position | None = None
    battery: str = ""
    label: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The whole way of one device.

    Parameters
    ----------
    request : PickupRequest
        Whose device.
    number : int
        Which of its devices, from 0.
    vehicle_id : str
        Which van took it, or will; empty where none.
    steps : tuple of Step
        Oldest first.
    drop_off : DropOff, optional
        With which it came to a partner site; None where it was collected at home.
    """

    request: PickupRequest
    number: int
    vehicle_id: str
    steps: tuple[Step, ...]
    drop_off: DropOff | None = None

    @property
    def reference(self) -> str:
        """The marketplace's own number of the customer's order."""
        return (self.drop_off or self.request).reference


def chain_of(
    request: PickupRequest,
    number: int,
    *,
    drop_off: DropOff | None,
    brought: int | None,
    days: Sequence[ChainDay],
) -> Chain:
    """Tell the whole way of a device.

    Parameters
    ----------
    request : PickupRequest
        Whose device.
    number : int
        Which of its devices, from 0.
    drop_off : DropOff or None
        With which it came to a partner site.
    brought : int or None
        Its number there.
    days : Sequence of ChainDay
        Each on which it was to be collected, the present one last.

    Returns
    -------
    Chain
        By the time at which things happened: a phone may tell late.
    """
    steps = [Step(what="booked", at=request.created_at, who=request.customer.name)]
    if drop_off is not None and brought is not None:
        steps = [*_brought(drop_off, brought), *steps]
    vehicle = ""
    for plan, events in days:
        vehicle = _planned(plan, request)
        if plan is not None and vehicle:
            steps.append(Step(what="planned", at=plan.created_at, who=vehicle, text=plan.id))
        for event in events:
            # A move to another day is told on both: here by the one that it came to.
            went = event.type is EventType.RESCHEDULED and event.text.startswith("to ")
            if event.type is not EventType.BOOKED and not went and event.device in {None, number}:
                vehicle = vehicle_of(event) or vehicle
                steps.append(_step(event))
    steps.sort(key=lambda step: step.at)
    return Chain(
        request=request,
        number=number,
        vehicle_id=vehicle,
        steps=tuple(steps),
        drop_off=drop_off,
    )


def moved_day(event: Event) -> date | None:
    """Tell from or to which day an event moved its request.

    Parameters
    ----------
    event : Event
        Any.

    Returns
    -------
    date or None
        None where it tells no such thing.
    """
    if event.type is not EventType.RESCHEDULED or not event.text:
        return None
    return date.fromisoformat(event.text.rpartition(" ")[2])


def _planned(plan: Plan | None, request: PickupRequest) -> str:
    for route in plan.routes if plan else ():
        if any(stop.request_id == request.id for stop in route.stops):
            return route.vehicle_id
    return ""


def _step(event: Event) -> Step:
    # At a hub or site the words are who scanned.
    there = event.site_id is not None
    return Step(
        what=event.type.value,
        at=event.at,
        who=vehicle_of(event) or (event.text if there else ""),
        site_id=event.site_id,
        position=event.position,
        battery=event.battery,
        label=event.label,
        text="" if there else event.text,
    )


def _brought(drop_off: DropOff, number: int) -> tuple[Step, ...]:
    device = drop_off.devices[number]
    announced = Step(
        what="announced",
        at=drop_off.created_at,
        who=drop_off.customer.name,
        site_id=drop_off.site_id,
        text=drop_off.id,
    )
    if device.scanned_at is None:
        return (announced,)
    dropped = Step(
        what=EventType.DROPPED_OFF.value,
        at=device.scanned_at,
        who=drop_off.customer.name,
        site_id=drop_off.site_id,
        battery=device.seen,
        label=device.label,
    )
    return (announced, dropped)
