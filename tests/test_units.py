"""The clock of a local day, across changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.units import (
    DAY,
    HOUR,
    DayClock,
    format_clock,
    parse_clock,
    to_seconds,
    to_utc,
)

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


ZONES = [
    *("Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Atlantic/Canary", "Europe/Monaco"),
]
# All nights of a clock change of some years, and any other day.
CHANGES = [
    *(date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)),
    *(date(2028, 3, 26), date(2028, 10, 29)),
]
days = st.sampled_from(CHANGES) | st.dates(date(2020, 1, 1), date(2040, 1, 1))
zones = st.sampled_from(ZONES).map(ZoneInfo)


def skipped(day, seconds, zone):
    """Whether the wall clock never shows a time."""
    wall = datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
    shown = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return shown.replace(tzinfo=None) != wall


@given(days, st.integers(0, 2 * DAY), zones)
def test_there_and_back_gives_the_same_clock_but_for_the_hour_that_is_skipped(day, seconds, zone):
    back = to_seconds(to_utc(day, seconds, zone), day, zone)
    assert back == seconds + (HOUR if skipped(day, seconds, zone) else 0)


@given(days, st.integers(0, 2 * DAY), zones)
def test_back_and_there_gives_the_same_instant_but_for_the_hour_that_comes_twice(day, ahead, zone):
    instant = to_utc(day, 0, zone) + timedelta(seconds=ahead)
    again = to_utc(day, to_seconds(instant, day, zone), zone)
    second_pass = instant.astimezone(zone).fold == 1
    assert again == instant - timedelta(hours=1 if second_pass else 0)


@given(days, st.integers(4 * HOUR, DAY), st.integers(4 * HOUR, DAY), zones)
def test_by_day_the_wall_clock_runs_like_any_other(day, early, late, zone):
    passed = to_utc(day, late, zone) - to_utc(day, early, zone)
    assert passed.total_seconds() == late - early


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (USUAL, 24)])
def test_a_day_of_a_clock_change_is_an_hour_shorter_or_longer(name, day, hours):
    zone = ZoneInfo(name)
    assert to_utc(day, DAY, zone) - to_utc(day, 0, zone) == timedelta(hours=hours)


@given(
    days | st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(-2 * DAY, 4 * DAY),
    st.integers(0, 999_999),
    zones,
)
def test_a_clock_of_a_day_says_what_the_functions_say(day, seconds, micro, zone):
    clock = DayClock(day, zone)
    assert clock.instant(seconds) == to_utc(day, seconds, zone)
    instant = to_utc(day, seconds, zone) + timedelta(microseconds=micro)
    for written in (instant, instant.astimezone(zone)):
        assert clock.seconds(written) == to_seconds(written, day, zone)


def test_naive_instant_is_refused():
    with pytest.raises(ValueError, match="aware"):
        DayClock(USUAL, PARIS).seconds(datetime(2026, 11, 25, 7))  # noqa: DTZ001
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
