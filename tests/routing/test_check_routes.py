"""Each test breaks exactly one constraint of a route."""

from dataclasses import replace

import pytest

from collection.model import Battery, Device, Load, Unassigned
from collection.model import UnassignedReason as Reason
from collection.ports import UNREACHABLE
from collection.units import HOUR
from tests.places import TERRITORY, make_vehicle
from tests.routing.sound_plan import (
    REQUESTS,
    broken,
    day_of,
    repriced,
    shifted,
    sound,
    with_route,
    with_stop,
)
from tests.strategies import make_request


def test_empty_route():
    plan = sound()
    bare = replace(
        plan.routes[1],
        stops=(),
        travel=0,
        metres=0,
        end=plan.routes[1].start,
        load=Load(units=0, litres=0, grams=0),
    )
    left = Unassigned(request_id="monaco.3", reason=Reason.NO_CAPACITY, detail="1 of 1.")
    plan = replace(plan, routes=(plan.routes[0], bare), unassigned=(left,))
    assert broken(repriced(plan, 1)) == {"empty_route"}


def test_position():
    assert broken(with_stop(sound(), position=TERRITORY.depots[0].position)) == {"position"}


def test_time_window_too_late():
    assert broken(shifted(sound(), 14 * HOUR - sound().routes[1].stops[0].start)) == set()
    assert broken(shifted(sound(), 14 * HOUR + 1 - sound().routes[1].stops[0].start)) == {
        "time_window"
    }


def test_time_window_too_early():
    assert broken(shifted(sound(), 12 * HOUR - 1 - sound().routes[1].stops[0].start)) == {
        "time_window"
    }


def test_time_window_between_two_windows():
    moved = (*REQUESTS[:2], make_request("3", lon=7.44, hours=((8, 11), (13, 14))))
    assert broken(sound(), day_of(moved)) == {"time_window"}


def test_service_time():
    last = sound().routes[1].stops[0]
    short = replace(last, departure=last.departure - 1)
    plan = repriced(sound(), 1, stops=(short,), end=sound().routes[1].end - 1)
    assert broken(plan) == {"service_time"}


def test_arrival_does_not_follow_the_departure():
    stop = sound().routes[0].stops[1]
    assert broken(with_stop(sound(), 1, arrival=stop.arrival - 1)) == {"arrival"}


def test_arrival_after_the_start_of_service():
    plan = sound()
    early = shifted(plan, 0).routes[1]
    stop = replace(early.stops[0], arrival=early.stops[0].arrival + 60)
    assert broken(repriced(plan, 1, stops=(stop,), start=early.start + 60)) == {"arrival"}


def test_arrival_the_return_does_not_follow():
    assert broken(repriced(sound(), end=sound().routes[0].end + 60)) == {"arrival"}


def test_travel_time_too_short():
    route = sound().routes[1]
    stop = replace(route.stops[0], travel=route.stops[0].travel - 60)
    plan = repriced(sound(), 1, stops=(stop,), travel=route.travel - 60, start=route.start + 60)
    assert broken(plan) == {"travel_time"}


def test_travel_time_longer_than_the_matrix_is_allowed():
    route = sound().routes[1]
    plan = repriced(sound(), 1, travel=route.travel + 60, end=route.end + 60)
    assert broken(plan) == set()


def test_travel_time_where_no_way_leads():
    day = day_of()
    seconds = day.matrix.seconds.copy()
    seconds[1, 2] = UNREACHABLE
    cut = replace(day.matrix, seconds=seconds)
    assert broken(sound(), replace(day, matrix=cut)) == {"travel_time"}


def test_metres_of_a_leg():
    route = sound().routes[1]
    stop = replace(route.stops[0], metres=route.stops[0].metres - 1)
    assert broken(repriced(sound(), 1, stops=(stop,), metres=route.metres - 1)) == {"metres"}


def test_metres_of_the_way_back():
    assert broken(repriced(sound(), metres=sound().routes[0].metres + 1)) == {"metres"}


@pytest.mark.parametrize("hours", [{"start": 12}, {"end": 12}])
def test_shift(hours):
    vans = (TERRITORY.vehicles[0], make_vehicle("van-2", skills=(), **hours))
    assert broken(sound(), day_of(territory=replace(TERRITORY, vehicles=vans))) == {"shift"}


@pytest.mark.parametrize("dimension", ["units", "litres", "grams"])
def test_capacity_in_every_dimension(dimension):
    loads = {"units": 2, "litres": 4, "grams": 700}
    most = replace(make_vehicle().capacity, **loads)
    tight = replace(most, **{dimension: loads[dimension] - 1})
    for capacity, expected in ((most, set()), (tight, {"capacity"})):
        vans = (make_vehicle("van-1", capacity=capacity), TERRITORY.vehicles[1])
        assert broken(sound(), day_of(territory=replace(TERRITORY, vehicles=vans))) == expected


def test_skills():
    swollen = make_request(
        "3", lon=7.44, hours=((12, 14),), devices=(Device(type="phone", battery=Battery.SWOLLEN),)
    )
    rule = replace(TERRITORY.service, unknown_battery=0)  # so that the stop lasts as long
    day = day_of((*REQUESTS[:2], swollen), replace(TERRITORY, service=rule))
    assert broken(sound(), day) == {"skills"}


def test_load_after_a_stop():
    assert broken(with_stop(sound(), load=Load(units=1, litres=2, grams=351))) == {"load"}


def test_load_at_the_end():
    assert broken(with_route(sound(), load=Load(units=1, litres=2, grams=350))) == {"load"}


def test_cost_of_a_route():
    plan = with_route(sound(), cost=sound().routes[0].cost - 1)
    assert broken(replace(plan, cost=plan.cost - 1)) == {"cost"}
