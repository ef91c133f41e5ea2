import json
from datetime import date

import geopandas
import pytest
from shapely.geometry import box, mapping

from collection.errors import InvalidRequest
from collection.routing.zones_file import read_zones
from collection.units import HOUR

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
    def read(*features):
        path = tmp_path / "low_emission.geojson"
        rows = [
            {"type": "Feature", "geometry": shape, "properties": properties}
            for shape, properties in features
        ]
        path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}))
        return read_zones(path)

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
        ({"classes": "electric"}, "classes", "list"),
        ({"classes": None, "refused": [""]}, "refused.0", "at least 1"),
        ({"valid_from": None}, "valid_from", "required"),
        ({"valid_from": "next year"}, "valid_from", "date"),
        ({"valid_until": "2025-12-31"}, "", "before valid_from"),
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
