from itertools import combinations_with_replacement, permutations

import numpy as np
import pytest
from hypothesis import given, settings

from collection.model import BreakRule
from collection.routing.alone import IN_TIME, TOO_FAR, TOO_LATE, Alone, exceeded, halves
from collection.routing.problem import NO_LIMIT
from collection.routing.timing import schedule
from tests.problems import problems
from tests.routing.line_day import OPENING, both, line_day


@pytest.mark.parametrize(
    ("changes", "alike"),
    [
        ({"fixed_costs": np.array([1, 2])}, True),
        ({"hour_costs": np.array([1, 2])}, True),
        ({"km_costs": np.array([1, 2])}, True),
        ({"overtime_costs": np.array([1, 2])}, True),
        ({"drive_costs": np.array([1, 2])}, True),
        ({"capacities": np.array([[1], [2]])}, True),
        ({"prefixes": ((0,), ())}, True),
        ({"pauses": np.array([[0, 90_000, 60]]), "breaks": ((0,), ())}, True),
        ({"preferences": np.arange(8).reshape(4, 2)}, True),
        ({"shifts": np.array([[0, 9], [0, 8]]), "latest_ends": both(9)}, True),
        ({"shifts": np.array([[0, 9], [0, 9]]), "latest_ends": np.array([9, 10])}, False),
        ({"shifts": np.array([[0, 9], [1, 9]])}, False),
        ({"max_metres": np.array([1, 2])}, False),
        ({"max_stops": np.array([1, 2])}, False),
        ({"max_seconds": np.array([1, 2])}, False),
        ({"max_travel": np.array([1, 2])}, False),
        ({"depots": 2, "starts": np.array([0, 1])}, False),
        ({"depots": 2, "ends": np.array([0, 1])}, False),
        ({"rules": ((BreakRule(counts="work", over=9, stretch=9, pause=9, least=9),), ())}, False),
    ],
)
def test_vans_are_of_one_kind_that_differ_only_in_what_does_not_matter(changes, alike):
    if "depots" in changes:
        changes |= {name: getattr(line_day(), name)[:3] for name in ("request_ids", "service")}
        changes |= {name: getattr(line_day(), name)[:3] for name in ("loads", "windows", "prices")}
    alone = Alone(line_day(**changes))

    assert (alone.timing(0, 0) is alone.timing(0, 1)) == alike


def test_a_verdict_tells_limits_from_the_clock():
    # `a` takes 600 s there and back and 300 s of service, `d` 2 400 s and 300 s.
    alone = Alone(
        line_day(
            shifts=np.array([[OPENING, OPENING + 3_000], [OPENING, OPENING + 9_000]]),
            max_travel=np.array([NO_LIMIT, 2_400]),
        )
    )

    assert alone.verdicts(np.ones((4, 2), dtype=bool)).tolist() == [
        [IN_TIME, IN_TIME],
        [IN_TIME, IN_TIME],
        [TOO_LATE, TOO_FAR],
        [TOO_LATE, TOO_FAR],
    ]


def test_a_verdict_is_kept_for_the_next_question():
    alone, none = Alone(line_day()), np.zeros((4, 2), dtype=bool)
    one = none.copy()
    one[2, 1] = True
    alone.verdicts(one)

    assert alone.verdicts(none)[2].tolist() == [IN_TIME, IN_TIME]


@settings(deadline=None, max_examples=100)
@given(problems(max_requests=8, always=("rules",)) | problems(max_requests=8))
def test_each_van_gets_the_verdict_that_it_would_get_by_itself(problem):
    everything = np.ones((len(problem.request_ids), len(problem.vehicle_ids)), dtype=bool)
    verdicts = Alone(problem).verdicts(everything)

    for request, vehicle in np.argwhere(everything & problem.allowed).tolist():
        assert verdicts[request, vehicle] == IN_TIME
    for request, vehicle in np.argwhere(everything).tolist():
        assert verdicts[request, vehicle] == by_itself(problem, request, vehicle)


def order(entry):
    return entry[:2]


def by_itself(problem, request, vehicle):
    """Room, skills, prefixes and breaks by the clock are not asked for."""
    kept = {"break", "prefix"}
    stops = halves(problem, request)

    def wrong(nodes):
        timing = schedule(problem, vehicle, nodes)
        broken = bool(timing.lateness or timing.late_return or timing.unreachable)
        return timing, broken or bool(set(timing.breaches) - kept)

    timing, breaks = wrong(stops)
    if not breaks:
        return IN_TIME
    if exceeded(timing):
        return TOO_FAR
    if timing.unreachable:
        return TOO_LATE
    by_clock = {number for own in problem.breaks for number in own}
    wanted = {rule.pause for rule in problem.rules[vehicle]}
    pauses = [
        node
        for number, node in enumerate(problem.pause_nodes)
        if number not in by_clock and problem.pauses[number, 2] in wanted
    ]
    for count in (1, 2):
        for chosen in permutations(pauses, count):
            for places in combinations_with_replacement(range(1, len(stops) + 1), count):
                laid = []
                for place, stop in enumerate(stops, 1):
                    laid += [
                        stop,
                        *(p for p, at in zip(chosen, places, strict=True) if at == place),
                    ]
                if not wrong(tuple(laid))[1]:
                    return IN_TIME
    return TOO_LATE
