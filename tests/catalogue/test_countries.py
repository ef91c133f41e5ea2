from datetime import date

import pytest

from collection.catalogue import load_catalogue
from collection.dated import in_force
from collection.errors import InvalidRequest
from collection.model import BreakRule
from collection.scheduling.contact import plain_postcode
from collection.units import HOUR
from tests.lands import COUNTRIES, PLACES


def rules(code, applies_to="everybody"):
    return [dated.rule for dated in COUNTRIES[code].break_rules if dated.applies_to == applies_to]


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


def test_every_rule_is_dated_and_names_its_source():
    for country in COUNTRIES.values():
        rows = (
            *(*country.break_rules, *country.hours, *country.phones),
            *(*country.postcodes, *country.emission_schemes, *country.holidays),
        )
        assert country.phones
        assert country.postcodes
        for row in rows:
            assert row.valid_from <= date(2026, 1, 1)
            assert row.source


def test_the_hours_of_each_country():
    def limits(code):
        held = in_force(COUNTRIES[code].hours, date(2026, 11, 25))
        return {rule.per: rule.limit // HOUR for rule in held}

    assert limits("fr") == {"day": 10, "week": 48}
    assert limits("de") == {"day": 10, "week": 60}
    assert limits("es") == {"day": 9}
    assert limits("mc") == {"day": 10, "week": 48}


def test_languages_and_time_zones():
    for code, language in (("fr", "fr"), ("de", "de"), ("es", "es"), ("mc", "fr")):
        assert COUNTRIES[code].language == language
        assert set(COUNTRIES[code].languages) == {"fr", "de", "es", "en"}
    for code, subdivision, zone in PLACES:
        assert COUNTRIES[code].time_zone_of(subdivision) == zone
    assert COUNTRIES["es"].time_zone_of(None) == "Europe/Madrid"


def test_emission_classes_are_listed_cleanest_first():
    first = {
        code: [s.classes[0] for s in land.emission_schemes] for code, land in COUNTRIES.items()
    }
    assert first == {"fr": ["crit_air_e"], "de": ["plakette_4"], "es": ["dgt_0"], "mc": []}


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
        ('code = "de"', 'code = "fr"', "code"),
        ('languages = ["de", "en",', 'languages = ["en",', "languages"),
        ('languages = ["de",', 'languages = ["it",', "languages.0"),
        ('time_zone = "Europe/Berlin"', 'time_zone = "Europe/Bonn"', "time_zone"),
        ("limit = 36_000", "limit = 0", "working_hours.0.limit"),
        ('per = "week"', 'per = "day"', "working_hours.valid_until"),
        ('calling_code = "+49"', 'calling_code = "+33"', "phones.0.calling_code"),
        ('example = "+49 1512 3456789"', 'example = "+49 1"', "phones.0.example"),
        ('region = "DE"', 'region = "XX"', "phones.0.calling_code"),
        ('example = "69117"', 'example = "6911"', "postcodes.0.example"),
        ('pattern = "(0[1-9]', 'pattern = "((0[1-9]', "postcodes.0.pattern"),
        ('classes = ["plakette_4"', 'classes = [""', "emission_classes.0.classes.0"),
    ],
)
def test_a_mistake_names_file_and_field(folder, edit, old, new, field):
    path = edit("countries/de.toml", old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
    assert str(path) in caught.value.message


def test_a_new_format_is_one_more_row(folder, edit):
    """From 2030 on postcodes have six digits; what is booked before keeps five."""
    edit(
        "countries/de.toml",
        "valid_from = 1993-07-01",
        "valid_until = 2029-12-31\nvalid_from = 1993-07-01",
    )
    path = folder / "countries" / "de.toml"
    row = """
[[postcodes]]
pattern = "[0-9]{6}"
example = "691170"
valid_from = 2030-01-01
source = "a new law"
"""
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    germany = load_catalogue(folder).countries["de"]

    assert plain_postcode("69117", germany, day=date(2029, 12, 31)) == "69117"
    assert plain_postcode("691170", germany, day=date(2030, 1, 1)) == "691170"
    with pytest.raises(InvalidRequest, match="write it like 691170"):
        plain_postcode("69117", germany, day=date(2030, 1, 1))


def test_a_number_that_cannot_be_read_is_no_example(folder, edit):
    edit("countries/mc.toml", 'example = "+377 6 12 34 56 78"', 'example = "none"')
    with pytest.raises(InvalidRequest, match=r"phones\.0\.example"):
        load_catalogue(folder)
