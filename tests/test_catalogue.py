"""data/ is read whole, and every mistake in it is named with its file and field."""

import json
import shutil
from pathlib import Path

import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest, NotFound
from collection.units import HOUR

DATA = Path(__file__).parent.parent / "data"


SQUARE = [[7.40, 43.71], [7.45, 43.71], [7.45, 43.76], [7.40, 43.76], [7.40, 43.71]]


def polygon(*rings):
    return json.dumps({"type": "Polygon", "coordinates": rings})


@pytest.fixture
def folder(tmp_path):
    for name in ("countries", "territories"):
        shutil.copytree(DATA / name, tmp_path / name)
    shutil.copy(DATA / "devices.toml", tmp_path)
    return tmp_path


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_data_is_read():
    catalogue = load_catalogue(DATA)
    assert set(catalogue.countries) == {"de", "es", "fr", "mc"}
    monaco = catalogue.territory("monaco")
    assert monaco.vehicles[0].shift.start == 7 * HOUR + 45 * 60
    assert monaco.vehicles[0].start_depot == monaco.vehicles[0].end_depot == "fontvieille"
    assert sum(slot.capacity for slot in monaco.slots) >= 120
    assert catalogue.devices["laptop"].load.grams == 3_000
    assert monaco.area[0][0] == monaco.area[0][-1]


def test_unknown_territory_names_the_known_ones():
    with pytest.raises(NotFound, match=r"atlantis.*monaco"):
        load_catalogue(DATA).territory("atlantis")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('country = "mc"', 'country = "xx"', "country"),
        ('timezone = "Europe/Monaco"', 'timezone = "Europe/Nowhere"', "timezone"),
        ('cut_off = "18:00"', 'cut_off = "25:00"', "cut_off"),
        ('cut_off = "18:00"', "cut_off = 18", "cut_off"),
        ("booking_days = 14", 'booking_days = "14"', "booking_days"),
        ('id = "monaco"', 'id = "Monaco"', "id"),
        ('publish = "review"', 'publish = "perhaps"', "publish"),
        ('id = "van-2"', 'id = "van-1"', "vehicles"),
        ('id = "van-2"', 'id = "van 2"', "vehicles.1"),
        ('shift = ["07:45", "15:45"]', 'shift = ["15:45", "07:45"]', "vehicles.0"),
        ("cost_per_km = 28", "cost_per_mile = 28", "vehicles.0.cost_per_km"),
        ("at_door = 120", "at_door = -1", "service.at_door"),
        ("lon = 7.4170", "lon = 740", "depots.0.lon"),
        ('timezone = "Europe/Monaco"', 'timezone = "Europe"', "timezone"),
        ('country = "mc"', 'country = "mc"\nsubdivision = "XX"', "subdivision"),
        ('start = "10:00"', 'start = "08:00"', "slots"),
    ],
)
def test_a_mistake_names_file_and_field(folder, old, new, field):
    path = folder / "territories" / "monaco" / "territory.toml"
    edit(path, old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
    assert str(path) in caught.value.message


def test_what_is_no_toml_is_named(folder):
    path = folder / "devices.toml"
    path.write_text("[phone", encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"devices\.toml: is not TOML"):
        load_catalogue(folder)


def test_a_missing_file_is_named(folder):
    (folder / "devices.toml").unlink()
    with pytest.raises(InvalidRequest, match=r"devices\.toml: cannot be read"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        json.dumps({"type": "FeatureCollection", "features": []}),
        json.dumps({"type": "Point", "coordinates": [7.4, 43.7]}),
        polygon([[7.40, 43.71], [7.45, 43.76], [7.45, 43.71], [7.40, 43.76], [7.40, 43.71]]),
        polygon(SQUARE, [[7.42, 43.73], [7.43, 43.73], [7.43, 43.74], [7.42, 43.73]]),
        polygon([[lat, lon] for lon, lat in SQUARE]),
    ],
)
def test_an_area_must_be_polygons(folder, content):
    (folder / "territories" / "monaco" / "zones.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"zones\.geojson"):
        load_catalogue(folder)
