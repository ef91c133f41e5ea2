from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from collection.model import Battery, Building, Device
from collection.routing.demand import (
    NEVER,
    local_windows,
    request_load,
    required_skills,
    service_seconds,
)
from collection.units import HOUR
from tests.places import DEVICES, TERRITORY
from tests.strategies import DAY, make_request

MONACO = ZoneInfo("Europe/Monaco")


def windows(*hours, day=DAY):
    return local_windows(make_request(hours=hours, day=day), day, MONACO)


def test_windows_are_joined_and_in_order():
    assert windows((14, 16), (8, 10), (9, 12)) == ((8 * HOUR, 12 * HOUR), (14 * HOUR, 16 * HOUR))


def test_a_reversed_window_is_none():
    assert windows((10, 8)) == windows() == NEVER


def test_windows_are_those_of_the_wall_clock_on_a_day_of_a_clock_change():
    assert windows((8, 10), day=date(2026, 3, 29)) == ((8 * HOUR, 10 * HOUR),)


def test_service_counts_the_door_the_devices_and_each_battery_to_look_at():
    devices = tuple(Device(type="phone", battery=battery) for battery in Battery)

    assert service_seconds(make_request(devices=devices), TERRITORY.service, DEVICES) == (
        150 + 4 * 60 + 2 * 40
    )


def test_load_sums_the_devices():
    devices = (Device(type="phone"), Device(type="laptop"), Device(type="laptop"))

    assert request_load(make_request(devices=devices), DEVICES).as_tuple() == (3, 30, 6_350)


def test_only_a_swollen_battery_asks_for_a_skill():
    asked = {
        battery: required_skills(make_request(devices=(Device(type="phone", battery=battery),)))
        for battery in Battery
    }

    assert asked.pop(Battery.SWOLLEN) == {"battery_trained"}
    assert set(asked.values()) == {frozenset()}


def test_the_door_is_paid_by_each_request():
    rule = replace(TERRITORY.service, at_door=0)

    assert service_seconds(make_request(), TERRITORY.service, DEVICES) == (
        150 + service_seconds(make_request(), rule, DEVICES)
    )


def test_the_way_to_the_door_depends_on_the_building():
    rule = TERRITORY.service
    plain = make_request()

    def lasts(building):
        address = replace(plain.address, building=building)
        return service_seconds(replace(plain, address=address), rule, DEVICES)

    house = lasts(Building.HOUSE)
    assert lasts(Building.APARTMENT) == house + rule.apartment
    assert lasts(Building.OFFICE) == house + rule.office


def test_each_floor_without_a_lift_takes_its_time():
    rule = replace(TERRITORY.service, per_floor=20)
    plain = make_request()

    def lasts(**where):
        request = replace(plain, address=replace(plain.address, **where))
        return service_seconds(request, rule, DEVICES)

    ground = service_seconds(plain, rule, DEVICES)
    assert lasts(floor=4, lift=True) == lasts(lift=False) == ground
    assert lasts(floor=4, lift=False) == ground + 80
    assert lasts(floor=-1, lift=False) == ground + 20
