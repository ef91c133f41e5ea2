"""The transition table and the ids."""

import pytest

from collection.model import (
    PLANNABLE,
    TRANSITIONS,
    Load,
    Position,
    ReloadVisit,
    RequestState,
    Route,
    Stop,
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
    one = Load(units=1, litres=2, grams=3, hazards=4)
    total = one + Load(units=10, litres=20, grams=30, hazards=40)
    assert total.as_tuple() == (11, 22, 33, 44)


def make_stop(name, units):
    return Stop(
        request_id=name,
        position=Position(lon=7.42, lat=43.73),
        arrival=0,
        start=0,
        departure=0,
        travel=0,
        metres=0,
        load=Load(units=units, litres=2 * units, grams=350 * units),
    )


def make_visit(after):
    return ReloadVisit(
        site_id="hub",
        position=Position(lon=7.41, lat=43.72),
        arrival=0,
        start=0,
        departure=0,
        travel=0,
        metres=0,
        after=after,
    )


def make_route(stops, reloads):
    return Route(
        id="",
        vehicle_id="van-1",
        stops=stops,
        start=0,
        end=0,
        travel=0,
        metres=0,
        cost=0,
        load=stops[-1].load,
        reloads=reloads,
    )


def test_visits_come_in_driving_order():
    one, two, three = make_stop("1", 3), make_stop("2", 5), make_stop("3", 1)
    first, second, last = make_visit(0), make_visit(2), make_visit(3)
    route = make_route((one, two, three), (first, second, last))

    assert route.visits == (first, one, two, second, three, last)
    assert make_route((one, two), ()).visits == (one, two)


def test_what_is_collected_counts_every_trip_once():
    stops = (make_stop("1", 3), make_stop("2", 5), make_stop("3", 1))

    assert make_route(stops[:2], ()).collected.as_tuple() == (5, 10, 1_750, 0)
    assert make_route(stops, (make_visit(2),)).collected.units == 6
    assert make_route(stops, (make_visit(0), make_visit(2), make_visit(3))).collected.units == 6
