"""A searcher loads routes, searches some of the vans, and gives back what it found."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.routing.day import day_of
from collection.routing.guide import guide_of
from collection.routing.kernels.state import WHERE
from collection.routing.problem import served
from collection.routing.search import NOBODYS, OUTSIDE, Searcher
from collection.routing.solution import evaluate
from collection.routing.timing import schedule
from tests.problems import make_problem, problems
from tests.routing.line_day import line_day

HOT = 18_000 * 500.0


def searcher(problem, seed=0):
    day = day_of(problem)
    return Searcher(problem, day, guide_of(problem, day), seed=seed)


def random_day(requests=30, vehicles=5, held=frozenset()):
    return make_problem(np.random.default_rng(0), requests, vehicles, held)


def test_a_new_search_leaves_all_absent():
    search = searcher(line_day())

    assert search.best_routes() == search.current_routes() == [(), ()]
    assert search.cost == search.best_cost == 18_000 * 4 * 50_000
    assert (search.iterations, search.vans) == (0, [0, 1])


def test_it_starts_from_what_routes_begin_with():
    assert searcher(line_day(prefixes=((), (3, 1)))).best_routes() == [(), (3, 1)]


def test_constructing_serves_all_that_pays():
    search = searcher(line_day())
    search.construct()

    assert search.best_cost == search.cost == 18_000 * (1_000 + 6_000 + 4_000)
    assert sorted(map(len, search.best_routes())) == [0, 4]


def test_moves_are_counted():
    search = searcher(line_day())
    search.run(7, 1.0)
    search.run(5, 1.0)

    assert search.iterations == 12


def test_loaded_routes_are_current_and_best():
    search = searcher(line_day())

    assert search.load([(0, 2), (1,)])
    assert search.current_routes() == search.best_routes() == [(0, 2), (1,)]
    assert search.cost == evaluate(line_day(), [(0, 2), (1,)]).parts
    assert not searcher(line_day(max_stops=np.full(2, 1))).load([(0, 2), (1,)])


def test_it_changes_its_own_vans_and_takes_its_share_of_the_absent():
    problem = line_day(max_stops=np.full(2, 3))
    search = searcher(problem)
    search.load([(0,), (1,)], active=[1], share=(0, 2))

    # Of c and d, absent both, c is its share; a is another's.
    assert search.state.lists[WHERE, :4].tolist() == [OUTSIDE, 1, -1, NOBODYS]
    search.construct()
    search.run(50, HOT)
    assert search.vans == [1]
    assert search.best_routes()[0] == search.current_routes()[0] == ()
    assert sorted(search.best_routes()[1]) == [1, 2]


def test_shares_are_disjoint_and_complete():
    problem = random_day()
    absent = [
        np.flatnonzero(_loaded(problem, share=(number, 3)).state.lists[WHERE, :30] == -1).tolist()
        for number in range(3)
    ]
    possible = [r for r, reason in enumerate(problem.reasons) if reason is None]

    assert sorted(chain(*absent)) == possible


def _loaded(problem, **options):
    search = searcher(problem)
    search.load([()] * len(problem.vehicle_ids), **options)
    return search


def test_impossible_requests_are_let_alone():
    problem = random_day(held={"skills", "gaps"})
    search = searcher(problem)
    search.construct()
    search.run(100, HOT)
    impossible = {r for r, reason in enumerate(problem.reasons) if reason is not None}

    assert not impossible & {r for route in search.best_routes() for r in served(problem, route)}


def test_the_pool_is_drained_once():
    search = searcher(random_day())
    search.construct()
    search.run(200, HOT, 10**12)
    met = search.drain_pool()

    assert met
    assert search.drain_pool() == []
    for van, nodes, cost in met:
        routes = [()] * 5
        routes[van] = nodes
        alone = evaluate(search.problem, routes)
        absent = int(search.problem.prices[list(alone.unassigned)].sum())
        assert cost == alone.parts - 18_000 * absent


@pytest.mark.parametrize("held", [frozenset(), {"windows", "rules", "reloads", "fairness"}])
def test_a_seed_is_a_search(held):
    def found(seed):
        search = searcher(random_day(held=held), seed)
        search.construct()
        search.run(100, HOT)
        return search.current_routes()

    assert found(4) == found(4)
    assert len({tuple(found(seed)) for seed in range(4)}) > 1


def test_chunks_make_no_difference():
    whole, parts = searcher(random_day(), 3), searcher(random_day(), 3)
    whole.run(60, HOT)
    for _ in range(6):
        parts.run(10, HOT)

    assert whole.current_routes() == parts.current_routes()


@settings(deadline=None, max_examples=60)
@given(problems(), st.integers(0, 99))
def test_whatever_it_finds_keeps_every_constraint(problem, seed):
    search = searcher(problem, seed)
    if not problem.vehicle_ids or not search.load(problem.prefixes):
        return
    search.construct()
    search.run(40, HOT)

    for routes in (search.best_routes(), search.current_routes()):
        assert evaluate(problem, routes) is not None
    assert search.best_cost <= search.cost


def test_thrift_makes_each_van_that_is_out_dearer_for_the_search_alone():
    problem = random_day()
    search = searcher(problem)
    search.construct()
    routes = search.best_routes()
    search.load(routes)
    cost, met = search.cost, search.met()

    assert search.load(routes, thrift=1_000)
    assert search.cost == cost + 1_000 * sum(map(bool, routes))
    assert search.met() == met


def test_thrift_brings_vans_home():
    problem = random_day()
    out = []
    for thrift in (0, 10**9):
        search = searcher(problem)
        search.load([()] * 5, thrift=thrift)
        search.construct()
        search.run(3_000, 1.0)
        out.append(sum(map(bool, search.best_routes())))

    assert out[1] < out[0]


def test_what_was_pooled_before_another_thrift_is_not_drained_with_it():
    problem = random_day()
    search = searcher(problem)
    search.construct()
    search.run(200, HOT)
    search.load(search.best_routes(), thrift=10**6)
    search.run(200, HOT)
    day = day_of(problem)

    drained = search.drain_pool()
    assert drained
    for van, nodes, cost in drained:
        timing = schedule(day, van, nodes)
        assert cost == timing.parts + timing.soft
