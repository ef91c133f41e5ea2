import json
from datetime import date

import geopandas
import pytest
from shapely.geometry import box, mapping

from collection.errors import InvalidRequest
from collection.model import EmissionScheme
from collection.routing.zones_file import read_zones
from collection.units import HOUR
from tests.lands import COUNTRIES

SQUARE = mapping(box(7, 43, 7.1, 43.1))
GOOD = {
    "name": "Centre",
    "classes": ["electric", "crit_air_1"],
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "hours": ["06:00-11:30", "22:00-24:00"],
    "weekdays": [0, 4],
    "source": "decree 7",
}
STREET = {"type": "LineString", "coordinates": [[7, 43], [7.1, 43]]}


@pytest.fixture
def load(tmp_path):
    def read(*features, emissions=()):
        path = tmp_path / "low_emission.geojson"
        rows = [
            {"type": "Feature", "geometry": shape, "properties": properties}
            for shape, properties in features
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
        return read_zones(path, emissions)

    return read


def test_a_file_is_read(load):
    closed = {"name": "Market", "classes": [], "valid_from": "2026-05-01", "source": "fair"}
    refused = {**closed, "classes": None, "refused": ["euro_3"]}
    zone, market, old = load((SQUARE, GOOD), (STREET, closed), (SQUARE, refused))
    assert (zone.name, zone.source) == ("Centre", "decree 7")
    assert zone.admitted == {"electric", "crit_air_1"}
    assert (zone.valid_from, zone.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert zone.hours == ((6 * HOUR, 11.5 * HOUR), (22 * HOUR, 24 * HOUR))
    assert zone.weekdays == {0, 4}
    assert zone.shape.equals(box(7, 43, 7.1, 43.1))
    assert (market.admitted, market.hours, market.weekdays) == (frozenset(), (), frozenset())
    assert market.valid_until is None
    assert (old.admitted, old.refused) == (None, {"euro_3"})


def test_one_zone_alone_has_columns_of_its_own_types(load):
    (zone,) = load((SQUARE, {**GOOD, "valid_until": None, "classes": [], "weekdays": []}))
    assert (zone.valid_until, zone.admitted, zone.weekdays) == (None, frozenset(), frozenset())


def test_other_coordinates_become_degrees(tmp_path):
    path = tmp_path / "zones.geojson"
    plain = {key: [value] for key, value in GOOD.items() if not isinstance(value, list)}
    frame = geopandas.GeoDataFrame(plain, geometry=[box(7, 43, 7.1, 43.1)], crs=4326)
    frame["refused"] = [["euro_3"]]
    frame.to_crs(3857).to_file(path)
    (zone,) = read_zones(path)
    assert zone.shape.bounds == pytest.approx((7, 43, 7.1, 43.1))


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": None}, "name", "required"),
        ({"source": ""}, "source", "at least 1"),
        ({"classes": None}, "", "either classes"),
        ({"refused": ["euro_3"]}, "", "either classes"),
        ({"at_least": "crit_air_1"}, "", "either classes"),
        ({"classes": None, "at_least": ""}, "at_least", "at least 1"),
        ({"classes": None, "at_least": "crit_air_1"}, "at_least", "known: none"),
        ({"classes": "electric"}, "classes", "list"),
        ({"classes": None, "refused": [""]}, "refused.0", "at least 1"),
        ({"valid_from": None}, "valid_from", "required"),
        ({"valid_from": "next year"}, "valid_from", "date"),
        ({"valid_until": "2025-12-31"}, "valid_until", "before valid_from"),
        ({"hours": ["6-11"]}, "hours.0", "HH:MM"),
        ({"hours": ["06:00"]}, "hours.0", "write hours like"),
        ({"hours": ["06:00-06:00"]}, "hours.0", "leave hours out"),
        ({"weekdays": [7]}, "weekdays.0", "less than or equal to 6"),
        ({"clases": ["electric"]}, "clases", "not permitted"),
    ],
)
def test_a_wrong_property_is_named(load, changes, field, message):
    fields = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(InvalidRequest, match=message) as caught:
        load((SQUARE, fields))
    assert caught.value.field == field
    assert "low_emission.geojson: zone 1: " in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ({"type": "Point", "coordinates": [7, 43]}, "zone 2 is a Point"),
        (None, "zone 2 is nothing"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            "zone 2: Self-intersection",
        ),
    ],
)
def test_a_wrong_shape_is_named(load, shape, message):
    with pytest.raises(InvalidRequest, match=message) as caught:
        load((SQUARE, GOOD), (shape, GOOD))
    assert caught.value.field == "geometry"


def test_no_file_and_no_geojson(tmp_path):
    with pytest.raises(InvalidRequest, match="not a GeoJSON file"):
        read_zones(tmp_path / "absent.geojson")
    (tmp_path / "bad.geojson").write_text("{")
    with pytest.raises(InvalidRequest, match="not a GeoJSON file"):
        read_zones(tmp_path / "bad.geojson")


def scheme(*classes, first=2016, last=None):
    return EmissionScheme(
        name="Crit'Air",
        classes=classes,
        valid_from=date(first, 1, 1),
        valid_until=None if last is None else date(last, 12, 31),
        source="a law",
    )


OLD = scheme("e", "1", "2", "3", last=2026)
NEW = scheme("zero", "e", "1", "2", first=2027)


def at_least(name, **changes):
    return (SQUARE, {**GOOD, "classes": None, "at_least": name, **changes})


def test_a_zone_may_name_the_dirtiest_national_class_that_it_admits(load):
    strict, mild = load(at_least("e"), at_least("2"), emissions=(OLD, NEW))

    assert (strict.admitted, mild.admitted) == ({"e"}, {"e", "1", "2"})
    assert mild.refuses("3")
    assert not mild.refuses("1")


def test_a_zone_that_outlasts_a_scheme_admits_the_clean_classes_of_the_next_one(load):
    lasting, later = load(
        at_least("1", valid_until=None),
        at_least("1", valid_from="2027-06-01", valid_until=None),
        emissions=(OLD, NEW),
    )
    assert lasting.admitted == later.admitted == {"zero", "e", "1"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"classes": ["e", "electric"]}, "classes"),
        ({"classes": None, "refused": ["4"]}, "refused"),
        ({"classes": None, "at_least": "zero"}, "at_least"),
    ],
)
def test_a_class_that_the_country_does_not_have_is_answered_with_those_it_has(load, changes, field):
    with pytest.raises(InvalidRequest, match="no national class; known: e, 1, 2, 3") as caught:
        load((SQUARE, {**GOOD, **changes}), emissions=(OLD, NEW))
    assert caught.value.field == field


def test_zones_may_close_streets_to_everybody_under_any_scheme(load):
    (zone,) = load((SQUARE, {**GOOD, "classes": []}), emissions=(OLD,))
    assert zone.admitted == frozenset()


@pytest.mark.parametrize("code", ["fr", "de", "es"])
def test_the_shipped_schemes_can_be_named(load, code):
    emissions = COUNTRIES[code].emission_schemes
    first, *_, last = emissions[0].classes
    clean, anybody = load(at_least(first), at_least(last), emissions=emissions)
    assert (clean.admitted, anybody.admitted) == ({first}, set(emissions[0].classes))
