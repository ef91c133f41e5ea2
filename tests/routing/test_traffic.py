from datetime import date

import pytest

from collection.errors import InvalidRequest
from collection.routing.traffic import periods_on, read_traffic, traffic_in
from collection.units import HOUR
from tests.routing.streets_data import ROOT, make_traffic

MONDAY, SATURDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 8)
GOOD = """
[[table]]
countries = ["fr"]
valid_from = 2026-01-01
valid_until = 2026-06-30
source = "counted"
weekday = [
  { start = "00:00", factor = { default = 0.8 } },
  { start = "07:30", factor = { default = 1.5, motorway = 2 } },
]
saturday = [{ start = "00:00", factor = { default = 1.1 } }]
sunday = []

[[table]]
valid_from = 2026-01-01
source = "guessed"
weekday = [{ start = "00:00", factor = { default = 1.2 } }]
saturday = []
sunday = []
"""


@pytest.fixture
def load(tmp_path):
    def read(text):
        path = tmp_path / "traffic.toml"
        path.write_text(text, encoding="utf-8")
        return read_traffic(path)

    return read


def test_a_file_is_read(load):
    french, other = load(GOOD)
    assert (french.countries, french.source) == ({"fr"}, "counted")
    assert (french.valid_from, french.valid_until) == (date(2026, 1, 1), date(2026, 6, 30))
    assert [period.start for period in french.weekday] == [0, 7.5 * HOUR]
    assert french.weekday[1].factor == {"default": 1.5, "motorway": 2.0}
    assert (other.countries, other.valid_until, other.sunday) == (frozenset(), None, ())


def test_days_of_the_week_differ(load):
    french = traffic_in(load(GOOD), "fr")
    assert [len(periods_on(french, day)) for day in (MONDAY, SATURDAY, SUNDAY)] == [2, 1, 1]
    assert periods_on(french, SATURDAY)[0].factor == {"default": 1.1}
    assert periods_on(french, SUNDAY)[0].factor == {"default": 1.0}


def test_a_country_without_a_table_takes_the_one_for_all(load):
    (only,) = traffic_in(load(GOOD), "mc")
    assert only.source == "guessed"


@pytest.mark.parametrize(
    ("day", "factor"),
    [
        (date(2025, 12, 31), 1.0),
        (date(2026, 1, 1), 0.8),
        (date(2026, 6, 30), 0.8),
        (date(2026, 7, 1), 1.2),
    ],
)
def test_tables_hold_from_day_to_day(load, day, factor):
    assert periods_on(traffic_in(load(GOOD), "fr"), day)[0].factor["default"] == factor


def test_no_table_is_free_flow_all_day():
    (period,) = periods_on((), MONDAY)
    assert (period.start, period.factor) == (0, {"default": 1.0})
    (period,) = periods_on((make_traffic(),), MONDAY)
    assert period.factor == {"default": 1.0}


def test_the_shipped_file_has_two_rush_hours_in_every_country():
    tables = read_traffic(ROOT / "data" / "traffic.toml")
    for country in ("fr", "de", "es", "mc"):
        own = traffic_in(tables, country)
        assert own[0].source
        weekday = [period.factor["default"] for period in periods_on(own, MONDAY)]
        night, morning, between, evening, late = weekday
        assert night < late < between == 1.0 < min(morning, evening)
        assert max(p.factor["default"] for p in periods_on(own, SUNDAY)) < between
        assert all(p.factor["motorway"] >= p.factor["default"] for p in periods_on(own, MONDAY))


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"fr"', '"France"', "table.0.countries.0"),
        ("valid_from = 2026-01-01", 'valid_from = "soon"', "table.0.valid_from"),
        ("valid_until = 2026-06-30", "valid_until = 2025-06-30", "table.0.valid_until"),
        ('source = "counted"', "", "table.0.source"),
        ("saturday = [{", "satrday = [{", "table.0.saturday"),
        ('"07:30"', '"7:30"', "table.0.weekday.1.start"),
        ('"07:30"', "730", "table.0.weekday.1.start"),
        ('"07:30"', '"00:00"', "table.0.weekday"),
        ('"07:30"', '"24:00"', "table.0.weekday"),
        ("motorway = 2", "motorway = 0", "table.0.weekday.1.factor.motorway"),
        ("default = 1.5, ", "", "table.0.weekday.1"),
        ("[[table]]\nvalid_from", '[[table]]\ncountries = ["fr"]\nvalid_from', "table.valid_until"),
        ("[[table]]\nvalid_from", "[[tables]]\nvalid_from", "tables"),
    ],
)
def test_a_mistake_is_named(load, old, new, field):
    assert old in GOOD
    with pytest.raises(InvalidRequest) as caught:
        load(GOOD.replace(old, new, 1))
    assert caught.value.field == field
    assert "traffic.toml: " in str(caught.value)


def test_no_file_and_no_toml(tmp_path, load):
    with pytest.raises(InvalidRequest, match="cannot be read"):
        read_traffic(tmp_path / "absent.toml")
    with pytest.raises(InvalidRequest, match="is not TOML"):
        load("[[table")
