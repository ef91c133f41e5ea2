"""Breaks that are due to a driver who is on the road."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.model import BreakRule, ClockBreak
from collection.routing.rest_breaks import Worked, still_due
from collection.units import HOUR, MINUTE

EVENING = 20 * HOUR
SIX = BreakRule(
    counts="work", over=6 * HOUR, stretch=6 * HOUR, pause=30 * MINUTE, least=15 * MINUTE
)
NINE = BreakRule(
    counts="work", over=9 * HOUR, stretch=6 * HOUR, pause=45 * MINUTE, least=15 * MINUTE
)
DRIVING = BreakRule(
    counts="driving",
    over=round(4.5 * HOUR),
    stretch=round(4.5 * HOUR),
    pause=45 * MINUTE,
    least=15 * MINUTE,
)
LUNCH = ClockBreak(earliest=12 * HOUR, latest=13 * HOUR, seconds=30 * MINUTE)


def due(*, rules=(), breaks=(), pauses=(), drives=(), now=10 * HOUR, until=EVENING):
    worked = Worked(start=8 * HOUR, now=now, pauses=tuple(pauses), drives=tuple(drives))
    return still_due(breaks, rules, worked, until=until)


def test_who_has_worked_two_hours_rests_within_four():
    (rest,) = due(rules=[SIX])
    assert (rest.earliest, rest.latest, rest.seconds) == (10 * HOUR, 14 * HOUR, 30 * MINUTE)


def test_a_day_that_ends_in_time_needs_none():
    assert due(rules=[SIX], until=14 * HOUR) == ()
    assert len(due(rules=[SIX], until=14 * HOUR + 1)) == 1


def test_a_break_that_was_long_enough_is_not_asked_for_again():
    assert due(rules=[SIX], pauses=[(9 * HOUR, 9 * HOUR + 30 * MINUTE)], until=15 * HOUR) == ()


def test_half_a_break_leaves_the_other_half():
    (rest,) = due(rules=[SIX], pauses=[(9 * HOUR, 9 * HOUR + 15 * MINUTE)], until=16 * HOUR)
    assert rest.seconds == 15 * MINUTE
    # By then six hours are worked, the break not counted.
    assert rest.latest == 14 * HOUR + 15 * MINUTE


def test_one_that_is_too_short_does_not_count():
    (rest,) = due(rules=[SIX], pauses=[(9 * HOUR, 9 * HOUR + 10 * MINUTE)])
    assert rest.seconds == 30 * MINUTE


def test_the_longer_day_asks_for_the_difference_only():
    short, long = due(rules=[SIX, NINE])
    assert (short.latest, short.seconds) == (14 * HOUR, 30 * MINUTE)
    assert (long.latest, long.seconds) == (17 * HOUR, 15 * MINUTE)


def test_lunch_in_time_is_the_break_that_the_law_asks_for():
    assert due(rules=[SIX], breaks=[LUNCH]) == (LUNCH,)


def test_lunch_too_late_is_not():
    late = ClockBreak(earliest=15 * HOUR, latest=16 * HOUR, seconds=30 * MINUTE)
    law, lunch = due(rules=[SIX], breaks=[late])
    assert lunch == late
    assert law.latest == 14 * HOUR


def test_what_is_overdue_begins_at_once():
    (lunch,) = due(breaks=[LUNCH], now=13 * HOUR + 1)
    assert (lunch.earliest, lunch.latest) == (13 * HOUR + 1, 13 * HOUR + 1)
    (law,) = due(rules=[SIX], now=15 * HOUR)
    assert (law.earliest, law.latest) == (15 * HOUR, 15 * HOUR)


def test_hours_at_the_wheel_are_counted_by_themselves():
    drives = [(9 * HOUR, 30 * MINUTE), (10 * HOUR, 30 * MINUTE)]
    (rest,) = due(rules=[DRIVING], drives=drives)
    assert rest.latest == 10 * HOUR + round(3.5 * HOUR)


def test_a_break_ends_a_stretch_at_the_wheel():
    drives = [(9 * HOUR, HOUR), (11 * HOUR, HOUR)]
    (rest,) = due(
        rules=[DRIVING],
        drives=drives,
        pauses=[(9 * HOUR, 9 * HOUR + 15 * MINUTE)],
        now=11 * HOUR,
    )
    assert rest.latest == 11 * HOUR + round(2.5 * HOUR)
    assert rest.seconds == 30 * MINUTE


@given(
    now=st.integers(9 * HOUR, 16 * HOUR),
    pause=st.none() | st.tuples(st.integers(8 * HOUR, 12 * HOUR), st.integers(1, 3600)),
    end=st.integers(9 * HOUR, EVENING),
)
@pytest.mark.parametrize("rules", [(SIX,), (SIX, NINE)])
def test_who_rests_as_late_as_allowed_keeps_the_law(rules, now, pause, end):
    taken = [] if pause is None else [(pause[0], min(pause[0] + pause[1], now))]
    taken = [(start, stop) for start, stop in taken if start < stop]
    rests = list(taken)
    clock = now
    for rest in due(rules=rules, pauses=taken, now=now):
        # As `_break_due` has it: not due where the day is over by its latest start.
        start = max(rest.latest, clock)
        if end > rest.latest:
            rests.append((start, start + rest.seconds))
            clock = start + rest.seconds
            end = max(end, clock)
    for rule in rules:
        counted = [(a, b) for a, b in rests if b - a >= rule.least]
        marks = [8 * HOUR, *(mark for span in counted for mark in span), end]
        stretches = [
            b - a - sum(max(0, min(b, y) - max(a, x)) for x, y in rests)
            for a, b in zip(marks[::2], marks[1::2], strict=True)
        ]
        total = end - 8 * HOUR - sum(b - a for a, b in rests)
        overdue = now - 8 * HOUR > 6 * HOUR
        if total > rule.over and not overdue and end - clock <= rule.stretch:
            assert max(stretches) <= rule.stretch
            assert sum(b - a for a, b in counted) >= rule.pause
