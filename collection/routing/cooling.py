"""How hot each searcher starts, and how it cools down.

Temperatures count in what a mean way between two stops costs, so the same figures hold for
tenths of a kilometre and for cents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.routing.day import FIXED, HARD, PER_SECOND, TRAITS
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.routing.day import Day

COLD, COOL = 0.02, 0.2
"""Last temperatures, with many moves and with few."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the searchers of a day go about it.

    Parameters
    ----------
    tastes : tuple of Taste
        Of the searchers, by turns.
    mixing : float
        First share of the solve of a large day in which it is not divided yet: neighbourhoods
        are of use once routes lie where they belong.
    team : int
        Most requests of a neighbourhood.
    thrift : float
        Mean ways by which a van is dearer than it is at the start of the solve of a large day:
        short routes that are there at the start are hard to dissolve later.
    enough : float
        Moves per request from which it may start as hot as its tastes say; with fewer it would
        not cool down.
    hurry : float
        Last temperature times moves per request, where there are few: below it nothing would
        be found any more in the time that is left.
    """

    tastes: tuple[Taste, ...]
    mixing: float = 0.1
    team: int = 200
    thrift: float = 0.0
    enough: float = 150.0
    hurry: float = 0.0


# Nobody's taste is the best everywhere. Where routes are long, long strings are moved.
SHORT_ROUTES = Course(tastes=(Taste(10.0, 10.0, 1.0), Taste(15.0, 25.0, 3.0)))
LONG_ROUTES = Course(tastes=(Taste(15.0, 25.0, 3.0), Taste(15.0, 25.0, 1.0)))
MANY_SHORT_ROUTES = Course(tastes=(Taste(10.0, 10.0, 3.0),), enough=8_000.0)
MANY_LONG_ROUTES = Course(tastes=(Taste(15.0, 20.0, 10.0),), mixing=0.5, team=500, thrift=50.0)
# Breaks, and limits on times that follow the traffic, make a rough landscape: neighbours cost
# much more or much less, and moves are dear.
ROUGH_DAY = Course(
    tastes=(Taste(10.0, 10.0, 10.0), Taste(10.0, 10.0, 3.0)), enough=100.0, hurry=40.0
)


def course_of(day: Day, routes: Sequence[Sequence[int]], *, large: bool) -> Course:
    """Choose how the searchers go about a day.

    Parameters
    ----------
    day : Day
        The day.
    routes : Sequence of Sequence of int
        Of a plan for it.
    large : bool
        Whether it will be divided.

    Returns
    -------
    Course
        By what its vans must keep, and by the length of its routes.
    """
    if not large and bool((day.vans[:, TRAITS] & HARD).any()):
        return ROUGH_DAY
    out = [len(route) for route in routes if route]
    if sum(out) > LONG_ROUTE * len(out):
        return MANY_LONG_ROUTES if large else LONG_ROUTES
    return MANY_SHORT_ROUTES if large else SHORT_ROUTES


def heat_for(moves: float, requests: int, enough: float) -> float:
    """Tell how much of a searcher's first temperature there is time for.

    Parameters
    ----------
    moves : float
        That there is time for.
    requests : int
        Of the day.
    enough : float
        Of its course.

    Returns
    -------
    float
        More than 0, at most 1.
    """
    return float(min(1.0, max(1, moves, requests) / (enough * max(1, requests))) ** 0.5)


def cold_for(moves: float, requests: int, hurry: float) -> float:
    """Tell how cold it gets in the moves that there is time for.

    Parameters
    ----------
    moves : float
        That there is time for.
    requests : int
        Of the day.
    hurry : float
        Of its course.

    Returns
    -------
    float
        In mean ways.
    """
    return min(COOL, max(COLD, hurry * max(1, requests) / max(1.0, moves)))


def temperature(taste: Taste, heat: float, share: float, cold: float) -> float:
    """Cool down, by the same factor in the same time.

    Parameters
    ----------
    taste : Taste
        Of the searcher.
    heat : float
        See `heat_for`.
    share : float
        0 to 1 of the search.
    cold : float
        See `cold_for`.

    Returns
    -------
    float
        In mean ways.
    """
    hot = taste.hot * heat
    return float(hot * (min(cold, hot / 10) / hot) ** share)


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
