"""What guides the searches of a day: who lies near whom, and orders of insertion.

The same for every searcher of the day, so it is worked out once and shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from collection.routing.day import CLOSES, OPENS, PRICE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.problem import Problem

NEIGHBOURS = 256
"""Requests near another that a ruin looks at."""

BESIDE = 100
"""Requests near another beside which it is inserted, as long as it fits there; at most 255."""


class Guide(NamedTuple):
    """Arrays of a day with R requests, P points, T periods and F profiles.

    Parameters
    ----------
    near : ndarray of int32, shape (R, n)
        The other requests, nearest first.
    ranks : ndarray of uint8, shape (R, P)
        Per request and point: 1 for its nearest, 2, ... for those beside which it is tried
        first; 0 for all others.
    near_ways : ndarray of int32, shape (F, R, k, T, 4)
        The ways to those of rank 1, ..., as `Day.ways` has them: few enough to stay in the
        processor's cache.
    keys : ndarray of int64, shape (7, R)
        Orders in which requests are inserted, the least first: demand, far, near, short
        windows, early, late, dear.
    """

    near: NDArray[np.int32]
    ranks: NDArray[np.uint8]
    near_ways: NDArray[np.int32]
    keys: NDArray[np.int64]


def guide_of(problem: Problem, day: Day) -> Guide:
    """Work out what guides the searches of a day.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays.

    Returns
    -------
    Guide
        The same for all searchers.
    """
    near = _near(problem)
    beside = near[:, :BESIDE].astype(np.intp) + problem.depots
    ranks = np.zeros((len(near), day.ways.shape[1]), dtype=np.uint8)
    np.put_along_axis(ranks, beside, np.arange(1, beside.shape[1] + 1, dtype=np.uint8), axis=1)
    points = np.arange(problem.depots, problem.depots + len(near))[:, None]
    return Guide(
        near=near,
        ranks=ranks,
        near_ways=np.ascontiguousarray(day.ways[:, points, beside]),
        keys=_keys(problem, day),
    )


def _near(problem: Problem) -> NDArray[np.int32]:
    """List the other requests of each, nearest first, by the mean of there and back."""
    count = len(problem.request_ids)
    seconds = problem.seconds[0, 0, problem.depots :, problem.depots :].astype(np.int64)
    metres = problem.metres[0, 0, problem.depots :, problem.depots :].astype(np.int64)
    both = seconds + seconds.T + metres + metres.T
    np.fill_diagonal(both, np.iinfo(np.int64).max)
    return np.argsort(both, axis=1, kind="stable")[:, : min(count - 1, NEIGHBOURS)].astype(np.int32)


def _keys(problem: Problem, day: Day) -> NDArray[np.int64]:
    count = len(problem.request_ids)
    nodes = day.nodes[:count]
    start = int(problem.starts[0]) if len(problem.starts) else 0
    away = problem.metres[0, 0, start, problem.depots :].astype(np.int64)
    size = np.abs(problem.loads) / np.maximum(problem.capacities.max(axis=0, initial=1), 1)
    return np.array(
        [
            -(1e6 * size.max(axis=1, initial=0)).astype(np.int64),
            -away,
            away,
            nodes[:, CLOSES] - nodes[:, OPENS],
            nodes[:, OPENS],
            -nodes[:, CLOSES],
            -nodes[:, PRICE],
        ],
        dtype=np.int64,
    ).reshape(7, count)
