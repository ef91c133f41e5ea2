import numpy as np
import pytest

from collection.model import Fairness
from collection.routing.columns import Column, column_of, pool_of, relax
from collection.routing.day import day_of
from tests.routing.line_day import line_day

PARTS = 18_000


def column(vehicle, *nodes, cost=0, seconds=0):
    return Column(vehicle=vehicle, nodes=nodes, cost=cost, seconds=seconds)


def test_a_route_is_timed_and_priced_with_its_soft_prices():
    problem = line_day(preferences=np.array([[7, 0], [0, 0], [5, 0], [0, 0]]))
    made = column_of(problem, day_of(problem), 0, (0, 1, 2, 3))
    assert made == column(0, 0, 1, 2, 3, cost=(11_000 + 12) * PARTS, seconds=6_000)


def test_a_route_that_breaks_a_constraint_or_serves_nobody_is_no_column():
    problem = line_day(max_stops=np.array([1, 1]))
    day = day_of(problem)
    assert column_of(problem, day, 0, (0, 1)) is None
    assert column_of(problem, day, 0, ()) is None


def test_equal_requests_of_a_kind_come_once_at_the_lowest_cost():
    problem = line_day()
    incumbent = [column(0, 0, 1, cost=5)]
    columns = [column(1, 1, 0, cost=3), column(0, 1, 0, cost=3), column(0, 2, cost=9)]
    pool, chosen = pool_of(problem, columns, incumbent)
    assert pool.columns == (columns[0], columns[2])
    assert chosen == [0]
    assert pool.total(chosen) == 3 + 2 * 50_000 * PARTS


def test_lengths_tell_columns_apart_where_they_have_a_price():
    problem = line_day(fairness=Fairness(measure="time", price=3_600))
    columns = [column(0, 0, cost=5, seconds=10), column(0, 0, cost=4, seconds=20)]
    pool, chosen = pool_of(problem, [columns[1], column(1, 1, 2, 3, seconds=50)], [columns[0]])
    assert len(pool.columns) == 3
    assert pool.total([*chosen, 2]) == 5 + 40 * PARTS


def test_the_relaxation_bounds_plans_and_prices_columns():
    problem = line_day()
    # Two vans: half of each pair serves three requests, half of the rest the fourth by half.
    pairs = [column(0, *nodes, cost=10 * PARTS) for nodes in ((0, 1), (0, 2), (1, 2))]
    alone, dear = column(0, 3, cost=10 * PARTS), column(0, 0, cost=90 * PARTS)
    pool, _ = pool_of(problem, [*pairs, alone, dear], [])
    bound, reduced = relax(pool, scale=50_000 * PARTS, time_limit=5)
    assert bound / PARTS == pytest.approx(15 + 5 + 25_000)
    assert reduced.shape == (5,)
    assert reduced[pool.columns.index(dear)] > 50_000 * PARTS / 2


def test_the_relaxation_needs_time():
    rng = np.random.default_rng(0)
    problem = line_day()
    columns = [column(0, *rng.permutation(4)[:2].tolist(), cost=1) for _ in range(50)]
    pool, _ = pool_of(problem, columns, [])
    assert relax(pool, scale=1, time_limit=0.0) is None
