"""Travel through the periods of a day, in exact seconds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.ports import UNREACHABLE
from collection.routing.check_facts import Van
from collection.routing.check_travel import Travel, Way
from collection.units import HOUR

RUSH = 7 * HOUR
VAN = Van(
    number=0,
    id="van",
    start=0,
    end=0,
    shift=(0, 0),
    latest_end=0,
    capacity=(),
    fixed=0,
    per_hour=0,
    per_km=0,
)


def way(*seconds, periods=(0, RUSH, 9 * HOUR)):
    return Way(periods=periods, seconds=seconds, metres=tuple(range(len(seconds))))


@pytest.mark.parametrize(
    ("departure", "arrival"),
    [
        (RUSH - 600, RUSH),  # all of it before
        (RUSH - 400, RUSH + 400),  # a third is left, which takes a third of 1 200 s
        (RUSH, RUSH + 1_200),  # all of it in the rush
        (9 * HOUR - 600, 9 * HOUR + 150),  # half is left, which takes half of 300 s
        (-50, 550),  # the first period holds before it, too
        (23 * HOUR, 23 * HOUR + 300),
    ],
)
def test_arrival_through_periods(departure, arrival):
    assert way(600, 1_200, 300).arrival(departure) == arrival


def test_arrival_through_three_periods():
    # 100 s left of 200 are half of the way: 50 s of 100, of which 10 s are driven; 40 of 100
    # are left.
    thirds = way(200, 100, 1_000, periods=(0, 100, 110))
    assert thirds.arrival(0) == 110 + 400


def test_arrival_counts_a_started_second():
    assert way(3, 100, periods=(0, 10)).arrival(8) == 10 + 34  # 1 of 3 is left


def test_arrival_on_the_border_is_not_delayed():
    assert way(10, None, periods=(0, 10)).arrival(0) == 10


def test_arrival_where_a_later_period_is_closed():
    closed = way(10, None, 10, periods=(0, 10, 20))
    assert [closed.arrival(clock) for clock in (0, 1, 10, 19, 20)] == [10, None, None, None, 30]


def test_arrival_over_no_distance():
    assert way(0, 600, 0).arrival(RUSH - 1) == RUSH - 1


def test_length_is_that_of_the_period_of_departure():
    assert [way(1, 1, 1).length(clock) for clock in (-1, RUSH - 1, RUSH, 9 * HOUR)] == [0, 0, 1, 2]


@given(
    st.lists(st.integers(0, 400), min_size=1, max_size=4),
    st.lists(st.integers(1, 500), min_size=3, max_size=3, unique=True),
    st.integers(-100, 600),
)
def test_who_leaves_later_never_arrives_earlier(seconds, starts, clock):
    road = Way(
        periods=(0, *sorted(starts))[: len(seconds)],
        seconds=tuple(seconds),
        metres=tuple(seconds),
    )
    assert clock <= road.arrival(clock) <= road.arrival(clock + 1)


def travel(seconds, metres=None):
    table = np.array(seconds, dtype=np.int32).reshape(len(seconds), -1, 1, 1)
    table = np.broadcast_to(table, (*table.shape[:2], 2, 2))
    lengths = table if metres is None else np.full_like(table, metres)
    return Travel(periods=(0, RUSH)[: table.shape[1]], seconds=table, metres=lengths)


def test_way_at_the_speed_of_the_van():
    slow = replace(VAN, speed_percent=70)
    assert travel([[100, 71]]).way(slow, 0, 1).seconds == (143, 102)  # 142.86, 101.43
    assert travel([[100, 71]]).way(VAN, 0, 1).seconds == (100, 71)


def test_way_that_is_missing_stays_missing_at_any_speed():
    slow = replace(VAN, speed_percent=50)
    road = travel([[UNREACHABLE, 10]]).way(slow, 0, 1)
    assert (road.seconds, road.metres) == ((None, 20), (None, 10))


def test_others_may_go_where_a_class_may_not():
    tables = travel([[UNREACHABLE, UNREACHABLE], [UNREACHABLE, 60]])
    assert not tables.others_may(VAN, 0, 1, RUSH - 1)
    assert tables.others_may(VAN, 0, 1, RUSH)
