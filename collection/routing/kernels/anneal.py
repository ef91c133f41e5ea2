"""Simulated annealing over ruin and recreate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from collection.routing.compiled import kernel
from collection.routing.kernels.copying import copy
from collection.routing.kernels.moves import begin_move, move_cost, take_back, uniform
from collection.routing.kernels.recreate import recreate
from collection.routing.kernels.ruin import ruin
from collection.routing.kernels.state import (
    ABSENT,
    ACCEPTED,
    BEST,
    BEST_COUNT,
    BEST_FIRST,
    BESTS,
    CALLS,
    CHANGED,
    COST,
    COUNT,
    CURRENT,
    ITERATIONS,
    POOL_COST,
    POOL_COUNT,
    POOL_FIRST,
    POOL_VAN,
    POOLED,
    TOUCHED,
    slot_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State


@kernel
def anneal(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    state: State,
    settings: NDArray[np.float64],
    iterations: int,
    temperature: float,
    pool_margin: int,
) -> None:
    """Try moves, and keep those that a temperature lets pass.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search; its best solution, pool and counters are updated.
    settings : ndarray of float64
        See `collection.routing.kernels.ruin`.
    iterations : int
        Moves to try.
    temperature : float
        Parts of a cent.
    pool_margin : int
        Routes of accepted solutions that cost at most so much more than the best go to the
        pool.
    """
    counters = state.counters
    for _ in range(iterations):
        counters[ITERATIONS] += 1
        absent_before = counters[ABSENT]
        begin_move(state)
        limit = int(-temperature * math.log(1.0 - uniform(state)))
        kept = ruin(day, state, settings) and recreate(day, state, settings, absent_before, limit)
        cost = move_cost(day, state, absent_before) if kept else 0
        if not kept or cost > limit:
            take_back(day, state, absent_before)
            continue
        counters[ACCEPTED] += 1
        counters[CURRENT] += cost
        if counters[CURRENT] < counters[BEST]:
            counters[BESTS] += 1
            counters[BEST] = counters[CURRENT]
            keep_best(state)
            _pool(state)
        elif cost != 0 and counters[CURRENT] <= counters[BEST] + pool_margin:
            _pool(state)


@kernel
def keep_best(state: State) -> None:
    """Copy the current solution to the best.

    Parameters
    ----------
    state : State
        The search.
    """
    for van in state.active:
        slot = slot_of(state, van)
        count = state.facts[slot, COUNT]
        state.best[van, BEST_COUNT] = count
        copy(state.best[van], BEST_FIRST, state.routes[slot], 0, count)


@kernel
def _pool(state: State) -> None:
    """Put the changed routes into the pool, as long as it has room."""
    counters = state.counters
    for number in range(counters[TOUCHED]):
        if counters[POOLED] >= len(state.pool):
            return
        van = state.lists[CHANGED, number]
        slot = slot_of(state, van)
        count = state.facts[slot, COUNT]
        if state.facts[slot, CALLS] > 0:
            row = state.pool[counters[POOLED]]
            row[POOL_VAN], row[POOL_COST], row[POOL_COUNT] = van, state.facts[slot, COST], count
            copy(row, POOL_FIRST, state.routes[slot], 0, count)
            counters[POOLED] += 1
