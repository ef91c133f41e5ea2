"""Who asks for a place asks the same of a van as who is planned."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings

from collection.errors import InvalidRequest
from collection.model import Battery, Device
from collection.routing.building import build, emission_classes, points
from collection.routing.guest import Guest, guest_of
from tests.fakes import GridMatrix
from tests.places import DAY, DEVICES, TERRITORY, make_request
from tests.strategies import days


def built(request, territory):
    travel = GridMatrix().travel(
        points((request,), territory), day=DAY, classes=emission_classes(territory)
    )
    return Guest.of(build((request,), territory, DEVICES, travel, day=DAY))


def same(one, other):
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(Guest)
    )


@given(days())
@settings(max_examples=60, deadline=None)
def test_a_guest_is_what_a_problem_says_of_it(day):
    for request in day.requests:
        assert same(guest_of(request, day.territory, DEVICES), built(request, day.territory))


def test_a_window_is_not_needed():
    request = make_request("a")
    free = replace(request, windows=())
    assert same(guest_of(free, TERRITORY, DEVICES), built(request, TERRITORY))


def test_who_lives_outside_is_nobodys():
    request = make_request("a", lon=8.0, lat=44.0)
    assert not guest_of(request, TERRITORY, DEVICES).able.any()


def test_a_swollen_battery_takes_who_was_trained():
    swollen = make_request("a", devices=(Device(type="phone", battery=Battery.SWOLLEN),))
    able = guest_of(swollen, TERRITORY, DEVICES).able
    assert able.tolist() == ["battery_trained" in van.skills for van in TERRITORY.vehicles]


def test_an_unknown_device_is_refused():
    with pytest.raises(InvalidRequest, match="unknown"):
        guest_of(make_request("a", devices=(Device(type="fridge"),)), TERRITORY, DEVICES)
