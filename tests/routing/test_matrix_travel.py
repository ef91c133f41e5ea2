"""Travel by period of the day and by emission class."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from collection.errors import InvalidRequest
from collection.model import Position
from collection.ports import UNREACHABLE
from collection.routing.matrix import StreetMatrix
from collection.units import HOUR
from tests.routing.streets_data import (
    make_network,
    make_traffic,
    make_zone,
    networks,
    points_near,
)

ENGINES = ["scipy", "cch"]
MONDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 8)

# From West to East: over the one-way motorway in the north (60 s, 1,000 m), or through South
# (80 s, 500 m), which is two-way.
NETWORK = make_network(
    [(7.0, 43.0), (7.01, 43.0), (7.02, 43.01), (7.02, 42.99), (7.03, 43.0), (7.04, 43.0)],
    [
        (0, 1, 10, 100, True, "West"),
        (1, 2, 30, 500, False, "Motorway", "motorway"),
        (2, 4, 30, 500, False, "Motorway", "motorway"),
        (1, 3, 40, 250, True, "South"),
        (3, 4, 40, 250, True, "South"),
        (4, 5, 10, 100, True, "East"),
    ],
)
WEST, EAST = Position(lon=7.005, lat=43.0), Position(lon=7.035, lat=43.0)
SOUTH = Position(lon=7.015, lat=42.995)
RUSH = make_traffic(
    ("00:00", {"default": 1.0}),
    ("08:00", {"default": 1.1, "motorway": 2.0}),
    ("10:00", {"default": 1.0, "motorway": 1.5}),
)
LOW_EMISSION = make_zone(box(7.012, 42.98, 7.028, 42.999), admitted=["electric"])


@pytest.fixture(params=ENGINES)
def source(request):
    return StreetMatrix(NETWORK, traffic=(RUSH,), zones=(LOW_EMISSION,), engine=request.param)


def test_each_period_has_its_fastest_ways(source):
    found = source.travel([WEST, EAST], day=MONDAY, classes=["electric"])
    assert (found.classes, found.periods) == (("electric",), (0, 8 * HOUR, 10 * HOUR))
    # By motorway but in the rush hour; back always through South.
    assert found.seconds[0].tolist() == [
        [[0, 70], [90, 0]],
        [[0, 99], [99, 0]],
        [[0, 90], [90, 0]],
    ]
    # At ten both ways take 90 s: the shorter one counts.
    assert found.metres[0].tolist() == [
        [[0, 1_100], [600, 0]],
        [[0, 600], [600, 0]],
        [[0, 600], [600, 0]],
    ]
    assert found.seconds.dtype == found.metres.dtype == np.int32


def test_another_day_another_table(source):
    found = source.travel([WEST, EAST], day=SUNDAY, classes=["electric"])
    assert found.periods == (0,)
    assert found.seconds.tolist() == [[[[0, 70], [90, 0]]]]


def test_a_zone_holds_for_its_classes_only(source):
    found = source.travel([WEST, SOUTH, EAST], day=SUNDAY, classes=["electric", "diesel", ""])
    electric, diesel, everywhere = found.seconds[:, 0].tolist()
    assert electric == everywhere == [[0, 25, 70], [25, 0, 65], [90, 65, 0]]
    away = UNREACHABLE
    assert diesel == [[0, away, 70], [away, 0, away], [away, away, 0]]
    assert found.metres[1, 0].tolist() == [[0, away, 1_100], [away, 0, away], [away, away, 0]]
    # The address is on its street all the same, for whoever may go there.
    assert found.snap_metres.max() <= 1


def test_equal_classes_are_one(source):
    found = source.travel([WEST, EAST], day=MONDAY, classes=["diesel", "", "diesel"])
    assert found.classes == ("diesel", "")
    assert found.seconds.shape == (2, 3, 2, 2)


@pytest.mark.parametrize("points", [[], [WEST]])
def test_few_points_and_no_classes(source, points):
    n = len(points)
    found = source.travel(points, day=MONDAY, classes=["diesel"])
    assert found.seconds.shape == (1, 3, n, n)
    assert not found.seconds.any()
    assert source.travel(points, day=MONDAY, classes=[]).seconds.shape == (0, 3, n, n)


def test_hours_of_a_zone_are_periods():
    closed = replace(LOW_EMISSION, admitted=frozenset(), hours=((7 * HOUR, 9 * HOUR),))
    found = StreetMatrix(NETWORK, zones=(closed,)).travel(
        [EAST, WEST], day=MONDAY, classes=["", "diesel"]
    )
    assert found.periods == (0, 7 * HOUR, 9 * HOUR)
    assert found.seconds[:, :, 0, 1].tolist() == [[90, UNREACHABLE, 90]] * 2


def test_matrix_knows_neither_traffic_nor_zones(source):
    found = source.matrix([WEST, SOUTH, EAST])
    assert found.seconds.tolist() == [[0, 25, 70], [25, 0, 65], [90, 65, 0]]
    assert source.paths([EAST, WEST])[0].streets == ("East", "South", "West")
    assert source.paths([WEST, EAST], departures=[9 * HOUR])[0].streets[1] == "Motorway"


@pytest.mark.parametrize(
    ("clock", "street"),
    [(-5, "Motorway"), (8 * HOUR - 1, "Motorway"), (8 * HOUR, "South"), (30 * HOUR, "South")],
)
def test_a_way_is_that_of_its_departure(source, clock, street):
    (leg,) = source.paths([WEST, EAST], day=MONDAY, departures=[clock])
    assert leg.streets == ("West", street, "East")


def test_each_leg_has_its_own_period(source):
    legs = source.paths([WEST, EAST, WEST, EAST], day=MONDAY, departures=[0, HOUR, 9 * HOUR])
    assert [leg.streets[1] for leg in legs] == ["Motorway", "South", "South"]
    legs = source.paths([WEST, EAST, WEST, EAST], day=MONDAY)
    assert [leg.streets[1] for leg in legs] == ["Motorway", "South", "Motorway"]


def test_a_way_goes_round_what_its_class_may_not_enter(source):
    at = {"day": MONDAY, "departures": [9 * HOUR]}
    (leg,) = source.paths([WEST, EAST], emission_class="diesel", **at)
    assert leg.streets == ("West", "Motorway", "East")
    with pytest.raises(InvalidRequest, match="from point 0 to point 1"):
        source.paths([EAST, WEST], emission_class="diesel", **at)
    with pytest.raises(InvalidRequest, match="from point 0 to point 1"):
        source.paths([WEST, SOUTH], emission_class="diesel", **at)
    with pytest.raises(InvalidRequest, match="from point 0 to point 1"):
        source.paths([SOUTH, SOUTH], emission_class="diesel", **at)


def test_departures_are_one_for_each_way(source):
    with pytest.raises(InvalidRequest, match="2 departures for 1 ways") as caught:
        source.paths([WEST, EAST], departures=[0, 5])
    assert caught.value.field == "departures"


def test_fingerprint_follows_traffic_and_zones():
    prints = {
        StreetMatrix(NETWORK, traffic=traffic, zones=zones, engine=engine).fingerprint
        for traffic in ((), (RUSH,))
        for zones in ((), (LOW_EMISSION,))
        for engine in ENGINES
    }
    assert len(prints) == 4


@given(networks(), st.integers(0, 2**32 - 1), st.floats(0.3, 4))
@settings(max_examples=50, deadline=None)
def test_a_period_is_a_network_of_its_own(network, seed, factor):
    points = points_near(network, np.random.default_rng(seed), 8)
    traffic = make_traffic(("00:00", {"default": 1.0}), ("09:00", {"default": factor}))
    found = StreetMatrix(network, traffic=(traffic,)).travel(points, day=MONDAY, classes=[""])
    values = {field.name: getattr(network, field.name) for field in fields(network)}
    slow = type(network)(**{**values, "seconds": network.seconds * factor})
    for period, streets in enumerate((network, slow)):
        expected = StreetMatrix(streets, engine="scipy").matrix(points)
        assert np.array_equal(found.seconds[0, period], expected.seconds)
        assert np.array_equal(found.metres[0, period], expected.metres)


@given(networks(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_engines_agree_with_closed_streets(network, seed):
    draw = np.random.default_rng(seed)
    points = points_near(network, draw, 5)
    west, south = 7 + 0.006 * draw.random(), 43 + 0.006 * draw.random()
    zone = make_zone(box(west, south, west + 0.003, south + 0.003), refused=["diesel"])
    sources = [StreetMatrix(network, zones=(zone,), engine=engine) for engine in ENGINES]
    one, other = (source.travel(points, day=MONDAY, classes=["", "diesel"]) for source in sources)
    assert np.array_equal(one.seconds, other.seconds)
    assert np.array_equal(one.metres, other.metres)
    everywhere, diesel = one.seconds[:, 0]
    assert (diesel >= everywhere).all()
    assert np.array_equal(everywhere, sources[0].matrix(points).seconds)
    options = {"emission_class": "diesel", "day": MONDAY}
    reached = (diesel != UNREACHABLE) & ~np.eye(len(points), dtype=bool)
    for i, j in zip(*np.nonzero(reached), strict=True):
        ways = [source.paths([points[i], points[j]], **options) for source in sources]
        assert ways[0] == ways[1]


@pytest.mark.parametrize("engine", ENGINES)
@given(network=networks(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_rows_are_what_a_table_says(engine, network, seed):
    draw = np.random.default_rng(seed)
    points = points_near(network, draw, 6)
    # The last two are on one street, perhaps at one door.
    points.append(points[draw.integers(6)])
    zone = make_zone(box(7, 43, 7.003, 43.003), refused=["diesel"])
    source = StreetMatrix(network, traffic=(RUSH,), zones=(zone,), engine=engine)
    asked = {"day": MONDAY, "classes": ["", "diesel"]}
    whole, rows = (
        source.travel(points, **asked),
        source.rows(points[-1], source.places(points[:-1]), **asked),
    )

    for table, found in ((whole.seconds, rows.seconds), (whole.metres, rows.metres)):
        assert np.array_equal(found[0], table[:, :, -1, :-1])
        assert np.array_equal(found[1], table[:, :, :-1, -1])
    before = source.travel(points[:-1], **asked).joined(rows)
    assert (before.classes, before.periods) == (whole.classes, whole.periods)
    for name in ("seconds", "metres", "snap_metres"):
        assert np.array_equal(getattr(before, name), getattr(whole, name))


def test_rows_of_another_table_are_not_joined(source):
    table = source.travel([WEST, EAST], day=MONDAY, classes=[""])
    with pytest.raises(ValueError, match="other classes, periods or points"):
        table.joined(source.rows(SOUTH, source.places([WEST]), day=MONDAY, classes=[""]))
