"""A solution in VROOM's JSON, with our reasons beside what is unassigned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.routing.day import day_of
from collection.routing.formats.reasons import reason_of
from collection.routing.formats.vroom_steps import route_of
from collection.routing.problem import served

if TYPE_CHECKING:
    from collection.routing.formats.instance import Instance
    from collection.routing.solution import Solution

_SUMMED = ("setup", "service", "duration", "waiting_time", "priority", "distance")


def answer(
    instance: Instance, solution: Solution, *, loading: float = 0.0, solving: float = 0.0
) -> dict[str, Any]:
    """Write a solution down.

    Parameters
    ----------
    instance : Instance
        The file.
    solution : Solution
        Of its problem.
    loading : float
        Seconds that reading it took.
    solving : float
        Seconds that the search took.

    Returns
    -------
    dict
        VROOM's JSON; ``solution_routes``, numbers of the customers or tasks of each route,
        from 1 in the file's order; and ``rounding`` and ``objective``, so that a check knows
        them.
    """
    day = day_of(instance.problem)
    routes = [
        route_of(instance, day, vehicle, nodes)
        for vehicle, nodes in enumerate(solution.routes)
        if served(instance.problem, nodes)
    ]
    summary: dict[str, Any] = {
        "cost": instance.shown(solution.cost + solution.soft),
        "routes": len(routes),
        "unassigned": len(solution.unassigned),
    }
    if instance.amounts:
        for name in ("delivery", "amount", "pickup"):
            columns = zip(*(route[name] for route in routes), strict=True)
            summary[name] = [sum(column) for column in columns] or [0] * instance.amounts
    for name in _SUMMED[: None if instance.distances is not None else -1]:
        # Rounded: sums of decimals carry what no digit of the file can.
        summary[name] = round(sum(route[name] for route in routes), 4)
    summary["violations"] = [found for route in routes for found in route["violations"]]
    summary["computing_times"] = {
        "loading": round(1_000 * loading),
        "solving": round(1_000 * solving),
    }
    return {
        "code": 0,
        "summary": summary,
        "unassigned": [_unassigned(instance, solution, task) for task in solution.unassigned],
        "routes": routes,
        "solution_routes": [
            [node + 1 for node in served(instance.problem, nodes)]
            for nodes in solution.routes
            if served(instance.problem, nodes)
        ],
        "rounding": instance.rounding,
        "objective": instance.objective,
    }


def _unassigned(instance: Instance, solution: Solution, number: int) -> dict[str, Any]:
    task = instance.tasks[number]
    entry: dict[str, Any] = {"id": task.id, "type": task.kind}
    if task.place.location is not None:
        entry["location"] = list(task.place.location)
    if task.place.index is not None:
        entry["location_index"] = task.place.index
    if task.description:
        entry["description"] = task.description
    reason, detail = reason_of(instance, solution, number)
    return {**entry, "reason": reason.value, "detail": detail}
