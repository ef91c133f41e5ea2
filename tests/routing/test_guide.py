"""Neighbours and orders that guide a search."""

import numpy as np

from collection.routing.day import day_of
from collection.routing.guide import BESIDE, guide_of
from tests.problems import make_problem


def guided(requests):
    problem = make_problem(np.random.default_rng(0), requests, 2, set())
    day = day_of(problem)
    return problem, day, guide_of(problem, day)


def test_the_nearest_come_first():
    problem, _, guide = guided(9)
    both = problem.seconds[0, 0] + problem.seconds[0, 0].T
    both = (both + problem.metres[0, 0] + problem.metres[0, 0].T)[1:, 1:]

    for request, near in enumerate(guide.near):
        assert sorted([request, *near.tolist()]) == list(range(9))
        assert np.all(np.diff(both[request, near]) >= 0)


def test_ranks_count_from_the_nearest_and_leave_depots_and_the_far_out():
    problem, _, guide = guided(BESIDE + 20)

    for request, near in enumerate(guide.near):
        ranks = guide.ranks[request]
        assert ranks[problem.depots + near[:BESIDE]].tolist() == list(range(1, BESIDE + 1))
        assert np.count_nonzero(ranks) == BESIDE


def test_ways_to_the_near_are_those_of_the_day():
    problem, day, guide = guided(9)

    for request in range(9):
        for rank, other in enumerate(guide.near[request]):
            way = day.ways[:, problem.depots + request, problem.depots + other]
            assert np.array_equal(guide.near_ways[:, request, rank], way)
