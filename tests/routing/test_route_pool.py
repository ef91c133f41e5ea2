"""Routes of several searchers, and the best set of them."""

import pytest

from collection.model import Fairness
from collection.routing import route_pool
from collection.routing.day import day_of
from collection.routing.route_pool import RoutePool
from collection.routing.timing import schedule
from tests.routing.line_day import both, line_day

NARROW = {"max_stops": both(2)}


def pool_of(problem):
    return RoutePool(problem, day_of(problem))


def met(problem, van, *nodes):
    timing = schedule(problem, van, nodes)
    return van, nodes, timing.parts + timing.soft


def recombined(pool, routes, **changes):
    options = {"time_limit": 5, "deterministic": True, "seed": 0, "stop": lambda: False}
    return pool.recombine(routes, **{**options, **changes})


def test_the_best_routes_of_two_plans_make_a_better_one():
    problem = line_day(**NARROW)
    pool = pool_of(problem)
    pool.add([met(problem, 0, 0, 1), met(problem, 1, 2, 0)])
    pool.add([met(problem, 1, 2, 3), met(problem, 0, 3, 1)])

    assert sorted(recombined(pool, [(0, 2), (1, 3)])) == [(0, 1), (2, 3)]


def test_nothing_better_is_none():
    problem = line_day(**NARROW)
    pool = pool_of(problem)
    pool.add([met(problem, 0, 0, 2), met(problem, 1, 1, 3)])

    assert recombined(pool, [(0, 1), (2, 3)]) is None


def test_of_vans_that_are_alike_either_may_drive():
    problem = line_day(**NARROW)
    pool = pool_of(problem)
    pool.add([met(problem, 0, 0, 1), met(problem, 0, 2, 3)])

    assert sorted(recombined(pool, [(0, 2), (1, 3)])) == [(0, 1), (2, 3)]


def test_of_routes_with_the_same_requests_the_cheapest_stays():
    problem = line_day()
    pool = pool_of(problem)
    long, short = met(problem, 0, 1, 0, 3, 2), met(problem, 1, 0, 1, 2, 3)
    for routes in ([long, short], [short, long]):
        pool.add(routes)
        assert list(pool.routes.values()) == [(short[2], 1, short[1])]


def test_vans_of_other_kinds_keep_theirs_apart():
    problem = line_day(km_costs=both(100) * [1, 2])
    pool = pool_of(problem)
    pool.add([met(problem, 0, 0), met(problem, 1, 0)])

    assert len(pool.routes) == 2


def test_of_too_many_the_oldest_go(monkeypatch):
    monkeypatch.setattr(route_pool, "MOST_ROUTES", 2)
    problem = line_day()
    pool = pool_of(problem)
    pool.add([met(problem, 0, 0), met(problem, 0, 1)])
    pool.add([met(problem, 0, 2)])

    assert [nodes for _, _, nodes in pool.routes.values()] == [(1,), (2,)]


@pytest.mark.parametrize(
    ("measure", "now", "best"),
    [
        # 3 000 and 5 400 s against 4 200 and 5 400 s.
        ("time", [(0, 1), (2, 3)], [(1, 2), (3, 0)]),
        ("stops", [(0, 1, 2), (3,)], [(0, 1), (2, 3)]),
    ],
)
def test_uneven_days_are_weighed(measure, now, best):
    problem = line_day(fairness=Fairness(measure=measure, price=100_000))
    pool = pool_of(problem)
    for routes in ([(0, 1), (2, 3)], [(3, 0), (1, 2)]):
        pool.add(met(problem, van, *nodes) for van, nodes in enumerate(routes))

    assert sorted(recombined(pool, now)) == best


def test_stopping_ends_it():
    problem = line_day(**NARROW)
    pool = pool_of(problem)
    pool.add([met(problem, 0, 0, 1), met(problem, 1, 2, 3)])

    assert recombined(pool, [(0, 2), (1, 3)], stop=lambda: True) in (None, [(0, 1), (2, 3)])
