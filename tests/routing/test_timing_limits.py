"""What a route must keep, met to the unit and missed by one."""

import numpy as np
import pytest

from collection.model import BreakRule
from collection.ports import UNREACHABLE
from collection.routing.problem import NO_LIMIT
from collection.routing.timing import schedule
from tests.routing.line_day import CLOSING, HOUR, SECONDS, both, line_day
from tests.routing.test_timing import HUB, after, day, van


def breaches(problem, route, vehicle=0):
    timing = schedule(problem, vehicle, route)
    assert timing.feasible == (not timing.breaches)
    return timing.breaches


def test_loads_change_with_sign_and_start_with_what_the_trip_delivers():
    problem = line_day(
        **HUB,
        loads=np.array([[1, 0], [-2, 1], [3, 0], [-1, 0]]),
        initial=np.array([[0, 0], [2, 0], [0, 0], [1, 0]]),
        capacities=np.full((2, 2), 4),
    )

    # 3 on board for b and d; then 4, 2, 1. The hub empties; c is another trip.
    assert schedule(problem, 0, (0, 1, 3, 4, 2)).loads == ((4, 0), (2, 1), (1, 1), (0, 0), (3, 0))
    assert schedule(problem, 0, (0, 1, 3, 4, 2)).feasible


@pytest.mark.parametrize(
    ("route", "over"),
    [
        ((1, 0), 0),
        ((0, 1), 1),  # 2 from the start, 3 after a
        ((1, 3), 1),  # 2 + 1 from the start of the one trip
        ((1, 4, 3), 0),  # 2 and 1, each of its own trip
        ((0, 3, 4, 0), 0),
        ((0, 1, 4, 2, 1), 1 + 1),  # at the worst moment of each trip
    ],
)
def test_overload_of_each_trip(route, over):
    problem = line_day(
        **HUB,
        loads=np.array([[1], [-2], [1], [-1]]),
        initial=np.array([[0], [2], [0], [1]]),
        capacities=np.full((2, 1), 2),
    )
    timing = schedule(problem, 0, route)

    assert (timing.overload, timing.feasible) == (over, over == 0)


@pytest.mark.parametrize(
    ("field", "most", "name"),
    [
        ("max_metres", 20_000, "range"),
        ("max_stops", 2, "max_stops"),
        ("max_seconds", 3_000, "max_duration"),
        ("max_travel", 2_400, "max_travel"),
    ],
)
def test_limits_are_met_to_the_unit(field, most, name):
    assert breaches(van(**{field: most}), (0, 1)) == ()
    assert breaches(van(**{field: most - 1}), (0, 1)) == (name,)


def test_stops_are_requests_only():
    problem = line_day(**HUB, pauses=np.array([[0, CLOSING, 60]]), max_stops=both(2))
    assert breaches(problem, (0, 4, 5, 1)) == ()


def test_a_reload_may_be_closed_to_a_van():
    problem = line_day(**HUB, reload_allowed=np.array([[False], [True]]))
    assert [schedule(problem, v, (0, 4, 1)).unable for v in (0, 1)] == [1, 0]


def test_a_van_serves_only_what_it_may():
    problem = line_day(allowed=np.array([[False, True], [True, True], [False, True], [True, True]]))
    assert [schedule(problem, v, (0, 1, 2)).unable for v in (0, 1)] == [2, 0]


def lunch(earliest, latest, seconds=900):
    """A break of the first van: node 4."""
    pauses = np.array([[after(earliest), after(latest), seconds]])
    return line_day(pauses=pauses, breaks=((0,), ()))


@pytest.mark.parametrize(
    ("earliest", "latest", "due"),
    [
        # Out from 0 to 3 000 s after opening.
        (0, 2_999, True),
        (0, 3_000, False),  # it can be taken on return
        (-899, 0, True),
        (-900, 0, False),  # it could be taken before leaving
    ],
)
def test_a_break_by_the_clock_is_due_unless_there_is_rest_before_or_after(earliest, latest, due):
    problem = lunch(earliest, latest)

    assert breaches(problem, (0, 1)) == (("break",) if due else ())
    assert breaches(problem, (0, 1), vehicle=1) == ()


def test_a_break_is_taken_once_within_its_window_and_on_the_way():
    timing = schedule(lunch(1_000, 1_200), 0, (0, 4, 1))

    assert timing.travel == (600, 0, 600, 1_200)
    assert (timing.starts[1], timing.departures[1]) == (after(1_000), after(1_900))
    assert (timing.departure, timing.end, timing.feasible) == (after(100), after(4_000), True)
    assert timing.cost == 6_000 + 900
    assert schedule(lunch(0, 899), 0, (0, 4, 1)).lateness == 1
    assert breaches(lunch(0, 5_000), (0, 4, 4, 1)) == ("break",)
    assert breaches(lunch(0, 5_000), (4, 0, 1)) == ("break",)


# Six hours of work without a pause of 20 minutes (FR); more than six hours of work: 30 minutes, in
# parts of 15 (DE); 4.5 hours of driving: 45 minutes (EU 561). Spain: 15 minutes after six hours.
FR = BreakRule(counts="work", over=6 * HOUR, stretch=6 * HOUR, pause=1_200, least=1_200)
DE = BreakRule(counts="work", over=6 * HOUR, stretch=6 * HOUR, pause=1_800, least=900)
ES = BreakRule(counts="work", over=6 * HOUR, stretch=6 * HOUR, pause=900, least=900)
EU = BreakRule(counts="driving", over=16_200, stretch=16_200, pause=2_700, least=2_700)
LENGTHS = (600, 900, 1_200, 1_800, 2_700)
P600, P900, P1200, P1800, P2700 = range(4, 9)


def ruled(rule, work):
    """The first van works so many seconds to a, b and back under a rule; 2 400 s are driven."""
    pauses = np.array([(-NO_LIMIT, NO_LIMIT, n) for n in LENGTHS])
    service = np.full(4, (work - 2_400) // 2)
    return line_day(rules=((rule,), ()), pauses=pauses, service=service)


@pytest.mark.parametrize("rule", [FR, DE, ES])
def test_work_up_to_the_limit_asks_for_no_pause(rule):
    assert breaches(ruled(rule, 6 * HOUR), (0, 1)) == ()
    assert breaches(ruled(rule, 6 * HOUR + 2), (0, 1)) == ("break_rule",)
    assert breaches(ruled(rule, 6 * HOUR + 2), (0, 1), vehicle=1) == ()


@pytest.mark.parametrize(
    ("rule", "route", "kept"),
    [
        (FR, (0, P1200, 1), True),
        (FR, (0, P900, 1), False),  # too short
        (FR, (0, P600, P600, 1), False),  # in parts
        (FR, (0, 1, P1200), True),  # 5.9 hours to the pause
        (DE, (0, P1800, 1), True),
        (DE, (0, P900, 1, P900), True),
        (DE, (0, P1200, 1), False),  # 20 of 30 minutes
        (DE, (0, P600, 1, P1200), False),  # 10 minutes do not count
        (ES, (0, P900, 1), True),
        (ES, (0, P600, 1), False),
    ],
)
def test_work_rules_of_countries(rule, route, kept):
    assert breaches(ruled(rule, 6 * HOUR + 800), route) == (() if kept else ("break_rule",))


def test_no_stretch_of_work_is_longer_than_the_rule_says():
    # To a and its service 11 100 s; b and back 12 300 s; then 1 200 s of driving home.
    problem = ruled(FR, 6 * HOUR + 1_800)
    strict = BreakRule(counts="work", over=0, stretch=11_100, pause=1_200, least=1_200)

    assert breaches(problem, (0, P1200, 1)) == ()
    assert breaches(line_day_with(problem, strict), (0, P1200, 1, P1200)) == ()
    tighter = BreakRule(counts="work", over=0, stretch=11_099, pause=1_200, least=1_200)
    assert breaches(line_day_with(problem, tighter), (0, P1200, 1, P1200)) == ("break_rule",)


def line_day_with(problem, rule):
    return line_day(rules=((rule,), ()), pauses=problem.pauses, service=problem.service)


def test_waiting_is_work():
    pauses = np.array([(-NO_LIMIT, NO_LIMIT, n) for n in LENGTHS])
    for opens, kept in ((6 * HOUR - 1_500, True), (6 * HOUR - 1_499, False)):
        # Leaves at 0 for a; waits for b; ends 1 500 s after b begins.
        problem = day([(0, 600)], [(opens, 9 * HOUR)], rules=((FR,), ()), pauses=pauses)
        assert schedule(problem, 0, (0, 1)).end == after(opens + 1_500)
        assert (breaches(problem, (0, 1)) == ()) == kept


@pytest.mark.parametrize(("slow", "kept"), [(16_200 // 4, True), (16_204 // 4, False)])
def test_driving_rule_counts_travel_only(slow, kept):
    seconds = SECONDS * slow // 600
    pauses = np.array([(-NO_LIMIT, NO_LIMIT, n) for n in LENGTHS])
    problem = line_day(rules=((EU,), ()), pauses=pauses, seconds=seconds, service=np.full(4, HOUR))

    assert (breaches(problem, (0, 1)) == ()) == kept
    assert breaches(problem, (0, P2700, 1)) == ()
    assert (breaches(problem, (0, P1800, 1)) == ()) == kept


def test_partners_keep_their_order_and_their_trip():
    partner = np.array([2, -1, 0, -1])
    problem = line_day(**HUB, partner=partner, pauses=np.array([[0, CLOSING, 60]]))

    assert breaches(problem, (0, 1, 5, 2)) == ()
    for route in ((2, 0), (0, 1), (2, 3), (0, 4, 2)):
        assert breaches(problem, route) == ("partner",), route


def test_a_prefix_comes_first_and_in_order():
    problem = line_day(**HUB, pauses=np.array([[0, CLOSING, 60]]), prefixes=((2, 0), ()))

    for route in ((2, 0), (2, 0, 1), (2, 5, 4, 0, 3)):
        assert breaches(problem, route) == (), route
    for route in ((0, 2), (2, 1, 0), (2,), (1,)):
        assert breaches(problem, route) == ("prefix",), route
    assert breaches(problem, (1,), vehicle=1) == ()


def test_those_who_must_stay_apart_do_not_share_a_van():
    problem = line_day(apart=((0, 2),))

    assert breaches(problem, (0, 1)) == breaches(problem, (2, 3)) == ()
    assert breaches(problem, (0, 1, 2)) == ("share",)


def test_a_leg_without_a_way_is_counted():
    seconds = SECONDS.copy()
    seconds[1, 2] = UNREACHABLE

    assert schedule(line_day(seconds=seconds), 0, (0, 1)).unreachable == 1
    assert schedule(line_day(seconds=seconds), 0, (1, 0)).feasible
