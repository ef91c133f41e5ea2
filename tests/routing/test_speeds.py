import pytest

from collection.errors import InvalidRequest
from collection.routing.speeds import SpeedTable
from tests.routing.streets_data import ROOT

GOOD = """
[factor]
residential = 0.6
trunk = 0.9
default = 0.5
[free_flow_kmh]
default = 30
[delay_seconds]
junction = 0
signal = 9
"""


def load(tmp_path, text):
    path = tmp_path / "speeds.toml"
    path.write_text(text, encoding="utf-8")
    return SpeedTable.load(path)


def test_the_shipped_table_loads():
    table = SpeedTable.load(ROOT / "data" / "speeds.toml")
    assert 0 < table.factor_of("residential") < table.factor_of("motorway") <= 1
    assert table.signal_delay > table.junction_delay > 0


def test_classes_fall_back_to_their_road_and_the_default(tmp_path):
    table = load(tmp_path, GOOD)
    assert table.factor_of("residential") == 0.6
    assert table.factor_of("trunk_link") == 0.9
    assert table.factor_of("road") == 0.5
    assert table.free_flow_of("residential") == 30


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("[factor]", "[factors]", "factor"),
        ("default = 0.5", "", "factor.default"),
        ("signal = 9", "", "delay_seconds.signal"),
        ("residential = 0.6", "residential = 0", "factor.residential"),
        ("residential = 0.6", "residential = true", "factor.residential"),
        ("default = 30", 'default = "fast"', "free_flow_kmh.default"),
        ("junction = 0", "junction = -1", "delay_seconds.junction"),
    ],
)
def test_a_bad_entry_is_named(tmp_path, old, new, field):
    with pytest.raises(InvalidRequest) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert caught.value.field == field


def test_no_file_and_no_toml(tmp_path):
    with pytest.raises(InvalidRequest, match="cannot read"):
        SpeedTable.load(tmp_path / "absent.toml")
    with pytest.raises(InvalidRequest, match="TOML"):
        load(tmp_path, "[factor")
