"""Cheapest insertion: the plan that is always at hand, and the proof that nothing more fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.ports import UNREACHABLE
from collection.routing.timing import earliest_departures, latest_arrivals, schedule, service_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from collection.routing.problem import Problem


def insert_all(
    problem: Problem,
    routes: Sequence[Sequence[int]],
    requests: Iterable[int],
    *,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[tuple[int, ...], ...]:
    """Insert requests one by one, each where it costs least; leave out what fits nowhere.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, indexes of its requests in driving order; all constraints are kept.
    requests : Iterable of int
        Indexes of the requests to insert: dear ones go first, then those that close early.
    stop : callable
        Polled before each request; True ends the work.

    Returns
    -------
    tuple of tuples of int
        Per vehicle, with what fitted.
    """
    grown = [_Route(problem, vehicle, route) for vehicle, route in enumerate(routes)]
    urgent = sorted(
        (request for request in requests if problem.reasons[request] is None),
        key=lambda r: (-int(problem.prices[r]), problem.windows[r][-1][1], r),
    )
    for request in urgent:
        if stop():
            break
        candidates = [
            (found[0], vehicle, found[1])
            for vehicle, route in enumerate(grown)
            if (found := route.insertion(request)) is not None
        ]
        if candidates:
            _, vehicle, sequence = min(candidates)
            grown[vehicle] = _Route(problem, vehicle, sequence)
    return tuple(route.sequence for route in grown)


def best_insertion(
    problem: Problem, vehicle: int, route: Sequence[int], request: int
) -> tuple[int, tuple[int, ...]] | None:
    """Find the place of a route where a request detours least.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    route : Sequence of int
        Indexes of its requests in driving order; all constraints are kept.
    request : int
        Index of the request.

    Returns
    -------
    cost : int
        Cents that the route then costs more.
    sequence : tuple of int
        The route with the request.
    None
        Instead of both, where it fits at no place.
    """
    return _Route(problem, vehicle, route).insertion(request)


class _Route:
    """A route and what every insertion into it asks for, worked out once."""

    def __init__(self, problem: Problem, vehicle: int, sequence: Sequence[int]) -> None:
        self.problem = problem
        self.vehicle = vehicle
        self.sequence = tuple(sequence)
        self.cost = schedule(problem, vehicle, sequence).cost
        self.departures = earliest_departures(problem, vehicle, sequence)
        self.latest = latest_arrivals(problem, vehicle, sequence)
        self.room = problem.capacities[vehicle] - problem.loads[list(sequence)].sum(axis=0)
        stops = [problem.depots + request for request in sequence]
        self.tails = [int(problem.starts[vehicle]), *stops]
        self.heads = [*stops, int(problem.ends[vehicle])]
        self.past: list[int] = problem.seconds[self.tails, self.heads].tolist()

    def insertion(self, request: int) -> tuple[int, tuple[int, ...]] | None:
        """Find the place of the least detour: more cents and the grown sequence."""
        if not self.problem.allowed[request, self.vehicle]:
            return None
        if (self.problem.loads[request] > self.room).any():
            return None
        places = self._places(request)
        if not places:
            return None
        _, place = min(places)
        sequence = (*self.sequence[:place], request, *self.sequence[place:])
        return schedule(self.problem, self.vehicle, sequence).cost - self.cost, sequence

    def _places(self, request: int) -> list[tuple[int, int]]:
        """List (detour in seconds, place) of every place that keeps windows and shift."""
        point = self.problem.depots + request
        there = self.problem.seconds[self.tails, point].tolist()
        back = self.problem.seconds[point, self.heads].tolist()
        windows, service = self.problem.windows[request], int(self.problem.service[request])
        places = []
        for place, departure in enumerate(self.departures):
            start = service_start(windows, departure + there[place])
            arrival = start + service + back[place]
            if UNREACHABLE in (there[place], back[place]):
                continue
            if start <= windows[-1][1] and arrival <= self.latest[place]:
                places.append((there[place] + back[place] - self.past[place], place))
        return places
