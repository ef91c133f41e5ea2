"""Parts of countries and holidays of one's own, as territories name them."""

from datetime import date

import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.scheduling import calendar

TOML = "territories/monaco/territory.toml"
MC = 'country = "mc"\ntimezone = "Europe/Monaco"'
FAIR = """
[[holidays]]
name = "Fair"
every = "08-08"
valid_from = 2026-01-01
source = "the town"
"""


@pytest.fixture
def place(folder, edit):
    """The territory with other lines on its country, and lines at its end."""

    def place(head, tail=""):
        path = edit(TOML, MC, head)
        path.write_text(path.read_text(encoding="utf-8") + tail, encoding="utf-8")
        return load_catalogue(folder).territory("monaco")

    return place


@pytest.mark.parametrize(
    ("head", "zone"),
    [
        ('country = "es"\nsubdivision = "MD"', "Europe/Madrid"),
        ('country = "es"\nsubdivision = "CN"', "Atlantic/Canary"),
        ('country = "es"\nsubdivision = "Canarias"', "Atlantic/Canary"),
        ('country = "es"\nsubdivision = "CN"\ntimezone = "Atlantic/Canary"', "Atlantic/Canary"),
        ('country = "fr"', "Europe/Paris"),
    ],
)
def test_the_country_says_the_time_zone(place, head, zone):
    territory = place(head)
    assert territory.timezone == zone
    assert territory.subdivision in {None, "MD", "CN"}


@pytest.mark.parametrize(
    ("head", "field", "says"),
    [
        ('country = "es"\ntimezone = "Atlantic/Canary"', "timezone", "'CN' has Atlantic/Canary"),
        ('country = "es"\nsubdivision = "CN"\ntimezone = "Europe/Madrid"', "timezone", "(CN)"),
        ('country = "de"\nsubdivision = "XX"', "subdivision", "known: BB, BE, BW"),
        ('country = "mc"\nsubdivision = "XX"', "subdivision", "none, leave it out"),
        ('country = "fr"\nsubdivision = "974"', "subdivision", "of France is not served"),
        ('country = "fr"\nsubdivision = "La Réunion"', "subdivision", "not served"),
    ],
)
def test_a_wrong_part_of_a_country_is_answered_with_the_right_ones(place, head, field, says):
    with pytest.raises(InvalidRequest) as caught:
        place(head)
    assert caught.value.field == field
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('country = "fr"\nsubdivision = "57"', date(2026, 4, 3)),
        ('country = "fr"\nsubdivision = "6AE"', date(2026, 12, 26)),
        ('country = "de"\nsubdivision = "BW"', date(2026, 6, 4)),
        ('country = "de"\nsubdivision = "Augsburg"', date(2026, 8, 8)),
        ('country = "es"\nsubdivision = "CN"', date(2026, 5, 30)),
        (MC, date(2026, 11, 19)),
    ],
)
def test_holidays_of_regions(place, head, day):
    territory = place(head)
    assert calendar.holiday_name(territory, day)
    assert not calendar.is_working_day(territory, day)


def test_a_holiday_that_comes_each_year_while_it_holds(place):
    territory = place(MC, FAIR.replace("source", "valid_until = 2027-12-31\nsource"))

    assert calendar.holiday_name(territory, date(2025, 8, 8)) is None
    assert calendar.holiday_name(territory, date(2026, 8, 8)) == "Fair"
    assert calendar.holiday_name(territory, date(2027, 8, 8)) == "Fair"
    assert calendar.holiday_name(territory, date(2028, 8, 8)) is None
    assert calendar.holiday_name(territory, date(2027, 8, 9)) is None


def test_a_holiday_may_be_a_day_or_days_on_which_vans_go_out(place):
    saint = FAIR.replace('every = "08-08"\n', "").replace("2026-01-01", "2026-05-15")
    saint = saint.replace("source", "valid_until = 2026-05-16\nsource")
    work = FAIR.replace('every = "08-08"', 'every = "11-19"\nworks = true')
    territory = place(MC, saint + work)

    assert not calendar.is_working_day(territory, date(2026, 5, 15))
    assert not calendar.is_working_day(territory, date(2026, 5, 16))
    assert calendar.is_working_day(territory, date(2026, 5, 18))
    assert calendar.is_working_day(territory, date(2026, 11, 19))


def test_a_country_s_own_line_holds_in_its_territories_and_theirs_come_first(place, folder):
    path = folder / "countries" / "mc.toml"
    path.write_text(path.read_text(encoding="utf-8") + FAIR, encoding="utf-8")
    assert calendar.holiday_name(place(MC), date(2026, 8, 8)) == "Fair"

    own = FAIR.replace('"Fair"', '"No fair here"\nworks = true')
    assert calendar.is_working_day(place(MC, own), date(2026, 8, 8))


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('every = "08-08"', 'every = "08-32"', "holidays.0.every"),
        ('every = "08-08"', "every = 8", "holidays.0.every"),
        ('every = "08-08"\n', "", "holidays.0.valid_until"),
        ('source = "the town"', "", "holidays.0.source"),
    ],
)
def test_a_mistake_in_a_holiday_is_named(place, old, new, field):
    with pytest.raises(InvalidRequest) as caught:
        place(MC, FAIR.replace(old, new))
    assert caught.value.field == field
