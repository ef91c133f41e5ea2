"""Travel by period of the day: who leaves later never arrives earlier, and it inverts exactly."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collection.ports import UNREACHABLE
from collection.routing.clock import (
    FAR,
    THERE,
    arrival,
    first_start,
    last_start,
    latest_departure,
    period_at,
)
from collection.routing.day import day_of
from tests.routing.line_day import HOUR, line_day

# Departures that are tried one by one; every period, and each way's end, lies well within.
FIRST, LAST = -400, 900


def one_way(*seconds):
    """A way that takes so many seconds in each period."""
    way = np.zeros((len(seconds), 4), dtype=np.int32)
    way[:, THERE] = seconds
    return way


def arrivals(periods, seconds, departures=range(FIRST, LAST)):
    way, starts = one_way(*seconds), np.array(periods, dtype=np.int64)
    return [arrival(way, THERE, starts, clock) for clock in departures]


def latest(periods, seconds, clock):
    starts = np.array(periods, dtype=np.int64)
    return latest_departure(one_way(*seconds), starts, clock)


def test_a_way_goes_on_at_the_pace_of_the_next_period():
    # 100 s of 300 s are driven by 1 000: two thirds of 600 s are left.
    assert arrivals([0, 1_000], [300, 600], [900]) == [1_400]
    # And of 100 s, where traffic ends: two thirds of 100 s, rounded up.
    assert arrivals([0, 1_000], [300, 100], [900]) == [1_067]
    # Exactly at the border nothing is left.
    assert arrivals([0, 1_000], [300, 600], [700, 701]) == [1_000, 1_002]


def test_a_way_may_cross_more_than_one_border():
    # 60 of 120 s, then 100 s of the 300 that half a way takes, then a third of 90 s.
    assert arrivals([0, 60, 160], [120, 600, 90], [0]) == [190]


def test_the_first_period_holds_before_it_starts():
    assert arrivals([0, 100], [30, 40], [-500]) == [-470]
    assert [period_at(np.array([0, 100]), clock) for clock in (-1, 0, 99, 100, 101)] == [
        *(0, 0, 0, 1, 1)
    ]


def test_a_way_that_closes_is_driven_only_if_it_ends_in_time():
    assert arrivals([0, 100], [30, UNREACHABLE], [70, 71, 100]) == [100, FAR, FAR]
    assert arrivals([0, 100], [UNREACHABLE, 30], [99, 100]) == [FAR, 130]
    assert arrivals([0], [UNREACHABLE], [0]) == [FAR]


@st.composite
def timetables(draw):
    count = draw(st.integers(1, 4))
    starts = draw(
        st.lists(st.integers(1, 400), min_size=count - 1, max_size=count - 1, unique=True)
    )
    way = st.integers(0, 120) | st.sampled_from([0, 1, UNREACHABLE])
    return [0, *sorted(starts)], draw(st.lists(way, min_size=count, max_size=count))


@settings(deadline=None, max_examples=60)
@given(timetables())
def test_who_leaves_later_never_arrives_earlier(timetable):
    there = [clock for clock in arrivals(*timetable) if clock < FAR]

    assert there == sorted(there)


@settings(deadline=None, max_examples=60)
@given(timetables())
@example(([0, 100], [0, UNREACHABLE]))
@example(([0, 100], [UNREACHABLE, 0]))
@example(([0, 100, 200], [50, 0, 70]))
@example(([0, 1, 2], [0, 3, UNREACHABLE]))
def test_the_latest_departure_is_the_last_that_arrives_in_time(timetable):
    there = np.array(arrivals(*timetable))

    for clock in range(-150, 700, 7):
        in_time = np.flatnonzero(there <= clock)
        expected = FIRST + int(in_time[-1]) if len(in_time) else None
        found = latest(*timetable, clock)
        assert found == expected if expected is not None else found <= FIRST, clock


@pytest.mark.parametrize(
    ("clock", "first", "last"),
    [
        (99, 100, -FAR),
        (100, 100, 100),
        (150, 150, 150),
        (200, 200, 200),
        (201, 300, 200),
        (300, 300, 300),
        (401, 401, 400),
    ],
)
def test_service_starts_in_the_next_window_and_ends_with_the_last(clock, first, last):
    day = day_of(line_day(windows=(((100, 200), (300, 400)), *(((0, HOUR),),) * 3)))

    assert first_start(day.nodes, day.windows, 0, clock) == first
    assert last_start(day.nodes, day.windows, 0, clock) == last


@pytest.mark.parametrize(
    ("clock", "first", "last"), [(99, 100, -FAR), (100, 100, 100), (201, 201, 200)]
)
def test_one_window_alone(clock, first, last):
    day = day_of(line_day(windows=(((100, 200),),) * 4))

    assert first_start(day.nodes, day.windows, 0, clock) == first
    assert last_start(day.nodes, day.windows, 0, clock) == last
