from dataclasses import replace

from hypothesis import given, settings

from collection.model import UnassignedReason as Reason
from collection.routing.assemble import assemble
from collection.routing.check import check
from collection.routing.problem import points
from collection.routing.solution import evaluate
from tests.fakes import GridMatrix
from tests.places import DEVICES, TERRITORY
from tests.strategies import CREATED, Day, days, make_request


def day_of(*requests):
    matrix = GridMatrix().matrix(points(requests, TERRITORY))
    return Day(requests=requests, territory=TERRITORY, matrix=matrix)


def plan_of(day, routes):
    problem = day.problem()
    solution = evaluate(problem, routes)
    return assemble(problem, solution, created_at=CREATED, fingerprint="f", seed=7)


def verify(day, plan):
    return check(plan, day.requests, day.territory, DEVICES, day.matrix)


def test_a_plan_carries_times_loads_and_costs():
    day = day_of(make_request("1"), make_request("2"))
    plan = plan_of(day, [(1, 0), ()])

    (route,) = plan.routes
    assert route.vehicle_id == "van-1"
    assert [stop.request_id for stop in route.stops] == ["monaco.2", "monaco.1"]
    assert route.load.as_tuple() == (2, 4, 700)
    assert plan.cost == route.cost > 0
    assert (plan.id, plan.version, plan.fingerprint, plan.seed) == ("", 0, "f", 7)
    assert verify(day, plan) == []


def test_a_forgotten_request_is_served_rather_than_excused():
    day = day_of(make_request("1"), make_request("2"))

    assert plan_of(day, [(0,), ()]).unassigned == ()
    assert len(plan_of(day, [(), ()]).routes[0].stops) == 2


def test_no_capacity_is_the_last_resort():
    day = day_of(*(make_request(str(i), hours=((9, 9),)) for i in range(3)))

    (left,) = plan_of(day, [(0,), (1,)]).unassigned
    assert (left.request_id, left.reason) == ("monaco.2", Reason.NO_CAPACITY)
    assert "2 could serve it alone" in left.detail


def test_an_impossible_request_keeps_its_own_reason():
    plan = plan_of(day_of(make_request("1", lat=44.5), make_request("2")), [(1,), ()])

    (left,) = plan.unassigned
    assert (left.request_id, left.reason) == ("monaco.1", Reason.OUTSIDE_TERRITORY)


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
    size = len(day.matrix.seconds)
    wider = GridMatrix().matrix([far.address.position] * (size + 1))
    wider.seconds[:size, :size] = day.matrix.seconds
    wider.metres[:size, :size] = day.matrix.metres
    territory = replace(day.territory, area=TERRITORY.area)
    without = Day(requests=day.requests, territory=territory, matrix=day.matrix)
    with_it = Day(requests=(*day.requests, far), territory=territory, matrix=wider)
    stay = [()] * len(territory.vehicles)

    assert plan_of(with_it, stay).routes == plan_of(without, stay).routes
