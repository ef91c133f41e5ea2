"""Which searcher may change which vans in one round of a solve.

A day of up to `WHOLE` requests is searched whole by everybody. A larger one is divided, again
and again around other requests, into neighbourhoods of routes that are searched at the same
time and put together again: the searchers then work on one solution and not on several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.routing.problem import served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.routing.problem import Problem

WHOLE = 300
"""Requests up to which a day is not divided."""

TEAM = 200
"""Requests of a neighbourhood: a searcher is about twice as fast on so few as on a thousand."""


def divide(
    problem: Problem, routes: Sequence[Sequence[int]], teams: int, rng: np.random.Generator
) -> list[list[int]]:
    """Pick neighbourhoods of vans that have no van in common.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.
    teams : int
        How many neighbourhoods.
    rng : Generator
        Draws the request around which the first one lies.

    Returns
    -------
    list of list of int
        Vans of each, with about `TEAM` requests, or an even share where that is less; vans
        that stay are dealt out in turn.
    """
    stops = {van: list(served(problem, tuple(r))) for van, r in enumerate(routes)}
    out = [van for van in stops if stops[van]]
    size = min(TEAM, -(-sum(map(len, stops.values())) // teams))
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
    for number, van in enumerate(van for van in stops if not stops[van]):
        groups[number % teams].append(van)
    return groups


def _distance_from(problem: Problem, request: int) -> NDArray[np.int64]:
    """Mean metres there and back between a request and each other."""
    metres = problem.metres[0, 0, problem.depots :, problem.depots :]
    away: NDArray[np.int64] = metres[request].astype(np.int64) + metres[:, request]
    return away
