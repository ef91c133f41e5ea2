import numpy as np
from hypothesis import given, settings

from collection.routing.costs import COST_PARTS
from collection.routing.insertion import best_insertion, insert_all
from collection.routing.problem import served
from collection.routing.solution import evaluate
from collection.routing.timing import schedule
from tests.routing.line_day import HOUR, OPENING, line_day
from tests.strategies import problems


def test_a_request_on_the_way_costs_its_service_alone():
    found = best_insertion(line_day(), 0, [0, 2], 1)

    # Out or back, both without a detour; a second is a cent.
    assert found.sequence in {(0, 1, 2), (0, 2, 1)}
    assert (found.vehicle, found.cost, found.parts) == (0, 300, 300 * COST_PARTS)


def test_the_first_request_pays_for_the_van():
    # 1 000 for the van, 2 x 600 + 300 s, 10 km at 100.
    assert best_insertion(line_day(), 1, [], 0).cost == 1_000 + 1_500 + 1_000


def test_what_fits_nowhere_is_none():
    problem = line_day(windows=(((9 * HOUR, 9 * HOUR),),) * 4)

    assert best_insertion(problem, 0, [0], 1) is None
    assert insert_all(problem, [(0,), (1,)], [2, 3]) == ((0,), (1,))


def test_the_dearest_requests_get_the_last_places():
    problem = line_day(
        windows=(((9 * HOUR, 9 * HOUR),),) * 4, prices=line_day().prices * [1, 2, 1, 3]
    )

    routes = insert_all(problem, [(), ()], range(4))
    assert {r for route in routes for r in route} == {1, 3}


def test_a_shipment_comes_in_whole_and_in_order():
    partner = line_day().partner.copy()
    partner[[0, 3]] = 3, 0
    routes = insert_all(line_day(partner=partner), [(1, 2), ()], [0, 3])

    (route,) = (route for route in routes if 0 in route)
    assert route.index(0) < route.index(3)


def test_a_group_keeps_to_its_van():
    problem = line_day(together=line_day().together * 0)

    assert insert_all(problem, [(), (0,)], [1])[1] in {(0, 1), (1, 0)}


def test_nothing_comes_before_what_a_route_begins_with():
    problem = line_day(prefixes=((3,), ()))

    assert best_insertion(problem, 0, [3], 0).sequence == (3, 0)


def test_a_pause_moves_where_it_is_in_the_way():
    pause = [[OPENING, 10 * HOUR, 1_800]]
    windows = (((OPENING, OPENING + 600),), *(((OPENING, 18 * HOUR),),) * 3)
    problem = line_day(pauses=np.array(pause), breaks=((0,), (0,)), windows=windows)
    node = problem.pause_nodes.start

    found = best_insertion(problem, 0, [1, node], 0)
    assert served(problem, found.sequence) == (0, 1)
    assert schedule(problem, 0, found.sequence).feasible


def test_stop_ends_the_work():
    answers = iter([False, True])

    routes = insert_all(line_day(), [(), ()], range(3), stop=lambda: next(answers))
    assert sum(len(route) for route in routes) == 1


@settings(deadline=None, max_examples=60)
@given(problems())
def test_no_place_is_missed_and_none_invented(problem):
    stay = [prefix and () for prefix in problem.prefixes]
    routes = insert_all(problem, stay, range(len(problem.request_ids)))
    inside = {request for route in routes for request in served(problem, route)}

    for vehicle, route in enumerate(routes):
        assert not route or problem.prefixes[vehicle] or schedule(problem, vehicle, route).feasible
        for request in set(range(len(problem.request_ids))) - inside:
            if problem.partner[request] >= 0:
                continue
            found = best_insertion(problem, vehicle, route, request)
            places = (
                schedule(problem, vehicle, (*route[:i], request, *route[i:]))
                for i in range(len(route) + 1)
            )
            if problem.allowed[request, vehicle] and any(timing.feasible for timing in places):
                assert found is not None
            if found is not None:
                before = schedule(problem, vehicle, route)
                after = schedule(problem, vehicle, found.sequence)
                assert after.feasible
                assert found.parts == after.parts + after.soft - before.parts - before.soft


@settings(deadline=None, max_examples=40)
@given(problems(constraints=("windows", "setup", "shipments", "rules", "breaks", "company")))
def test_what_is_inserted_keeps_everything(problem):
    stay = [()] * len(problem.vehicle_ids)

    assert evaluate(problem, insert_all(problem, stay, range(len(problem.request_ids)))) is not None
