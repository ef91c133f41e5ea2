import json
import shutil
from dataclasses import replace

import pytest
import structlog
from shapely.geometry import box, mapping

from collection.errors import InvalidRequest
from collection.street_rules import read_street_rules
from tests.lands import COUNTRIES
from tests.places import TERRITORY, make_vehicle
from tests.routing.streets_data import ROOT

ZONE = {
    "type": "Feature",
    "geometry": mapping(box(7.41, 43.72, 7.42, 43.73)),
    "properties": {
        "name": "Port",
        "classes": ["electric"],
        "valid_from": "2026-01-01",
        "source": "decree",
    },
}
OWN_TRAFFIC = """
[[table]]
valid_from = 2026-01-01
source = "our own vans"
weekday = [{ start = "00:00", factor = { default = 1.3 } }]
saturday = []
sunday = []
"""


@pytest.fixture
def data_dir(tmp_path):
    (tmp_path / "territories" / "monaco").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "traffic.toml", tmp_path)
    return tmp_path


def draw(data_dir, **changes):
    feature = {**ZONE, "properties": {**ZONE["properties"], **changes}}
    path = data_dir / "territories" / "monaco" / "low_emission.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))


def test_streets_have_the_traffic_of_their_country_and_no_zones(data_dir):
    rules = read_street_rules(data_dir, TERRITORY)
    assert [table.countries for table in rules.traffic] == [frozenset()]
    assert rules.zones == ()
    france = replace(TERRITORY.country, code="fr")
    tables = read_street_rules(data_dir, replace(TERRITORY, country=france)).traffic
    assert [table.countries for table in tables] == [{"fr"}, frozenset()]


def test_a_territory_may_have_its_own_traffic_and_zones(data_dir):
    (data_dir / "territories" / "monaco" / "traffic.toml").write_text(OWN_TRAFFIC)
    draw(data_dir)
    rules = read_street_rules(data_dir, TERRITORY)
    assert [table.source for table in rules.traffic] == ["our own vans"]
    assert [zone.name for zone in rules.zones] == ["Port"]


def test_a_mistake_is_named(data_dir):
    draw(data_dir, source="")
    with pytest.raises(InvalidRequest, match=r"low_emission\.geojson: zone 1: source"):
        read_street_rules(data_dir, TERRITORY)
    (data_dir / "traffic.toml").unlink()
    with pytest.raises(InvalidRequest, match=r"traffic\.toml: cannot be read"):
        read_street_rules(data_dir, TERRITORY)


def test_a_class_that_no_zone_names_is_warned_of(data_dir):
    vans = [make_vehicle(name, emission_class=name) for name in ("electric", "eletric", "")]
    territory = replace(TERRITORY, vehicles=tuple(vans))
    with structlog.testing.capture_logs() as logs:
        read_street_rules(data_dir, territory)
        assert logs == []
        draw(data_dir)
        read_street_rules(data_dir, territory)
    assert [(log["vehicle"], log["zones_name"]) for log in logs] == [("eletric", ["electric"])]


def test_zones_speak_of_the_classes_of_their_country(data_dir):
    territory = replace(TERRITORY, country=COUNTRIES["fr"])
    draw(data_dir, classes=None, at_least="crit_air_1")
    (zone,) = read_street_rules(data_dir, territory).zones
    assert zone.admitted == {"crit_air_e", "crit_air_1"}

    draw(data_dir, classes=["plakette_4"])
    with pytest.raises(InvalidRequest, match="'plakette_4' is no national class"):
        read_street_rules(data_dir, territory)
