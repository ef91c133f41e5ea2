"""Strings leave; what stays keeps everything."""

import numpy as np
import pytest
from hypothesis import given, settings

from collection.routing.kernels.moves import begin_move
from collection.routing.kernels.ruin import ruin
from collection.routing.kernels.state import ABSENT, LISTS, TOUCHED, WHERE
from collection.routing.problem import served
from collection.routing.search import SETTINGS
from collection.routing.timing import schedule
from tests.routing.kernels.running import EAGER, running, searches
from tests.routing.line_day import CLOSING, OPENING, line_day


@settings(deadline=None, max_examples=60)
@given(searches())
def test_what_leaves_is_absent_and_the_rest_keeps_everything(search):
    problem, before = search.problem, search.routes
    absent = set(search.absent)
    begin_move(search.state)
    kept = ruin(search.day, search.state, EAGER)
    if not kept:
        return
    left = [served(problem, route) for route in search.routes]
    gone = {r for route in before for r in served(problem, route)} - {r for s in left for r in s}

    assert set(search.absent) == absent | gone
    assert len(search.absent) == len(absent) + len(gone)
    for van, route in enumerate(search.routes):
        # Who stays, stays in order, and so does what the route must begin with.
        assert left[van] == tuple(r for r in served(problem, before[van]) if r not in gone)
        assert not set(problem.prefixes[van]) & gone
        assert not route or schedule(problem, van, route).feasible
    halves = problem.partner[sorted(gone)]
    assert set(halves[halves >= 0].tolist()) <= gone | absent


def test_something_leaves_a_full_day():
    for seed in range(10):
        search = running(line_day(), [(0, 1), (2, 3)], seed=seed)
        begin_move(search.state)
        assert ruin(search.day, search.state, np.array(SETTINGS))
        assert 1 <= search.state.counters[TOUCHED] <= 2
        assert search.absent


def test_a_day_without_routes_has_nothing_to_ruin():
    search = running(line_day())
    begin_move(search.state)

    assert ruin(search.day, search.state, np.array(SETTINGS))
    assert search.state.counters[TOUCHED] == 0


def test_a_string_is_long_as_the_settings_say():
    one_at_a_time = np.array((10.0, 1.0, *SETTINGS[2:]))
    problem = line_day()
    for seed in range(20):
        search = running(problem, [(0, 1, 2, 3)], seed=seed)
        begin_move(search.state)
        ruin(search.day, search.state, one_at_a_time)
        assert search.state.counters[ABSENT] == 1


@pytest.mark.parametrize("route", [(0, 4), (4, 0), (0, 4, 4)])
def test_idle_reloads_at_the_ends_leave_too(route):
    problem = line_day(
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([0]),
        reload_windows=(((OPENING, CLOSING),),),
    )
    search = running(problem, [route])
    begin_move(search.state)
    ruin(search.day, search.state, np.array(SETTINGS))

    assert search.routes == [(), ()]


def test_requests_stay_known_where_the_pauses_of_a_ruined_route_find_no_place():
    # Without b the break would come too late, with the van at c already.
    problem = line_day(
        windows=(
            ((OPENING, CLOSING),),
            ((OPENING, CLOSING),),
            ((CLOSING - 900, CLOSING),),
            ((OPENING, CLOSING),),
        ),
        pauses=np.array([[OPENING + 3_000, OPENING + 3_000, 600]]),
        breaks=((0,), (0,)),
    )
    assert LISTS == 7
    for seed in range(30):
        search = running(problem, [(0, 1, 4, 2)], seed=seed)
        known = search.state.lists[WHERE].tolist()
        begin_move(search.state)
        if not ruin(search.day, search.state, np.array(SETTINGS)):
            assert search.state.lists[WHERE].tolist() == known
