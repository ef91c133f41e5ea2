"""Neighbourhoods of vans that can be searched at the same time."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.routing.day import day_of
from collection.routing.problem import served
from collection.routing.teams import divide, in_use
from tests.problems import make_problem
from tests.routing.line_day import line_day

MOST = 200


def rng(seed=0):
    return np.random.default_rng(seed)


def test_routes_that_lie_together_are_a_team():
    # Any draw leaves a and b on one side and c and d on the other.
    for seed in range(8):
        teams = divide(
            line_day(), day_of(line_day()), [(0,), (3,), (1,), (2,)], 2, most=MOST, rng=rng(seed)
        )
        assert sorted(teams) == [[0, 2], [1, 3]]


@pytest.mark.parametrize("teams", [1, 2, 3])
def test_vans_that_stay_are_dealt_out(teams):
    groups = divide(line_day(), day_of(line_day()), [(), ()], teams, most=MOST, rng=rng())

    assert len(groups) == teams
    assert sorted(van for group in groups for van in group) == [0, 1]


def test_pauses_and_reloads_do_not_make_a_route():
    problem = line_day(pauses=np.array([[0, 9, 9]]))

    assert sorted(
        chain(*divide(problem, day_of(problem), [(4,), (0,)], 2, most=MOST, rng=rng()))
    ) == [0, 1]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 12))
def test_no_van_is_in_two_teams_and_none_is_too_large(seed, teams, vans):
    generator = rng(seed)
    problem = make_problem(generator, 40, vans, set())
    order = generator.permutation(40)[: generator.integers(0, 41)]
    routes = [tuple(part.tolist()) for part in np.array_split(order, vans)]
    groups = divide(problem, day_of(problem), routes, teams, most=MOST, rng=generator)

    everyone = sorted(van for group in groups for van in group)
    assert len(groups) == teams
    assert len(set(everyone)) == len(everyone)
    assert set(everyone) <= set(range(vans))
    assert {van for van in range(vans) if not routes[van]} <= set(everyone)
    share = min(MOST, -(-len(order) // teams))
    largest = max(map(len, routes))
    for group in groups:
        assert sum(len(served(problem, routes[van])) for van in group) < share + max(1, largest)


def test_a_team_has_no_more_than_a_searcher_is_quick_with():
    problem = make_problem(rng(), 900, 90, set())
    routes = [tuple(range(10 * van, 10 * van + 10)) for van in range(90)]

    assert [
        10 * len(group)
        for group in divide(problem, day_of(problem), routes, 2, most=MOST, rng=rng())
    ] == [MOST, MOST]


def test_of_vans_that_are_alike_only_some_stay_at_hand():
    problem = line_day()

    assert in_use(day_of(problem), [(), ()]) == [0, 1]
    assert in_use(day_of(problem), [(), ()], spare=1) == [0]
    assert in_use(day_of(problem), [(), (0, 1)], spare=0) == [1]
    # Vans of two kinds.
    slower = line_day(max_stops=np.array([3, 4]))
    assert in_use(day_of(slower), [(), ()], spare=1) == [0, 1]
