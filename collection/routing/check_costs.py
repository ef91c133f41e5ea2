"""What routes cost and what a plan weighs, worked out a second time in exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collection.routing.check_driven import Driven
    from collection.routing.check_facts import Facts, Van
    from collection.routing.check_routes import Breach
    from collection.units import Cents, Seconds


def overtime_of(van: Van, route: Driven) -> Seconds:
    """Time that a van is out after its regular end.

    Parameters
    ----------
    van : Van
        Who drives.
    route : Driven
        What it does.

    Returns
    -------
    int
        Seconds.
    """
    return max(0, route.end - van.shift[1])


def cost_of(van: Van, route: Driven) -> Cents:
    """Price of a route: the van, its hours, its overtime, its driving, its kilometres.

    Parameters
    ----------
    van : Van
        Who drives.
    route : Driven
        What it does.

    Returns
    -------
    int
        Cents, rounded half up once; 0 without a stop.
    """
    if not route.stops():
        return 0
    exact = (
        van.fixed
        + van.per_hour * Fraction(route.end - route.start, 3_600)
        + van.per_overtime_hour * Fraction(overtime_of(van, route), 3_600)
        + van.per_driven_hour * Fraction(route.travel, 3_600)
        + van.per_km * Fraction(route.metres, 1_000)
    )
    return _half_up(exact)


def soft_cost_of(facts: Facts, routes: Sequence[Driven]) -> Cents:
    """Weight of everything that is on no bill.

    Parameters
    ----------
    facts : Facts
        The day.
    routes : Sequence of Driven
        Of all vans.

    Returns
    -------
    int
        Cents: who serves whom, starts that were announced otherwise, uneven days.
    """
    return sum(_wishes(route) for route in routes) + _unevenness(facts, routes)


def price_of(facts: Facts, routes: Sequence[Driven]) -> Cents:
    """Price of the requests that nobody serves.

    Parameters
    ----------
    facts : Facts
        The day.
    routes : Sequence of Driven
        Of all vans.

    Returns
    -------
    int
        Cents.
    """
    served = {demand.number for route in routes for _, demand in route.stops()}
    return sum(demand.price for demand in facts.demands if demand.number not in served)


def _cost(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require the cents of the van, its hours and its kilometres, rounded half up once."""
    if route.van is not None and route.cost is not None:
        cents = cost_of(route.van, route)
        if route.cost != cents:
            yield f"is {route.cost} cents, must be {cents}", None


COST_CONSTRAINTS = (_cost,)
"""What the bill of every route must keep."""


def _wishes(route: Driven) -> Cents:
    """Sum the prices of who serves whom, and of starts outside of what was announced."""
    cents = 0
    for visit, demand in route.stops():
        first, last = demand.announced
        if route.van is not None:
            cents += demand.preferences[route.van.number]
        if not first <= visit.start <= last:
            cents += demand.change_price
    return cents


def _unevenness(facts: Facts, routes: Sequence[Driven]) -> Cents:
    """Price the spread between the longest day and the shortest of the vans that go out."""
    out = [route for route in routes if route.stops()]
    if facts.fairness is None or not out:
        return 0
    if facts.fairness.measure == "stops":
        days = [Fraction(len(route.stops())) for route in out]
    else:
        days = [Fraction(route.end - route.start, 3_600) for route in out]
    return _half_up(facts.fairness.price * (max(days) - min(days)))


def _half_up(exact: Fraction) -> Cents:
    return math.floor(exact + Fraction(1, 2))
