from itertools import pairwise

import pytest
from hypothesis import given, settings

from collection.routing.insertion import best_insertion, insert_all
from collection.routing.solution import evaluate
from collection.routing.timing import schedule
from tests.fakes import GridMatrix
from tests.places import TERRITORY
from tests.strategies import Day, days, make_request


def day_of(*requests):
    where = [TERRITORY.depots[0].position, *(r.address.position for r in requests)]
    return Day(requests=requests, territory=TERRITORY, matrix=GridMatrix().matrix(where)).problem()


def test_a_request_on_the_way_goes_between_the_two_around_it():
    problem = day_of(*(make_request(str(i), lon=lon) for i, lon in enumerate((7.43, 7.45, 7.44))))

    cost, sequence = best_insertion(problem, 0, [0, 1], 2)
    assert sequence in {(0, 2, 1), (0, 1, 2)}  # out or back, both without a detour
    assert cost == pytest.approx(2_600 * problem.service[2] / 3_600, abs=1)


def test_what_fits_nowhere_is_none():
    problem = day_of(make_request("1", hours=((9, 9),)), make_request("2", hours=((9, 9),)))

    assert best_insertion(problem, 0, [0], 1) is None
    assert insert_all(problem, [(0,), (1,)], []) == ((0,), (1,))


def test_the_dearest_request_gets_the_last_place():
    hours = ((9, 9),)
    problem = day_of(
        *(make_request(str(i), hours=hours, priority=p) for i, p in enumerate((0, 1, 2)))
    )

    served = {r for route in insert_all(problem, [(), ()], range(3)) for r in route}
    assert served == {1, 2}


def test_stop_ends_the_work():
    problem = day_of(*(make_request(str(i)) for i in range(3)))
    answers = iter([False, True])

    routes = insert_all(problem, [(), ()], range(3), stop=lambda: next(answers))
    assert sum(len(route) for route in routes) == 1


@settings(deadline=None, max_examples=50)
@given(days())
def test_no_place_is_missed_and_none_invented(day):
    problem = day.problem()
    routes = insert_all(problem, [()] * len(problem.vehicle_ids), range(len(problem.request_ids)))
    solution = evaluate(problem, routes)

    assert solution is not None
    for request in solution.unassigned:
        for vehicle, route in enumerate(routes):
            places = (
                schedule(problem, vehicle, (*route[:i], request, *route[i:]))
                for i in range(len(route) + 1)
            )
            fits = problem.allowed[request, vehicle] and any(timing.feasible for timing in places)
            assert fits == (best_insertion(problem, vehicle, route, request) is not None)


@settings(deadline=None, max_examples=50)
@given(days())
def test_the_cost_told_is_the_cost_paid(day):
    problem = day.problem()
    route: tuple[int, ...] = ()
    costs = [0]
    for request in range(len(problem.request_ids)):
        if problem.vehicle_ids and (found := best_insertion(problem, 0, route, request)):
            more, route = found
            costs.append(schedule(problem, 0, route).cost)
            assert more == [b - a for a, b in pairwise(costs)][-1]
