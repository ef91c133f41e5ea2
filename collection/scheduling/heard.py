"""What a day's events say of its vans and stops, whatever order they came in.

Events are sorted by the instant at which they happened, then by their place in the stream;
one that comes late, twice or out of order gives the same facts as one that came in time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collection.model import TRANSITIONS, EventType, RequestState, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from collection.model import Event, Plan, Position

_RESULTS = {
    EventType.COLLECTED: RequestState.COLLECTED,
    EventType.FAILED: RequestState.FAILED,
    EventType.REFUSED: RequestState.REFUSED,
}
"""How a visit of a door ends."""

_WORK = frozenset({*_RESULTS, EventType.EN_ROUTE, EventType.ARRIVED, EventType.SHIFT_ENDED})
"""What nobody tells who rests."""

FROM_VAN = _WORK | {
    *(EventType.POSITION, EventType.SCANNED, EventType.SHIFT_STARTED),
    *(EventType.BREAK_STARTED, EventType.BREAK_ENDED),
}
"""What only a driver tells."""


@dataclass(slots=True)
class VanHeard:
    """What one van has told, or was told of it.

    Parameters
    ----------
    heading : dict of str to datetime
        By request: when its driver last said to be on the way there.
    arrivals : dict of str to datetime
        By request: the first arrival.
    position : Position, optional
        The last one.
    position_at : datetime, optional
        When that was.
    last_event_at : datetime, optional
        When it was last heard of.
    shift_started : datetime, optional
        The first start.
    shift_ended : datetime, optional
        The last end, unless the shift was started again.
    breaks : list of tuple of datetime and datetime or None
        Start and end of each; None while it goes on.
    out_at : datetime, optional
        When a dispatcher took it out of the day, unless its driver began again.
    acknowledged : datetime, optional
        When its driver first saw the route of this plan.
    """

    heading: dict[str, datetime] = field(default_factory=dict)
    arrivals: dict[str, datetime] = field(default_factory=dict)
    position: Position | None = None
    position_at: datetime | None = None
    last_event_at: datetime | None = None
    shift_started: datetime | None = None
    shift_ended: datetime | None = None
    breaks: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    out_at: datetime | None = None
    acknowledged: datetime | None = None


@dataclass(slots=True)
class StopHeard:
    """How a stop ended.

    Parameters
    ----------
    state : RequestState
        Collected, failed, refused, cancelled or rescheduled.
    left_at : datetime, optional
        When the van left the door; None where none was there.
    vehicle_id : str, optional
        Which van that was; None where that was not said.
    """

    state: RequestState
    left_at: datetime | None = None
    vehicle_id: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """Facts of a day.

    Parameters
    ----------
    vans : Mapping of str to VanHeard
        By vehicle.
    ends : Mapping of str to StopHeard
        By request, of those that are over.
    """

    vans: Mapping[str, VanHeard]
    ends: Mapping[str, StopHeard]


def hear(plan: Plan, events: Iterable[Event]) -> Heard:
    """Sort out what events say of a plan.

    Parameters
    ----------
    plan : Plan
        Whose vans and stops; facts that were told under another version of it hold too.
    events : Iterable of Event
        In any order, any number of times.

    Returns
    -------
    Heard
        The facts; nothing of other days, vans and requests.
    """
    planned = {stop.request_id: r.vehicle_id for r in plan.routes for stop in r.stops}
    vans = {route.vehicle_id: VanHeard() for route in plan.routes}
    ends: dict[str, StopHeard] = {}
    for event in sorted(events, key=_order):
        if (event.territory, event.day) != (plan.territory, plan.day):
            continue
        request_id = event.request_id if event.request_id in planned else None
        teller = _teller(event) or (planned[request_id] if request_id else None)
        if request_id:
            _end_stop(ends, event, request_id, teller, plan)
        if teller not in vans:
            continue
        van = vans[teller]
        if event.type in FROM_VAN:
            van.last_event_at = event.at
        if request_id and planned[request_id] == teller:
            _follow_stop(van, event, request_id)
        if event.type is EventType.ACKNOWLEDGED and event.plan_id == plan.id:
            van.acknowledged = van.acknowledged or event.at
        _follow_van(van, event)
    return Heard(vans=vans, ends=ends)


def absent(events: Iterable[Event]) -> tuple[frozenset[str], frozenset[str]]:
    """Tell which vans take nothing more, also those without a route.

    Parameters
    ----------
    events : Iterable of Event
        Of one day, in any order.

    Returns
    -------
    out, ended : frozenset of str
        Vans that a dispatcher took out, and vans whose drivers ended their shifts; without those
        whose drivers began again.
    """
    out: set[str] = set()
    ended: set[str] = set()
    for event in sorted(events, key=_order):
        van = _teller(event)
        if not van:
            continue
        match event.type:
            case EventType.SHIFT_STARTED:
                out.discard(van)
                ended.discard(van)
            case EventType.SHIFT_ENDED:
                ended.add(van)
            case EventType.VAN_OUT:
                out.add(van)
    return frozenset(out), frozenset(ended)


def _order(event: Event) -> tuple[object, ...]:
    """When it happened, then where it stands in the stream; the rest makes it total."""
    milliseconds, _, number = event.id.partition("-")
    place = event.position
    return (
        event.at,
        int(milliseconds or 0),
        int(number or 0),
        event.type,
        event.request_id or "",
        event.route_id or "",
        event.vehicle_id or "",
        (place.lon, place.lat) if place else (),
    )


def _teller(event: Event) -> str | None:
    """Which van an event is of; a route's id ends with it in every version of the plan."""
    if event.vehicle_id or not event.route_id:
        return event.vehicle_id
    of_day = f"{event.territory}.{event.day.isoformat()}."
    if not plan_of(event.route_id).startswith(of_day):
        return ""
    return event.route_id.rpartition(".")[2]


def _end_stop(
    ends: dict[str, StopHeard], event: Event, request_id: str, teller: str | None, plan: Plan
) -> None:
    state = _ending(event, plan)
    if state is None:
        return
    end = ends.setdefault(request_id, StopHeard(state))
    # Who was away and came back in time was collected; what is collected stays it.
    if state is RequestState.COLLECTED or state in TRANSITIONS[end.state]:
        if event.type in _RESULTS and end.state is not state:
            end.left_at = None
        end.state = state
    if event.type in _RESULTS and end.left_at is None:
        end.left_at, end.vehicle_id = event.at, teller


def _ending(event: Event, plan: Plan) -> RequestState | None:
    """How a stop ended by an event; None for an event that ends none."""
    if event.type is EventType.RECEIVED:
        # Of one device: what came to the hub was collected, also where the phone is silent.
        return RequestState.COLLECTED
    if event.type is EventType.CANCELLED:
        return RequestState.CANCELLED
    if event.type is EventType.RESCHEDULED and event.at > plan.created_at:
        # Who moved to this day did so before it was planned.
        return RequestState.RESCHEDULED
    return _RESULTS.get(event.type)


def _follow_stop(van: VanHeard, event: Event, request_id: str) -> None:
    if event.type is EventType.EN_ROUTE:
        van.heading[request_id] = event.at
    elif event.type is EventType.ARRIVED:
        van.arrivals.setdefault(request_id, event.at)


def _follow_van(van: VanHeard, event: Event) -> None:
    resting = bool(van.breaks) and van.breaks[-1][1] is None
    if event.position is not None and event.type in FROM_VAN:
        van.position, van.position_at = event.position, event.at
    if resting and event.type in _WORK and event.at > van.breaks[-1][0]:
        # Whoever works has ended the break, with or without a word.
        van.breaks[-1] = (van.breaks[-1][0], event.at)
    match event.type:
        case EventType.SHIFT_STARTED:
            van.shift_started = van.shift_started or event.at
            # Who begins again is back, also after a breakdown.
            van.shift_ended = van.out_at = None
        case EventType.SHIFT_ENDED:
            van.shift_ended = van.shift_ended or event.at
        case EventType.BREAK_STARTED if not resting:
            van.breaks.append((event.at, None))
        case EventType.BREAK_ENDED if resting:
            van.breaks[-1] = (van.breaks[-1][0], event.at)
        case EventType.VAN_OUT:
            van.out_at = van.out_at or event.at
