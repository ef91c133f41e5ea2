import numpy as np
from hypothesis import Phase, assume, given, settings

from collection.routing.check_solution import check_solution
from collection.routing.model_ortools import PORTFOLIO, RoutingModel, first_solution
from collection.routing.solution import evaluate
from collection.units import HOUR
from tests.problems import problems
from tests.routing.line_day import CLOSING, OPENING, SECONDS, both, line_day
from tests.routing.model_runs import DESCENT, GUIDED, solved

# What the model expresses to the second and the cent: one window each, no pauses, and
# no reloads, of which it may make some without need.
EXACT = (
    *("loads", "shipments", "skills", "costs", "range", "limits", "shifts", "overtime", "ends"),
    *("company", "profiles", "gaps"),
)
GENERATED = [Phase.explicit, Phase.reuse, Phase.generate]


def drives(problem):
    assume(problem.vehicle_ids)
    assume(None in problem.reasons)
    return problem


# A tiny day has too few solutions to reach a limit of them: the clock ends its search.
@settings(max_examples=40, deadline=None, phases=GENERATED)
@given(problems(max_requests=10))
def test_whatever_it_finds_keeps_every_constraint(problem):
    drives(problem)
    strategy = PORTFOLIO[len(problem.request_ids) % len(PORTFOLIO)]
    found = []
    routes = RoutingModel(problem, seed=1).search(
        strategy, time_limit=0.05, iteration_limit=20, on_solution=found.append
    )
    assert [check_solution(problem, each) for each in found] == [[]] * len(found)
    assert routes == (found[-1] if found else None)


@settings(max_examples=40, deadline=None, phases=GENERATED)
@given(problems(max_requests=8, constraints=EXACT))
def test_its_objective_is_the_price_of_its_routes(problem):
    model = RoutingModel(drives(problem), seed=0)
    totals = []
    model.search(
        PORTFOLIO[1],
        time_limit=0.05,
        iteration_limit=20,
        on_solution=lambda routes: totals.append(
            (model.routing.CostVar().Min() / 18_000, evaluate(problem, routes).total)
        ),
    )
    absent = set(range(len(problem.request_ids))).difference(model.index_of)
    unable = problem.prices[list(absent)].sum()
    # Each route is rounded once.
    rounding = len(problem.vehicle_ids) / 2
    assert totals
    assert all(abs(exact + unable - cents) <= rounding for exact, cents in totals)


@settings(max_examples=20, deadline=None, phases=GENERATED)
@given(problems(max_requests=8))
def test_a_first_solution_does_at_least_what_prefixes_ask(problem):
    routes = first_solution(problem, seconds=0.5)
    if evaluate(problem, problem.prefixes) is not None:
        assert routes is not None
    if routes is not None:
        assert check_solution(problem, routes) == []


def test_one_van_serves_a_row():
    routes, total = solved(line_day())
    assert sorted(map(len, routes)) == [0, 4]
    assert total == 1_000 + 6_000 + 4_000


def test_traffic_is_met_with_the_slowest_roads():
    seconds = np.stack([SECONDS, 2 * SECONDS, 50 * SECONDS])[None]
    fields = {
        "seconds": seconds,
        "metres": np.zeros_like(seconds),
        "periods": np.array([0, 17 * HOUR, CLOSING + 1]),
        "allowed": np.array([[True, False]] * 4),
        "service": np.zeros(4, dtype=np.int64),
    }
    for last, served in ((OPENING + 4_800, 4), (OPENING + 4_799, 3)):
        problem = line_day(windows=(((OPENING, last),),) * 4, **fields)
        routes, _ = solved(problem, GUIDED, iteration_limit=200)
        assert len(routes[0]) == served


def test_a_locked_start_is_met_with_the_fastest_roads():
    seconds = np.stack([SECONDS, 50 * SECONDS])[None]
    problem = line_day(
        seconds=seconds,
        metres=np.zeros_like(seconds),
        periods=np.array([0, 12 * HOUR]),
        prefixes=((0,), ()),
        windows=(((OPENING, OPENING + HOUR),),) * 4,
    )
    model = RoutingModel(problem, seed=0)
    assert model.search(DESCENT, time_limit=1)[0][0] == 0


def test_it_goes_on_from_given_routes():
    problem = line_day(
        capacities=np.full((2, 1), 2),
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([100]),
        reload_windows=(((OPENING, CLOSING),),),
        pauses=np.array([[9 * HOUR, 10 * HOUR, 60]]),
        breaks=((0,), ()),
    )
    given_routes = ((0, 3, 4, 2, 5, 1), ())
    first, total = solved(problem, from_routes=given_routes, iteration_limit=1)
    assert [node for node in first[0] if node != 5] == [0, 3, 4, 2, 1]
    assert solved(problem, from_routes=given_routes)[1] < total


def test_routes_that_do_not_hold_are_no_start():
    tight = line_day(max_stops=both(2))
    routes, total = solved(tight, from_routes=((0, 1, 2, 3), ()))
    assert sorted(map(len, routes)) == [2, 2]
    assert total == solved(tight)[1]


def test_the_same_seed_gives_the_same_routes():
    problem = line_day(apart=((0, 1),))
    runs = [RoutingModel(problem, seed=7).search(DESCENT, time_limit=2) for _ in range(2)]
    assert runs[0] == runs[1]


def test_a_day_without_vans_or_requests_has_a_first_solution():
    nobody = line_day(
        vehicle_ids=(),
        shifts=np.zeros((0, 2), dtype=np.int64),
        capacities=np.zeros((0, 1), dtype=np.int64),
        **{
            name: np.zeros(0, dtype=np.int64)
            for name in ("starts", "ends", "fixed_costs", "hour_costs", "km_costs")
        },
    )
    assert first_solution(nobody, seconds=1) == ()
