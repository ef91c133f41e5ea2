import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from collection.model import Battery, Device, Position
from collection.routing.explain import detail, no_capacity
from collection.routing.problem import points
from tests.fakes import GridMatrix
from tests.places import TERRITORY, make_vehicle
from tests.strategies import Day, days, make_request


def day_of(*requests, vehicles=TERRITORY.vehicles, unreachable=()):
    territory = replace(TERRITORY, vehicles=tuple(vehicles))
    matrix = GridMatrix(unreachable=unreachable).matrix(points(requests, territory))
    return Day(requests=requests, territory=territory, matrix=matrix).problem()


SWOLLEN = (Device(type="phone", battery=Battery.SWOLLEN),)


@pytest.mark.parametrize(
    ("changes", "vehicles", "text"),
    [
        ({"lat": 44.5}, None, "44.50000, 7.42000 (latitude, longitude) is outside the area of"),
        ({"lon": 7.44}, None, "No drivable way leads from a depot to 43.73000, 7.44000"),
        (
            {"devices": (Device(type="laptop"),) * 70},
            None,
            "(the most of 2 vehicles: 60 units, 900 litres, 400000 grams).",
        ),
        (
            {"devices": SWOLLEN},
            [make_vehicle(skills=())],
            "It needs battery_trained; 0 of 1 vehicles have that",
        ),
        (
            {"hours": ((2, 4), (5, 6))},
            [make_vehicle("a"), make_vehicle("b", start=12)],
            "in 02:00-04:00, 05:00-06:00; the shifts of the day are 08:00-20:00, 12:00-20:00.",
        ),
        ({"hours": ()}, None, "It names no time window on this day."),
        (
            {"lon": 7.45, "hours": ((8, 8.01),)},
            None,
            "must start in 08:00-08:01; the first to be there, van-1, arrives at 08:06.",
        ),
        ({}, [], "0 vehicles work on this day."),
    ],
)
def test_a_reason_comes_with_its_figures(changes, vehicles, text):
    problem = day_of(
        make_request(**changes),
        vehicles=TERRITORY.vehicles if vehicles is None else vehicles,
        unreachable=[Position(lon=7.44, lat=43.73)],
    )

    assert text in detail(problem, 0)


def test_a_return_after_the_shift_is_told():
    problem = day_of(make_request(hours=((19.95, 20),)))

    assert detail(problem, 0) == (
        "Service must start in 19:57-20:00; van-1 would then be back at 20:01, after its "
        "shift's end at 20:00."
    )


def test_a_request_that_can_be_served_has_no_detail():
    with pytest.raises(ValueError, match="has no reason"):
        detail(day_of(make_request()), 0)


def test_no_capacity_tells_room_from_time():
    tiny = make_vehicle("tiny", capacity=replace(make_vehicle().capacity, units=1))
    problem = day_of(
        *(make_request(str(i), hours=((9, 9),)) for i in range(3)),
        vehicles=(tiny, make_vehicle("busy"), make_vehicle("blunt", start=12)),
    )

    assert no_capacity(problem, [(0,), (1,), ()], 2) == (
        "Of 3 vehicles 2 could serve it alone; with their other stops 1 have no room left for "
        "1 units, 2 litres, 350 grams and 1 no time at any place of the route for service in "
        "09:00-09:00."
    )


@settings(deadline=None, max_examples=50)
@given(days())
def test_every_reason_has_a_sentence_with_a_figure(day):
    problem = day.problem()

    for request, reason in enumerate(problem.reasons):
        assert (reason is None) == problem.allowed[request].any()
        if reason is not None and day.requests[request].windows:
            assert re.search(r"\d.*\.$", detail(problem, request))
