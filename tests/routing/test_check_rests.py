"""Breaks by the clock and by hours, missed by a second."""

from dataclasses import replace

import numpy as np
import pytest

from collection.model import BreakRule
from collection.routing.check_solution import verdict
from collection.units import HOUR
from tests.routing.line_day import CLOSING, OPENING, STAYS, found, line_day, times

ANY = (0, 48 * HOUR)


def lunch(earliest, latest, seconds=1_800):
    """A break of the first van: node 4."""
    return line_day(pauses=np.array([[earliest, latest, seconds]]), breaks=((0,), ()))


def test_break_due_where_the_van_is_not_back_in_time_to_rest():
    # To a and b the van is out from 0 to 3 000 s after the opening.
    for latest, expected in ((0, ["break_due"]), (2_999, ["break_due"]), (3_000, [])):
        assert found(lunch(OPENING, OPENING + latest), ((0, 1),)) == expected


def test_break_due_is_taken():
    assert found(lunch(OPENING + 900, OPENING + 1_200), ((0, 4, 1),)) == []


def test_break_due_of_another_van():
    problem = lunch(OPENING + 900, OPENING + 1_200)
    assert found(problem, ((), (0, 1))) == []


def test_break_due_only_once():
    problem = lunch(OPENING + 900, OPENING + 9_000)
    assert found(problem, ((0, 4, 1, 4),)) == ["break_due"]


def test_break_window():
    assert found(lunch(OPENING + 900, OPENING + 900), ((0, 4, 1),)) == []
    late = lunch(OPENING + 780, OPENING + 840)
    assert found(late, ((0, 4, 1),)) == ["break_window"]
    (violation,) = verdict(late, ((0, 4, 1), ())).violations
    assert violation.detail == (
        f"a pause starts at 08:15 ({OPENING + 900} s), windows are 08:13-08:14"
    )


def test_break_window_is_not_at_the_depot_before_leaving():
    assert found(lunch(OPENING, CLOSING), ((4, 0, 1),)) == ["break_window"]


# To a, a pause of 1 800 s there, and on to b.
STATED = {
    "departure": OPENING,
    "arrivals": (OPENING + 600, OPENING + 900, OPENING + 3_300),
    "starts": (OPENING + 600, OPENING + 900, OPENING + 3_300),
    "departures": (OPENING + 900, OPENING + 2_700, OPENING + 3_600),
    "end": OPENING + 4_800,
}


def test_break_window_in_stated_times():
    for earliest, expected in ((900, []), (901, ["break_window"])):
        problem = lunch(OPENING + earliest, CLOSING)
        assert found(problem, ((0, 4, 1),), timings=(times(**STATED), STAYS)) == expected


def test_break_time():
    for seconds, expected in ((1_800, []), (1_801, ["break_time"])):
        problem = lunch(OPENING, CLOSING, seconds)
        assert found(problem, ((0, 4, 1),), timings=(times(**STATED), STAYS)) == expected


# Out and back to d: 2 400 s, 300 s, 2 400 s; with c on the way 1 800, 300, 600, 300, 2 400 s.
def ruled(pauses=(), **rule):
    fields = {"counts": "work", "over": 0, "stretch": CLOSING, "pause": 0, "least": 60}
    return line_day(
        pauses=np.array([(*ANY, seconds) for seconds in pauses]).reshape(-1, 3),
        rules=((BreakRule(**{**fields, **rule}),), ()),
    )


@pytest.mark.parametrize(
    ("counts", "whole"), [("work", 5_400), ("driving", 4_800)], ids=["work", "driving"]
)
class TestRules:
    def test_pauses_only_over_the_hours(self, counts, whole):
        for over, expected in ((whole, []), (whole - 1, [f"{counts}_pauses"])):
            assert found(ruled(counts=counts, over=over, pause=1), ((2, 3),)) == expected

    def test_stretch_only_over_the_hours(self, counts, whole):
        for over, expected in ((whole, []), (whole - 1, [f"{counts}_stretch"])):
            assert found(ruled(counts=counts, over=over, stretch=10), ((2, 3),)) == expected

    def test_stretch_without_a_pause(self, counts, whole):
        for stretch, expected in ((whole, []), (whole - 1, [f"{counts}_stretch"])):
            assert found(ruled(counts=counts, stretch=stretch), ((2, 3),)) == expected

    def test_stretch_around_a_pause(self, counts, whole):
        # Before the pause, and after it.
        longest = {"work": 3_300, "driving": 3_000}[counts]
        for stretch, expected in ((longest, []), (longest - 1, [f"{counts}_stretch"])):
            problem = ruled([900], counts=counts, stretch=stretch, least=900)
            assert found(problem, ((2, 4, 3),)) == expected

    def test_a_pause_that_is_too_short_does_not_end_a_stretch(self, counts, whole):
        for stretch, expected in ((whole, []), (whole - 1, [f"{counts}_stretch"])):
            problem = ruled([899], counts=counts, stretch=stretch, least=900)
            assert found(problem, ((2, 4, 3),)) == expected

    def test_pauses_add_up(self, counts, whole):
        for pause, expected in ((2_000, []), (2_001, [f"{counts}_pauses"])):
            problem = ruled([900, 1_100], counts=counts, pause=pause, least=900)
            assert found(problem, ((2, 4, 3, 5),)) == expected

    def test_a_pause_that_is_too_short_does_not_add_up(self, counts, whole):
        problem = ruled([899, 1_100], counts=counts, pause=1_101, least=900)
        assert found(problem, ((2, 4, 3, 5),)) == [f"{counts}_pauses"]

    def test_the_other_van_has_no_rule(self, counts, whole):
        assert found(ruled(counts=counts, stretch=10, pause=10), ((), (2, 3))) == []


def test_waiting_is_work_and_no_driving():
    # At c by 1 800 s; then 6 600 s of waiting at d, 300 s there and 2 400 s back.
    windows = (
        *line_day().windows[:2],
        ((OPENING, OPENING + 1_800),),
        ((OPENING + 9_300, CLOSING),),
    )
    for stretch, expected in ((12_000, []), (11_999, ["work_stretch"])):
        assert found(replace(ruled(stretch=stretch), windows=windows), ((2, 3),)) == expected
    driving = replace(ruled(counts="driving", stretch=4_800), windows=windows)
    assert found(driving, ((2, 3),)) == []


def test_work_at_a_reload_counts():
    hub = {
        "reload_ids": ("hub",),
        "reload_points": np.array([0]),
        "reload_service": np.array([1_000]),
        "reload_windows": (((OPENING, CLOSING),),),
        "reload_allowed": np.ones((2, 1), dtype=bool),
    }
    # Out and back to a, 1 000 s at the hub, out and back to a and b.
    for stretch, expected in ((5_200, []), (5_199, ["work_stretch"])):
        assert found(replace(ruled(stretch=stretch), **hub), ((0, 4, 1),)) == expected
