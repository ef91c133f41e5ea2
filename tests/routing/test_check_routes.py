"""Each test breaks exactly one constraint of a route."""

from dataclasses import replace

import pytest

from collection.model import Battery, Device, Load, Shift, Unassigned
from collection.model import UnassignedReason as Reason
from collection.ports import UNREACHABLE
from collection.units import HOUR
from tests.fakes import GridMatrix
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
    bare = replace(bare, cost=0)
    plan = replace(
        plan, routes=(plan.routes[0], bare), unassigned=(left,), cost=plan.routes[0].cost
    )
    assert broken(plan) == {"empty_route"}


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
    seconds = day.travel.seconds.copy()
    seconds[0, 0, 1, 2] = UNREACHABLE
    cut = replace(day.travel, seconds=seconds)
    assert broken(sound(), replace(day, travel=cut)) == {"travel_time"}


def test_metres_of_a_leg():
    route = sound().routes[1]
    stop = replace(route.stops[0], metres=route.stops[0].metres - 1)
    assert broken(repriced(sound(), 1, stops=(stop,), metres=route.metres - 1)) == {"metres"}


def test_metres_of_the_way_back():
    assert broken(repriced(sound(), metres=sound().routes[0].metres + 1)) == {"metres"}


def with_van(**changes):
    """Change the second van, which drives to the third request."""
    vans = (TERRITORY.vehicles[0], make_vehicle("van-2", skills=(), **changes))
    return replace(TERRITORY, vehicles=vans)


def test_shift_starts_with_the_departure():
    start = sound().routes[1].start
    for second, expected in ((0, set()), (1, {"shift"})):
        shift = Shift(start=start + second, end=20 * HOUR)
        assert broken(sound(), day_of(territory=with_van(shift=shift))) == expected


def test_shift_ends_with_the_return_or_its_overtime():
    end = sound().routes[1].end
    for allowed, expected in ((60, set()), (59, {"shift"})):
        shift = Shift(start=8 * HOUR, end=end - 60)
        territory = with_van(shift=shift, overtime=allowed)
        assert broken(with_route(sound(), 1, overtime=60), day_of(territory=territory)) == expected


def test_overtime():
    territory = with_van(shift=Shift(start=8 * HOUR, end=sound().routes[1].end - 60), overtime=60)
    for stated, expected in ((60, set()), (59, {"overtime"}), (0, {"overtime"})):
        plan = with_route(sound(), 1, overtime=stated)
        assert broken(plan, day_of(territory=territory)) == expected
    assert broken(with_route(sound(), 1, overtime=1)) == {"overtime"}


def test_cost_of_overtime():
    shift = Shift(start=8 * HOUR, end=sound().routes[1].end - 60)
    day = day_of(territory=with_van(shift=shift, overtime=60, overtime_cost_per_hour=6_000))
    plan = with_route(sound(), 1, overtime=60)
    dearer = with_route(plan, 1, cost=plan.routes[1].cost + 100)

    assert broken(plan, day) == {"cost"}
    assert broken(replace(dearer, cost=plan.cost + 100), day) == set()


@pytest.mark.parametrize(
    ("name", "field"),
    [("range", "max_metres"), ("max_stops", "max_stops"), ("max_duration", "max_seconds")],
)
def test_limits_of_a_van(name, field):
    route = sound().routes[1]
    used = {"max_metres": route.metres, "max_stops": 1, "max_seconds": route.end - route.start}
    for most, expected in ((None, set()), (used[field], set()), (used[field] - 1, {name})):
        assert broken(sound(), day_of(territory=with_van(**{field: most}))) == expected


def test_travel_time_of_a_slower_van():
    assert broken(sound(), day_of(territory=with_van(speed_percent=99))) == {"travel_time"}
    assert broken(sound(), day_of(territory=with_van(speed_percent=101))) == set()


def test_travel_time_in_traffic():
    rush = GridMatrix(traffic={0: 1.0, 11 * HOUR: 1.01})
    assert broken(sound(), day_of(streets=rush)) == {"travel_time"}


def test_low_emission():
    refused = GridMatrix(refused={"euro_5": [REQUESTS[2].address.position]})
    day = day_of(territory=with_van(emission_class="euro_5"), streets=refused)
    assert broken(sound(), day) == {"low_emission"}
    free = day_of(territory=with_van(emission_class="electric"), streets=refused)
    assert broken(sound(), free) == set()


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
    load = Load(units=1, litres=2, grams=350, hazards=1)
    stop = replace(sound().routes[1].stops[0], load=load)
    assert broken(with_route(sound(), 1, stops=(stop,), load=load), day) == {"skills"}


@pytest.mark.parametrize(("most", "expected"), [(1, set()), (0, {"capacity"})])
def test_a_van_carries_so_many_damaged_batteries_and_no_more(most, expected):
    swollen = make_request(
        "3", lon=7.44, hours=((12, 14),), devices=(Device(type="phone", battery=Battery.SWOLLEN),)
    )
    rule = replace(TERRITORY.service, unknown_battery=0)
    room = replace(make_vehicle().capacity, hazards=most)
    vans = (TERRITORY.vehicles[0], make_vehicle("van-2", capacity=room))
    day = day_of((*REQUESTS[:2], swollen), replace(TERRITORY, service=rule, vehicles=vans))
    load = Load(units=1, litres=2, grams=350, hazards=1)
    stop = replace(sound().routes[1].stops[0], load=load)
    assert broken(with_route(sound(), 1, stops=(stop,), load=load), day) == expected


def test_load_after_a_stop():
    assert broken(with_stop(sound(), load=Load(units=1, litres=2, grams=351))) == {"load"}


def test_load_at_the_end():
    assert broken(with_route(sound(), load=Load(units=1, litres=2, grams=350))) == {"load"}


def test_cost_of_a_route():
    plan = with_route(sound(), cost=sound().routes[0].cost - 1)
    assert broken(replace(plan, cost=plan.cost - 1)) == {"cost"}
