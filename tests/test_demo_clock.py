"""A clock that is moved by a file, for servers that are told its name."""

import os
from datetime import UTC, datetime, timedelta

from collection.demo_clock import DemoClock, set_demo_clock

SOON = timedelta(seconds=5)
LATER = datetime(2027, 3, 1, 7, 30, tzinfo=UTC)


def test_it_is_the_machines_clock_until_it_is_moved(tmp_path):
    clock = DemoClock(tmp_path / "clock.json")
    assert abs(clock.now() - datetime.now(UTC)) < SOON


def test_it_runs_from_where_it_was_moved_to_and_as_fast(tmp_path):
    path = tmp_path / "clock.json"
    clock = DemoClock(path)
    set_demo_clock(path, LATER, speed=1)
    assert timedelta() <= clock.now() - LATER < SOON
    before = clock.now()
    set_demo_clock(path, LATER, speed=1_000_000)
    os.utime(path, ns=(1, 1))
    first, second = clock.now(), clock.now()
    assert before < first < second


def test_it_can_be_moved_again(tmp_path):
    path = tmp_path / "clock.json"
    clock = DemoClock(path)
    for number in (1, 2):
        moved = LATER + timedelta(days=number)
        set_demo_clock(path, moved, speed=1)
        os.utime(path, ns=(number, number))
        assert timedelta() <= clock.now() - moved < SOON
