"""The compiled walk, piece by piece; what it adds up is tried in test_timing.py."""

import numpy as np
import pytest

from collection.model import BreakRule
from collection.routing.clock import FAR
from collection.routing.day import day_of
from collection.routing.problem import NO_LIMIT
from collection.routing.walk import (
    ARRIVAL,
    BEGIN,
    BREAKS,
    BROKEN,
    DEPARTS,
    DISTANCE,
    DRIVEN,
    DUE,
    LATE,
    LEAVE,
    PARTS,
    RETURNS,
    STANDS,
    STOPS,
    SUM_COUNT,
    TIME_COLUMNS,
    due_service,
    is_due,
    keeps_rule,
    walk,
)
from tests.routing.line_day import CLOSING, HOUR, OPENING, line_day


def walked(problem, *route, van=0):
    times = np.zeros((len(route) + 2, TIME_COLUMNS), dtype=np.int64)
    # Leftovers of another route must not count.
    sums = np.full(SUM_COUNT, 99, dtype=np.int64)
    nodes = np.array(route, dtype=np.int32)
    kept = walk(day_of(problem), van, nodes, len(route), times, sums)
    return kept, times, sums


def test_times_and_sums_of_a_row():
    kept, times, sums = walked(line_day(), 0, 1)

    assert kept
    assert (times[:, [ARRIVAL, BEGIN, LEAVE]] - OPENING).tolist() == [
        [0, 0, 0],
        [600, 600, 900],
        [1_500, 1_500, 1_800],
        [3_000, 3_000, 3_000],
    ]
    assert times[:, STANDS].tolist() == [0, 1, 2, 0]
    assert sums[[DEPARTS, RETURNS]].tolist() == [OPENING, OPENING + 3_000]
    assert sums[[DRIVEN, DISTANCE, STOPS]].tolist() == [2_400, 20_000, 2]
    assert sums[PARTS] == 18_000 * 6_000


def test_due_is_the_latest_arrival_for_the_earliest_return():
    windows = (((OPENING, CLOSING),), ((OPENING + 5_000, CLOSING),), *(((0, CLOSING),),) * 2)
    _, times, sums = walked(line_day(windows=windows), 0, 1)

    # b at 5 000, so a left by 4 400.
    assert (times[1:, DUE] - OPENING).tolist() == [4_100, 5_000, 6_500]
    assert sums[DEPARTS] == OPENING + 3_500


def test_a_late_van_leaves_when_its_shift_starts():
    windows = (((OPENING, OPENING + 599),),) * 4
    kept, _, sums = walked(line_day(windows=windows), 1)

    assert (kept, sums[LATE], sums[DEPARTS]) == (False, 601, OPENING)


def test_more_than_one_thing_may_be_broken():
    problem = line_day(
        max_stops=np.full(2, 1), max_metres=np.full(2, 1), apart=((0, 1),), prefixes=((1,), ())
    )
    kept, _, sums = walked(problem, 0, 1)
    broken = {name for bit, name in enumerate(BREAKS) if sums[BROKEN] >> bit & 1}

    assert not kept
    assert broken == {"range", "max_stops", "share", "prefix"}


def test_service_includes_set_up_at_a_new_address_only():
    day = day_of(line_day(setup=np.full(4, 60), addresses=np.array([5, 5, 6, 7])))

    assert [due_service(day.nodes, 1, address) for address in (5, 6, -1)] == [300, 360, 360]


@pytest.mark.parametrize(
    ("departs", "returns", "due"),
    [
        (1_900, 2_500, False),  # rested by 1 900
        (1_899, 2_500, True),
        (1_899, 2_000, False),  # may begin at 2 000, when the van is back
        (1_899, 2_001, True),
    ],
)
def test_a_break_is_due_within_a_route_only(departs, returns, due):
    problem = line_day(pauses=np.array([[1_000, 2_000, 900]]), breaks=((0,), ()))

    assert is_due(day_of(problem).nodes, problem.pause_nodes.start, departs, returns) == due


@pytest.mark.parametrize(("stretch", "kept"), [(2_100, True), (2_099, False)])
def test_a_stretch_ends_with_the_pause_and_begins_again_after_it(stretch, kept):
    rule = BreakRule(counts="work", over=0, stretch=stretch, pause=600, least=600)
    problem = line_day(pauses=np.array([[-NO_LIMIT, NO_LIMIT, 600]]), rules=((rule,), ()))
    _, times, sums = walked(problem, 0, 4, 1)
    nodes = np.array([0, 4, 1], dtype=np.int32)

    # 900 s before it; 600 + 300 + 1 200 s after it.
    args = (nodes, 3, times, sums[DEPARTS], sums[RETURNS])
    assert keeps_rule(day_of(problem), 0, *args) == kept


def test_no_way_is_far_beyond_any_day():
    seconds = line_day().seconds[0, 0].copy()
    seconds[0, 1] = np.iinfo(np.int32).max
    _, times, _ = walked(line_day(seconds=seconds), 0)

    assert times[1, ARRIVAL] >= FAR
    assert FAR > 1_000 * 24 * HOUR
