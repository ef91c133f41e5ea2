from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from collection.model import Battery, Building, Device
from collection.routing.demand import (
    NEVER,
    NOT_ACCEPTED,
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


def load_of(*devices):
    return request_load(make_request(devices=devices), DEVICES, TERRITORY.triage).as_tuple()


def skills_of(*devices):
    return required_skills(make_request(devices=devices), TERRITORY.triage)


def test_windows_are_joined_and_in_order():
    assert windows((14, 16), (8, 10), (9, 12)) == ((8 * HOUR, 12 * HOUR), (14 * HOUR, 16 * HOUR))


def test_a_reversed_window_is_none():
    assert windows((10, 8)) == windows() == NEVER


def test_windows_are_those_of_the_wall_clock_on_a_day_of_a_clock_change():
    assert windows((8, 10), day=date(2026, 3, 29)) == ((8 * HOUR, 10 * HOUR),)


def test_service_counts_the_door_the_devices_and_each_battery_to_look_at():
    devices = tuple(Device(type="phone", battery=battery) for battery in Battery)

    assert service_seconds(make_request(devices=devices), TERRITORY.service, DEVICES) == (
        150 + 7 * 60 + 3 * 40
    )


def test_load_sums_the_devices():
    devices = (Device(type="phone"), Device(type="laptop"), Device(type="laptop"))

    assert load_of(*devices) == (3, 30, 6_350, 0)


def test_each_damaged_battery_is_a_package_of_hazard():
    loads = {battery: load_of(Device(type="phone", battery=battery))[3] for battery in Battery}

    assert {battery for battery, hazards in loads.items() if hazards} == {
        Battery.SWOLLEN,
        Battery.DAMAGED,
    }
    assert load_of(*(Device(type="phone", battery=Battery.SWOLLEN),) * 3)[3] == 3


def test_a_damaged_battery_asks_for_a_skill_and_a_dangerous_one_for_what_nobody_has():
    asked = {battery: skills_of(Device(type="phone", battery=battery)) for battery in Battery}

    assert asked.pop(Battery.SWOLLEN) == asked.pop(Battery.DAMAGED) == {"battery_trained"}
    assert asked.pop(Battery.LEAKING) == asked.pop(Battery.HOT) == {NOT_ACCEPTED}
    assert set(asked.values()) == {frozenset()}


def test_what_a_driver_saw_counts_more_than_what_was_said():
    assert skills_of(Device(type="phone", battery=Battery.OK, seen="damaged_or_swollen"))
    assert not skills_of(Device(type="phone", battery=Battery.SWOLLEN, seen="fine"))


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
