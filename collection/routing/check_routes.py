"""The verifier's constraints on when a van is where; see `collection.routing.check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.check_facts import Demand, Reload, Rest
from collection.routing.check_times import set_ups
from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from collection.routing.check_driven import Driven, Visit
    from collection.routing.check_facts import Facts, Span
    from collection.units import Seconds

    Breach: TypeAlias = tuple[str, Visit | None]
    RouteConstraint: TypeAlias = Callable[[Facts, Driven], Iterator[Breach]]


def _empty_route(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that a route serves a request."""
    if not any(isinstance(visit.what, Demand | None) for visit in route.visits):
        yield "has no stop", None


def _time_window(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that service starts in a window of the request."""
    for visit, demand in route.stops():
        if not within(visit.start, demand.windows):
            yield f"service {_starts(visit.start, demand.windows)}", visit


def _service_time(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that a stop lasts as long as its devices, its floor and its set-up take."""
    setups = set_ups(visit.what for visit in route.visits)
    for visit, setup in zip(route.visits, setups, strict=True):
        if isinstance(visit.what, Demand):
            lasts, needed = visit.departure - visit.start, visit.what.service + setup
            if lasts != needed:
                yield f"lasts {lasts} s, must be {needed} s, {setup} s of it set-up", visit


def _arrival(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that times follow each other: departure, travel, arrival, then service."""
    left = route.start
    for visit in route.visits:
        if visit.arrival != left + visit.travel:
            detail = f"leaves at {left} s, travels {visit.travel} s, arrives at {visit.arrival} s"
            yield detail, visit
        if visit.start < visit.arrival:
            yield f"starts at {visit.start} s, before the arrival at {visit.arrival} s", visit
        left = visit.departure
    if route.end != left + route.back:
        yield f"leaves at {left} s, travels {route.back} s, returns at {route.end} s", None


def _travel_time(facts: Facts, route: Driven) -> Iterator[Breach]:
    """Require that no leg is faster than the streets are at its hour, and a way leads there."""
    for leg in route.drives():
        if route.van is None:
            return
        way = facts.travel.way(route.van, leg.tail, leg.head)
        arrival = way.arrival(leg.clock)
        if arrival is None or way.length(leg.clock) is None:
            if not facts.travel.others_may(route.van, leg.tail, leg.head, leg.clock):
                yield f"no way leads there at {format_clock(leg.clock)}", leg.visit
        elif leg.travel < arrival - leg.clock:
            needed = arrival - leg.clock
            detail = f"takes {leg.travel} s from {format_clock(leg.clock)}, must be {needed} s"
            yield detail, leg.visit


def _low_emission(facts: Facts, route: Driven) -> Iterator[Breach]:
    """Require that the van goes only where its emission class may."""
    for leg in route.drives():
        if route.van is None:
            return
        way = facts.travel.way(route.van, leg.tail, leg.head)
        closed = way.arrival(leg.clock) is None or way.length(leg.clock) is None
        if closed and facts.travel.others_may(route.van, leg.tail, leg.head, leg.clock):
            clock = format_clock(leg.clock)
            yield f"the way at {clock} is closed to the van's class, not to others", leg.visit


def _metres(facts: Facts, route: Driven) -> Iterator[Breach]:
    """Require that every leg is as long as the way that is taken at its hour."""
    for leg in route.drives():
        if route.van is None:
            return
        length = facts.travel.way(route.van, leg.tail, leg.head).length(leg.clock)
        if length is not None and leg.metres != length:
            yield f"is {leg.metres} m, must be {length} m", leg.visit


def _reload(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that a van is emptied where it may be, when it can be, for as long as it takes."""
    for visit in route.visits:
        place = visit.what
        if not isinstance(place, Reload):
            continue
        if route.van is not None and place.id not in route.van.reloads:
            yield f"may not be emptied at {place.id}", visit
        if not within(visit.start, place.windows):
            yield f"emptying at {place.id} {_starts(visit.start, place.windows)}", visit
        lasts = visit.departure - visit.start
        if lasts != place.service:
            yield f"emptying at {place.id} lasts {lasts} s, must be {place.service} s", visit


def _break_window(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that a pause starts when it may, and not before the van has left its depot."""
    for visit, rest in route.rests():
        if not within(visit.start, rest.windows):
            yield f"a pause {_starts(visit.start, rest.windows)}", visit
    if route.visits and isinstance(route.visits[0].what, Rest):
        yield "begins with a pause at the depot", None


def _break_time(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that a pause is as long as it is meant to be."""
    for visit, rest in route.rests():
        lasts = visit.departure - visit.start
        if lasts != rest.service:
            yield f"a pause lasts {lasts} s, must be {rest.service} s", visit


TIME_CONSTRAINTS: tuple[RouteConstraint, ...] = (
    _empty_route,
    _time_window,
    _service_time,
    _arrival,
    _travel_time,
    _low_emission,
    _metres,
    _reload,
    _break_window,
    _break_time,
)
"""What the times and places of every route must keep."""


def within(clock: Seconds, windows: Sequence[Span]) -> bool:
    """Ask whether a time is in a window.

    Parameters
    ----------
    clock : int
        Seconds of the day.
    windows : Sequence of (int, int)
        Both ends inclusive.

    Returns
    -------
    bool
        Whether it is in any.
    """
    return any(opens <= clock <= closes for opens, closes in windows)


def _starts(clock: Seconds, windows: Sequence[Span]) -> str:
    spans = ", ".join(f"{format_clock(a)}-{format_clock(b)}" for a, b in windows)
    return f"starts at {format_clock(clock)} ({clock} s), windows are {spans or 'none'}"
