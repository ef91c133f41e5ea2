"""Room before the ends of windows: kept where it serves everybody, given up where it does not."""

import pytest

from collection.model import TentativePlan
from collection.routing.building import build, emission_classes, points
from collection.routing.solve import solve
from collection.scheduling.slack import solve_with_slack, with_slack
from collection.units import HOUR, MINUTE
from tests.fakes import GridMatrix
from tests.places import DAY, DEVICES, TERRITORY, make_request

KEPT = TentativePlan(territory="monaco", day=DAY, version=0, routes={})
STREETS = GridMatrix()


def problem_of(requests):
    travel = STREETS.travel(
        points(requests, TERRITORY), day=DAY, classes=emission_classes(TERRITORY)
    )
    return build(requests, TERRITORY, DEVICES, travel, day=DAY)


def run(problem, start, share):
    return solve(problem, start=start, time_limit=5, iteration_limit=max(1, int(60 * share)))


def test_windows_end_earlier_by_a_part_of_themselves_at_most():
    problem = problem_of([make_request("1", hours=((8, 10), (12, 13)))])
    assert with_slack(problem, 10 * MINUTE).windows == (
        ((8 * HOUR, 10 * HOUR - 600), (12 * HOUR, 13 * HOUR - 600)),
    )
    assert with_slack(problem, 40 * MINUTE).windows == (
        ((8 * HOUR, 10 * HOUR - 1_800), (12 * HOUR, 13 * HOUR - 900)),
    )
    assert with_slack(problem, 600, whole=[0]).windows == problem.windows


def test_where_there_is_room_every_stop_begins_before_it():
    requests = [make_request(str(number), hours=((9, 11),)) for number in range(8)]
    problem = problem_of(requests)
    solved, solution = solve_with_slack(problem, KEPT, 10 * MINUTE, run)
    assert solution.unassigned == ()
    assert {spans[-1][1] for spans in solved.windows} == {11 * HOUR - 10 * MINUTE}


def test_a_promise_is_worth_more_than_its_room():
    # So many at one hour that the last ones can only begin in its last minutes.
    crowd = [make_request(f"{number:02}", hours=((9, 10),)) for number in range(40)]
    problem = problem_of(crowd)
    whole = len(run(problem, (), 1.0).unassigned)
    solved, solution = solve_with_slack(problem, KEPT, 15 * MINUTE, run)
    assert len(solution.unassigned) <= whole
    assert any(spans[-1][1] == 10 * HOUR for spans in solved.windows)


@pytest.mark.parametrize("slack", [0, 10 * MINUTE])
def test_nobody_to_serve_is_no_trouble(slack):
    _, solution = solve_with_slack(problem_of([]), KEPT, slack, run)
    assert solution.unassigned == ()
