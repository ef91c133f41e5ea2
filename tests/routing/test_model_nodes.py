from dataclasses import replace

import numpy as np

from collection.ports import UNREACHABLE
from collection.routing.model_nodes import lay_out, travel_of
from collection.units import HOUR
from tests.routing.line_day import CLOSING, METRES, OPENING, SECONDS, line_day

DAY = ((OPENING, CLOSING),)


def windows_of(problem):
    nodes = lay_out(problem, seed=0)
    return {
        original: spans
        for original, spans in zip(nodes.originals.tolist(), nodes.windows, strict=True)
        if original >= 0
    }


def test_a_seed_shuffles_the_requests_and_keeps_them():
    orders = {tuple(lay_out(line_day(), seed=seed).originals.tolist()) for seed in range(9)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {(-1, 0, 1, 2, 3)}


def test_a_depot_that_nobody_uses_is_no_node():
    problem = line_day(
        positions=(line_day().positions[0],) * 6,
        depots=2,
        seconds=np.zeros((6, 6)),
        metres=np.zeros((6, 6)),
        starts=np.array([1, 1]),
        ends=np.array([1, 1]),
    )
    nodes = lay_out(problem, seed=0)
    assert nodes.points[0] == 1
    assert nodes.depots == 1
    assert sorted(nodes.points[1:]) == [2, 3, 4, 5]


def test_windows_are_of_the_end_of_setup_and_safe_where_it_may_be_spared():
    setup = np.array([600, 600, 0, 0])
    windows = (((OPENING, OPENING + 900),), ((OPENING, OPENING + 900),), DAY, DAY)
    apart = windows_of(line_day(setup=setup, windows=windows))
    assert apart[0] == ((OPENING + 600, OPENING + 1_500),)
    assert apart[2] == DAY
    shared = windows_of(line_day(setup=setup, windows=windows, addresses=np.array([0, 0, 1, 2])))
    assert shared[0] == ((OPENING + 600, OPENING + 900),)


def test_windows_that_setup_runs_together_are_one():
    spans = ((OPENING, OPENING + 10), (OPENING + 20, OPENING + 30), (12 * HOUR, 12 * HOUR))
    problem = line_day(
        setup=np.full(4, 60), addresses=np.zeros(4, dtype=np.int64), windows=(spans,) * 4
    )
    assert windows_of(problem)[0] == (
        (OPENING + 60, OPENING + 60),
        (OPENING + 80, OPENING + 80),
        (12 * HOUR + 60, 12 * HOUR + 60),
    )
    alone = replace(problem, addresses=np.arange(4), setup=np.full(4, 0))
    assert windows_of(alone)[0] == spans


def test_requests_that_nobody_can_start_in_time_are_left_out_with_their_other_half():
    late = ((CLOSING + 1, CLOSING + 2),)
    partner = np.array([1, 0, -1, -1])
    assert set(windows_of(line_day(windows=(DAY, late, DAY, DAY), partner=partner))) == {2, 3}


def test_reloads_are_copied_as_often_as_loads_ask():
    fields = {
        "reload_ids": ("hub", "closed"),
        "reload_points": np.array([0, 0]),
        "reload_service": np.array([0, 0]),
        "reload_windows": (DAY, ((CLOSING + 1, CLOSING + 2),)),
    }
    for room, copies in ((4, 0), (3, 2), (1, 4)):
        problem = line_day(capacities=np.full((2, 1), room), **fields)
        assert lay_out(problem, seed=0).originals.tolist().count(4) == copies
        assert 5 not in lay_out(problem, seed=0).originals


def test_travel_is_the_slowest_of_the_shift_and_the_fastest_where_it_is_fixed():
    seconds = np.stack([9 * SECONDS, SECONDS, 3 * SECONDS, 9 * SECONDS])[None]
    problem = line_day(
        seconds=seconds,
        metres=np.stack([METRES] * 4)[None],
        periods=np.array([0, OPENING, 12 * HOUR, CLOSING + 1]),
        prefixes=((0, 1), ()),
    )
    nodes = lay_out(problem, seed=0)
    node = {int(point): number for number, point in enumerate(nodes.points)}
    found, metres = travel_of(problem, nodes, 0)
    assert found[node[0], node[1]] == found[node[1], node[2]] == 600
    assert found[node[2], node[3]] == found[node[2], node[1]] == 1_800
    assert metres[node[2], node[4]] == 10_000


def test_a_missing_way_is_longer_than_the_day():
    seconds = SECONDS.copy()
    seconds[1, 2] = UNREACHABLE
    problem = line_day(seconds=seconds)
    nodes = lay_out(problem, seed=0)
    node = {int(point): number for number, point in enumerate(nodes.points)}
    assert travel_of(problem, nodes, 0)[0][node[1], node[2]] == CLOSING + 1
