"""What of fixed routes is open to one more request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.alone import halves
from collection.routing.problem import served

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.routing.problem import Problem


def joinable(problem: Problem, routes: Sequence[Sequence[int]], request: int) -> list[int]:
    """List the vehicles that a request's group leaves for it.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.
    request : int
        Index of the request.

    Returns
    -------
    list of int
        All, or the one that serves its group; none where the halves of a shipment are of
        groups that two vehicles serve.
    """
    groups = {int(problem.together[half]) for half in halves(problem, request)} - {-1}
    bound = [
        vehicle
        for vehicle, route in enumerate(routes)
        if groups and groups & set(problem.together[list(served(problem, tuple(route)))].tolist())
    ]
    if len(bound) > 1:
        return []
    return bound or list(range(len(routes)))


def locked(problem: Problem, vehicle: int, route: Sequence[int]) -> int:
    """Count the nodes up to the end of what a route must begin with.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    route : Sequence of int
        Its nodes in driving order.

    Returns
    -------
    int
        0 without a prefix.
    """
    prefix = problem.prefixes[vehicle]
    return route.index(prefix[-1]) + 1 if prefix and prefix[-1] in route else 0
