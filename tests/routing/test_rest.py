"""The rest of a day as a territory of its own."""

from dataclasses import replace

import pytest

from collection.model import Load, Position, Route
from collection.routing.building import build, emission_classes, points
from collection.routing.rest import (
    Underway,
    held_open,
    rest_territory,
    ways_home,
    with_ways_home,
)
from collection.routing.timing import schedule
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import DAY, DEVICES, HUB, TERRITORY, make_request, make_vehicle

AWAY = Position(lon=7.43, lat=43.74)
USED = Load(units=20, litres=300, grams=100_000)


def underway(vehicle, *, free=12 * HOUR, metres=9_000, under_way_metres=1_000):
    done = Route(
        id="",
        vehicle_id=vehicle.id,
        stops=(),
        start=9 * HOUR,
        end=free,
        travel=0,
        metres=metres,
        cost=0,
        load=USED,
    )
    return Underway(vehicle=vehicle, done=done, position=AWAY, under_way_metres=under_way_metres)


def rest_with(vehicle, **changes):
    territory = replace(TERRITORY, vehicles=(vehicle,))
    found = rest_territory(territory, {}, {vehicle.id: underway(vehicle, **changes)}, DAY)
    (rest,) = found.vehicles or (None,)
    return found, rest


def test_a_van_begins_where_it_will_be_free_with_what_is_left():
    vehicle = make_vehicle(max_metres=60_000, max_stops=30, max_seconds=10 * HOUR)
    territory, rest = rest_with(vehicle)
    assert territory.depots == (HUB, underway(vehicle).depot)
    assert rest.start_depot == "~van-1"
    assert rest.end_depot == "hub"
    assert rest.shift.start == 12 * HOUR
    assert rest.shift.end + rest.overtime == 19 * HOUR, "ten hours after it left"
    assert rest.capacity == Load(units=40, litres=600, grams=300_000, hazards=4)
    assert rest.max_metres == 50_000
    assert (rest.max_stops, rest.max_seconds) == (30, None)
    assert rest.fixed_cost == 0
    assert rest.reload_sites == {"hub"}, "nobody is emptied where a van happens to stand"


def test_a_van_whose_day_is_over_takes_nothing_more():
    assert rest_with(make_vehicle(), free=20 * HOUR)[1] is None
    assert rest_with(make_vehicle(max_seconds=3 * HOUR))[1] is None


def test_what_is_used_up_is_not_below_zero():
    _, rest = rest_with(make_vehicle(max_metres=5_000, capacity=Load(units=1, litres=1, grams=1)))
    assert rest.max_metres == 0
    assert rest.capacity == Load(units=0, litres=0, grams=0)


def test_a_van_that_has_not_left_is_as_it_is():
    vehicle = make_vehicle()
    territory = replace(TERRITORY, vehicles=(vehicle,))
    found = rest_territory(territory, {vehicle.id: vehicle}, {}, DAY)
    assert found.vehicles == (replace(vehicle, reload_sites=frozenset({"hub"})),)
    assert found.depots == territory.depots


def solved(territory, requests):
    travel = GridMatrix().travel(
        points(requests, territory), day=DAY, classes=emission_classes(territory)
    )
    paid = with_ways_home(territory, ways_home(territory, travel))
    return build(requests, paid, DEVICES, travel, day=DAY), paid


def test_a_van_on_the_road_costs_what_it_costs_more_than_to_go_home():
    request = make_request(hours=((12, 20),), lon=AWAY.lon, lat=AWAY.lat)
    problem, territory = solved(rest_with(make_vehicle())[0], [request])
    (van,) = territory.vehicles
    seconds = int(problem.seconds[0, 0, 1, 0])
    metres = int(problem.metres[0, 0, 1, 0])
    assert van.fixed_cost == -round(seconds * 2_600 / 3_600 + metres * 28 / 1_000)
    # The stop is where the van stands: only the minutes at the door are paid.
    service = int(problem.service[0])
    assert schedule(problem, 0, (0,)).cost == pytest.approx(service * 2_600 / 3_600, abs=1)


def test_waiting_on_the_road_is_paid():
    early = make_request("1", hours=((12, 20),), lon=AWAY.lon, lat=AWAY.lat)
    late = make_request("2", hours=((16, 20),), lon=AWAY.lon, lat=AWAY.lat)
    problem, _ = solved(rest_with(make_vehicle())[0], [early, late])
    costs = [schedule(problem, 0, (node,)).cost for node in (0, 1)]
    assert costs[1] - costs[0] == 4 * 2_600


def test_only_the_last_window_is_held_open():
    request = make_request(hours=((8, 10), (14, 16)))
    (longer,) = held_open([request], {request.id: 600})
    assert longer.windows[0] == request.windows[0]
    assert longer.windows[1].start == request.windows[1].start
    assert (longer.windows[1].end - request.windows[1].end).total_seconds() == 600
    assert held_open([request], {}) == (request,)
