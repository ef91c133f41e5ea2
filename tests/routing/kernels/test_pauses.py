"""Pauses go where they keep the rules and cost least, reloads where they are needed."""

import numpy as np
import pytest
from hypothesis import given, settings

from collection.model import BreakRule
from collection.routing.kernels.pauses import (
    place_pauses,
    with_pauses,
    with_reload,
    without_idle_reloads,
)
from collection.routing.kernels.state import slot_of
from collection.routing.problem import NO_LIMIT, served
from collection.routing.timing import schedule
from tests.routing.kernels.running import running, searches
from tests.routing.line_day import CLOSING, HOUR, OPENING, line_day

RULE = BreakRule(counts="work", over=2 * HOUR, stretch=2 * HOUR, pause=1_200, least=600)
LENGTHS = ((-NO_LIMIT, NO_LIMIT, 600), (-NO_LIMIT, NO_LIMIT, 1_200))
HUB = {
    "reload_ids": ("hub",),
    "reload_points": np.array([0]),
    "reload_service": np.array([0]),
    "reload_windows": (((OPENING, CLOSING),),),
}


def placed(problem, route, van=0):
    """The route with its pauses; None where they find no place."""
    search = running(problem)
    search.state.trial[0, : len(route)] = route
    count = place_pauses(search.day, search.state, van, len(route))
    return None if count < 0 else tuple(search.state.trial[0, :count].tolist())


def lunch(earliest, latest, **changes):
    pauses = np.array([[OPENING + earliest, OPENING + latest, 900]])
    return line_day(pauses=pauses, breaks=((0,), ()), **changes)


@settings(deadline=None, max_examples=60)
@given(searches(constraints=("breaks", "windows", "periods", "setup", "ends"), always=("rules",)))
def test_placed_pauses_keep_every_constraint(search):
    nodes = len(search.problem.request_ids)
    for van, route in enumerate(search.routes):
        bare = tuple(node for node in route if node < nodes)
        found = placed(search.problem, bare, van)
        if found is not None:
            assert served(search.problem, found) == bare
            assert not bare or schedule(search.day, van, found).feasible
        assert found is not None or len(bare) < len(route)


def test_a_break_that_is_not_due_is_left_out():
    assert placed(lunch(9_000, 9_900), (0, 1)) == (0, 1)
    assert placed(lunch(1_000, 1_200), (), 0) == ()


def test_a_break_goes_where_the_van_stands_in_its_window():
    # Behind a at 900, or behind b from 1 800 on.
    assert placed(lunch(900, 1_700), (0, 1)) == (0, 4, 1)
    soon = (((OPENING, OPENING + 600),), *(((OPENING, CLOSING),),) * 3)
    assert placed(lunch(1_800, 2_500, windows=soon), (0, 1)) == (0, 1, 4)
    # Leaving 100 s later, a is left at 1 000, whatever the van waited before.
    assert placed(lunch(1_000, 1_000), (0, 1)) == (0, 4, 1)


def test_what_no_pause_can_mend_is_given_up():
    first = (((OPENING, OPENING + 600),), ((OPENING, OPENING + 1_500),))
    windows = (*first, *(((OPENING, CLOSING),),) * 2)

    assert placed(lunch(900, 1_700, windows=windows), (0, 1)) is None
    late = line_day(windows=(((OPENING, OPENING + 599),),) * 4)
    assert placed(late, (0,)) is None


@pytest.mark.parametrize(
    ("hours", "pauses"),
    [
        (1, ()),  # 1 h and 2 400 s of work
        (2, (5,)),  # 2 h 40: 20 minutes at once
    ],
)
def test_a_rule_gets_the_pause_that_it_asks_for(hours, pauses):
    problem = line_day(
        rules=((RULE,), ()), pauses=np.array(LENGTHS), service=np.full(4, hours * HOUR // 2)
    )
    found = placed(problem, (0, 1))

    assert tuple(node for node in found if node >= 4) == pauses
    assert schedule(problem, 0, found).feasible


def test_a_pause_that_only_holds_at_times_serves_no_rule():
    problem = line_day(
        rules=((RULE,), ()), pauses=np.array([[OPENING, CLOSING, 1_200]]), service=np.full(4, HOUR)
    )
    assert placed(problem, (0, 1)) is None


def test_a_long_day_gets_several_pauses():
    problem = line_day(rules=((RULE,), ()), pauses=np.array(LENGTHS), service=np.full(4, 5_000))
    found = placed(problem, (0, 1, 2, 3))

    # 5 600 s to each and there: a pause behind each, and one before the long way home.
    assert [node >= 4 for node in found] == [False, True] * 4
    assert schedule(problem, 0, found).feasible


def test_pauses_are_placed_around_a_new_request():
    problem = lunch(900, 1_700)
    search = running(problem, [(0, 4, 1)])
    slot = slot_of(search.state, 0)

    count = with_pauses(search.day, search.state, slot, 2, 3)
    assert search.state.trial[0, :count].tolist() == [0, 4, 1, 2]
    count = with_pauses(search.day, search.state, slot, -1, -1)
    assert search.state.trial[0, :count].tolist() == [0, 4, 1]


def test_idle_reloads_go_and_needed_ones_stay():
    def left(route, room):
        search = running(line_day(**HUB, capacities=np.full((2, 1), room)), [route])
        count = without_idle_reloads(search.day, search.state, slot_of(search.state, 0))
        return None if count < 0 else search.state.trial[0, :count].tolist()

    assert left((0, 4, 1, 4, 2), 3) == [0, 1, 2]
    assert left((0, 4, 1, 2), 2) is None
    assert len(left((0, 4, 1, 4, 2), 2)) == 4


def test_a_reload_goes_where_it_costs_least():
    # Ways to the hub and back are shortest from a.
    search = running(line_day(**HUB), [(0, 1, 2)])
    count = with_reload(search.day, search.state, slot_of(search.state, 0))

    best = search.state.trial[0, :count].tolist()
    costs = {
        place: schedule(search.day, 0, (*(0, 1, 2)[:place], 4, *(0, 1, 2)[place:])).parts
        for place in (1, 2, 3)
    }
    assert best.index(4) == min(costs, key=costs.get)


@settings(deadline=None, max_examples=40)
@given(searches(constraints=("windows", "loads", "breaks", "prefixes"), always=("reloads",)))
def test_a_reload_breaks_nothing(search):
    for van, route in enumerate(search.routes):
        if not route:
            continue
        count = with_reload(search.day, search.state, slot_of(search.state, van))
        if count > 0:
            found = search.state.trial[0, :count].tolist()
            assert served(search.problem, tuple(found)) == served(search.problem, route)
            assert schedule(search.day, van, found).feasible
