import numpy as np
import pytest

from collection.model import BreakRule
from collection.routing.day import day_of
from collection.routing.model_routes import Rest, planned, reserved
from collection.units import HOUR
from tests.routing.line_day import CLOSING, OPENING, both, line_day

DAY = ((OPENING, CLOSING),)
ANYTIME = (0, 2 * CLOSING)
NOON = (12 * HOUR, 13 * HOUR, 1_800)


def plan(problem, *route):
    return planned(problem, day_of(problem), 0, route)


def with_rule(length, *, pauses, over=4 * HOUR):
    rule = BreakRule(counts="work", over=over, stretch=4 * HOUR, pause=length, least=length)
    return line_day(pauses=np.array(pauses), breaks=((), ()), rules=((rule,), ()))


def test_a_break_by_the_clock_is_reserved_where_the_shift_meets_it():
    problem = line_day(pauses=np.array([NOON, (5 * HOUR, 7 * HOUR, HOUR)]), breaks=((0, 1), ()))
    assert reserved(problem, 0) == (Rest(node=4, first=12 * HOUR, last=13 * HOUR, seconds=1_800),)
    assert reserved(problem, 1) == ()


def test_a_rule_reserves_a_pause_whenever_a_stretch_could_be_over():
    problem = with_rule(1_200, pauses=[(*ANYTIME, 900), (*ANYTIME, 1_800), (*ANYTIME, 1_200)])
    rests = [(rest.node, rest.first, rest.last) for rest in reserved(problem, 0)]
    # From 8 to 18 h: by 12 h, no more than four hours before 18 h, and by 16 h.
    assert rests == [
        (6, 12 * HOUR - 1_200, 12 * HOUR),
        (6, 14 * HOUR - 1_200, 16 * HOUR),
    ]


def test_a_rule_reserves_nothing_where_it_never_holds_or_is_kept_by_the_clock():
    assert reserved(with_rule(1_200, pauses=[(*ANYTIME, 1_200)], over=10 * HOUR), 0) == ()
    lunch = with_rule(1_200, pauses=[NOON, (*ANYTIME, 1_200)])
    rule = lunch.rules[0]
    problem = line_day(pauses=lunch.pauses, breaks=((0,), ()), rules=(rule, ()))
    assert [rest.by_rule for rest in reserved(problem, 0)] == [False]


@pytest.mark.parametrize(("first", "planned_route"), [(11.5, (0, 4, 1, 2)), (11.9, (0, 1, 4, 2))])
def test_a_pause_goes_where_it_fits_and_costs_least(first, planned_route):
    # Between the first two stops there is time to spare, yet not for a late pause.
    windows = (((11 * HOUR, 11 * HOUR),), ((12 * HOUR, 12 * HOUR),), DAY, DAY)
    pauses = np.array([[round(first * HOUR), 12 * HOUR + 1_200, 600]])
    problem = line_day(windows=windows, pauses=pauses, breaks=((0,), ()))
    assert plan(problem, 0, 1, 2) == planned_route


def test_an_idle_reload_goes_and_a_needed_one_stays():
    fields = {
        "reload_ids": ("hub",),
        "reload_points": np.array([0]),
        "reload_service": np.array([0]),
        "reload_windows": (((OPENING, CLOSING),),),
    }
    assert plan(line_day(**fields), 4, 0, 4, 4, 1, 4) == (0, 1)
    small = line_day(capacities=np.full((2, 1), 1), **fields)
    assert plan(small, 0, 4, 1, 4) == (0, 4, 1)


def test_of_a_route_that_does_not_hold_the_beginning_stays():
    assert plan(line_day(max_stops=both(3)), 0, 1, 2, 3) == (0, 1, 2)
    assert plan(line_day(max_stops=both(0)), 0, 1) == ()
    # A prefix is never cut: whoever times the route says what is wrong with it.
    locked = line_day(max_stops=both(1), prefixes=((0, 1), ()))
    assert plan(locked, 0, 1, 2) == (0, 1, 2)
