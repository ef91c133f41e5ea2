"""What is absent comes in where it costs least, and nothing is broken by it."""

import numpy as np
from hypothesis import given, settings

from collection.routing.kernels.moves import begin_move
from collection.routing.kernels.recreate import insert, recreate
from collection.routing.kernels.scan import REPAUSED
from collection.routing.kernels.state import ABSENT, WHERE
from collection.routing.problem import served
from collection.routing.solution import evaluate
from tests.routing.kernels.running import EAGER, running, searches
from tests.routing.line_day import CLOSING, HOUR, OPENING, line_day

FAR = 1 << 50


def recreated(problem, routes=(), limit=FAR):
    search = running(problem, routes)
    begin_move(search.state)
    kept = recreate(search.day, search.state, EAGER, int(search.state.counters[ABSENT]), limit)
    return search, kept


@settings(deadline=None, max_examples=60)
@given(searches())
def test_every_request_is_served_once_or_absent(search):
    served_by = {
        request: van
        for van, route in enumerate(search.routes)
        for request in served(search.problem, route)
    }
    possible = [r for r, reason in enumerate(search.problem.reasons) if reason is None]

    assert evaluate(search.problem, search.routes) is not None
    assert sorted([*served_by, *search.absent]) == possible
    where = search.state.lists[WHERE]
    assert all(where[request] == van for request, van in served_by.items())
    assert all(where[request] == -1 for request in search.absent)


def test_all_that_pays_comes_in():
    search, kept = recreated(line_day())

    assert kept
    assert search.absent == []
    assert sorted(map(len, search.routes)) == [0, 4]
    assert search.cost == 18_000 * (1_000 + 4_800 + 1_200 + 4_000)


def test_what_costs_more_than_its_price_stays_absent():
    # a by itself costs 3 500.
    search, kept = recreated(line_day(prices=np.array([3_500, 0, 0, 0])))
    assert kept
    assert search.routes == [(), ()]
    search, _ = recreated(line_day(prices=np.array([3_501, 0, 0, 0])))
    assert 0 not in search.absent


def test_a_hopeless_move_is_given_up():
    # Nothing can be worth it: three are absent before and after.
    problem = line_day(max_stops=np.zeros(2, dtype=np.int64))

    assert recreated(problem, limit=0)[1]
    search = running(problem)
    begin_move(search.state)
    assert not recreate(search.day, search.state, EAGER, 0, 0)


def test_a_shipment_comes_in_whole_and_in_order():
    partner = np.array([3, -1, -1, 0])
    search, _ = recreated(line_day(partner=partner))
    (route,) = (route for route in search.routes if 0 in route)

    assert route.index(0) < route.index(3)
    assert search.absent == []


def test_groups_share_a_van_and_rivals_do_not():
    problem = line_day(together=np.array([0, -1, -1, 0]), apart=((0, 1),))
    for seed in range(5):
        search = running(problem, seed=seed, constructed=True)
        vans = search.state.lists[WHERE, :4].tolist()
        assert vans[0] == vans[3] != vans[1]


def test_pauses_move_for_a_request():
    windows = (((OPENING, OPENING + 600),), *(((OPENING, CLOSING),),) * 3)
    problem = line_day(
        pauses=np.array([[OPENING + 900, 10 * HOUR, 1_800]]), breaks=((0,), (0,)), windows=windows
    )
    search = running(problem, [(1, 4)])
    begin_move(search.state)

    assert insert(search.day, search.state, 0, 0, REPAUSED)
    assert served(problem, search.routes[0]) == (0, 1)
    assert evaluate(problem, search.routes) is not None


def test_an_idle_reload_is_dropped():
    problem = line_day(
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([0]),
        reload_windows=(((OPENING, CLOSING),),),
    )
    search, _ = recreated(problem, [(0, 4, 1)])

    assert 4 not in {node for route in search.routes for node in route}
