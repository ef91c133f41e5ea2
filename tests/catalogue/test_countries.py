from datetime import date

import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.model import BreakRule
from collection.units import HOUR
from tests.catalogue.conftest import DATA


def rules(code, applies_to="everybody"):
    country = load_catalogue(DATA).countries[code]
    return [dated.rule for dated in country.break_rules if dated.applies_to == applies_to]


def work(over, pause, *, least=None, stretch=6 * HOUR):
    return BreakRule(counts="work", over=over, stretch=stretch, pause=pause, least=least or pause)


def test_the_laws_of_each_country():
    assert rules("fr") == [work(6 * HOUR - 1, 1_200)]
    assert rules("de") == [
        work(6 * HOUR, 1_800, least=900),
        work(9 * HOUR, 2_700, least=900),
    ]
    assert rules("es") == [work(6 * HOUR, 900, stretch=24 * HOUR)]
    assert rules("mc") == []


def test_the_european_regulation_is_for_the_vehicles_under_it():
    driving = BreakRule(counts="driving", over=16_200, stretch=16_200, pause=2_700, least=2_700)

    for code in ("fr", "de", "es"):
        assert rules(code, "eu_561") == [driving]
    assert rules("mc", "eu_561") == []


def test_every_rule_is_dated_and_names_its_law():
    for country in load_catalogue(DATA).countries.values():
        for dated in country.break_rules:
            assert dated.valid_from <= date(2026, 1, 1)
            assert dated.source


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("least = 900", "least = 1_801", "break_rules.0.least"),
        ('counts = "work"', 'counts = "sleep"', "break_rules.0.counts"),
        ("valid_from = 1994-07-01", 'valid_from = "1994-07-01"', "break_rules.0.valid_from"),
        (
            "valid_from = 1994-07-01",
            "valid_from = 1994-07-01\nvalid_until = 1994-06-30",
            "break_rules.0.valid_until",
        ),
        ('source = "Arbeitszeitgesetz § 4"', 'source = ""', "break_rules.0.source"),
        ('regulations = ["eu_561"]', 'regulations = ["eu_562"]', "regulations.0"),
        ("working_weekdays = [0,", "working_weekdays = [7,", "working_weekdays.0"),
    ],
)
def test_a_mistake_names_file_and_field(folder, edit, old, new, field):
    path = edit("countries/de.toml", old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
    assert str(path) in caught.value.message
