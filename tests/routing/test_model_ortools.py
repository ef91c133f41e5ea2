from dataclasses import replace

from hypothesis import Phase, given, settings

from collection.routing.model_ortools import PORTFOLIO, RoutingModel
from collection.routing.solution import evaluate
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import TERRITORY
from tests.strategies import Day, days, make_request


def day_of(*requests):
    where = [TERRITORY.depots[0].position, *(r.address.position for r in requests)]
    return Day(requests=requests, territory=TERRITORY, matrix=GridMatrix().matrix(where)).problem()


# A tiny day has too few solutions to reach a limit of them: the clock ends its search.
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(days().filter(lambda day: day.problem().reasons.count(None)))
def test_whatever_it_finds_keeps_every_constraint(day):
    problem = day.problem()
    for strategy in PORTFOLIO:
        found = []
        routes = RoutingModel(problem, seed=1).search(
            strategy, time_limit=0.05, iteration_limit=20, on_solution=found.append
        )
        assert routes is not None
        assert all(evaluate(problem, each) is not None for each in (*found, routes))


def test_a_window_between_two_is_used_and_the_gap_is_not():
    problem = day_of(
        make_request("1", hours=((9, 9), (11, 11))), make_request("2", hours=((9, 9), (13, 13)))
    )
    one_van = replace(problem, allowed=problem.allowed & [True, False])

    routes = RoutingModel(one_van, seed=0).search(PORTFOLIO[0], time_limit=5, iteration_limit=100)

    assert sorted(routes[0]) == [0, 1]
    assert routes[1] == ()
    assert evaluate(problem, routes).unassigned == ()


def test_its_objective_is_the_price_of_its_routes():
    problem = day_of(*(make_request(str(i), lon=7.41 + i / 200) for i in range(6)))
    model = RoutingModel(problem, seed=0)
    costs = []

    model.search(
        PORTFOLIO[0],
        time_limit=5,
        iteration_limit=50,
        on_solution=lambda routes: costs.append(
            (model.routing.CostVar().Min() / 18_000, evaluate(problem, routes).total)
        ),
    )

    assert costs
    assert all(abs(exact - cents) <= len(problem.vehicle_ids) / 2 for exact, cents in costs)


def test_waiting_is_paid_and_so_avoided():
    early, late = make_request("1", hours=((8, 9),)), make_request("2", hours=((16, 17),))
    problem = replace(day_of(early, late), fixed_costs=day_of(early, late).fixed_costs * 0)

    routes = RoutingModel(problem, seed=0).search(PORTFOLIO[0], time_limit=5, iteration_limit=50)

    assert sorted(map(len, routes)) == [1, 1]
    assert evaluate(problem, routes).cost < 2 * HOUR
