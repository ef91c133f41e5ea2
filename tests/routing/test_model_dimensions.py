import numpy as np
import pytest

from collection.model import BreakRule
from collection.units import HOUR
from tests.routing.line_day import CLOSING, OPENING, both, line_day
from tests.routing.model_runs import GUIDED, solved


def test_a_window_between_two_is_used_and_the_gap_is_not():
    nine, eleven = ((9 * HOUR, 9 * HOUR),), ((9 * HOUR, 9 * HOUR), (11 * HOUR, 11 * HOUR))
    problem = line_day(
        windows=(nine, eleven, *(((OPENING, CLOSING),),) * 2),
        allowed=np.array([[True, False]] * 4),
    )
    routes, _ = solved(problem)
    assert routes[1] == ()
    assert sorted(routes[0]) == [0, 1, 2, 3]


def test_waiting_is_paid_and_so_avoided():
    early, late = ((8 * HOUR, 9 * HOUR),), ((16 * HOUR, 17 * HOUR),)
    problem = line_day(windows=(early, late, early, late), fixed_costs=both(0))
    routes, total = solved(problem)
    assert sorted(map(sorted, routes)) == [[0, 2], [1, 3]]
    assert total == 3_000 + 600 + 3_600 + 4_000 + 600 + 4_800


def test_setup_is_paid_once_per_address():
    setup, addresses = np.full(4, 100), np.array([0, 0, 1, 1])
    _, total = solved(line_day(setup=setup, addresses=addresses))
    assert total == 11_000 + 2 * 100


def test_hours_after_the_shift_cost_more_and_end():
    shifts, late = np.array([[OPENING, OPENING + 5_500]] * 2), both(OPENING + 6_000)
    _, total = solved(line_day(shifts=shifts, latest_ends=late, overtime_costs=both(7_200)))
    assert total == 11_000 + 2 * 500
    # With no overtime the row takes both vans.
    routes, total = solved(line_day(shifts=shifts))
    assert sorted(map(len, routes)) == [2, 2]
    assert total == 2 * 1_000 + 6_000 + 3_000 + 5_400


@pytest.mark.parametrize(
    ("limit", "value"),
    [("max_stops", 2), ("max_metres", 40_000 - 1), ("max_seconds", 5_500), ("max_travel", 4_799)],
)
def test_a_limit_takes_a_second_van(limit, value):
    routes, _ = solved(line_day(**{limit: np.array([value, 10**9])}))
    assert routes[0] == ()
    assert len(routes[1]) == 4
    routes, _ = solved(line_day(**{limit: both(value)}))
    assert len(routes[0]) < 4
    assert len(routes[1]) < 4


def test_what_is_delivered_is_on_board_from_the_start():
    initial = np.array([[0], [0], [6], [6]])
    loads = np.array([[6], [6], [-6], [-6]])
    routes, total = solved(line_day(initial=initial, loads=loads, capacities=np.full((2, 1), 12)))
    # Room for the pickups comes only with the deliveries: outward past them, and back.
    assert sorted(map(len, routes)) == [0, 4]
    (route,) = filter(None, routes)
    assert route.index(2) < route.index(1)
    assert total == 11_000


def test_a_van_is_emptied_on_its_way():
    problem = line_day(
        capacities=np.full((2, 1), 2),
        allowed=np.array([[True, False]] * 4),
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([100]),
        reload_windows=(((OPENING, CLOSING),),),
    )
    routes, total = solved(problem, GUIDED, iteration_limit=200)
    assert routes[0].count(4) == 1
    assert total == 1_000 + 6_000 + 3_000 + 5_400 + 100


def test_a_pause_by_the_clock_stands_after_a_stop():
    noon = 12 * HOUR
    problem = line_day(
        windows=(((OPENING, CLOSING),),) * 3 + (((noon, noon),),),
        pauses=np.array([[noon - 1_800, noon + 1_800, 1_200]]),
        breaks=((0,), (0,)),
    )
    routes, total = solved(problem)
    (route,) = filter(None, routes)
    assert route.count(4) == 1
    assert route[0] != 4
    assert total == 11_000 + 1_200


def test_hours_of_work_bring_a_pause():
    rule = BreakRule(counts="work", over=4_000, stretch=4_000, pause=900, least=900)
    problem = line_day(
        shifts=np.array([[OPENING, OPENING + 7_000]] * 2),
        latest_ends=both(OPENING + 7_000),
        pauses=np.array([[0, 2 * CLOSING, 600], [0, 2 * CLOSING, 900]]),
        breaks=((), ()),
        rules=((rule,), (rule,)),
    )
    routes, total = solved(problem)
    assert sorted(map(len, routes)) == [0, 5]
    assert 5 in (routes[0] or routes[1])
    assert total == 11_000 + 900
