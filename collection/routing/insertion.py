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
    grown = [tuple(route) for route in routes]
    urgent = sorted(
        (request for request in requests if problem.reasons[request] is None),
        key=lambda r: (-int(problem.prices[r]), problem.windows[r][-1][1], r),
    )
    for request in urgent:
        if stop():
            break
        candidates = [
            (cost, vehicle, sequence)
            for vehicle, route in enumerate(grown)
            if (found := best_insertion(problem, vehicle, route, request)) is not None
            for cost, sequence in [found]
        ]
        if candidates:
            _, vehicle, sequence = min(candidates)
            grown[vehicle] = sequence
    return tuple(grown)


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
    load = problem.loads[[*route, request]].sum(axis=0)
    if not problem.allowed[request, vehicle] or (load > problem.capacities[vehicle]).any():
        return None
    places = _places(problem, vehicle, route, request)
    if not places:
        return None
    _, place = min(places)
    sequence = (*route[:place], request, *route[place:])
    grown = schedule(problem, vehicle, sequence)
    return grown.cost - schedule(problem, vehicle, route).cost, sequence


def _places(
    problem: Problem, vehicle: int, route: Sequence[int], request: int
) -> list[tuple[int, int]]:
    """List (detour in seconds, place) of every place that keeps windows and shift."""
    departures = earliest_departures(problem, vehicle, route)
    latest = latest_arrivals(problem, vehicle, route)
    point = problem.depots + request
    stops = [problem.depots + other for other in route]
    tails = [int(problem.starts[vehicle]), *stops]
    heads = [*stops, int(problem.ends[vehicle])]
    there = problem.seconds[tails, point].tolist()
    back = problem.seconds[point, heads].tolist()
    past = problem.seconds[tails, heads].tolist()
    windows, service = problem.windows[request], int(problem.service[request])
    places = []
    for place, departure in enumerate(departures):
        start = service_start(windows, departure + there[place])
        arrival = start + service + back[place]
        if UNREACHABLE in (there[place], back[place]):
            continue
        if start <= windows[-1][1] and arrival <= latest[place]:
            places.append((there[place] + back[place] - past[place], place))
    return places
