from dataclasses import replace

import pytest
from hypothesis import given, settings

from collection.errors import Conflict
from collection.model import ClockBreak, Load, Pause
from collection.routing.assemble import assemble
from collection.routing.solution import evaluate
from collection.routing.solve import solve
from collection.routing.timeline import events, sequences
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import CREATED, TERRITORY, make_vehicle
from tests.strategies import days, make_day, make_request


def plan_of(problem, solution):
    return assemble(problem, solution, created_at=CREATED, fingerprint="f")


@pytest.fixture
def long_day():
    lunch = ClockBreak(earliest=11 * HOUR, latest=12 * HOUR, seconds=1_800)
    van = make_vehicle(
        start=8,
        end=13,
        breaks=(lunch,),
        overtime=2 * HOUR,
        capacity=Load(units=1, litres=9, grams=9_000),
    )
    requests = (make_request("1", hours=((9, 10),)), make_request("2", hours=((13, 13),)))
    territory = replace(TERRITORY, vehicles=(van,))
    return make_day(requests, territory, streets=GridMatrix(metres_per_second=1.0)).problem()


def test_a_plan_gives_back_its_nodes_reloads_and_pauses(long_day):
    route = (0, long_day.reload_nodes.start, long_day.pause_nodes.start, 1)
    plan = plan_of(long_day, evaluate(long_day, [route]))

    assert sequences(long_day, plan) == (route,)
    assert [type(event).__name__ for event in events(plan.routes[0])] == [
        "Stop",
        "ReloadVisit",
        "Pause",
        "Stop",
    ]


def test_what_the_day_no_longer_has_is_named(long_day):
    route = (0, long_day.reload_nodes.start, long_day.pause_nodes.start, 1)
    plan = plan_of(long_day, evaluate(long_day, [route]))
    (driven,) = plan.routes
    longer = (Pause(start=11 * HOUR, end=13 * HOUR, after=1),)

    for changed, text in (
        (replace(driven, vehicle_id="van-9"), "vehicle van-9 of plan"),
        (replace(driven, pauses=longer), "the break of van-1 at 39600 s"),
        (replace(driven, stops=(replace(driven.stops[0], request_id="x"),)), "x of plan"),
    ):
        with pytest.raises(Conflict, match=text):
            sequences(long_day, replace(plan, routes=(changed,)))


@settings(deadline=None, max_examples=40)
@given(days())
def test_a_plan_read_back_costs_the_same(day):
    problem = day.problem()
    plan = plan_of(problem, solve(problem, time_limit=5, iteration_limit=20))
    again = evaluate(problem, sequences(problem, plan))

    assert (again.cost, again.soft) == (plan.cost, plan.soft)
    assert len(again.unassigned) == len(plan.unassigned)
