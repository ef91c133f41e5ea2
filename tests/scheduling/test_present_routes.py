from dataclasses import replace

from collection.routing.building import build, emission_classes, points
from collection.routing.solution import evaluate
from collection.scheduling.present_routes import present_routes
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import DEVICES, make_request, make_vehicle
from tests.scheduling.live import DAY, FLEET, live_day


def problem_of(requests, **vehicle):
    territory = replace(FLEET, vehicles=(make_vehicle("van-1", **vehicle),))
    travel = GridMatrix().travel(
        points(requests, territory), day=DAY, classes=emission_classes(territory)
    )
    return build(requests, territory, DEVICES, travel, day=DAY)


def published(hours):
    day = live_day(hours, territory=replace(FLEET, vehicles=(make_vehicle("van-1"),)))
    return day.plan, day.requests.day("monaco", DAY)


def test_the_published_order_is_kept():
    plan, requests = published([(8, 12)] * 5)
    problem = problem_of(requests)
    (route,) = present_routes(problem, plan)
    assert [problem.request_ids[node] for node in route] == [
        stop.request_id for stop in plan.routes[0].stops
    ]


def test_who_would_be_late_is_missing_and_whoever_comes_after_stays():
    plan, requests = published([(8, 9), (10, 12), (10, 12), (14, 16)])
    problem = problem_of(requests, start=10)
    (route,) = present_routes(problem, plan)
    assert {problem.request_ids[node] for node in route} == {request.id for request in requests[1:]}
    assert evaluate(problem, [route]) is not None


def test_who_is_gone_is_missing():
    plan, requests = published([(8, 12)] * 3)
    problem = problem_of(requests[1:])
    (route,) = present_routes(problem, plan)
    assert sorted(route) == [0, 1]


def test_a_van_without_a_route_has_none():
    plan, _ = published([(8, 12)])
    other = make_request("late", hours=((8, 12),), day=DAY)
    assert present_routes(problem_of([other]), plan) == ((),)
    assert plan.routes[0].start < 12 * HOUR
