"""Cheapest insertion: what is done at once, and the proof that nothing more fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.inserter import Inserter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from collection.routing.inserter import Insertion
    from collection.routing.problem import Problem


def best_insertion(
    problem: Problem, vehicle: int, route: Sequence[int], request: int
) -> Insertion | None:
    """Find the place of a route where a request costs least.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    route : Sequence of int
        Its nodes in driving order; all constraints are kept.
    request : int
        Index of the request; a shipment is inserted whole.

    Returns
    -------
    Insertion or None
        None where it fits at no place.
    """
    return Inserter(problem).best(vehicle, route, request)


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
        Per vehicle, its nodes in driving order; all constraints are kept.
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
    if not urgent:
        return tuple(grown)
    inserter = Inserter(problem)
    for request in urgent:
        if stop():
            break
        if any(request in route for route in grown):
            continue  # The other half of a shipment brought it.
        insertion = inserter.cheapest(grown, request)
        if insertion is not None:
            grown[insertion.vehicle] = insertion.sequence
    return tuple(grown)
