"""Every place is timed as `schedule` times it."""

import numpy as np

from collection.routing.day import day_of
from collection.routing.kernels.places import (
    KEPT,
    LENGTH,
    OWN_LATE,
    OWN_WAIT,
    RESULT_COLUMNS,
    scratch,
    try_places,
)
from collection.routing.timing import schedule
from collection.routing.walk import PARTS
from tests.routing.line_day import CLOSING, HOUR, OPENING, line_day


def tried(problem, route, request, *places, repause=False):
    """Results, and the last sequence."""
    day = day_of(problem)
    state = scratch(day)
    results = np.zeros((len(places), RESULT_COLUMNS), dtype=np.int64)
    nodes = np.array(route, dtype=np.int32)
    try_places(day, state, 0, nodes, request, np.array(places), repause, results)
    return results, tuple(state.trial[0, : results[-1, LENGTH]].tolist())


def test_each_place_is_timed():
    results, last = tried(line_day(), (0, 2), 1, (-1, 0, -1), (-1, 1, -1), (-1, 2, -1))

    routes = [(1, 0, 2), (0, 1, 2), (0, 2, 1)]
    assert results[:, PARTS].tolist() == [schedule(line_day(), 0, r).parts for r in routes]
    assert results[:, KEPT].all()
    assert last == (0, 2, 1)


def test_a_node_may_leave_for_it():
    assert tried(line_day(), (0, 2), 1, (1, 1, -1))[1] == (0, 1)
    assert tried(line_day(), (0, 2), 1, (0, 2, -1))[1] == (2, 1)


def test_a_shipment_has_two_places():
    problem = line_day(partner=np.array([-1, 3, -1, 1]))

    assert tried(problem, (0, 2), 1, (-1, 1, 2))[1] == (0, 1, 2, 3)
    results, last = tried(problem, (0, 2), 1, (-1, 1, 1))
    assert last == (0, 1, 3, 2)
    assert results[0, KEPT]


def test_how_late_it_is_and_how_long_it_waits_is_told():
    windows = [((OPENING, CLOSING),)] * 4
    windows[1] = ((OPENING, OPENING + 1_000),)
    results, _ = tried(line_day(windows=tuple(windows)), (0,), 1, (-1, 1, -1))
    assert (results[0, KEPT], results[0, OWN_LATE]) == (0, 500)

    windows[0] = ((OPENING, OPENING + 600),)
    windows[1] = ((OPENING + 2_000, CLOSING),)
    results, _ = tried(line_day(windows=tuple(windows)), (0,), 1, (-1, 1, -1))
    assert (results[0, KEPT], results[0, OWN_WAIT]) == (1, 500)


def test_pauses_are_placed_anew_where_that_is_asked_for():
    windows = (((OPENING, OPENING + 600),), *(((OPENING, CLOSING),),) * 3)
    problem = line_day(
        pauses=np.array([[OPENING + 900, 10 * HOUR, 1_800]]), breaks=((0,), ()), windows=windows
    )

    # a is late behind b and its pause, and in front of them there is no pause any more.
    assert not tried(problem, (1, 4), 0, (-1, 2, -1))[0][0, KEPT]
    assert not tried(problem, (1, 4), 0, (-1, 2, -1), repause=True)[0][0, KEPT]
    results, last = tried(problem, (4,), 0, (-1, 1, -1), repause=True)
    assert results[0, KEPT]
    assert last == (0,)
