"""Which searcher may change which vans in one round of a solve.

A day of up to `WHOLE` requests is searched whole by everybody. A larger one is divided, again
and again around other requests, into neighbourhoods of routes that are searched at the same
time and put together again: the searchers then work on one solution and not on several.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.day import KIND
from collection.routing.problem import served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.problem import Problem

WHOLE = 300
"""Requests up to which a day is not divided."""


SPARE = 10
"""Vans of a kind that a searcher may send out beside those that are."""


def divide(
    problem: Problem,
    day: Day,
    routes: Sequence[Sequence[int]],
    teams: int,
    *,
    most: int,
    rng: np.random.Generator,
) -> list[list[int]]:
    """Pick neighbourhoods of vans that have no van in common.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.
    teams : int
        How many neighbourhoods.
    most : int
        Requests of each, about.
    rng : Generator
        Draws the request around which the first one lies.

    Returns
    -------
    list of list of int
        Vans of each, with about `most` requests, or an even share where that is less; vans
        that stay are dealt out in turn.
    """
    stops = {van: list(served(problem, tuple(r))) for van, r in enumerate(routes)}
    out = [van for van in stops if stops[van]]
    size = min(most, -(-sum(map(len, stops.values())) // teams))
    groups: list[list[int]] = []
    centre = stops[out[int(rng.integers(len(out)))]][0] if out else 0
    for _ in range(teams):
        away = _distance_from(problem, centre)
        out.sort(key=lambda van: (float(away[stops[van]].mean()), van))
        group: list[int] = []
        while out and sum(len(stops[van]) for van in group) < size:
            group.append(out.pop(0))
        groups.append(sorted(group))
        # The next one lies as far away as can be.
        centre = stops[out[-1]][0] if out else centre
    spare = [van for van in in_use(day, routes, SPARE * teams) if not stops[van]]
    for number, van in enumerate(spare):
        groups[number % teams].append(van)
    return groups


def in_use(day: Day, routes: Sequence[Sequence[int]], spare: int = SPARE) -> list[int]:
    """Pick the vans that are out, and some that stay: a search looks at each van at each insertion.

    Parameters
    ----------
    day : Day
        Arrays of the day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.
    spare : int
        Of those alike that stay, how many.

    Returns
    -------
    list of int
        Vans.
    """
    stay: Counter[int] = Counter()
    vans = []
    kinds = day.vans[:, KIND].tolist()
    for van, route in enumerate(routes):
        if not route:
            stay[kinds[van]] += 1
        if route or stay[kinds[van]] <= spare:
            vans.append(van)
    return vans


def _distance_from(problem: Problem, request: int) -> NDArray[np.int64]:
    """Mean metres there and back between a request and each other."""
    metres = problem.metres[0, 0, problem.depots :, problem.depots :]
    away: NDArray[np.int64] = metres[request].astype(np.int64) + metres[:, request]
    return away
