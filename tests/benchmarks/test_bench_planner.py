"""The planner beside PyVRP and VROOM: one thread and the same seconds for each.

Everybody's routes are priced by `collection.routing.solution.evaluate`. The table gives each
cost's gap to the cheapest of the three in the same run, and the planner's ratio to PyVRP.
"""

# ruff: noqa: T201

import statistics
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from collection.routing.problem import points
from collection.routing.solution import evaluate
from collection.routing.solve import solve
from collection.routing.timing import COST_PARTS, METRE_PARTS, SECOND_PARTS
from tests import solomon
from tests.fakes import GridMatrix
from tests.places import TERRITORY, make_vehicle
from tests.strategies import Day, make_request

SECONDS = 10
INSTANCES = ("c1_2_1", "r1_2_1", "rc2_2_5", "r2_2_1")


def ours(problem):
    return solve(problem, time_limit=SECONDS).routes


def pyvrp(problem):
    """PyVRP's routes; like vehicles are one type and costs as small as they go, as it wants."""
    peer = pytest.importorskip("pyvrp")
    stop = pytest.importorskip("pyvrp.stop")
    count = len(problem.request_ids)
    rates = np.column_stack(
        [
            COST_PARTS * problem.fixed_costs,
            METRE_PARTS * problem.km_costs,
            SECOND_PARTS * problem.hour_costs,
        ]
    )
    kinds, kind_of = np.unique(
        np.hstack([rates // np.gcd.reduce(rates, axis=None), problem.shifts, problem.capacities]),
        axis=0,
        return_inverse=True,
    )
    data = peer.ProblemData(
        locations=[peer.Location(0, 0) for _ in range(count + 1)],
        depots=[peer.Depot(0)],
        clients=[
            peer.Client(
                request + 1,
                pickup=problem.loads[request].tolist(),
                service_duration=int(problem.service[request]),
                tw_early=problem.windows[request][0][0],
                tw_late=problem.windows[request][0][1],
            )
            for request in range(count)
        ],
        vehicle_types=[
            peer.VehicleType(
                num_available=int((kind_of == number).sum()),
                capacity=capacity,
                fixed_cost=fixed,
                tw_early=opening,
                tw_late=closing,
                unit_distance_cost=per_metre,
                unit_duration_cost=per_second,
            )
            for number, (fixed, per_metre, per_second, opening, closing, *capacity) in enumerate(
                kinds.tolist()
            )
        ],
        distance_matrices=[problem.metres],
        duration_matrices=[problem.seconds],
    )
    result = peer.solve(data, stop.MaxRuntime(SECONDS), display=False)
    free = [np.flatnonzero(kind_of == number).tolist() for number in range(len(kinds))]
    routes = [()] * len(problem.vehicle_ids)
    for route in result.best.routes():
        stops = [activity.idx for activity in route.schedule() if activity.is_client()]
        routes[free[route.vehicle_type()].pop()] = stops
    return routes


def vroom(problem):
    peer = pytest.importorskip("vroom")
    day = peer.Input()
    day.set_durations_matrix("car", problem.seconds.astype(np.uint32))
    day.set_distances_matrix("car", problem.metres.astype(np.uint32))
    for vehicle, (opening, closing) in enumerate(problem.shifts.tolist()):
        day.add_vehicle(
            peer.Vehicle(
                vehicle,
                start=0,
                end=0,
                capacity=problem.capacities[vehicle].tolist(),
                time_window=peer.TimeWindow(opening, closing),
                costs=peer.VehicleCosts(
                    fixed=int(problem.fixed_costs[vehicle]),
                    per_hour=int(problem.hour_costs[vehicle]),
                    per_km=int(problem.km_costs[vehicle]),
                ),
            )
        )
    for request, windows in enumerate(problem.windows):
        day.add_job(
            peer.Job(
                request,
                request + 1,
                default_service=int(problem.service[request]),
                pickup=peer.Amount(problem.loads[request].tolist()),
                time_windows=[peer.TimeWindow(*window) for window in windows],
            )
        )
    answer = day.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=SECONDS))
    routes = [()] * len(problem.vehicle_ids)
    for route in answer.to_dict()["routes"]:
        jobs = [step["id"] for step in route["steps"] if step["type"] == "job"]
        routes[route["vehicle"]] = jobs
    return routes


def dense_day():
    """120 requests in six slots, two early and two late vans: the shape of a city's day."""
    rng = np.random.default_rng(1)
    requests = tuple(
        make_request(
            str(number),
            lon=7.40 + rng.random() / 25,
            lat=43.72 + rng.random() / 50,
            hours=((slot := 8 + 2 * int(rng.integers(6)), slot + 2),),
        )
        for number in range(120)
    )
    vans = tuple(
        make_vehicle(f"van-{number}", start=start, end=start + 8)
        for number, start in enumerate((8, 8, 12, 12))
    )
    territory = replace(TERRITORY, vehicles=vans)
    return Day(
        requests=requests,
        territory=territory,
        matrix=GridMatrix(metres_per_second=6.0).matrix(points(requests, territory)),
    ).problem()


def table(problems, engines):
    """Print and return each engine's gap to the cheapest, per instance."""
    print(f"\n{'':12}" + "".join(f"{engine.__name__:>22}" for engine in engines))
    gaps = []
    for name, problem in problems:
        found = [evaluate(problem, engine(problem)) for engine in engines]
        assert all(solution is not None for solution in found)
        best = min(solution.total for solution in found)
        gaps.append([solution.total / best - 1 for solution in found])
        cells = (
            f"{s.cost / 100:11.2f} {len(s.unassigned):3d} {gap:+6.1%}"
            for s, gap in zip(found, gaps[-1], strict=True)
        )
        print(f"{name:12}" + "".join(f"{cell:>22}" for cell in cells))
    medians = [statistics.median(column) for column in zip(*gaps, strict=True)]
    print(f"{'median':12}" + "".join(f"{median:>+22.1%}" for median in medians))
    return gaps


@pytest.mark.bench
@pytest.mark.skipif(not solomon.FOLDER.is_dir(), reason="no shared instances")
def test_homberger_200():
    problems = [
        (name, solomon.read(solomon.FOLDER / "homberger_200" / f"{name}.txt")) for name in INSTANCES
    ]
    gaps = table(problems, (ours, pyvrp, vroom))
    ratios = [(1 + a) / (1 + b) for a, b, _ in gaps]
    print(f"cost of the planner to PyVRP's: median {statistics.median(ratios):.3f}")


@pytest.mark.bench
def test_a_dense_day():
    table([("dense day", dense_day())], (ours, pyvrp, vroom))
