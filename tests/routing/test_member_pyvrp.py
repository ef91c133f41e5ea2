"""PyVRP takes part only where it knows the whole day, and its routes are a plan of it."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from collection.routing.check_solution import check_solution
from collection.routing.member_pyvrp import Member, expresses
from collection.routing.solution import evaluate
from collection.routing.solve import solve
from tests.problems import make_problem, problems


def plain(requests=25, vehicles=3):
    return make_problem(np.random.default_rng(4), requests, vehicles, set())


def answer(member):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if (routes := member.poll()) is not None:
            return routes
        time.sleep(0.05)
    return None


def test_it_serves_a_plain_day_without_a_violation():
    problem = plain()
    with Member(problem, seconds=4, seed=1, everybody=False) as member:
        routes = answer(member)

    assert check_solution(problem, routes) == []
    assert evaluate(problem, routes).total <= solve(problem, time_limit=1).total * 1.1


def test_it_ends_with_its_block():
    with Member(plain(), seconds=60, seed=1, everybody=True) as member:
        began = time.monotonic()

    assert time.monotonic() - began < 2
    assert member.poll() is None


@pytest.mark.parametrize(
    "change",
    [
        {"max_stops": np.full(3, 4)},
        {"drive_costs": np.full(3, 10)},
        {"apart": ((0, 1),)},
        {"together": np.zeros(25, dtype=np.int64)},
        {"preferences": np.ones((25, 3), dtype=np.int64)},
        {"latest_ends": np.full(3, 90_000)},
        {"prefixes": ((0,), (), ())},
        {"initial": np.ones((25, 1), dtype=np.int64)},
        {"windows": (((30_000, 31_000), (40_000, 41_000)),) * 25},
    ],
)
def test_a_day_with_more_than_it_knows_is_not_given_to_it(change):
    assert expresses(plain())
    assert not expresses(replace(plain(), **change))


@settings(max_examples=50, deadline=None)
@given(problems(always=("periods",)))
def test_traffic_is_never_given_to_it(problem):
    assert not expresses(problem) or len(problem.periods) == 1
