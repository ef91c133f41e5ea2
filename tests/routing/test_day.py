"""A problem as the arrays that compiled code reads."""

import numpy as np
import pytest

from collection.model import BreakRule
from collection.routing.day import (
    COUNTS,
    DRIVING,
    END_BREAK,
    END_FIXED,
    END_MATE,
    END_RIVAL,
    END_RULE,
    END_WINDOW,
    FIRST_BREAK,
    FIRST_FIXED,
    FIRST_MATE,
    FIRST_RIVAL,
    FIRST_RULE,
    FIRST_WINDOW,
    FIXED,
    HARD,
    NOWHERE,
    PAUSED,
    PER_DRIVEN,
    PER_METRE,
    PER_OVERTIME,
    PER_SECOND,
    POINT,
    RELOADS,
    SERVICE,
    SIGNED,
    TIMED,
    TRAITS,
    WALKED,
    WORK,
    day_of,
    kinds_of,
)
from tests.routing.line_day import CLOSING, HOUR, METRES, OPENING, SECONDS, both, line_day

HUB = {
    "reload_ids": ("hub",),
    "reload_points": np.array([0]),
    "reload_service": np.array([70]),
    "reload_windows": (((OPENING, OPENING + 60), (CLOSING, CLOSING)),),
}
PAUSE = np.array([[OPENING, CLOSING, 900]])
RULES = tuple(
    BreakRule(counts=counts, over=1, stretch=2, pause=3, least=4) for counts in ("work", "driving")
)


def spans(table, row, first, end, entries):
    return entries[table[row, first] : table[row, end]].tolist()


def test_nodes_are_requests_then_reloads_then_pauses():
    day = day_of(line_day(**HUB, pauses=PAUSE))

    assert day.sizes.tolist() == [4, 1, 1]
    assert day.nodes[:, POINT].tolist() == [1, 2, 3, 4, 0, NOWHERE]
    assert day.nodes[:, SERVICE].tolist() == [300] * 4 + [70, 900]
    assert spans(day.nodes, 4, FIRST_WINDOW, END_WINDOW, day.windows) == [
        [OPENING, OPENING + 60],
        [CLOSING, CLOSING],
    ]
    assert spans(day.nodes, 5, FIRST_WINDOW, END_WINDOW, day.windows) == [[OPENING, CLOSING]]


def test_ways_are_read_from_either_end():
    day = day_of(line_day(seconds=SECONDS + np.arange(5), metres=METRES))

    assert day.ways[0, 1, 3, 0].tolist() == [1_203, 10_000, 1_201, 10_000]
    assert day.ways[0, 3, 1, 0].tolist() == [1_201, 10_000, 1_203, 10_000]


def test_costs_are_parts_of_a_cent():
    day = day_of(line_day(overtime_costs=both(2), drive_costs=both(3)))

    assert day.vans[0, [FIXED, PER_SECOND, PER_OVERTIME, PER_DRIVEN, PER_METRE]].tolist() == [
        *(18_000 * 1_000, 5 * 3_600, 10, 15, 18 * 100)
    ]


def test_company_lists_rivals_then_mates():
    day = day_of(line_day(apart=((0, 2), (2, 3)), together=np.array([1, 1, -1, 4])))

    rivals = [spans(day.nodes, r, FIRST_RIVAL, END_RIVAL, day.company) for r in range(4)]
    mates = [spans(day.nodes, r, FIRST_MATE, END_MATE, day.company) for r in range(4)]
    assert rivals == [[2], [], [0, 3], [2]]
    assert mates == [[0, 1], [0, 1], [], [3]]


def test_rules_breaks_and_prefixes_are_those_of_each_van():
    day = day_of(
        line_day(rules=((), RULES), pauses=PAUSE, breaks=((0,), ()), prefixes=((), (2, 1)))
    )

    assert [spans(day.vans, v, FIRST_BREAK, END_BREAK, day.breaks) for v in (0, 1)] == [[4], []]
    assert [spans(day.vans, v, FIRST_FIXED, END_FIXED, day.prefixes) for v in (0, 1)] == [
        [],
        [2, 1],
    ]
    assert day.vans[0, FIRST_RULE] == day.vans[0, END_RULE]
    assert spans(day.vans, 1, FIRST_RULE, END_RULE, day.rules[:, COUNTS]) == [WORK, DRIVING]
    assert day.rules[0].tolist() == [WORK, 1, 2, 3, 4]


def test_who_may_visit_what():
    allowed = np.array([[True, False]] * 4)
    day = day_of(
        line_day(**HUB, pauses=PAUSE, allowed=allowed, reload_allowed=np.array([[0], [1]], bool))
    )

    assert day.able.tolist() == [[True, False]] * 4 + [[False, True], [True, True]]


FREE = {"hour_costs": both(0)}


@pytest.mark.parametrize(
    ("changes", "traits"),
    [
        (FREE, 0),
        ({}, TIMED),
        ({**FREE, "overtime_costs": both(1)}, TIMED),
        ({**FREE, "max_seconds": both(HOUR)}, TIMED),
        ({**FREE, "windows": (((0, 1), (3, 4)),) * 4}, WALKED),
        ({**FREE, "setup": both(9).repeat(2), "addresses": np.array([1, 1, 2, 3])}, WALKED),
        ({**FREE, "setup": both(9).repeat(2)}, 0),
        ({**FREE, "change_prices": np.array([0, 0, 1, 0])}, WALKED),
        (
            {
                **FREE,
                "seconds": np.stack([SECONDS] * 2)[None],
                "metres": np.stack([METRES] * 2)[None],
                "periods": np.array([0, 9]),
            },
            WALKED,
        ),
        (
            {**FREE, "windows": (((0, 1), (3, 4)),) * 4, "max_seconds": both(9)},
            TIMED | WALKED | HARD,
        ),
        ({**FREE, "loads": np.full((4, 1), -1)}, WALKED | HARD | SIGNED),
        ({**FREE, "initial": np.full((4, 1), 1)}, WALKED | HARD | SIGNED),
        ({**FREE, "partner": np.array([1, 0, -1, -1])}, WALKED | HARD | SIGNED),
        ({**FREE, "rules": (RULES, ())}, TIMED | WALKED | HARD | PAUSED),
        ({**FREE, "pauses": PAUSE, "breaks": ((0,), ())}, TIMED | WALKED | HARD | PAUSED),
        ({**FREE, "pauses": PAUSE}, 0),
        ({**FREE, **HUB}, WALKED | RELOADS),
        ({**FREE, **HUB, "reload_allowed": np.zeros((2, 1), dtype=bool)}, 0),
    ],
)
def test_traits_say_how_insertions_are_tried(changes, traits):
    assert day_of(line_day(**changes)).vans[0, TRAITS] == traits


def test_vans_that_are_alike_in_all_are_of_one_kind():
    assert kinds_of(line_day()).tolist() == [0, 0]


@pytest.mark.parametrize(
    "changes",
    [
        {name: np.array([7, 8])}
        for name in (
            *("latest_ends", "fixed_costs", "hour_costs", "overtime_costs", "drive_costs"),
            *("km_costs", "max_metres", "max_stops", "max_seconds", "max_travel"),
        )
    ]
    + [
        {"capacities": np.array([[1], [2]])},
        {"shifts": np.array([[0, 9], [1, 9]])},
        {"shifts": np.array([[0, 9], [0, 8]]), "latest_ends": both(9)},
        {"allowed": np.array([[True, False]] * 4)},
        {"preferences": np.array([[0, 1]] * 4)},
        {"rules": (RULES, ())},
        {"pauses": PAUSE, "breaks": ((0,), ())},
        {**HUB, "reload_allowed": np.array([[True], [False]])},
        {"prefixes": ((1,), ())},
        {"starts": np.array([0, 1])},
        {"ends": np.array([0, 1])},
        {"profiles": np.array([0, 1])},
    ],
    ids=lambda changes: next(reversed(changes)),
)
def test_vans_that_differ_in_anything_are_not(changes):
    assert kinds_of(line_day(**changes)).tolist() == [0, 1]
