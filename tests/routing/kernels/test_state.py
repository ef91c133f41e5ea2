"""What a search knows of a route is what timing says of it."""

import numpy as np
import pytest
from hypothesis import given, settings

from collection.model import Fairness
from collection.routing.kernels.state import (
    CALLS,
    COST,
    DRIVE,
    LENGTH,
    SPAN,
    TURNED,
    VERSION,
    joined,
    open_window,
    slot_of,
    within_limits,
)
from collection.routing.problem import served
from collection.routing.solution import evaluate
from collection.routing.timing import schedule
from tests.routing.kernels.running import running, searches
from tests.routing.line_day import both, line_day

PLAIN = ("skills", "costs", "range", "limits", "shifts", "overtime", "ends", "profiles", "prefixes")


@settings(deadline=None, max_examples=60)
@given(searches())
def test_facts_are_those_of_timing(search):
    for van, route in enumerate(search.routes):
        timing = schedule(search.day, van, route)
        facts = search.state.facts[slot_of(search.state, van)]
        calls = len(served(search.problem, route))
        assert timing.feasible
        assert facts[COST] == timing.parts + timing.soft
        assert facts[CALLS] == calls
        assert facts[LENGTH] == sum(timing.metres) * (calls > 0)


@settings(deadline=None, max_examples=40)
@given(searches(constraints=PLAIN))
def test_without_walks_facts_are_those_of_timing_too(search):
    for van, route in enumerate(search.routes):
        timing = schedule(search.day, van, route)
        facts = search.state.facts[slot_of(search.state, van)]
        assert facts[COST] == timing.parts
        assert facts[DRIVE] == sum(timing.travel)
        if search.problem.hour_costs[van]:
            assert facts[SPAN] == timing.end - timing.departure


@settings(deadline=None, max_examples=60)
@given(searches())
def test_total_cost_is_the_solution_s_own(search):
    assert search.cost == evaluate(search.problem, search.routes).parts


@pytest.mark.parametrize(("measure", "cents"), [("time", 3_600), ("stops", 2 * 600)])
def test_total_cost_weighs_uneven_days_of_vans_that_go_out(measure, cents):
    # a, b and c take 4 500 s; d alone 2 700 + 2 400.
    fair = line_day(fairness=Fairness(measure=measure, price={"time": 7_200, "stops": 600}[measure]))
    even, uneven = running(line_day(), [(0, 1, 2), (0,)]), running(fair, [(0, 1, 2), (3,)])
    plain = running(line_day(), [(0, 1, 2), (3,)])
    spans = [uneven.state.facts[slot_of(uneven.state, van), SPAN] for van in (0, 1)]

    assert spans == [600 * 6 + 900, 600 * 8 + 300]
    priced = 2 * 600 if measure == "stops" else 2 * (spans[1] - spans[0])
    assert uneven.cost - plain.cost == 18_000 * priced
    assert running(fair, [(0, 1, 2)]).cost == running(line_day(), [(0, 1, 2)]).cost
    assert even.cost > 0


def test_each_rebuilt_route_has_a_version_of_its_own():
    search = running(line_day(), [(0,), (1,)])
    first, second = (search.state.facts[slot_of(search.state, van), VERSION] for van in (0, 1))

    assert first != second


def test_a_van_s_current_slot_turns():
    search = running(line_day())
    assert slot_of(search.state, 1) == 2
    search.state.lists[TURNED, 1] = 1
    assert slot_of(search.state, 1) == 3


def test_limits_are_met_to_the_unit():
    problem = line_day(
        max_metres=both(10), max_travel=both(20), max_seconds=both(30), max_stops=both(4)
    )
    search = running(problem)

    assert within_limits(search.day, 0, 10, 20, 30, 4)
    for figures in ((11, 20, 30, 4), (10, 21, 30, 4), (10, 20, 31, 4), (10, 20, 30, 5)):
        assert not within_limits(search.day, 0, *figures)


@pytest.mark.parametrize(
    ("first", "travel", "second", "expected"),
    [
        # No wait: the later of the two begins, the earlier of the two ends.
        ((10, 0, 100), 5, (20, 50, 90), (35, 35, 75)),
        # The second opens 40 s after the first can be there at the latest.
        ((10, 0, 0), 5, (20, 55, 90), (75, -40, 0)),
    ],
)
def test_stretches_are_joined(first, travel, second, expected):
    assert joined(*first, travel, *second) == expected


def test_the_window_of_a_service_is_the_one_it_starts_in():
    problem = line_day(windows=(((100, 200), (300, 400)),) * 4)
    search = running(problem)

    assert open_window(search.day, 0, 150) == (100, 200)
    assert open_window(search.day, 0, 200) == (100, 200)
    assert open_window(search.day, 0, 300) == (300, 400)
    assert open_window(search.day, 0, 401) == (100, 400)
