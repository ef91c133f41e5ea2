"""What may happen between a proposal and its acceptance, and forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.errors import Conflict
from collection.model import EventType, RequestState
from collection.scheduling.heard import absent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from collection.model import Event, Plan, RestOfDay
    from collection.units import Seconds

_TOLD = {
    EventType.ARRIVED: RequestState.ARRIVED,
    EventType.COLLECTED: RequestState.COLLECTED,
    EventType.FAILED: RequestState.FAILED,
    EventType.REFUSED: RequestState.REFUSED,
    EventType.EN_ROUTE: RequestState.EN_ROUTE,
}
"""What a driver tells of a stop, and the state that its request comes into."""

_OVER = frozenset({EventType.COLLECTED, EventType.FAILED, EventType.REFUSED})

AGAIN = "plan the rest of the day again"


def refuse_overtaken(
    plan: Plan, before: Plan, rest: RestOfDay, events: Sequence[Event], *, now: Seconds
) -> None:
    """Refuse a proposal if something that it changes has happened since it was made.

    What was done as it is planned there stays done, and harms nothing.

    Parameters
    ----------
    plan : Plan
        The proposal's.
    before : Plan
        The plan that it replaces.
    rest : RestOfDay
        What the proposal was made from.
    events : Sequence of Event
        Of the day, in their order.
    now : int
        The present, in seconds of the local day.

    Raises
    ------
    Conflict
        If a request that changes its van was served by the old one or should be served by the
        new one by now, or a van that the proposal uses dropped out or went home.
    """
    moved = moved_requests(plan, before)
    vans = {route.vehicle_id for route in plan.routes} - {v.vehicle_id for v in rest.stranded}
    for event in _since(rest, events):
        if event.type in _TOLD and event.request_id in moved:
            state = _TOLD[event.type]
            raise Conflict(f"pickup request {event.request_id} is {state} meanwhile; {AGAIN}")
        if event.type is EventType.VAN_OUT and event.vehicle_id in vans:
            raise Conflict(f"vehicle {event.vehicle_id} dropped out meanwhile; {AGAIN}")
    over = {event.request_id for event in events if event.type in _OVER}
    _, ended = absent(events)
    old = {stop.request_id: r.vehicle_id for r in before.routes for stop in r.stops}
    for route in plan.routes:
        if route.vehicle_id not in vans:
            continue
        for stop in route.stops:
            if stop.request_id in over:
                continue
            if route.vehicle_id in ended:
                raise Conflict(f"the driver of {route.vehicle_id} went home meanwhile; {AGAIN}")
            if stop.start < now and old.get(stop.request_id) != route.vehicle_id:
                # The van was never told to be there.
                raise Conflict(f"the start at {stop.request_id} has passed meanwhile; {AGAIN}")


def left_on_the_way(
    plan: Plan, rest: RestOfDay, events: Sequence[Event], states: Mapping[str, RequestState]
) -> frozenset[str]:
    """List requests that are en route, and to which nobody drives any more.

    Parameters
    ----------
    plan : Plan
        The proposal's.
    rest : RestOfDay
        What the proposal was made from.
    events : Sequence of Event
        Of the day, in their order.
    states : Mapping of str to RequestState
        Of its requests by id, read before the events.

    Returns
    -------
    frozenset of str
        Their van broke down on the way, or its driver turned to another stop.
    """
    begun = {seam.vehicle_id: seam.stops for seam in rest.resumed}
    open_ = {left.request_id for left in plan.unassigned}
    for route in plan.routes:
        open_.update(stop.request_id for stop in route.stops[begun.get(route.vehicle_id, 0) :])
    set_out = {e.request_id for e in _since(rest, events) if e.type is EventType.EN_ROUTE}
    return frozenset(name for name in open_ - set_out if states.get(name) is RequestState.EN_ROUTE)


def states_against(
    plan: Plan, before: Plan, left: Collection[str]
) -> dict[str, frozenset[RequestState]]:
    """Name states in which requests must not be when a proposal is published.

    Parameters
    ----------
    plan : Plan
        The proposal's.
    before : Plan
        The plan that it replaces.
    left : Collection of str
        Requests that are en route, and to which nobody drives any more.

    Returns
    -------
    dict of str to frozenset of RequestState
        By request that changes its van.
    """
    every = frozenset(_TOLD.values()) | {RequestState.RECEIVED}
    return {
        name: every - {RequestState.EN_ROUTE} if name in left else every
        for name in moved_requests(plan, before)
    }


def _since(rest: RestOfDay, events: Sequence[Event]) -> Sequence[Event]:
    known = [number for number, event in enumerate(events) if event.id == rest.seen]
    return events[known[-1] + 1 if known else 0 :]


def moved_requests(plan: Plan, before: Plan) -> frozenset[str]:
    """List requests that go to another van, or to none.

    Parameters
    ----------
    plan : Plan
        The later plan.
    before : Plan
        The earlier one.

    Returns
    -------
    frozenset of str
        Of those that the later plan still knows.
    """
    old = {stop.request_id: r.vehicle_id for r in before.routes for stop in r.stops}
    new = {stop.request_id: r.vehicle_id for r in plan.routes for stop in r.stops}
    known = new.keys() | {left.request_id for left in plan.unassigned}
    return frozenset(name for name, van in old.items() if name in known and new.get(name) != van)
