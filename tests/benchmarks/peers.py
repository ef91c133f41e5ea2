"""The planner and its peers behind one call: a problem and seconds in, routes out.

Every engine has both cores and the same wall-clock limit. What is not the search itself,
like reading the instance into an engine's own model or starting a process, is not counted
for the peers; for the planner it is.
"""

import multiprocessing
import re
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from collection.routing.costs import COST_PARTS, METRE_PARTS, SECOND_PARTS
from collection.routing.solve import solve

CORES = 2
_COST = re.compile(r"cost (\d+)\.(\d\d), unassigned 0\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an engine found."""

    routes: Sequence[Sequence[int]]
    seconds: float
    """Wall-clock time of the search."""
    trace: tuple[tuple[float, int], ...] = ()
    """Seconds, and cents of the best complete solution then; empty where it cannot be told."""
    iterations: int | None = None


def collection(problem, seconds, seed):
    """This planner."""
    trace, began = [], time.perf_counter()

    def watch(progress):
        cost = _COST.match(progress.text)
        if cost:
            trace.append((time.perf_counter() - began, int(cost[1] + cost[2])))

    solution = solve(
        problem,
        time_limit=seconds,
        seed=seed,
        workers=CORES,
        on_progress=watch,
    )
    took = time.perf_counter() - began
    return Found(routes=solution.routes, seconds=took, trace=tuple(trace))


def pyvrp(problem, seconds, seed):
    """PyVRP has one thread: two processes with two seeds, of which the better one counts."""
    seeds = [CORES * seed + number for number in range(CORES)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CORES, mp_context=context) as executor:
        runs = list(executor.map(_pyvrp, [problem] * CORES, [seconds] * CORES, seeds))
    best = min(runs, key=lambda run: run[0])[1]
    events = sorted(event for _, run in runs for event in run.trace)
    return Found(
        routes=best.routes,
        seconds=max(run.seconds for _, run in runs),
        trace=tuple(events),
        iterations=sum(run.iterations for _, run in runs),
    )


def _pyvrp(problem, seconds, seed):
    """One run; its routes with what they cost, infinity where they break something."""
    import pyvrp as peer  # noqa: PLC0415 - a peer of the bench only, and slow to import
    from pyvrp.stop import MaxRuntime  # noqa: PLC0415

    count = len(problem.request_ids)
    rates, unit = _rates(problem)
    # Like vehicles are one type and costs as small as they go, as it wants.
    kinds, kind_of = np.unique(
        np.hstack([rates, problem.shifts, problem.capacities]), axis=0, return_inverse=True
    )
    data = peer.ProblemData(
        locations=[peer.Location(0, 0) for _ in range(problem.depots + count)],
        depots=[peer.Depot(0)],
        clients=[
            peer.Client(
                problem.depots + request,
                pickup=problem.loads[request].tolist(),
                service_duration=int(problem.service[request]),
                tw_early=max(0, problem.windows[request][0][0]),
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
        distance_matrices=[problem.metres[0, 0].astype(np.int64)],
        duration_matrices=[problem.seconds[0, 0].astype(np.int64)],
    )
    began = time.perf_counter()
    result = peer.solve(data, MaxRuntime(seconds), seed=seed, display=False)
    took = time.perf_counter() - began
    clock, trace = 0.0, []
    for pace, datum in zip(result.stats.runtimes, result.stats.data, strict=True):
        clock += pace
        cents = round(datum.best_cost * unit / COST_PARTS)
        if datum.best_feas and (not trace or cents < trace[-1][1]):
            trace.append((clock, cents))
    free = [np.flatnonzero(kind_of == number).tolist() for number in range(len(kinds))]
    routes = [()] * len(problem.vehicle_ids)
    for route in result.best.routes():
        stops = tuple(activity.idx for activity in route.schedule() if activity.is_client())
        routes[free[route.vehicle_type()].pop()] = stops
    found = Found(
        routes=routes,
        seconds=took,
        trace=tuple(trace),
        iterations=result.num_iterations,
    )
    return (float(result.cost()), found)


def vroom(problem, seconds, seed):
    """VROOM with two threads and its most thorough search; it prices no waiting time."""
    import vroom as peer  # noqa: PLC0415 - a peer of the bench only

    day = peer.Input()
    day.set_durations_matrix("car", problem.seconds[0, 0].astype(np.uint32))
    day.set_distances_matrix("car", problem.metres[0, 0].astype(np.uint32))
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
                problem.depots + request,
                default_service=int(problem.service[request]),
                pickup=peer.Amount(problem.loads[request].tolist()),
                time_windows=[peer.TimeWindow(*window) for window in windows],
            )
        )
    began = time.perf_counter()
    answer = day.solve(exploration_level=5, nb_threads=CORES, timeout=timedelta(seconds=seconds))
    took = time.perf_counter() - began
    routes = [()] * len(problem.vehicle_ids)
    for route in answer.to_dict()["routes"]:
        jobs = [step["id"] for step in route["steps"] if step["type"] == "job"]
        routes[route["vehicle"]] = jobs
    return Found(routes=routes, seconds=took)


def ortools(problem, seconds, seed):
    """OR-Tools' routing library as its guide shows it; it has one thread and uses one core."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415

    count, vans = len(problem.request_ids), len(problem.vehicle_ids)
    # Its nodes are the depot, then the requests.
    nodes = np.r_[0, problem.depots : problem.depots + count]
    metres = problem.metres[0, 0][np.ix_(nodes, nodes)].astype(np.int64)
    travel = problem.seconds[0, 0][np.ix_(nodes, nodes)].astype(np.int64)
    rates, unit = _rates(problem)
    manager = pywrapcp.RoutingIndexManager(count + 1, vans, 0)
    routing = pywrapcp.RoutingModel(manager)
    costs = {
        rate: routing.RegisterTransitMatrix((rate * metres).tolist())
        for rate in set(rates[:, 1].tolist())
    }
    for vehicle, (fixed, per_metre, _) in enumerate(rates.tolist()):
        routing.SetArcCostEvaluatorOfVehicle(costs[per_metre], vehicle)
        routing.SetFixedCostOfVehicle(fixed, vehicle)
    spent = routing.RegisterTransitMatrix((travel + np.r_[0, problem.service][:, None]).tolist())
    horizon = int(problem.shifts.max())
    routing.AddDimension(spent, horizon, horizon, False, "time")  # noqa: FBT003 - positional only
    clock = routing.GetDimensionOrDie("time")
    for vehicle, (opening, closing) in enumerate(problem.shifts.tolist()):
        clock.CumulVar(routing.Start(vehicle)).SetRange(opening, closing)
        clock.CumulVar(routing.End(vehicle)).SetRange(opening, closing)
        clock.SetSpanCostCoefficientForVehicle(int(rates[vehicle, 2]), vehicle)
        routing.AddVariableMinimizedByFinalizer(clock.CumulVar(routing.End(vehicle)))
    for request, windows in enumerate(problem.windows):
        index = manager.NodeToIndex(request + 1)
        clock.CumulVar(index).SetRange(max(0, windows[0][0]), windows[0][1])
        price = int(problem.prices[request]) * COST_PARTS // unit
        routing.AddDisjunction([index], min(price, 10**12))
    for dimension in range(problem.loads.shape[1]):
        load = routing.RegisterUnaryTransitVector([0, *problem.loads[:, dimension].tolist()])
        capacities = problem.capacities[:, dimension].tolist()
        routing.AddDimensionWithVehicleCapacity(load, 0, capacities, True, f"load {dimension}")  # noqa: FBT003
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    enums = routing_enums_pb2
    parameters.first_solution_strategy = enums.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(round(1_000 * seconds))
    began = time.perf_counter()
    answer = routing.SolveWithParameters(parameters)
    took = time.perf_counter() - began
    routes = [[] for _ in range(vans)]
    for vehicle in range(vans if answer else 0):
        index = answer.Value(routing.NextVar(routing.Start(vehicle)))
        while not routing.IsEnd(index):
            routes[vehicle].append(manager.IndexToNode(index) - 1)
            index = answer.Value(routing.NextVar(index))
    return Found(routes=routes, seconds=took)


def _rates(problem):
    """Fixed cost, cost per metre and per second of each vehicle, and their unit in parts."""
    rates = np.column_stack(
        [
            COST_PARTS * problem.fixed_costs,
            METRE_PARTS * problem.km_costs,
            SECOND_PARTS * problem.hour_costs,
        ]
    )
    unit = int(np.gcd.reduce(rates, axis=None))
    return rates // unit, unit


ENGINES = {"collection": collection, "pyvrp": pyvrp, "vroom": vroom, "or-tools": ortools}
DRAWS = frozenset({"collection", "pyvrp"})
"""Engines that a seed changes; of the others one run says all."""
