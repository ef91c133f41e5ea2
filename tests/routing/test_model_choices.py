import numpy as np

from collection.routing.model_ortools import RoutingModel
from tests.routing.line_day import CLOSING, OPENING, SECONDS, both, line_day
from tests.routing.model_runs import DESCENT, GUIDED, solved


def test_driving_has_a_price_of_its_own():
    _, total = solved(line_day(drive_costs=both(3_600)))
    assert total == 11_000 + 4_800


def test_vans_have_their_own_speed_depots_and_able_requests():
    fast = np.stack([SECONDS, SECONDS // 2])[:, None]
    routes, total = solved(line_day(seconds=fast, metres=fast * 0, profiles=np.array([0, 1])))
    assert routes[0] == ()
    assert total == 1_000 + 2_400 + 1_200
    allowed = np.array([[True, False], [False, True], [True, False], [False, True]])
    routes, _ = solved(line_day(allowed=allowed))
    assert list(map(sorted, routes)) == [[0, 2], [1, 3]]


def test_preferences_are_weighed():
    preferences = np.array([[9_000, 0], [0, 9_000], [9_000, 0], [0, 9_000]])
    routes, _ = solved(line_day(preferences=preferences))
    assert list(map(sorted, routes)) == [[1, 3], [0, 2]]


def test_some_share_a_van_and_some_must_not():
    routes, _ = solved(line_day(apart=((2, 3),)))
    assert {2, 3} not in [set(route) & {2, 3} for route in routes]
    together, stops = np.array([0, 1, 1, 0]), both(2)
    routes, _ = solved(line_day(together=together, max_stops=stops), GUIDED, iteration_limit=200)
    assert sorted(map(sorted, routes)) == [[0, 3], [1, 2]]


def test_a_shipment_stays_in_order_and_in_one_van():
    partner = np.array([-1, 3, -1, 1])
    loads, prices = np.array([[1], [5], [1], [-5]]), np.array([50_000, 50_000, 50_000, 0])
    routes, _ = solved(line_day(partner=partner, loads=loads, prices=prices, max_stops=both(3)))
    (both_ends,) = [route for route in routes if 1 in route]
    assert both_ends.index(1) < both_ends.index(3)


def test_a_route_begins_as_it_must():
    routes, _ = solved(line_day(prefixes=((3, 0), (2,))))
    assert routes[0][:2] == (3, 0)
    assert routes[1][0] == 2
    forbidden = line_day(prefixes=((3,), ()), allowed=np.array([[False, True]] * 4))
    assert RoutingModel(forbidden, seed=0).search(DESCENT, time_limit=1) is None


def test_a_prefix_that_does_not_fit_on_board_is_emptied_between():
    problem = line_day(
        capacities=np.full((2, 1), 2),
        prefixes=((0, 1, 2, 3), ()),
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([100]),
        reload_windows=(((OPENING, CLOSING),),),
    )
    routes, _ = solved(problem)
    assert routes == ((0, 1, 4, 2, 3), ())
