"""Working days, cut-offs and slots in the territory's own time zone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from collection.errors import SlotUnavailable
from collection.model import Country
from collection.scheduling import calendar
from tests.places import TERRITORY

GERMANY = Country(code="de", name="Germany", language="de", working_weekdays=frozenset(range(6)))
WEDNESDAY = date(2026, 11, 25)


def test_sunday_is_no_working_day():
    assert calendar.is_working_day(TERRITORY, date(2026, 11, 28))
    assert not calendar.is_working_day(TERRITORY, date(2026, 11, 29))


def test_holidays_of_country_and_subdivision_count():
    epiphany = date(2026, 1, 6)
    assert calendar.holiday_name(replace(TERRITORY, country=GERMANY), epiphany) is None
    baden = replace(TERRITORY, country=GERMANY, subdivision="BW")
    assert calendar.holiday_name(baden, epiphany) == "Heilige Drei Könige"
    assert not calendar.is_working_day(baden, epiphany)


def test_cut_off_is_the_evening_before_in_local_time():
    assert calendar.cut_off(TERRITORY, WEDNESDAY) == datetime(2026, 11, 24, 17, tzinfo=UTC)
    summer = date(2026, 7, 15)
    assert calendar.cut_off(TERRITORY, summer) == datetime(2026, 7, 14, 16, tzinfo=UTC)


def test_a_day_can_be_booked_until_the_instant_of_its_cut_off():
    cut_off = calendar.cut_off(TERRITORY, WEDNESDAY)
    before = cut_off.replace(second=0) - (cut_off - cut_off.replace(hour=cut_off.hour - 1))
    assert next(calendar.bookable_days(TERRITORY, before)) == WEDNESDAY
    assert next(calendar.bookable_days(TERRITORY, cut_off)) == date(2026, 11, 26)


def test_bookable_days_skip_sundays_and_end_after_booking_days():
    monday_morning = datetime(2026, 11, 23, 6, tzinfo=UTC)
    days = list(calendar.bookable_days(TERRITORY, monday_morning))
    assert date(2026, 11, 29) not in days
    assert days[-1] == date(2026, 12, 7)


def test_due_days_follow_the_local_cut_off_and_keep_a_missed_night():
    evening = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert list(calendar.due_days(TERRITORY, evening)) == [date(2026, 11, 24), WEDNESDAY]
    afternoon = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert list(calendar.due_days(TERRITORY, afternoon)) == [date(2026, 11, 24)]


def test_a_day_whose_shifts_are_over_is_no_longer_due():
    late = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    assert list(calendar.due_days(TERRITORY, late)) == [WEDNESDAY]
    # Without vans everybody is to be told so, once.
    assert list(calendar.due_days(replace(TERRITORY, vehicles=()), late)) == [WEDNESDAY]


def test_due_days_differ_by_time_zone():
    canary = replace(TERRITORY, timezone="Atlantic/Canary")
    instant = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
    assert WEDNESDAY not in list(calendar.due_days(canary, instant))


def test_slot_id_and_window_say_the_same():
    row = TERRITORY.slots[0]
    identifier = calendar.slot_id(TERRITORY, WEDNESDAY, row)
    assert identifier == "monaco.2026-11-25.0800"
    assert calendar.parse_slot_id(TERRITORY, identifier) == (WEDNESDAY, row)
    slot = calendar.make_slot(TERRITORY, WEDNESDAY, row)
    assert slot.id == identifier
    assert slot.window.start == datetime(2026, 11, 25, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "identifier",
    [
        *("", "monaco", "monaco.2026-11-25", "monaco.2026-11-25.0900", "lyon.2026-11-25.0800"),
        *("monaco.2026-13-45.0800", "monaco.2026-11-25.8:00", "monaco.2026-11-25.08x0"),
        "monaco.2026-11-25.0800.x",
    ],
)
def test_unknown_slots_are_refused(identifier):
    with pytest.raises(SlotUnavailable, match="no slot"):
        calendar.parse_slot_id(TERRITORY, identifier)
