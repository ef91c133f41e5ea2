"""The same `Problem` as an OR-Tools routing model; the only importer of ortools here.

Costs are parts of a cent, as in `collection.routing.timing`, so the objective is the sum of
the routes before their one rounding; with several windows per request it may be less, as
the model may return later to be out for a shorter time. So solutions are priced again by
whoever takes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from ortools.constraint_solver import pywrapcp
from ortools.constraint_solver.routing_enums_pb2 import (
    FirstSolutionStrategy,
    LocalSearchMetaheuristic,
)

from collection.model import LOAD_DIMENSIONS
from collection.routing.timing import COST_PARTS, METRE_PARTS, SECOND_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from collection.routing.problem import Problem

Routes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """How one worker searches.

    Parameters
    ----------
    first : str
        Name of OR-Tools' first solution strategy.
    improve : str
        Name of its local search metaheuristic.
    """

    first: str
    improve: str


PORTFOLIO: tuple[Strategy, ...] = (
    Strategy(first="SAVINGS", improve="GUIDED_LOCAL_SEARCH"),
    Strategy(first="LOCAL_CHEAPEST_INSERTION", improve="GUIDED_LOCAL_SEARCH"),
    Strategy(first="PARALLEL_CHEAPEST_INSERTION", improve="GUIDED_LOCAL_SEARCH"),
    Strategy(first="SAVINGS", improve="SIMULATED_ANNEALING"),
)
"""Strategies of the workers, by turns."""


class RoutingModel:
    """An OR-Tools model of the requests that some vehicle can serve.

    Parameters
    ----------
    problem : Problem
        The day, with at least one vehicle and one such request.
    seed : int
        Shuffles the requests: the search of OR-Tools draws nothing at random, but its
        order of moves is that of the nodes.
    """

    def __init__(self, problem: Problem, *, seed: int) -> None:
        self.problem = problem
        active = np.flatnonzero([reason is None for reason in problem.reasons])
        self.requests: list[int] = np.random.default_rng(seed).permutation(active).tolist()
        # A depot that no vehicle uses must be no node: the model would have to visit it.
        depots = np.unique(np.concatenate([problem.starts, problem.ends]))
        self.depots = len(depots)
        self.points = np.concatenate([depots, problem.depots + np.array(self.requests)])
        self.manager = pywrapcp.RoutingIndexManager(
            len(self.points),
            len(problem.vehicle_ids),
            np.searchsorted(depots, problem.starts).tolist(),
            np.searchsorted(depots, problem.ends).tolist(),
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.indexes = [
            self.manager.NodeToIndex(self.depots + node) for node in range(len(self.requests))
        ]
        self._add_time()
        self._add_loads()
        self._add_vehicles()
        self._add_prices()

    def search(
        self,
        strategy: Strategy,
        *,
        time_limit: float,
        iteration_limit: int | None = None,
        on_solution: Callable[[Routes], None] | None = None,
    ) -> Routes | None:
        """Search until a limit.

        Parameters
        ----------
        strategy : Strategy
            How.
        time_limit : float
            Seconds; the first solution may take longer.
        iteration_limit : int, optional
            Solutions that the search may visit.
        on_solution : callable, optional
            Gets the routes of each better solution.

        Returns
        -------
        tuple of tuples of int, or None
            Per vehicle, indexes of its requests; None where no solution was found in time.
        """
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = FirstSolutionStrategy.Value.Value(strategy.first)
        parameters.local_search_metaheuristic = LocalSearchMetaheuristic.Value.Value(
            strategy.improve
        )
        parameters.guided_local_search_reset_penalties_on_new_best_solution = True
        parameters.time_limit.FromMilliseconds(max(1, int(1_000 * time_limit)))
        if iteration_limit is not None:
            parameters.solution_limit = iteration_limit
        self.routing.CloseModelWithParameters(parameters)
        if on_solution is not None:
            self.routing.AddAtSolutionCallback(self._reporter(on_solution))
        assignment = self.routing.SolveWithParameters(parameters)
        if assignment is None:
            return None
        return self._routes(lambda index: int(assignment.Value(self.routing.NextVar(index))))

    def _reporter(self, on_solution: Callable[[Routes], None]) -> Callable[[], None]:
        best: list[int] = []

        def report() -> None:
            cost = int(self.routing.CostVar().Min())
            if not best or cost < best[0]:
                best[:] = [cost]
                on_solution(self._routes(lambda index: int(self.routing.NextVar(index).Value())))

        return report

    def _routes(self, following: Callable[[int], int]) -> Routes:
        routes = []
        for vehicle in range(self.routing.vehicles()):
            route = []
            index = following(self.routing.Start(vehicle))
            while not self.routing.IsEnd(index):
                route.append(self.requests[self.manager.IndexToNode(index) - self.depots])
                index = following(index)
            routes.append(tuple(route))
        return tuple(routes)

    def _add_time(self) -> None:
        problem, routing = self.problem, self.routing
        horizon = int(problem.shifts[:, 1].max())
        # A leg without a way is longer than the day, and so never driven.
        self.travel = np.minimum(problem.seconds[np.ix_(self.points, self.points)], horizon + 1)
        # Only a vehicle that stays goes from depot to depot, and that takes it no time.
        self.travel[: self.depots, : self.depots] = 0
        service = np.concatenate(
            [np.zeros(self.depots, dtype=np.int64), problem.service[self.requests]]
        )
        self.transit = self.travel + service[:, None]
        routing.AddDimension(
            routing.RegisterTransitMatrix(self.transit.tolist()),
            horizon,
            horizon,
            False,  # noqa: FBT003
            "time",
        )
        self.time = routing.GetDimensionOrDie("time")
        for request, index in zip(self.requests, self.indexes, strict=True):
            windows = [
                (max(start, 0), min(end, horizon))
                for start, end in problem.windows[request]
                if end >= 0 and start <= horizon
            ]
            start = self.time.CumulVar(index)
            start.SetRange(windows[0][0], windows[-1][1])
            for (_, closed), (opened, _) in pairwise(windows):
                start.RemoveInterval(closed + 1, opened - 1)
        for vehicle, (opening, closing) in enumerate(problem.shifts.tolist()):
            self.time.CumulVar(routing.Start(vehicle)).SetRange(opening, closing)
            self.time.CumulVar(routing.End(vehicle)).SetRange(opening, closing)

    def _add_loads(self) -> None:
        problem = self.problem
        loads = problem.loads[self.requests]
        for dimension, name in enumerate(LOAD_DIMENSIONS):
            capacities = problem.capacities[:, dimension]
            if loads[:, dimension].sum() <= capacities.min():
                continue
            demands = np.concatenate([np.zeros(self.depots, dtype=np.int64), loads[:, dimension]])
            self.routing.AddDimensionWithVehicleCapacity(
                self.routing.RegisterUnaryTransitVector(demands.tolist()),
                0,
                capacities.tolist(),
                True,  # noqa: FBT003
                name,
            )

    def _add_vehicles(self) -> None:
        problem, routing = self.problem, self.routing
        metres = np.minimum(
            problem.metres[np.ix_(self.points, self.points)], np.iinfo(np.int32).max
        )
        evaluators: dict[int, int] = {}
        for vehicle, per_km in enumerate(problem.km_costs.tolist()):
            if per_km not in evaluators:
                evaluators[per_km] = routing.RegisterTransitMatrix(
                    (METRE_PARTS * per_km * metres).tolist()
                )
            routing.SetArcCostEvaluatorOfVehicle(evaluators[per_km], vehicle)
            routing.SetFixedCostOfVehicle(COST_PARTS * int(problem.fixed_costs[vehicle]), vehicle)
            # Also the driving part of it is then in the costs of the arcs.
            self.time.SetSpanCostCoefficientForVehicle(
                SECOND_PARTS * int(problem.hour_costs[vehicle]), vehicle
            )

    def _add_prices(self) -> None:
        problem = self.problem
        for request, index in zip(self.requests, self.indexes, strict=True):
            self.routing.AddDisjunction([index], COST_PARTS * int(problem.prices[request]))
            able = np.flatnonzero(problem.allowed[request]).tolist()
            if len(able) < len(problem.vehicle_ids):
                self.routing.VehicleVar(index).SetValues([-1, *able])
