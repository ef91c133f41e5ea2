from datetime import date

import numpy as np
from shapely.geometry import box

from collection.routing.conditions import Conditions
from collection.routing.weights import pack
from collection.units import HOUR
from tests.routing.streets_data import make_network, make_traffic, make_zone

# East and West of a corner.
NETWORK = make_network(
    [(7.0, 43.0), (7.01, 43.0), (7.02, 43.0)],
    [
        (0, 1, 60, 800, True, "West", "motorway"),
        (1, 2, 90, 810, True, "East", "residential"),
    ],
)
EAST = box(7.011, 42.99, 7.03, 43.01)
MONDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 7)
RUSH = make_traffic(
    ("00:00", {"default": 1.0, "motorway": 0.5}),
    ("08:00", {"default": 1.5, "motorway": 3.0}),
    weekend=[("00:00", {"default": 1.1})],
)


def times(weight):
    return [seconds / 128 for seconds in np.floor(weight / 2.0**28)]


def test_each_class_of_street_has_its_own_traffic():
    day = Conditions(NETWORK, (RUSH,), ()).on(MONDAY, [""])
    assert day.periods == (0, 8 * HOUR)
    (night, rush) = day.weights[0]
    assert times(night) == [30, 30, 90, 90]
    assert times(rush) == [180, 180, 135, 135]


def test_another_day_has_other_periods():
    day = Conditions(NETWORK, (RUSH,), ()).on(SATURDAY, [""])
    assert day.periods == (0,)
    assert times(day.weights[0][0]) == [66, 66, 99, 99]


def test_without_traffic_and_zones_a_day_is_free():
    conditions = Conditions(NETWORK, (), ())
    day = conditions.on(MONDAY, ["a", "b"])
    assert day.periods == (0,)
    assert np.array_equal(day.weights[0][0], conditions.free)
    assert np.array_equal(conditions.free, pack(NETWORK.seconds, NETWORK.metres))
    assert day.weights[0][0] is day.weights[1][0]


def test_zones_close_streets_for_their_classes():
    zone = make_zone(EAST, admitted=["electric"])
    day = Conditions(NETWORK, (RUSH,), (zone,)).on(MONDAY, ["", "diesel", "electric"])
    assert day.periods == (0, 8 * HOUR)
    everywhere, diesel, electric = day.weights
    for period in (0, 1):
        assert np.isinf(diesel[period]).tolist() == [False, False, True, True]
        assert np.array_equal(diesel[period][:2], electric[period][:2])
        assert electric[period] is everywhere[period]
        assert np.isfinite(electric[period]).all()


def test_hours_of_zones_make_periods():
    zone = make_zone(EAST, refused=["diesel"], hours=[("07:00", "09:00")])
    conditions = Conditions(NETWORK, (RUSH,), (zone,))
    day = conditions.on(MONDAY, ["diesel"])
    assert day.periods == (0, 7 * HOUR, 8 * HOUR, 9 * HOUR)
    open_east = [np.isfinite(weight[2]) for weight in day.weights[0]]
    assert open_east == [True, False, False, True]
    assert conditions.on(MONDAY, ["electric"]).periods == (0, 8 * HOUR)


def test_hours_that_change_nothing_make_no_period():
    zones = (
        make_zone(EAST, refused=["diesel"]),
        make_zone(EAST, refused=["diesel"], hours=[("00:00", "24:00")]),
        make_zone(EAST, refused=["diesel"], hours=[("07:00", "09:00")], weekdays=[5]),
    )
    assert Conditions(NETWORK, (), zones).on(MONDAY, ["diesel"]).periods == (0,)


def test_the_fingerprint_follows_traffic_and_zones():
    zone = make_zone(EAST, admitted=["electric"])
    prints = {
        Conditions(NETWORK, traffic, zones).fingerprint
        for traffic in ((), (RUSH,))
        for zones in ((), (zone,))
    }
    assert len(prints) == 4
