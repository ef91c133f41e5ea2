"""The verifier's constraints on one route; see `collection.routing.check`."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from collection.model import Load, Route, Violation
from collection.routing.check_facts import Facts, exceeds, skills_of
from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collection.model import PickupRequest, Stop


def _empty_route(facts: Facts, route: Route) -> Iterator[Violation]:  # noqa: ARG001
    """Require that a route has stops."""
    if not route.stops:
        yield _at(route, "empty_route", "has no stop")


def _position(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that a stop is where its request is."""
    for stop, request in _known(facts, route):
        if stop.position != request.address.position:
            yield _at(route, "position", "is not at the request's address", stop)


def _time_window(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that service starts in a window of the request."""
    for stop, request in _known(facts, route):
        windows = facts.windows(request)
        if not any(start <= stop.start <= end for start, end in windows):
            spans = ", ".join(f"{format_clock(a)}-{format_clock(b)}" for a, b in windows)
            started = f"service starts at {format_clock(stop.start)} ({stop.start} s)"
            yield _at(route, "time_window", f"{started}, windows are {spans or 'none'}", stop)


def _service_time(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that a stop lasts as long as its devices take."""
    for stop, request in _known(facts, route):
        lasts, needed = stop.departure - stop.start, facts.service(request)
        if lasts != needed:
            yield _at(route, "service_time", f"lasts {lasts} s, must be {needed} s", stop)


def _arrival(facts: Facts, route: Route) -> Iterator[Violation]:  # noqa: ARG001
    """Require that times follow each other: departure, travel, arrival, then service."""
    left = route.start
    for stop in route.stops:
        if stop.arrival != left + stop.travel:
            detail = f"leaves at {left} s, travels {stop.travel} s, arrives at {stop.arrival} s"
            yield _at(route, "arrival", detail, stop)
        if stop.start < stop.arrival:
            detail = f"starts at {stop.start} s, before the arrival at {stop.arrival} s"
            yield _at(route, "arrival", detail, stop)
        left = stop.departure
    back = route.travel - sum(stop.travel for stop in route.stops)
    if route.end != left + back:
        detail = f"leaves at {left} s, travels {back} s, returns at {route.end} s"
        yield _at(route, "arrival", detail)


def _travel_time(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that no leg is faster than the matrix says, and a way leads there."""
    back = route.travel - sum(stop.travel for stop in route.stops)
    for tail, head, stop in _legs(facts, route):
        way = facts.way(tail, head)
        seconds = stop.travel if stop else back
        if way is None:
            yield _at(route, "travel_time", "no way leads there", stop)
        elif seconds < way[0]:
            yield _at(route, "travel_time", f"takes {seconds} s, must be {way[0]} s", stop)


def _metres(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that every leg is as long as the matrix says."""
    back = route.metres - sum(stop.metres for stop in route.stops)
    for tail, head, stop in _legs(facts, route):
        way = facts.way(tail, head)
        length = stop.metres if stop else back
        if way is not None and length != way[1]:
            yield _at(route, "metres", f"is {length} m, must be {way[1]} m", stop)


def _shift(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that the vehicle leaves and returns within its shift."""
    van = facts.vehicles.get(route.vehicle_id)
    if van is not None and not van.shift.start <= route.start <= route.end <= van.shift.end:
        out = f"{format_clock(route.start)}-{format_clock(route.end)}"
        within = f"{format_clock(van.shift.start)}-{format_clock(van.shift.end)}"
        detail = f"is out {out} ({route.start}-{route.end} s), its shift is {within}"
        yield _at(route, "shift", detail)


def _capacity(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that the vehicle carries all it collects, in every dimension."""
    van = facts.vehicles.get(route.vehicle_id)
    load = Load(units=0, litres=0, grams=0)
    for stop, request in _known(facts, route):
        load += facts.load(request)
        if van is not None and exceeds(load, van.capacity):
            most = van.capacity.as_tuple()
            yield _at(route, "capacity", f"carries {load.as_tuple()}, takes {most}", stop)
            return


def _skills(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that the vehicle has the skills its requests ask for."""
    van = facts.vehicles.get(route.vehicle_id)
    for stop, request in _known(facts, route):
        missing = skills_of(request) - (van.skills if van else frozenset())
        if van is not None and missing:
            yield _at(route, "skills", f"lacks {', '.join(sorted(missing))}", stop)


def _load(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require that on board is what was collected until then."""
    on_board = Load(units=0, litres=0, grams=0)
    for stop, request in _known(facts, route):
        on_board += facts.load(request)
        if stop.load != on_board:
            detail = f"has {stop.load.as_tuple()} on board, must be {on_board.as_tuple()}"
            yield _at(route, "load", detail, stop)
    if route.load != on_board:
        detail = f"ends with {route.load.as_tuple()}, must be {on_board.as_tuple()}"
        yield _at(route, "load", detail)


def _cost(facts: Facts, route: Route) -> Iterator[Violation]:
    """Require the fixed, hourly and per-km cents, rounded half up once."""
    van = facts.vehicles.get(route.vehicle_id)
    if van is None:
        return
    exact = (
        Fraction(van.fixed_cost)
        + Fraction(route.end - route.start, 3_600) * van.cost_per_hour
        + Fraction(route.metres, 1_000) * van.cost_per_km
    )
    cents = math.floor(exact + Fraction(1, 2))
    if route.cost != cents:
        yield _at(route, "cost", f"is {route.cost} cents, must be {cents}")


ROUTE_CONSTRAINTS: tuple[Callable[[Facts, Route], Iterator[Violation]], ...] = (
    _empty_route,
    _position,
    _time_window,
    _service_time,
    _arrival,
    _travel_time,
    _metres,
    _shift,
    _capacity,
    _skills,
    _load,
    _cost,
)
"""What every route must keep."""


def _known(facts: Facts, route: Route) -> Iterator[tuple[Stop, PickupRequest]]:
    """Give the stops whose request exists; others are reported as foreign."""
    for stop in route.stops:
        if stop.request_id in facts.requests:
            yield stop, facts.requests[stop.request_id]


def _legs(facts: Facts, route: Route) -> Iterator[tuple[int, int, Stop | None]]:
    """Legs between known points, each with the stop it leads to; None at the end depot."""
    van = facts.vehicles.get(route.vehicle_id)
    places: list[tuple[int | None, Stop | None]] = [
        (facts.depots.get(van.start_depot) if van else None, None),
        *((facts.points.get(stop.request_id), stop) for stop in route.stops),
        (facts.depots.get(van.end_depot) if van else None, None),
    ]
    for (tail, _), (head, stop) in pairwise(places):
        if tail is not None and head is not None:
            yield tail, head, stop


def _at(route: Route, constraint: str, detail: str, stop: Stop | None = None) -> Violation:
    return Violation(
        constraint=constraint,
        detail=detail,
        vehicle_id=route.vehicle_id,
        request_id=stop.request_id if stop else None,
    )
