"""Room in a day's arrays for requests that nobody has made yet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from collection.model import UnassignedReason
from collection.ports import UNREACHABLE
from collection.routing.guide import Guide
from collection.routing.problem import NO_LIMIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.problem import Problem


def with_seats(problem: Problem, seats: int) -> Problem:
    """Add requests that nobody has made yet, where nobody comes by.

    Parameters
    ----------
    problem : Problem
        The day.
    seats : int
        How many.

    Returns
    -------
    Problem
        With the seats behind its requests.
    """
    count = len(problem.request_ids)
    points = len(problem.positions)

    def padded(table: NDArray[Any], value: float) -> NDArray[Any]:
        more = np.full((seats, *table.shape[1:]), value, dtype=table.dtype)
        return np.concatenate([table, more])

    def wide(table: NDArray[np.int32]) -> NDArray[np.int32]:
        grown = np.full(
            (*table.shape[:2], points + seats, points + seats), UNREACHABLE, dtype=np.int32
        )
        grown[:, :, :points, :points] = table
        return grown

    nowhere = problem.positions[0] if problem.positions else None
    return replace(
        problem,
        request_ids=(*problem.request_ids, *(f"seat {number}" for number in range(seats))),
        positions=(*problem.positions, *([nowhere] * seats if nowhere else ())),
        seconds=wide(problem.seconds),
        metres=wide(problem.metres),
        service=padded(problem.service, 0),
        setup=padded(problem.setup, 0),
        addresses=np.concatenate([problem.addresses, count + np.arange(count, count + seats)]),
        loads=padded(problem.loads, 0),
        initial=padded(problem.initial, 0),
        windows=(*problem.windows, *(((0, 0),),) * seats),
        prices=padded(problem.prices, 0),
        partner=padded(problem.partner, -1),
        inside=padded(problem.inside, value=True),
        zoned=padded(problem.zoned, value=False),
        skills=(*problem.skills, *(frozenset(),) * seats),
        skilled=padded(problem.skilled, value=False),
        together=padded(problem.together, -1),
        preferences=padded(problem.preferences, 0),
        announced=np.concatenate([problem.announced, np.tile([-NO_LIMIT, NO_LIMIT], (seats, 1))]),
        change_prices=padded(problem.change_prices, 0),
        allowed=padded(problem.allowed, value=False),
        reasons=(*problem.reasons, *(UnassignedReason.NO_CAPACITY,) * seats),
    )


def nobody_near(problem: Problem) -> Guide:
    """Make a guide that prefers nobody: every place is asked.

    Parameters
    ----------
    problem : Problem
        The day.

    Returns
    -------
    Guide
        For routes that stand; no search would get far by it.
    """
    requests, points = len(problem.request_ids), len(problem.positions)
    profiles, periods = problem.seconds.shape[:2]
    return Guide(
        near=np.zeros((requests, 0), dtype=np.int32),
        ranks=np.zeros((requests, points), dtype=np.uint8),
        near_ways=np.zeros((profiles, requests, 0, periods, 4), dtype=np.int32),
        keys=np.zeros((7, requests), dtype=np.int64),
    )
