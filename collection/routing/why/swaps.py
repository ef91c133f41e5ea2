"""Which request could leave its route for an unassigned one, and where it would go."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.alone import halves
from collection.routing.costs import COST_PARTS, to_cents
from collection.routing.kernels.places import KEPT
from collection.routing.openings import joinable, locked
from collection.routing.timing import schedule
from collection.routing.why.case import Unlock
from collection.routing.why.changes import Swap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from collection.routing.why.case import Case

MOST_TRIED = 6
"""Swaps, cheapest first, for which a new place of the request that leaves is looked for."""


def swap(case: Case, request: int) -> Unlock | None:
    """Find the cheapest swap: shipments neither leave nor come in.

    Parameters
    ----------
    case : Case
        The plan.
    request : int
        Index of the request.

    Returns
    -------
    Unlock or None
        The cheapest of the first `MOST_TRIED`, by what the route of the swap then costs; the
        other request goes where it costs least or, if that is less, is unassigned.
    """
    if len(halves(case.problem, request)) > 1:
        return None
    found: list[tuple[int, int, NDArray[np.int64]]] = []
    for vehicle in joinable(case.problem, case.routes, request):
        if case.problem.allowed[request, vehicle]:
            found += _of_route(case, vehicle, request)
    found.sort(key=lambda one: one[:2] + tuple(one[2]))
    tried = [_finished(case, request, vehicle, place) for _, vehicle, place in found[:MOST_TRIED]]
    return min(tried, key=lambda unlock: unlock.cost, default=None)


def _of_route(
    case: Case, vehicle: int, request: int
) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Give the cheapest place of the request for each of a route's that may leave."""
    problem, route = case.problem, case.routes[vehicle]
    first, requests = locked(problem, vehicle, route), len(problem.request_ids)
    gone = [
        place
        for place in range(first, len(route))
        if route[place] < requests and problem.partner[route[place]] < 0
    ]
    gaps = range(first, len(route) + 1)
    rows = [(place, gap, -1) for place, gap in product(gone, gaps) if gap != place + 1]
    if not rows:
        return
    places = np.array(rows, dtype=np.int64)
    results = case.inserter.results(vehicle, route, request, places)
    costs = case.more_by_place(vehicle, results)
    for place in gone:
        own = np.flatnonzero((places[:, 0] == place) & (results[:, KEPT] > 0))
        if len(own):
            best = int(own[costs[own].argmin()])
            yield int(costs[best]), vehicle, places[best]


def _finished(case: Case, request: int, vehicle: int, place: NDArray[np.int64]) -> Unlock:
    """Find where the request that leaves goes."""
    problem, day = case.problem, case.inserter.day
    leaves = case.routes[vehicle][int(place[0])]
    sequence = case.inserter.sequence(vehicle, case.routes[vehicle], request, place)
    routes: list[Sequence[int]] = list(case.routes)
    routes[vehicle] = sequence
    left_out = case.more({vehicle: (sequence, schedule(day, vehicle, sequence))})
    parts, goes_to = left_out + COST_PARTS * int(problem.prices[leaves]), None
    elsewhere = case.inserter.cheapest(routes, leaves)
    if elsewhere is not None:
        routes[elsewhere.vehicle] = elsewhere.sequence
        moved = {v: tuple(routes[v]) for v in (vehicle, elsewhere.vehicle)}
        more = case.more({v: (r, schedule(day, v, r)) for v, r in moved.items()})
        if more <= parts:
            parts, goes_to = more, elsewhere.vehicle
        else:
            routes[vehicle], routes[elsewhere.vehicle] = sequence, case.routes[elsewhere.vehicle]
    other, who = problem.request_ids[leaves], problem.vehicle_ids[vehicle]
    goal = "is unassigned" if goes_to is None else f"goes to {problem.vehicle_ids[goes_to]}"
    return Unlock(
        request=request,
        change=Swap(leaves=leaves, goes_to=goes_to),
        routes=tuple(tuple(route) for route in routes),
        vehicle_id=who,
        cost=to_cents(parts),
        detail=f"{who} serves it instead of {other}, which then {goal}.",
    )
