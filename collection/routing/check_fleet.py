"""The verifier's constraints on who serves what together; see `collection.routing.check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.model import Violation
from collection.routing.check_costs import COST_CONSTRAINTS
from collection.routing.check_rests import REST_CONSTRAINTS
from collection.routing.check_routes import TIME_CONSTRAINTS
from collection.routing.check_vans import VAN_CONSTRAINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from collection.routing.check_driven import Driven
    from collection.routing.check_facts import Facts
    from collection.routing.check_routes import RouteConstraint

    FleetConstraint: TypeAlias = Callable[[Facts, Sequence[Driven]], Iterator[Violation]]


def _prefix(facts: Facts, routes: Sequence[Driven]) -> Iterator[Violation]:
    """Require that a route begins with the requests that it was told to begin with."""
    served = {
        route.van.number: tuple(demand.number for _, demand in route.stops())
        for route in routes
        if route.van is not None
    }
    for van in facts.vans:
        first = served.get(van.number, ())[: len(van.prefix)]
        if first != van.prefix:
            wanted, found = (
                ", ".join(facts.demands[n].id if n >= 0 else "an unknown one" for n in numbers)
                for numbers in (van.prefix, first)
            )
            yield Violation(
                constraint="prefix",
                detail=f"must begin with {wanted}, begins with {found or 'nothing'}",
                vehicle_id=van.id,
            )


def _together(facts: Facts, routes: Sequence[Driven]) -> Iterator[Violation]:
    """Require that the served requests of a group share a van."""
    for group in facts.together:
        carriers = [
            route.vehicle_id
            for route in routes
            if any(demand.number in group for _, demand in route.stops())
        ]
        if len(carriers) > 1:
            names = ", ".join(facts.demands[number].id for number in sorted(group))
            yield Violation(
                constraint="together",
                detail=f"{names} must share a van, are with {', '.join(carriers)}",
                request_id=facts.demands[min(group)].id,
            )


def _apart(facts: Facts, routes: Sequence[Driven]) -> Iterator[Violation]:
    """Require that requests which must not share a van do not."""
    for route in routes:
        aboard = {demand.number for _, demand in route.stops()}
        for pair in facts.apart:
            if aboard.issuperset(pair):
                one, other = (facts.demands[number].id for number in pair)
                yield Violation(
                    constraint="apart",
                    detail=f"must not share a van with {other}",
                    vehicle_id=route.vehicle_id,
                    request_id=one,
                )


def _partner(facts: Facts, routes: Sequence[Driven]) -> Iterator[Violation]:
    """Require that what is picked up is delivered later in the same trip, and the reverse."""
    places = {
        demand.number: (number, trip, place)
        for number, route in enumerate(routes)
        for trip, stops in enumerate(route.trips())
        for place, (_, demand) in enumerate(stops)
    }
    for pickup, delivery in facts.partners:
        picked, delivered = places.get(pickup), places.get(delivery)
        if picked is None and delivered is None:
            continue
        if picked is None or delivered is None:
            said = "is served without its other half"
        elif picked[:2] != delivered[:2]:
            said = "is not delivered in the trip of its pickup"
        elif picked[2] > delivered[2]:
            said = "is delivered before it is picked up"
        else:
            continue
        carrier = picked or delivered
        yield Violation(
            constraint="partner",
            detail=f"of {facts.demands[pickup].id} and {facts.demands[delivery].id}: {said}",
            vehicle_id=routes[carrier[0]].vehicle_id if carrier else None,
            request_id=facts.demands[pickup if picked else delivery].id,
        )


FLEET_CONSTRAINTS: tuple[FleetConstraint, ...] = (_prefix, _together, _apart, _partner)
"""What all routes of a day must keep."""

ROUTE_CONSTRAINTS: tuple[RouteConstraint, ...] = (
    *TIME_CONSTRAINTS,
    *VAN_CONSTRAINTS,
    *REST_CONSTRAINTS,
    *COST_CONSTRAINTS,
)
"""What every route must keep."""


def broken(facts: Facts, routes: Sequence[Driven]) -> Iterator[Violation]:
    """Try every constraint on driven routes.

    Parameters
    ----------
    facts : Facts
        The day.
    routes : Sequence of Driven
        Of the vans that go out.

    Yields
    ------
    Violation
        Named after the function that found it.
    """
    for constraint in FLEET_CONSTRAINTS:
        yield from constraint(facts, routes)
    for route in routes:
        for route_constraint in ROUTE_CONSTRAINTS:
            for detail, visit in route_constraint(facts, route):
                yield Violation(
                    constraint=route_constraint.__name__.strip("_"),
                    detail=detail,
                    vehicle_id=route.vehicle_id,
                    request_id=visit.request_id if visit else None,
                )
