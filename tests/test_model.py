"""The transition table and the ids."""

import pytest

from collection.model import (
    PLANNABLE,
    TRANSITIONS,
    Load,
    RequestState,
    plan_of,
    sources_of,
    territory_of,
)


def test_table_names_every_state():
    assert set(TRANSITIONS) == set(RequestState)


@pytest.mark.parametrize("state", [RequestState.CANCELLED, RequestState.REFUSED])
def test_ended_requests_stay_ended(state):
    assert TRANSITIONS[state] == frozenset()


def test_what_is_collected_can_only_be_received():
    assert TRANSITIONS[RequestState.COLLECTED] == {RequestState.RECEIVED}
    assert sources_of(RequestState.RECEIVED) == {RequestState.COLLECTED}


def test_every_plannable_state_may_become_planned_or_unassigned():
    for state in PLANNABLE:
        assert {RequestState.PLANNED, RequestState.UNASSIGNED} <= TRANSITIONS[state]


def test_every_state_can_be_reached_from_the_first():
    reached = {RequestState.REQUESTED}
    while more := set().union(*(TRANSITIONS[state] for state in reached)) - reached:
        reached |= more
    assert reached == set(RequestState)


def test_ids_carry_their_owner():
    assert territory_of("monaco.2026-11-25.v3.van-1") == "monaco"
    assert plan_of("monaco.2026-11-25.v3.van-1") == "monaco.2026-11-25.v3"


def test_loads_add_by_dimension():
    total = Load(units=1, litres=2, grams=3) + Load(units=10, litres=20, grams=30)
    assert total.as_tuple() == (11, 22, 33)
