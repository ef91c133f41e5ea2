"""Simulated annealing keeps the best, and its books in order."""

import numpy as np
from hypothesis import given, settings

from collection.routing.kernels.anneal import anneal, keep_best
from collection.routing.kernels.ruin import BLINK
from collection.routing.kernels.state import (
    ACCEPTED,
    BEST,
    BEST_COUNT,
    BEST_FIRST,
    CURRENT,
    ITERATIONS,
    POOL_COST,
    POOL_COUNT,
    POOL_FIRST,
    POOL_VAN,
    POOLED,
)
from collection.routing.solution import evaluate
from collection.routing.timing import schedule
from tests.routing.kernels.running import EAGER, running, searches
from tests.routing.line_day import line_day


def best_of(search):
    return [
        tuple(row[BEST_FIRST : BEST_FIRST + row[BEST_COUNT]].tolist()) for row in search.state.best
    ]


@settings(deadline=None, max_examples=60)
@given(searches())
def test_costs_are_those_of_the_routes(search):
    counters = search.state.counters
    start = int(counters[BEST])
    anneal(search.day, search.state, EAGER, 40, 1e6, 10**9)

    assert counters[ITERATIONS] == 40
    assert counters[CURRENT] == search.cost
    assert counters[BEST] <= min(start, counters[CURRENT])
    problem = search.problem
    impossible = sum(
        int(price)
        for price, reason in zip(problem.prices, problem.reasons, strict=True)
        if reason is not None
    )
    assert evaluate(problem, best_of(search)).parts == counters[BEST] + 18_000 * impossible
    assert evaluate(problem, search.routes) is not None


@settings(deadline=None, max_examples=40)
@given(searches())
def test_pooled_routes_are_feasible_and_priced(search):
    anneal(search.day, search.state, EAGER, 40, 1e6, 10**12)
    for row in search.state.pool[: search.state.counters[POOLED]]:
        route = row[POOL_FIRST : POOL_FIRST + row[POOL_COUNT]].tolist()
        timing = schedule(search.day, int(row[POOL_VAN]), route)
        assert timing.feasible
        assert row[POOL_COST] == timing.parts + timing.soft


def test_without_heat_nothing_gets_dearer():
    search = running(line_day(), [(0, 3), (2, 1)])
    costs = [int(search.state.counters[CURRENT])]
    for _ in range(30):
        anneal(search.day, search.state, EAGER, 1, 0.0, 0)
        costs.append(int(search.state.counters[CURRENT]))

    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == 18_000 * (1_000 + 6_000 + 4_000)


def test_with_heat_dearer_moves_pass():
    search = running(line_day(), [(0, 1, 2, 3)], seed=1)
    blind = EAGER.copy()
    blind[BLINK] = 0.5
    costs = set()
    for _ in range(60):
        anneal(search.day, search.state, blind, 1, 1e9, 0)
        costs.add(int(search.state.counters[CURRENT]))

    assert len(costs) > 1
    assert search.state.counters[ACCEPTED] > 0
    assert search.state.counters[BEST] == min(costs)


def test_the_best_is_a_copy():
    search = running(line_day(), [(0, 1), (2,)])
    keep_best(search.state)
    search.state.routes[:] = 9

    assert best_of(search) == [(0, 1), (2,)]
    assert np.any(search.state.routes == 9)
