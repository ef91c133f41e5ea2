"""The published routes in the rest of a day: what a solve of it starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.model import Stop
from collection.routing.day import day_of
from collection.routing.model_routes import planned
from collection.routing.problem import served
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collection.model import Plan
    from collection.routing.day import Day
    from collection.routing.problem import Problem

TRIES = 8
"""Stops that are taken out of one route, one by one, before its end is given up."""


def present_routes(problem: Problem, before: Plan) -> tuple[tuple[int, ...], ...]:
    """Find the routes that are published in the rest of their day.

    Parameters
    ----------
    problem : Problem
        The rest of the day.
    before : Plan
        The published plan.

    Returns
    -------
    tuple of tuple of int
        Per vehicle, nodes in driving order. Every route keeps its constraints, but for a
        prefix; of one that is late, those are missing who would be served too late.
    """
    requests = {name: node for node, name in enumerate(problem.request_ids)}
    reloads = dict(zip(problem.reload_ids, problem.reload_nodes, strict=True))
    day = day_of(problem)
    old = {route.vehicle_id: route.visits for route in before.routes}
    routes = []
    for van, vehicle in enumerate(problem.vehicle_ids):
        found = [
            requests.get(visit.request_id)
            if isinstance(visit, Stop)
            else reloads.get(visit.site_id)
            for visit in old.get(vehicle, ())
        ]
        nodes = tuple(n for n in found if n is not None and day.able[n, van])
        route = _in_time(problem, day, van, nodes)
        routes.append(route if served(problem, route) else ())
    return tuple(routes)


def _in_time(problem: Problem, day: Day, van: int, nodes: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out who is late, so that what comes after can stay."""
    while late := _first_late(problem, day, van, nodes):
        nodes = (*nodes[: late - 1], *nodes[late:])
    for _ in range(TRIES):
        route = planned(problem, day, van, nodes)
        inside = set(route)
        missing = next((n for n in served(problem, nodes) if n not in inside), None)
        if missing is None:
            return route
        # Breaks take time, too: the first one that has no place with them goes.
        nodes = tuple(node for node in nodes if node != missing)
    return planned(problem, day, van, nodes)


def _first_late(problem: Problem, day: Day, van: int, nodes: tuple[int, ...]) -> int:
    """Count the nodes up to the first that is late; 0 if none is."""
    timing = schedule(day, van, nodes)
    if not timing.lateness:
        return 0
    for place, (node, start) in enumerate(zip(nodes, timing.starts, strict=True), start=1):
        spans = (
            problem.windows[node]
            if node < len(problem.request_ids)
            else problem.reload_windows[node - len(problem.request_ids)]
        )
        if start > spans[-1][1]:
            return place
    return 0
