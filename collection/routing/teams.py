"""Which searcher may change which vans in one round of a solve.

A day of up to `WHOLE` requests is searched whole by everybody. A larger one is divided, again
and again in another direction, into neighbourhoods of routes that are searched at the same
time and put together again: the searchers then work on one solution and not on several.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.problem import served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.routing.problem import Problem

WHOLE = 300
"""Requests up to which a day is not divided."""


def divide(
    problem: Problem, routes: Sequence[Sequence[int]], teams: int, turn: float
) -> list[list[int]]:
    """Divide vans into neighbourhoods with about as many requests each.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.
    teams : int
        How many neighbourhoods.
    turn : float
        Radians: the direction of the first border, seen from the middle of all requests.

    Returns
    -------
    list of list of int
        Vans of each; those that stay are dealt out in turn.
    """
    points = np.array([(p.lon, p.lat) for p in problem.positions], dtype=float)
    where = points[problem.depots :]
    middle = where.mean(axis=0)
    angles, sizes = {}, {}
    for van, route in enumerate(routes):
        requests = list(served(problem, tuple(route)))
        if requests:
            east, north = where[requests].mean(axis=0) - middle
            angles[van] = (math.atan2(north, east) - turn) % (2 * math.pi)
            sizes[van] = len(requests)
    groups: list[list[int]] = [[] for _ in range(teams)]
    total, seen = sum(sizes.values()), 0
    for van in sorted(angles, key=lambda v: (angles[v], v)):
        groups[min(teams - 1, (seen + sizes[van] // 2) * teams // max(1, total))].append(van)
        seen += sizes[van]
    for number, van in enumerate(v for v in range(len(routes)) if v not in angles):
        groups[number % teams].append(van)
    return groups
