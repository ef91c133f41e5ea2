"""Moves can be taken back, and what they cost is what the whole then costs more."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.routing.kernels.moves import (
    begin_move,
    below,
    change,
    move_cost,
    take_back,
    touched,
    uniform,
    without_pauses,
)
from collection.routing.kernels.state import (
    ABSENT,
    CURRENT,
    LEFT,
    LOCKED,
    RANDOM,
    TOUCHED,
    WHERE,
    slot_of,
)
from tests.routing.kernels.running import running, searches
from tests.routing.line_day import CLOSING, line_day


def test_random_numbers_are_those_of_splitmix64():
    search = running(line_day())
    search.state.counters[RANDOM] = 1234567
    # First outputs of the reference implementation for this seed.
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]

    drawn = [uniform(search.state) for _ in expected]
    assert drawn == [(word >> 11) / 2**53 for word in expected]


def test_whole_numbers_are_even_and_below_their_bound():
    search = running(line_day())
    drawn = np.array([below(search.state, 5) for _ in range(5_000)])

    assert set(drawn) == set(range(5))
    assert np.bincount(drawn).min() > 900


def test_a_change_is_made_once_per_van_and_taken_back_whole():
    search = running(line_day(), [(0, 1)])
    before = search.held()
    begin_move(search.state)

    assert not touched(search.state, 0)
    assert change(search.day, search.state, 0, np.array([1], dtype=np.int32), 1)
    assert change(search.day, search.state, 0, np.array([1, 3], dtype=np.int32), 2)
    assert touched(search.state, 0)
    assert search.state.counters[TOUCHED] == 1
    assert search.routes == [(1, 3), ()]
    take_back(search.day, search.state, 2)
    assert search.held() == before


def test_a_change_that_breaks_something_says_so():
    search = running(line_day(apart=((0, 1),), max_stops=np.full(2, 1)))
    begin_move(search.state)

    assert not change(search.day, search.state, 0, np.array([0, 1], dtype=np.int32), 2)


def test_what_is_locked_ends_with_the_prefix():
    problem = line_day(prefixes=((2, 0), ()), pauses=np.array([[0, CLOSING, 60]]))
    search = running(problem, [(2, 4, 0, 1), (3,)])

    assert [search.state.facts[slot_of(search.state, van), LOCKED] for van in (0, 1)] == [3, 0]


def test_pauses_are_left_out_in_place():
    problem = line_day(pauses=np.array([[0, CLOSING, 60]] * 2))
    route = np.array([4, 2, 5, 4, 0, 9], dtype=np.int32)

    assert without_pauses(running(problem).day, route, 5) == 2
    assert route[:2].tolist() == [2, 0]


def test_a_move_costs_what_routes_and_absent_requests_cost_more():
    search = running(line_day(), [(0, 1)])
    state = search.state
    begin_move(state)
    change(search.day, state, 0, np.array([0], dtype=np.int32), 1)
    state.lists[WHERE, 1] = -1
    state.lists[LEFT, state.counters[ABSENT]] = 1
    state.counters[ABSENT] += 1

    # b costs 50 000 if it is left out, and 600 + 600 + 300 s and 10 km if not.
    assert move_cost(search.day, state, 2) == 18_000 * (50_000 - 2_500)


@settings(deadline=None, max_examples=60)
@given(searches(), st.integers(1, 12))
def test_moves_are_taken_back_or_add_up(search, moves):
    state = search.state
    for number in range(moves):
        before, current = search.held(), int(state.counters[CURRENT])
        assert search.cost == current
        kept, absent = search.move()
        if kept:
            cost = move_cost(search.day, state, absent)
            assert search.cost == current + cost
        if kept and number % 2:
            state.counters[CURRENT] += cost
        else:
            take_back(search.day, state, absent)
            assert search.held() == before
