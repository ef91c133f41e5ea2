"""What happens on a route, one after the other, and the nodes that it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.errors import Conflict
from collection.model import Pause, ReloadVisit, Stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.model import Plan, Route
    from collection.routing.problem import Problem
    from collection.units import Seconds


def events(route: Route) -> list[Stop | ReloadVisit | Pause]:
    """List stops, reloads and pauses in the order in which they happen.

    Parameters
    ----------
    route : Route
        The route.

    Returns
    -------
    list of Stop, ReloadVisit or Pause
        By start; of those that start in the same second, what takes no time comes first.
    """
    everything: list[Stop | ReloadVisit | Pause] = [*route.visits, *route.pauses]
    # Sorting is stable: of what starts and ends in the same second visits are in driving order.
    return sorted(everything, key=lambda event: (event.start, _end(event)))


def sequences(problem: Problem, plan: Plan) -> tuple[tuple[int, ...], ...]:
    """Turn a plan back into the nodes that it was assembled from.

    Parameters
    ----------
    problem : Problem
        The plan's day, built anew.
    plan : Plan
        As assembled or stored.

    Returns
    -------
    tuple of tuple of int
        Per vehicle, its nodes in driving order.

    Raises
    ------
    Conflict
        If a vehicle, request, reload or pause of the plan is no longer part of the day.
    """
    vehicles = {name: number for number, name in enumerate(problem.vehicle_ids)}
    routes: list[tuple[int, ...]] = [()] * len(vehicles)
    for route in plan.routes:
        vehicle = vehicles.get(route.vehicle_id)
        if vehicle is None:
            raise _changed(plan, f"vehicle {route.vehicle_id}")
        routes[vehicle] = tuple(_nodes(problem, plan, route, vehicle))
    return tuple(routes)


def _nodes(problem: Problem, plan: Plan, route: Route, vehicle: int) -> Iterator[int]:
    requests = {name: number for number, name in enumerate(problem.request_ids)}
    reloads = dict(zip(problem.reload_ids, problem.reload_nodes, strict=True))
    by_clock = {number for own in problem.breaks for number in own}
    own = set(problem.breaks[vehicle])
    for event in events(route):
        match event:
            case Stop(request_id=name) if name in requests:
                yield requests[name]
            case ReloadVisit(site_id=name) if name in reloads:
                yield reloads[name]
            case Pause():
                likely = [
                    *sorted(own),
                    *(n for n in range(len(problem.pauses)) if n not in by_clock),
                ]
                number = next((n for n in likely if _is_pause(problem, n, event)), None)
                if number is None:
                    raise _changed(plan, f"the break of {route.vehicle_id} at {event.start} s")
                own.discard(number)
                yield problem.pause_nodes[number]
            case Stop(request_id=name) | ReloadVisit(site_id=name):
                raise _changed(plan, name)


def _is_pause(problem: Problem, number: int, pause: Pause) -> bool:
    earliest, latest, seconds = problem.pauses[number].tolist()
    return bool(earliest <= pause.start <= latest and pause.end - pause.start == seconds)


def _changed(plan: Plan, what: str) -> Conflict:
    return Conflict(f"{what} of plan {plan.id} is no longer part of the day; plan the day anew")


def _end(event: Stop | ReloadVisit | Pause) -> Seconds:
    return event.end if isinstance(event, Pause) else event.departure
