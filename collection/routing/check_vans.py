"""The verifier's constraints on what a van may do in a day; see `collection.routing.check`."""

from __future__ import annotations

from operator import add
from typing import TYPE_CHECKING

from collection.routing.check_costs import overtime_of
from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.routing.check_driven import Driven, Visit
    from collection.routing.check_facts import Demand, Facts
    from collection.routing.check_routes import Breach, RouteConstraint


def _shift(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the van leaves within its shift and returns by the end of its overtime."""
    van = route.van
    if van is not None and not van.shift[0] <= route.start <= route.end <= van.latest_end:
        out = f"{format_clock(route.start)}-{format_clock(route.end)}"
        may = f"{format_clock(van.shift[0])}-{format_clock(van.latest_end)}"
        yield f"is out {out} ({route.start}-{route.end} s), may be out {may}", None


def _overtime(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the time after the regular end is stated."""
    if route.van is not None and route.overtime is not None:
        overtime = overtime_of(route.van, route)
        if route.overtime != overtime:
            yield f"states {route.overtime} s of overtime, must be {overtime} s", None


def _range(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the van does not drive farther than it can."""
    most = route.van.max_metres if route.van else None
    if most is not None and route.metres > most:
        yield f"drives {route.metres} m, can drive {most} m", None


def _max_stops(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the van does not stop at more requests than it may."""
    most = route.van.max_stops if route.van else None
    stops = len(route.stops())
    if most is not None and stops > most:
        yield f"serves {stops} requests, may serve {most}", None


def _max_duration(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the van is not out longer than it may be."""
    most = route.van.max_duration if route.van else None
    out = route.end - route.start
    if most is not None and out > most:
        yield f"is out {out} s, may be out {most} s", None


def _max_travel(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the van does not drive longer than it may."""
    most = route.van.max_travel if route.van else None
    if most is not None and route.travel > most:
        yield f"drives {route.travel} s, may drive {most} s", None


def _skills(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the van has the skills that its requests ask for."""
    for visit, demand in route.stops():
        if route.van is not None and route.van.number in demand.unskilled:
            yield f"lacks one of {', '.join(sorted(demand.skills))}", visit


def _fixed_vehicle(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that a request that is given to one van is served by no other."""
    for visit, demand in route.stops():
        if route.van is not None and route.van.number in demand.excluded:
            yield "is ruled out by name for this request", visit


def _capacity(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the van carries all that is on board, at every moment of every trip."""
    if route.van is None:
        return
    most = route.van.capacity
    for trip in route.trips():
        on_board = _at_first(trip, len(most))
        moments: list[tuple[Visit | None, tuple[int, ...]]] = [(None, on_board)]
        for visit, demand in trip:
            on_board = tuple(map(add, on_board, demand.change))
            moments.append((visit, on_board))
        for moment, load in moments:
            if any(amount > room for amount, room in zip(load, most, strict=True)):
                yield f"carries {load}, takes {most}", moment
                break


def _load(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that on board is what came on board since the van was last emptied."""
    on_board: tuple[int, ...] | None = None
    for trip in route.trips():
        on_board = None
        for visit, demand in trip:
            on_board = on_board or _at_first(trip, len(demand.change))
            on_board = tuple(map(add, on_board, demand.change))
            if visit.load is not None and visit.load != on_board:
                yield f"has {visit.load} on board, must be {on_board}", visit
    if route.load is not None:
        at_end = on_board or (0,) * len(route.load)
        if route.load != at_end:
            yield f"ends with {route.load}, must be {at_end}", None


def _at_first(trip: list[tuple[Visit, Demand]], dimensions: int) -> tuple[int, ...]:
    """Sum what is on board at the start of a trip."""
    return tuple(sum(demand.initial[i] for _, demand in trip) for i in range(dimensions))


VAN_CONSTRAINTS: tuple[RouteConstraint, ...] = (
    _shift,
    _overtime,
    _range,
    _max_stops,
    _max_duration,
    _max_travel,
    _skills,
    _fixed_vehicle,
    _capacity,
    _load,
)
"""What every van can and may do."""
