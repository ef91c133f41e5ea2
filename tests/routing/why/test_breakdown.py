import numpy as np
import pytest
from hypothesis import given, settings

from collection.routing.explain import classified
from collection.routing.insertion import insert_all
from collection.routing.problem import served
from collection.routing.timing import schedule
from collection.routing.why.breakdown import breakdown
from collection.units import HOUR, MINUTE
from tests.routing.line_day import CLOSING, METRES, OPENING, SECONDS, both, line_day
from tests.strategies import problems

NINE = 9 * HOUR


def told(route, **changes):
    return breakdown(classified(line_day(**changes)), 0, route)


def test_a_bill_is_split_into_its_parts():
    costs = told(
        (0, 1),
        drive_costs=both(1_800),
        shifts=np.array([[OPENING, 8 * HOUR + 40 * MINUTE]] * 2),
        latest_ends=both(CLOSING),
        overtime_costs=both(7_200),
    )

    # Out for 40 + 10 min, 10 of them paid as overtime; 40 min of driving; 20 km.
    assert (costs.fixed, costs.hours, costs.overtime) == (1_000, 3_000, 1_200)
    assert (costs.driving, costs.kilometres, costs.soft) == (1_200, 2_000, 0)
    assert costs.cost == 8_400
    # Without overtime's price; without `b`, 20 min of driving and 5 min of service less.
    assert costs.constraints["shift"] == 1_200
    assert (costs.last_request_id, costs.last_stop) == ("b", 1_500 + 1_200 + 600 + 1_000)
    assert costs.savings == 0


def test_windows_cost_the_waiting_and_the_way_that_they_ask_for():
    always, at = (OPENING, CLOSING), lambda *clocks: tuple(((c, c),) for c in clocks)
    nine, ten, later = at(NINE, NINE + HOUR, NINE + 25 * MINUTE)
    waiting = told((0, 2), windows=(nine, (always,), ten, (always,)))
    detour = told((1, 0, 2), windows=((always,), nine, (always,), later))

    # 35 min of waiting between the two, at a cent a second.
    assert waiting.constraints["time_windows"] == 35 * 60
    # The order of the line serves `b` at nine, too.
    assert detour.constraints["time_windows"] == 0
    assert detour.savings == 2 * (600 + 500)


def test_a_break_costs_its_minutes():
    pause = np.array([[8 * HOUR, 9 * HOUR, 1_800]])
    problem = line_day(pauses=pause, breaks=((0,), ()), windows=(((8 * HOUR, NINE),),) * 4)
    node = problem.pause_nodes.start
    costs = breakdown(classified(problem), 0, (0, node, 1, 2))

    assert costs.constraints["breaks"] == 1_800


def test_room_costs_the_visit_that_empties_the_van():
    reloads = {
        "reload_ids": ("hub",),
        "reload_points": np.zeros(1, dtype=np.int64),
        "reload_service": np.array([600]),
        "reload_windows": (((0, CLOSING),),),
        "capacities": np.full((2, 1), 1),
    }
    problem = line_day(**reloads)
    costs = breakdown(classified(problem), 0, (0, problem.reload_nodes.start, 1))

    # `a`, hub and `b` instead of `a` and `b`: 20 min and 10 km, and 10 min at the hub.
    assert costs.constraints["capacity"] == 1_200 + 1_000 + 600


def test_a_zone_and_the_rush_hour_cost_what_they_make_longer():
    seconds = np.stack([SECONDS, 2 * SECONDS])[:, None]
    zone = told((0,), seconds=seconds, metres=np.stack([METRES, METRES])[:, None], profiles=both(1))
    rush = told(
        (0,),
        seconds=np.stack([SECONDS, 2 * SECONDS])[None],
        metres=np.stack([METRES, METRES])[None],
        periods=np.array([0, OPENING]),
    )

    assert zone.constraints["profile"] == rush.constraints["traffic"] == 1_200
    assert "traffic" not in zone.constraints
    assert "profile" not in rush.constraints


def test_a_prefix_costs_its_detour():
    assert told((1, 0, 2), prefixes=((1, 0), ())).constraints["prefix"] == 2 * (600 + 500)


@pytest.mark.parametrize("field", ["range", "max_duration", "max_travel"])
def test_a_limit_is_told_only_where_there_is_one(field):
    name = {"range": "max_metres", "max_duration": "max_seconds"}.get(field, field)

    assert field not in told((0,)).constraints
    assert told((0,), **{name: both(50_000)}).constraints[field] == 0


def test_one_stop_costs_the_whole_route():
    assert told((3,)).last_stop == told((3,)).cost == 1_000 + 5_100 + 4_000


@settings(deadline=None, max_examples=40)
@given(problems(max_requests=8, max_vehicles=2))
def test_whatever_holds_the_parts_add_up_and_nothing_costs_less_than_nothing(problem):
    routes = insert_all(problem, problem.prefixes, range(len(problem.request_ids)))
    for vehicle, route in enumerate(routes):
        if not served(problem, route) or not schedule(problem, vehicle, route).feasible:
            continue
        costs = breakdown(problem, vehicle, route)
        paid = costs.fixed + costs.hours + costs.overtime + costs.driving + costs.kilometres
        assert paid == costs.cost == schedule(problem, vehicle, route).cost
        assert costs.savings >= 0
        assert all(cost >= 0 for cost in costs.constraints.values())
        assert breakdown(problem, vehicle, route) == costs
