"""How hot each searcher starts, and how it cools down.

Temperatures count in what a mean way between two stops costs, so the same figures hold for
tenths of a kilometre and for cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.routing.day import FIXED, PER_SECOND
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.routing.day import Day

COLD = 0.01
"""Last temperature."""

ENOUGH = 1_000
"""Moves per request from which a search may start hot; with fewer it would not cool down."""

LONG_ROUTE = 15
"""Mean nodes of a route from which `LONG_ROUTES` holds."""


@dataclass(frozen=True, slots=True)
class Taste:
    """How one searcher searches.

    Parameters
    ----------
    removed : float
        Mean number of requests that a move takes out.
    longest : float
        Most of them from one route.
    hot : float
        First temperature.
    """

    removed: float
    longest: float
    hot: float


# Nobody's taste is the best everywhere. Where routes are long, long strings are moved.
SHORT_ROUTES = (Taste(10.0, 10.0, 1.0), Taste(15.0, 25.0, 3.0))
LONG_ROUTES = (Taste(15.0, 25.0, 3.0), Taste(15.0, 25.0, 1.0))


def taste_of(number: int, routes: Sequence[Sequence[int]]) -> Taste:
    """Choose how a searcher searches.

    Parameters
    ----------
    number : int
        Which searcher.
    routes : Sequence of Sequence of int
        Of a plan for the day.

    Returns
    -------
    Taste
        By turns.
    """
    out = [len(route) for route in routes if route]
    is_long = sum(out) > LONG_ROUTE * len(out)
    tastes = LONG_ROUTES if is_long else SHORT_ROUTES
    return tastes[number % len(tastes)]


def heat_for(moves: float, requests: int) -> float:
    """Tell how much of a searcher's first temperature there is time for.

    Parameters
    ----------
    moves : float
        That there is time for.
    requests : int
        Of the day.

    Returns
    -------
    float
        More than 0, at most 1.
    """
    return float(min(1.0, max(moves, requests) / (ENOUGH * max(1, requests))) ** 0.5)


def temperature(taste: Taste, heat: float, share: float) -> float:
    """Cool down, by the same factor in the same time.

    Parameters
    ----------
    taste : Taste
        Of the searcher.
    heat : float
        See `heat_for`.
    share : float
        0 to 1 of the search.

    Returns
    -------
    float
        In mean ways.
    """
    hot = taste.hot * heat
    return float(hot * (min(COLD, hot / 10) / hot) ** share)


def mean_way(day: Day, routes: Sequence[Sequence[int]]) -> float:
    """Price a mean way between two stops, without service and fixed costs.

    Parameters
    ----------
    day : Day
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.

    Returns
    -------
    float
        Parts of a cent, at least 1.
    """
    parts, ways = 0, 0
    for van, route in enumerate(routes):
        if route:
            timing = schedule(day, van, route)
            service = sum(timing.departures) - sum(timing.starts)
            parts += timing.parts - int(day.vans[van, FIXED])
            parts -= int(day.vans[van, PER_SECOND]) * service
            ways += len(route) + 1
    return max(1.0, parts / ways) if ways else 1.0
