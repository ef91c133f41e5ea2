from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from collection.model import ClockBreak, Fairness, Load, UnassignedReason, Weights
from collection.ports import TravelTable
from collection.routing.assemble import assemble
from collection.routing.check import check
from collection.routing.solution import evaluate
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import DEVICES, HUB, TERRITORY, make_vehicle
from tests.strategies import CREATED, Day, days, make_day, make_request


def plan_of(day, routes):
    problem = day.problem()
    solution = evaluate(problem, routes)
    return assemble(problem, solution, created_at=CREATED, fingerprint="f", seed=7)


def verify(day, plan):
    return check(plan, day.requests, day.territory, DEVICES, day.travel, day.instructions)


def test_a_plan_carries_times_loads_and_costs():
    day = make_day([make_request("1"), make_request("2")])
    plan = plan_of(day, [(1, 0), ()])

    (route,) = plan.routes
    assert route.vehicle_id == "van-1"
    assert [stop.request_id for stop in route.stops] == ["monaco.2", "monaco.1"]
    assert route.load.as_tuple() == (2, 4, 700, 0)
    assert plan.cost == route.cost > 0
    assert (plan.id, plan.version, plan.fingerprint, plan.seed) == ("", 0, "f", 7)
    assert (route.pauses, route.reloads, route.overtime, plan.soft) == ((), (), 0, 0)
    assert verify(day, plan) == []


@pytest.fixture
def long_day():
    """Two trips with a break in the second, and a return after the shift."""
    lunch = ClockBreak(earliest=11 * HOUR, latest=12 * HOUR, seconds=1_800)
    van = make_vehicle(
        start=8,
        end=13,
        breaks=(lunch,),
        overtime=2 * HOUR,
        overtime_cost_per_hour=1_300,
        capacity=Load(units=1, litres=9, grams=9_000),
    )
    territory = replace(TERRITORY, vehicles=(van,))
    requests = (make_request("1", hours=((9, 10),)), make_request("2", hours=((13, 13),)))
    return make_day(requests, territory, streets=GridMatrix(metres_per_second=1.0))


def test_a_plan_carries_reloads_pauses_and_overtime(long_day):
    problem = long_day.problem()
    hub, lunch = problem.reload_nodes.start, problem.pause_nodes.start
    plan = plan_of(long_day, [(0, hub, lunch, 1)])

    (route,) = plan.routes
    first, second = route.stops
    (visit,), (pause,) = route.reloads, route.pauses
    assert (visit.site_id, visit.position, visit.after) == ("hub", HUB.position, 1)
    assert visit.arrival == visit.start == first.departure + visit.travel
    assert visit.departure == visit.start + 600
    assert (pause.after, pause.end - pause.start) == (1, 1_800)
    assert 11 * HOUR <= pause.start <= 12 * HOUR
    assert second.start == 13 * HOUR
    assert route.overtime == route.end - 13 * HOUR == second.departure + 352 - 13 * HOUR
    assert route.travel == first.travel + visit.travel + second.travel + 352
    assert (first.load, second.load, route.load) == (second.load,) * 3
    assert route.collected.units == 2
    assert route.visits == (first, visit, second)
    assert verify(long_day, plan) == []


def test_what_is_emptied_at_the_end_is_no_longer_on_board(long_day):
    problem = long_day.problem()
    hub, lunch = problem.reload_nodes.start, problem.pause_nodes.start
    (route,) = plan_of(long_day, [(0, hub, lunch, 1, hub)]).routes

    assert route.load == Load(units=0, litres=0, grams=0)
    assert route.collected.units == 2
    assert [visit.after for visit in route.reloads] == [1, 2]


def test_soft_prices_stand_beside_the_bill():
    even = Weights(fairness=Fairness(measure="stops", price=70))
    day = make_day([make_request(str(n)) for n in range(4)], replace(TERRITORY, weights=even))

    assert plan_of(day, [(0, 1, 2), (3,)]).soft == 2 * 70
    assert plan_of(day, [(0, 1), (2, 3)]).soft == 0


def test_a_forgotten_request_is_served_rather_than_excused():
    day = make_day([make_request("1"), make_request("2")])

    assert plan_of(day, [(0,), ()]).unassigned == ()
    assert len(plan_of(day, [(), ()]).routes[0].stops) == 2


def test_no_capacity_is_the_last_resort():
    day = make_day([make_request(str(i), hours=((9, 9),)) for i in range(3)])

    (left,) = plan_of(day, [(0,), (1,)]).unassigned
    assert (left.request_id, left.reason) == ("monaco.2", UnassignedReason.NO_CAPACITY)
    assert "2 could serve it alone" in left.detail


def test_an_impossible_request_keeps_its_own_reason():
    plan = plan_of(make_day([make_request("1", lat=44.5), make_request("2")]), [(1,), ()])

    (left,) = plan.unassigned
    assert (left.request_id, left.reason) == ("monaco.1", UnassignedReason.OUTSIDE_TERRITORY)


@settings(deadline=None, max_examples=50)
@given(days())
def test_a_plan_of_nothing_but_insertions_passes_the_verifier(day):
    plan = plan_of(day, [()] * len(day.territory.vehicles))

    assert verify(day, plan) == []
    served = [stop.request_id for route in plan.routes for stop in route.stops]
    assert sorted([*served, *(u.request_id for u in plan.unassigned)]) == sorted(
        request.id for request in day.requests
    )


@settings(deadline=None, max_examples=50)
@given(days())
def test_an_impossible_request_changes_nothing_for_the_others(day):
    far = make_request("far", lat=60.0)
    territory = replace(day.territory, area=TERRITORY.area)
    without = replace(day, territory=territory)
    with_it = Day(
        requests=(*day.requests, far),
        territory=territory,
        travel=_one_point_more(day.travel),
        instructions=day.instructions,
    )
    stay = [()] * len(territory.vehicles)

    assert plan_of(with_it, stay).routes == plan_of(without, stay).routes


def _one_point_more(travel):
    corner = [(0, 0), (0, 0), (0, 1), (0, 1)]
    seconds, metres = (np.pad(table, corner) for table in (travel.seconds, travel.metres))
    return TravelTable(
        classes=travel.classes,
        periods=travel.periods,
        seconds=seconds,
        metres=metres,
        snap_metres=np.pad(travel.snap_metres, [(0, 1)]),
    )
