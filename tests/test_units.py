"""The clock of a local day, across changes of the clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.units import DAY, HOUR, format_clock, parse_clock, to_seconds, to_utc

PARIS = ZoneInfo("Europe/Paris")
USUAL = date(2026, 11, 25)
SPRING = date(2026, 3, 29)  # 02:00 does not exist: the clock goes to 03:00
AUTUMN = date(2026, 10, 25)  # 02:00 comes twice


def test_usual_day_is_an_hour_ahead_of_utc():
    assert to_utc(USUAL, 8 * HOUR, PARIS) == datetime(2026, 11, 25, 7, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hour_utc"), [(SPRING, 6), (AUTUMN, 7)])
def test_eight_on_the_wall_stays_eight_on_days_of_a_clock_change(day, hour_utc):
    instant = to_utc(day, 8 * HOUR, PARIS)
    assert instant.hour == hour_utc
    assert to_seconds(instant, day, PARIS) == 8 * HOUR


def test_seconds_reach_into_neighbouring_days():
    assert to_utc(USUAL, DAY + HOUR, PARIS) == to_utc(date(2026, 11, 26), HOUR, PARIS)
    assert to_seconds(to_utc(date(2026, 11, 24), 23 * HOUR, PARIS), USUAL, PARIS) == -HOUR


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.integers(4 * HOUR, DAY),
    st.sampled_from(["Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Atlantic/Canary"]),
)
def test_round_trip_outside_the_hours_of_a_clock_change(day, seconds, name):
    zone = ZoneInfo(name)
    assert to_seconds(to_utc(day, seconds, zone), day, zone) == seconds


def test_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"):
        to_seconds(datetime(2026, 11, 25, 8), USUAL, PARIS)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "seconds"), [("00:00", 0), ("08:30", 8 * HOUR + 1800), ("24:00", DAY)]
)
def test_clock_is_read(text, seconds):
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["8:00", "08:60", "24:01", "", "08-00", "ab:cd", "008:00"])
def test_what_is_no_clock_is_refused_with_the_form_to_write(text):
    with pytest.raises(ValueError, match="HH:MM"):
        parse_clock(text)


def test_clock_is_written_to_the_nearest_minute_and_wraps():
    assert format_clock(8 * HOUR + 29) == "08:00"
    assert format_clock(8 * HOUR + 30) == "08:01"
    assert format_clock(DAY + HOUR) == "01:00"
