"""What a request asks for, in exact figures."""

from dataclasses import replace

import pytest

from collection.errors import InvalidRequest
from collection.model import Battery, Building, Device, Instructions, Load, Position, Weights
from collection.routing.check_demands import demand_of, inputs_of
from collection.units import HOUR
from tests.places import DEVICES, TERRITORY, make_vehicle
from tests.routing.sound_plan import sound
from tests.strategies import DAY, make_request

RULE = replace(TERRITORY.service, setup=90, per_floor=20)


def demand(request=None, territory=TERRITORY, *, earlier=None, **asked):
    inputs = inputs_of(territory, DEVICES, Instructions(**asked), DAY, earlier)
    return demand_of(inputs, request or make_request(), number=5, point=7)


def at(**changes):
    request = make_request()
    return replace(request, address=replace(request.address, **changes))


@pytest.mark.parametrize(
    ("address", "seconds"),
    [
        ({}, 150 + 60),
        ({"building": Building.APARTMENT}, 150 + 60 + 45),
        ({"building": Building.OFFICE}, 150 + 60 + 60),
        ({"floor": 3}, 150 + 60),
        ({"floor": 3, "lift": False}, 150 + 60 + 3 * 20),
        ({"floor": -1, "lift": False}, 150 + 60 + 20),
        ({"floor": 0, "lift": False}, 150 + 60),
    ],
)
def test_service_by_building_and_floor(address, seconds):
    asked = demand(at(**address), replace(TERRITORY, service=RULE))
    assert (asked.service, asked.setup) == (seconds, 90)


@pytest.mark.parametrize(
    ("batteries", "seconds"),
    [
        ([Battery.OK, Battery.REMOVED], 150 + 60 + 60),
        ([Battery.OK, Battery.UNKNOWN], 150 + 60 + 60 + 40),
        ([Battery.SWOLLEN, Battery.UNKNOWN], 150 + 60 + 60 + 80),
    ],
)
def test_service_by_batteries(batteries, seconds):
    devices = tuple(Device(type="phone", battery=battery) for battery in batteries)
    assert demand(make_request(devices=devices)).service == seconds


def test_load_is_that_of_all_devices():
    asked = demand(make_request(devices=(Device(type="phone"), Device(type="laptop"))))
    assert asked.change == Load(units=2, litres=16, grams=3_350).as_tuple()
    assert asked.initial == (0, 0, 0, 0)


def test_each_damaged_battery_is_a_package_of_hazard():
    batteries = (Battery.SWOLLEN, Battery.OK, Battery.DAMAGED)
    devices = tuple(Device(type="phone", battery=battery) for battery in batteries)
    assert demand(make_request(devices=devices)).change == (3, 6, 1_050, 2)


def test_what_a_driver_saw_counts_more_than_what_was_said():
    worse = Device(type="phone", battery=Battery.OK, seen="damaged_or_swollen")
    better = Device(type="phone", battery=Battery.SWOLLEN, seen="fine")
    assert demand(make_request(devices=(worse,))).skills == {"battery_trained"}
    assert demand(make_request(devices=(better,))).skills == frozenset()


def test_what_is_refused_no_van_may_carry():
    hot = make_request(devices=(Device(type="phone", battery=Battery.HOT),))
    assert demand(hot).unskilled == {0, 1}


def test_a_battery_that_no_rule_judges_is_not_planned():
    with pytest.raises(InvalidRequest, match="no triage rule"):
        demand(territory=replace(TERRITORY, triage=()))


def test_windows_on_the_local_clock_without_reversed_ones():
    asked = demand(make_request(hours=((15, 17), (8, 10), (12, 11))))
    assert asked.windows == ((15 * HOUR, 17 * HOUR), (8 * HOUR, 10 * HOUR))


def test_address_is_the_place_whatever_is_written():
    other = at(line1="1, rue Grimaldi", floor=2)
    assert demand(other).address == demand().address
    moved = at(position=Position(lon=7.42, lat=43.7301))
    assert demand(moved).address != demand().address


def test_skills_of_the_vans():
    swollen = make_request(devices=(Device(type="phone", battery=Battery.SWOLLEN),))
    assert (demand().skills, demand().unskilled) == (frozenset(), frozenset())
    assert demand(swollen).skills == {"battery_trained"}
    assert demand(swollen).unskilled == {1}


def test_excluded_are_all_but_the_fixed_vehicle():
    assert demand(vehicles={"monaco.1": "van-2"}).excluded == {0}
    assert demand(vehicles={"monaco.1": "van-9"}).excluded == {0, 1}
    assert demand(vehicles={"monaco.2": "van-2"}).excluded == frozenset()


WEIGHTS = Weights(
    unfamiliar_driver=300,
    change_of_driver=500,
    change_of_time=700,
    announced_within=60,
    per_km_from_home=100,
    home_radius=2_000,
)


def weighed(**changes):
    vans = (make_vehicle("van-1", driver="ada", **changes), make_vehicle("van-2", driver="noor"))
    return replace(TERRITORY, weights=WEIGHTS, vehicles=vans)


def test_preference_for_a_familiar_driver():
    assert demand(territory=weighed()).preferences == (0, 0)
    assert demand(territory=weighed(), familiar={"monaco.1": "noor"}).preferences == (300, 0)
    assert demand(territory=weighed(), familiar={"monaco.1": "kim"}).preferences == (300, 300)


def test_preference_for_the_earlier_vehicle_and_time():
    start = sound().routes[0].stops[0].start
    asked = demand(territory=weighed(), earlier=sound())

    assert asked.preferences == (0, 500)
    assert (asked.announced, asked.change_price) == ((start - 60, start + 60), 700)
    assert demand(make_request("9"), weighed(), earlier=sound()).change_price == 0


@pytest.mark.parametrize(
    ("degrees", "cents"),
    [
        (0.0, 0),
        (0.0179, 0),  # 1 990 m
        (0.0359, 199),  # 3 992 m: 1 992 m beyond
        (0.09, 801),  # 10 008 m
    ],
)
def test_preference_for_a_driver_at_home_there(degrees, cents):
    home = Position(lon=7.42, lat=43.73 + degrees)
    assert demand(territory=weighed(home=home)).preferences == (cents, 0)


def test_distance_shrinks_with_latitude():
    # 0.1 degrees of longitude are 8 035 m at 43.73 degrees north: 603.5 cents beyond.
    home = Position(lon=7.52, lat=43.73)
    assert demand(territory=weighed(home=home)).preferences == (604, 0)


def test_an_unknown_device_type_is_refused():
    with pytest.raises(InvalidRequest, match="'fridge' is unknown; use laptop, phone") as error:
        demand(make_request(devices=(Device(type="fridge"),)))
    assert error.value.field == "devices.type"
