"""Who will be late is told: in time, once, and again when it gets much later."""

from dataclasses import replace

import pytest

from collection.model import EventType
from collection.scheduling.late import tell_late
from collection.scheduling.progress import fold
from tests.fakes import FakeEventLog
from tests.places import DAY, TERRITORY, make_request
from tests.scheduling.line_plan import at, line_plan, told

WINDOWS = {
    "monaco.a": ("08:00", "09:00"),
    "monaco.b": ("08:00", "09:00"),
    "monaco.c": ("08:00", "09:00"),
    "monaco.d": ("08:00", "09:00"),
}


def requests(**ends):
    made = {}
    for name, (start, usual) in WINDOWS.items():
        plain = make_request(name[-1])
        window = replace(plain.windows[0], start=at(start), end=at(ends.get(name[-1], usual)))
        made[name] = replace(plain, id=name, windows=(window,))
    return made


@pytest.fixture
def log():
    return FakeEventLog()


def look(log, clock, *heard, **ends):
    known = requests(**ends)
    progress = fold(line_plan(), heard, now=at(clock), territory=TERRITORY, requests=known)
    events = tell_late(line_plan(), progress, known, log)
    return [event.request_id[-1] for event in events]


def test_nobody_is_told_while_all_is_well(log):
    assert look(log, "08:00") == []
    assert log.read("monaco", DAY) == ()


def test_who_will_be_late_is_told_before_the_window_ends(log):
    # Half an hour at the first door: the last stop starts at 09:20 and the one before at 09:05.
    heard = [told("arrived", "08:10", "a"), told("collected", "08:40", "a")]
    assert look(log, "08:41", *heard) == ["c", "d"]
    first, second = log.read("monaco", DAY)
    assert (first.type, first.request_id) == (EventType.DELAYED, "monaco.c")
    begins, ends = second.text.split("/")
    assert begins < at("09:20").isoformat() < ends


def test_a_customer_is_told_once_and_again_when_it_gets_much_later(log):
    heard = [told("arrived", "08:10", "a"), told("collected", "08:40", "a")]
    look(log, "08:41", *heard)
    look(log, "08:43", *heard)
    assert len(log.read("monaco", DAY)) == 2
    look(log, "09:30", *heard)
    assert len(log.read("monaco", DAY)) > 2


def test_shortly_before_a_stop_its_whole_range_counts(log):
    heard = [told("arrived", "08:10", "a"), told("collected", "08:15", "a")]
    # Planned at 08:25; the range of so near a stop reaches some minutes further.
    assert look(log, "08:16", *heard, b="08:28") == ["b"]
    assert look(log, "08:16", *heard, b="08:50") == []


def test_a_stop_that_is_over_or_at_whose_door_the_van_is_says_nothing(log):
    heard = [told("arrived", "08:10", "a")]
    assert "a" not in look(log, "08:30", *heard, a="08:05")
    over = [*heard, told("collected", "08:15", "a")]
    assert "a" not in look(log, "08:30", *over, a="08:05")
