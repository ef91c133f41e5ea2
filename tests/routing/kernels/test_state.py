"""What a search knows of a route is what timing says of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.model import Fairness
from collection.routing.costs import COST_PARTS
from collection.routing.kernels.moves import take_back
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
    rebuild,
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


@settings(deadline=None, max_examples=40)
@given(searches(constraints=PLAIN))
def test_without_walks_facts_are_those_of_timing_too(search):
    for van, route in enumerate(search.routes):
        timing = schedule(search.day, van, route)
        facts = search.state.facts[slot_of(search.state, van)]
        assert facts[COST] == timing.parts
        assert facts[DRIVE] == sum(timing.travel)
        assert facts[LENGTH] == sum(timing.metres)
        if search.problem.hour_costs[van]:
            assert facts[SPAN] == timing.end - timing.departure


@settings(deadline=None, max_examples=60)
@given(searches())
def test_total_cost_is_the_solution_s_own(search):
    # What no vehicle can serve is no part of a search.
    problem = search.problem
    impossible = [r for r, reason in enumerate(problem.reasons) if reason is not None]
    price = int(problem.prices[impossible].sum())

    assert search.cost == evaluate(problem, search.routes).parts - COST_PARTS * price


@pytest.mark.parametrize(
    ("measure", "price", "cents"), [("time", 7_200, 2 * 600), ("stops", 600, 2 * 600)]
)
def test_total_cost_weighs_uneven_days_of_vans_that_go_out(measure, price, cents):
    fair = line_day(fairness=Fairness(measure=measure, price=price))
    uneven, plain = (running(day, [(0, 1, 2), (3,)]) for day in (fair, line_day()))
    spans = [uneven.state.facts[slot_of(uneven.state, van), SPAN] for van in (0, 1)]

    # Two stops, or 600 s, at two cents a second, between the two.
    assert spans == [6 * 600 + 3 * 300, 8 * 600 + 300]
    assert uneven.cost - plain.cost == 18_000 * cents
    assert running(fair, [(0, 1, 2)]).cost == running(line_day(), [(0, 1, 2)]).cost


def test_each_rebuilt_route_has_a_version_of_its_own():
    search = running(line_day(), [(0,), (1,)])
    first, second = (search.state.facts[slot_of(search.state, van), VERSION] for van in (0, 1))

    assert first != second


def test_a_van_s_current_slot_turns():
    search = running(line_day())
    for turned, slot in ((0, 2), (1, 3)):
        search.state.lists[TURNED, 1] = turned
        assert slot_of(search.state, 1) == slot


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
        ((10, 0, 0), 5, (20, 55, 90), (75, 0, 0)),
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


@settings(deadline=None, max_examples=80)
@given(searches(), st.integers(1, 12))
def test_what_is_carried_over_is_what_a_whole_rebuild_gives(search, moves):
    for _ in range(moves):
        kept, absent = search.move()
        if not kept:
            take_back(search.day, search.state, absent)
    for van, route in enumerate(search.routes):
        slot, rows = slot_of(search.state, van), len(route) + 2
        if route:
            stops = search.state.stops[slot, :rows].copy()
            facts = search.state.facts[slot].copy()
            assert rebuild(search.day, search.state, slot, 1, rows)
            assert np.array_equal(search.state.stops[slot, :rows], stops)
            facts[VERSION] = search.state.facts[slot, VERSION]
            assert np.array_equal(search.state.facts[slot], facts)
