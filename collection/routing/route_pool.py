"""The good routes that searchers met, for CP-SAT to pick the best set of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.columns import Column, column_of
from collection.routing.day import kinds_of
from collection.routing.problem import served
from collection.routing.recombine import recombine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from collection.routing.day import Day
    from collection.routing.problem import Problem

MOST_ROUTES = 20_000
"""Routes that are kept; of more the oldest go."""

DETERMINISTIC_SECONDS = 0.5
"""Of CP-SAT's own clock, where the same input must give the same answer."""


class RoutePool:
    """Routes by kind of van and set of requests, the cheapest of each.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays.
    """

    def __init__(self, problem: Problem, day: Day) -> None:
        self.problem = problem
        self.day = day
        self.kinds: list[int] = kinds_of(problem).tolist()
        self.by_time = problem.fairness is not None and problem.fairness.measure == "time"
        self.routes: dict[tuple[int, frozenset[int]], tuple[int, int, tuple[int, ...]]] = {}

    def add(self, routes: Iterable[tuple[int, tuple[int, ...], int]]) -> None:
        """Take routes in.

        Parameters
        ----------
        routes : Iterable of (int, tuple of int, int)
            Van, nodes, and cost in parts of a cent with soft prices.
        """
        for van, nodes, cost in routes:
            key = (self.kinds[van], frozenset(served(self.problem, nodes)))
            known = self.routes.get(key)
            if known is None or cost < known[0]:
                self.routes[key] = (cost, van, nodes)
        for key in list(self.routes)[: max(0, len(self.routes) - MOST_ROUTES)]:
            del self.routes[key]

    def recombine(
        self,
        incumbent: Sequence[Sequence[int]],
        *,
        time_limit: float,
        deterministic: bool,
        seed: int,
        stop: Callable[[], bool],
    ) -> list[tuple[int, ...]] | None:
        """Pick the best set of routes.

        Parameters
        ----------
        incumbent : Sequence of Sequence of int
            Per vehicle, the nodes of the best routes so far.
        time_limit : float
            Seconds at most.
        deterministic : bool
            Whether the same pool must give the same answer.
        seed : int
            Of the solver.
        stop : callable
            Polled; True ends it.

        Returns
        -------
        list of tuple of int, or None
            Better routes, per vehicle; None where none were found.
        """
        now = [self._column(van, tuple(nodes)) for van, nodes in enumerate(incumbent) if nodes]
        found = recombine(
            self.problem,
            [
                self._column(van, nodes) if self.by_time else _priced(cost, van, nodes)
                for cost, van, nodes in self.routes.values()
            ],
            now,
            time_limit=time_limit,
            deterministic_limit=DETERMINISTIC_SECONDS if deterministic else None,
            seed=seed,
            stop=stop,
        )
        if found is None:
            return None
        routes: list[tuple[int, ...]] = [()] * len(self.problem.vehicle_ids)
        for column in found:
            routes[column.vehicle] = column.nodes
        return routes

    def _column(self, van: int, nodes: tuple[int, ...]) -> Column:
        column = column_of(self.problem, self.day, van, nodes)
        assert column is not None  # noqa: S101 - searchers give feasible routes only
        return column


def _priced(cost: int, van: int, nodes: tuple[int, ...]) -> Column:
    return Column(vehicle=van, nodes=nodes, cost=cost)
