"""What a van has done and the rest of its day: joined and taken apart again."""

from dataclasses import replace

import pytest

from collection.model import (
    NO_LOAD,
    Load,
    Outlook,
    Pause,
    Plan,
    Position,
    ReloadVisit,
    RestOfDay,
    Route,
    Stop,
)
from collection.routing.costs import bill
from collection.routing.rest import Underway
from collection.routing.resume import joined, rest_of
from collection.units import HOUR
from tests.places import CREATED, DAY, make_vehicle

HOME = Position(lon=7.42, lat=43.73)
VAN = make_vehicle("van-1", overtime=HOUR, overtime_cost_per_hour=1_300)


def phones(number):
    return Load(units=number, litres=2 * number, grams=350 * number)


def make_stop(name, at, load, travel=300):
    return Stop(
        request_id=f"monaco.{name}",
        position=HOME,
        arrival=at,
        start=at,
        departure=at + 200,
        travel=travel,
        metres=10 * travel,
        load=phones(load),
    )


def make_route(*stops, start, end, **changes):
    fields = {
        "id": "",
        "vehicle_id": "van-1",
        "stops": stops,
        "start": start,
        "end": end,
        "travel": sum(stop.travel for stop in stops),
        "metres": sum(stop.metres for stop in stops),
        "cost": 0,
        "load": stops[-1].load if stops else NO_LOAD,
    }
    return Route(**{**fields, **changes})


DONE = make_route(
    make_stop("a", 9 * HOUR, 1),
    make_stop("b", 10 * HOUR, 2),
    start=8 * HOUR,
    end=11 * HOUR,
    pauses=(Pause(start=9 * HOUR + 600, end=9 * HOUR + 1_200, after=1),),
)
REST = make_route(
    make_stop("c", 12 * HOUR, 1),
    make_stop("d", 13 * HOUR, 2),
    start=11 * HOUR,
    end=20 * HOUR + 600,
    travel=900,
    metres=9_000,
    cost=777,
    pauses=(Pause(start=12 * HOUR + 600, end=12 * HOUR + 1_200, after=1),),
)
UNDERWAY = Underway(vehicle=VAN, done=DONE, position=HOME, under_way=120, under_way_metres=1_000)


def test_a_joined_route_tells_the_whole_day():
    route, seam = joined(UNDERWAY, REST, (0, 0))
    assert [stop.request_id[-1] for stop in route.stops] == ["a", "b", "c", "d"]
    assert [stop.load.units for stop in route.stops] == [1, 2, 3, 4]
    assert route.load == phones(4)
    assert [pause.after for pause in route.pauses] == [1, 3]
    assert (route.start, route.end, route.overtime) == (8 * HOUR, 20 * HOUR + 600, 600)
    assert route.travel == 600 + 120 + 900
    assert route.metres == 6_000 + 1_000 + 9_000
    assert route.stops[2].travel == 300 + 120
    assert route.cost == bill(VAN, start=route.start, end=route.end, metres=route.metres)
    assert (seam.stops, seam.pauses, seam.start, seam.cost) == (2, 1, 11 * HOUR, 777)


def test_a_van_with_nothing_more_to_do_goes_home():
    route, seam = joined(UNDERWAY, None, (600, 5_000))
    assert (len(route.stops), route.end) == (2, 11 * HOUR + 600)
    assert route.travel == 600 + 120 + 600
    assert route.load == phones(2)
    assert seam.cost == 0


def test_a_van_that_has_been_home_all_the_time_came_back_then():
    route, _ = joined(replace(UNDERWAY, home=10 * HOUR + 1_200), None, (0, 0))
    assert route.end == 10 * HOUR + 1_200


def plan_of(route, seam, closing):
    rest = RestOfDay(
        since=CREATED,
        replaces="monaco.2026-03-04.v1",
        seen="",
        depots=(UNDERWAY.depot,),
        vehicles=(replace(VAN, shift=replace(VAN.shift, end=closing)),),
        resumed=(seam,),
        later={},
        outlook=Outlook(starts={}, cost=0, metres=0),
    )
    return Plan(
        id="",
        territory="monaco",
        day=DAY,
        version=2,
        created_at=CREATED,
        routes=(route,),
        unassigned=(),
        cost=route.cost,
        fingerprint="",
        seed=0,
        rest=rest,
    )


@pytest.mark.parametrize("reloaded", [False, True])
def test_the_rest_can_be_taken_out_again_as_it_was_planned(reloaded):
    rest = REST
    if reloaded:
        visit = replace(_reload(), after=1)
        stops = (REST.stops[0], replace(REST.stops[1], load=phones(1)))
        rest = replace(REST, stops=stops, reloads=(visit,), load=phones(1))
    rest = replace(rest, overtime=rest.end - 11 * HOUR)
    route, seam = joined(UNDERWAY, rest, (0, 0))
    (again,) = rest_of(plan_of(route, seam, closing=11 * HOUR)).routes
    assert again == rest
    if reloaded:
        assert [stop.load.units for stop in route.stops] == [1, 2, 3, 1]


def test_a_plan_of_a_night_is_its_own_rest():
    route, seam = joined(UNDERWAY, REST, (0, 0))
    night = replace(plan_of(route, seam, closing=0), rest=None)
    assert rest_of(night) is night


def _reload():
    return ReloadVisit(
        site_id="hub",
        position=HOME,
        arrival=12 * HOUR + 2_000,
        start=12 * HOUR + 2_000,
        departure=12 * HOUR + 2_600,
        travel=100,
        metres=900,
        after=0,
    )
