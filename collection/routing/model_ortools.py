"""The same `Problem` as an OR-Tools routing model: first solutions, small and locked days.

Costs are parts of a cent, as in `collection.routing.costs`. The model is a good guess and
not the arrival arithmetic: `NOT_EXPRESSED` names what it leaves out or only approaches. So
every solution that it visits is timed and priced again, and one that breaks a constraint is
passed over.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ortools.constraint_solver import pywrapcp
from ortools.constraint_solver.routing_enums_pb2 import (
    FirstSolutionStrategy,
    LocalSearchMetaheuristic,
)

from collection.routing.day import day_of
from collection.routing.model_choices import (
    add_choices,
    add_company,
    add_costs,
    add_prefixes,
    add_shipments,
)
from collection.routing.model_dimensions import (
    add_breaks,
    add_limits,
    add_loads,
    add_time,
    add_trips,
)
from collection.routing.model_nodes import lay_out, travel_of
from collection.routing.model_routes import planned
from collection.routing.solution import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collection.routing.problem import Problem
    from collection.routing.solution import Solution

Routes = tuple[tuple[int, ...], ...]

NOT_EXPRESSED: tuple[tuple[str, str], ...] = (
    ("periods", "each leg that is free takes its longest time and way of the day"),
    ("rules", "one pause by the clock whenever the longest stretch could be over"),
    ("pauses", "a pause may interrupt a leg; a plan takes it after a stop"),
    ("breaks", "a pause starts in the last part of its window that is as long as itself"),
    ("setup", "windows of requests that share an address are cut by its length"),
    ("windows", "a later return may be chosen for a shorter day; a plan returns early"),
    ("reloads", "to each as often as the loads ask for, and twice per vehicle at most"),
    ("prefixes", "a reload comes between their requests only where they do not fit on board"),
    ("announced", "a price on a start outside of what was announced is left out"),
    ("fairness", "a price on uneven days is left out"),
)
"""Fields of the problem that the model approaches or leaves out, and how."""


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

# Insertions know time and prices; the cheapest arc comes to reloads by itself.
_FIRST = ("PARALLEL_CHEAPEST_INSERTION", "LOCAL_CHEAPEST_INSERTION", "PATH_CHEAPEST_ARC")


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
        self.day = day_of(problem)
        self.nodes = nodes = lay_out(problem, seed=seed)
        used = nodes.points[: nodes.depots]
        self.manager = pywrapcp.RoutingIndexManager(
            len(nodes.points),
            len(problem.vehicle_ids),
            np.searchsorted(used, problem.starts).tolist(),
            np.searchsorted(used, problem.ends).tolist(),
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.solver = self.routing.solver()
        self.index_of: dict[int, int] = {
            int(nodes.originals[node]): self.manager.NodeToIndex(node)
            for node in range(nodes.depots, nodes.first_reload)
        }
        self.travel = [
            travel_of(problem, nodes, profile) for profile in range(len(problem.seconds))
        ]
        add_time(self)
        add_limits(self)
        add_loads(self)
        add_trips(self)
        add_breaks(self)
        add_costs(self)
        add_choices(self)
        add_shipments(self)
        add_company(self)
        self._placed: dict[tuple[int, tuple[int, ...]], tuple[int, ...]] = {}
        self.possible = add_prefixes(self)

    def search(
        self,
        strategy: Strategy,
        *,
        time_limit: float,
        iteration_limit: int | None = None,
        on_solution: Callable[[Routes], None] | None = None,
        from_routes: Sequence[Sequence[int]] | None = None,
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
        from_routes : sequence of sequences of int, optional
            Per vehicle, nodes to start from; the strategy finds the first solution where
            the model cannot take them.

        Returns
        -------
        tuple of tuples of int, or None
            Per vehicle, its nodes: the cheapest of all solutions of the model that keep
            every constraint; None where none did in time.
        """
        if not self.possible:
            return None
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
        seen = _Seen(self, on_solution)
        self.routing.AddAtSolutionCallback(seen.take)
        begin = None
        if from_routes is not None:
            begin = self.routing.ReadAssignmentFromRoutes(self._indexes(from_routes), True)  # noqa: FBT003
        if begin is None:
            self.routing.SolveWithParameters(parameters)
        else:
            self.routing.SolveFromAssignmentWithParameters(begin, parameters)
        return None if seen.best is None else seen.best.routes

    def routes(self) -> Routes:
        """Read the solution that the search is at.

        Returns
        -------
        tuple of tuples of int
            Per vehicle, its nodes, pauses placed.
        """
        return tuple(self._route(vehicle) for vehicle in range(self.routing.vehicles()))

    def _route(self, vehicle: int) -> tuple[int, ...]:
        route = []
        index = self.routing.NextVar(self.routing.Start(vehicle)).Value()
        while not self.routing.IsEnd(index):
            route.append(int(self.nodes.originals[self.manager.IndexToNode(index)]))
            index = self.routing.NextVar(index).Value()
        key = vehicle, tuple(route)
        if key not in self._placed:
            self._placed[key] = planned(self.problem, self.day, *key)
        return self._placed[key]

    def _indexes(self, routes: Sequence[Sequence[int]]) -> list[list[int]]:
        """Name the model's variables of routes; pauses have none."""
        spare = range(self.nodes.first_reload, len(self.nodes.points))
        copies = [(int(self.nodes.originals[n]), self.manager.NodeToIndex(n)) for n in spare]
        rows = []
        for route in routes:
            row = []
            for node in route:
                if node in self.index_of:
                    row.append(self.index_of[node])
                    continue
                copy = next((pair for pair in copies if pair[0] == node), None)
                if copy is not None:
                    copies.remove(copy)
                    row.append(copy[1])
            rows.append(row)
        return rows


class _Seen:
    """The best solution so far; the model's objective only tells which to look at."""

    def __init__(self, model: RoutingModel, tell: Callable[[Routes], None] | None) -> None:
        self.model = model
        self.tell = tell or (lambda _: None)
        self.cost: int | None = None
        self.best: Solution | None = None

    def take(self) -> None:
        """Keep the solution that the search is at, if it is better."""
        cost = int(self.model.routing.CostVar().Min())
        if self.cost is not None and cost >= self.cost:
            return
        self.cost = cost
        found = evaluate(self.model.problem, self.model.routes())
        if found is not None and (self.best is None or found.total < self.best.total):
            self.best = found
            self.tell(found.routes)


def first_solution(problem: Problem, *, seconds: float, seed: int = 0) -> Routes | None:
    """Find feasible routes fast, by several constructions.

    Parameters
    ----------
    problem : Problem
        The day.
    seconds : float
        Limit; the first construction is finished even so.
    seed : int
        Shuffles the requests.

    Returns
    -------
    tuple of tuples of int, or None
        Per vehicle, its nodes: the cheapest that keep every constraint; None where none do.
    """
    deadline = time.monotonic() + seconds
    day = day_of(problem)
    # Whatever else goes wrong, vans may do no more than they must.
    best = evaluate(
        problem,
        [planned(problem, day, vehicle, must) for vehicle, must in enumerate(problem.prefixes)],
    )
    for first in _FIRST if None in problem.reasons and problem.vehicle_ids else ():
        left = deadline - time.monotonic()
        if left <= 0:
            break
        routes = RoutingModel(problem, seed=seed).search(
            Strategy(first=first, improve="GREEDY_DESCENT"), time_limit=left, iteration_limit=1
        )
        found = None if routes is None else evaluate(problem, routes)
        if found is not None and (best is None or found.total < best.total):
            best = found
    return None if best is None else best.routes
