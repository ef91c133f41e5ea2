"""Changes that look as if they would serve a request, by what its places break."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from collection.model import LOAD_DIMENSIONS
from collection.routing.alone import halves
from collection.routing.openings import joinable
from collection.routing.problem import served
from collection.routing.timing import schedule
from collection.routing.walk import LATE_RETURN
from collection.routing.why.blocks import NAMES, broken
from collection.routing.why.case import inserted
from collection.routing.why.changes import AnotherVehicle, Raised, Skilled
from collection.units import DAY, MINUTE, format_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from collection.routing.problem import Problem
    from collection.routing.timing import Timing
    from collection.routing.why.case import Case
    from collection.routing.why.changes import Change
    from collection.units import Seconds

    Candidate = tuple[Change, int, str]

_LIMITS: dict[str, tuple[str, Callable[[Timing, int], int], str]] = {
    "range": ("max_metres", lambda timing, _: sum(timing.metres), "m of range"),
    "max_stops": ("max_stops", lambda _, stops: stops, "stops"),
    "max_duration": ("max_seconds", lambda timing, _: timing.end - timing.departure, "s of work"),
    "max_travel": ("max_travel", lambda timing, _: sum(timing.travel), "s of driving"),
}


def raised(case: Case, request: int) -> Iterator[Candidate]:
    """Let a vehicle have more of the one thing that a place lacks: the cheapest of each kind.

    Parameters
    ----------
    case : Case
        The plan.
    request : int
        Index of the request.

    Yields
    ------
    tuple of Change, int and str
        What changes, the vehicle that would serve the request, and a sentence.
    """
    problem = case.problem
    own = list(halves(problem, request))
    best: dict[str, tuple[int, int, NDArray[np.int64], NDArray[np.int64]]] = {}
    for vehicle in joinable(problem, case.routes, request):
        if not problem.skilled[own, vehicle].all():
            continue
        places, results, breaks = _tried(case, vehicle, request)
        costs = case.more_by_place(vehicle, results)
        for name in ("shift", "capacity", *_LIMITS):
            alone = breaks[:, NAMES.index(name)] & (breaks[:, 1:].sum(axis=1) == 1)
            if alone.any():
                row = int(np.flatnonzero(alone)[costs[alone].argmin()])
                key = (int(costs[row]), vehicle)
                if name not in best or key < best[name][:2]:
                    best[name] = (*key, places[row], results[row])
    for name, (_, vehicle, place, result) in best.items():
        who = problem.vehicle_ids[vehicle]
        route = case.inserter.sequence(vehicle, case.routes[vehicle], request, place)
        if name == "shift":
            late = int(result[LATE_RETURN])
            back = format_clock(int(problem.latest_ends[vehicle]) + late)
            yield (
                Raised(field="latest_ends", vehicle=vehicle, amounts=(late,)),
                vehicle,
                f"{who} returns {_minutes(late)} min after its latest return, at {back}.",
            )
        elif name == "capacity":
            amounts = _lacking(problem, vehicle, route)
            yield (
                Raised(field="capacities", vehicle=vehicle, amounts=amounts),
                vehicle,
                f"{who} has room for {_amounts(amounts)} more.",
            )
        else:
            field, measured, word = _LIMITS[name]
            timing = schedule(case.inserter.day, vehicle, route)
            limit = int(getattr(problem, field)[vehicle])
            more = measured(timing, len(served(problem, route))) - limit
            yield (
                Raised(field=field, vehicle=vehicle, amounts=(more,)),
                vehicle,
                f"{who} may have {more} {word} more than {limit}.",
            )


def skills(case: Case, request: int) -> Iterator[Candidate]:
    """Let the cheapest vehicle that lacks only the skill serve the request.

    Parameters
    ----------
    case : Case
        The plan.
    request : int
        Index of the request.

    Yields
    ------
    tuple of Change, int and str
        What changes, the vehicle that would serve the request, and a sentence.
    """
    problem = case.problem
    own = list(halves(problem, request))
    best: tuple[int, int] | None = None
    for vehicle in joinable(problem, case.routes, request):
        if problem.skilled[own, vehicle].all():
            continue
        _, results, breaks = _tried(case, vehicle, request)
        costs = case.more_by_place(vehicle, results)[~breaks[:, 1:].any(axis=1)]
        if len(costs):
            key = (int(costs.min()), vehicle)
            best = min(best or key, key)
    if best is not None:
        names = ", ".join(sorted(frozenset[str]().union(*(problem.skills[half] for half in own))))
        vehicle = best[1]
        who = problem.vehicle_ids[vehicle]
        text = f"{who} has {names}." if names else f"{who} may serve it, too."
        yield Skilled(vehicle=vehicle), vehicle, text


def vehicles(case: Case, request: int) -> Iterator[Candidate]:
    """Send one more vehicle, the cheapest copy of one there is.

    Parameters
    ----------
    case : Case
        The plan.
    request : int
        Index of the request.

    Yields
    ------
    tuple of Change, int and str
        What changes, the vehicle that would serve the request, and a sentence.
    """
    problem = case.problem
    own, new = list(halves(problem, request)), len(problem.vehicle_ids)
    if new not in joinable(problem, (*case.routes, ()), request):
        return
    best: tuple[int, AnotherVehicle] | None = None
    for like in case.kinds:
        if not problem.skilled[own, like].all():
            continue
        shift = (int(problem.shifts[like, 0]), int(problem.shifts[like, 1]))
        for start, end in (shift, (0, 2 * DAY)):
            change = AnotherVehicle(like=like, start=start, end=end)
            found = inserted(change.applied_to(problem, request), new, (), request)
            if found is None:
                continue
            insertion, timing = found
            if best is None or insertion.parts < best[0]:
                leaves, returns = _down(timing.departure), _up(timing.end)
                best = insertion.parts, replace(change, start=leaves, end=returns)
            break
    if best is not None:
        change = best[1]
        hours = f"{format_clock(change.start)}-{format_clock(change.end)}"
        text = f"One more vehicle like {problem.vehicle_ids[change.like]}, out {hours}."
        yield change, new, text


def trips(problem: Problem, route: Sequence[int]) -> Iterator[list[int]]:
    """Split the requests of a route where the van is emptied.

    Parameters
    ----------
    problem : Problem
        The day.
    route : Sequence of int
        Nodes in driving order.

    Yields
    ------
    list of int
        Requests of one trip.
    """
    trip: list[int] = []
    for node in route:
        if node in problem.reload_nodes:
            yield trip
            trip = []
        elif node < len(problem.request_ids):
            trip.append(node)
    yield trip


def _tried(
    case: Case, vehicle: int, request: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    route = case.routes[vehicle]
    places = case.inserter.places(vehicle, route, request)
    results = case.inserter.results(vehicle, route, request, places)
    return places, results, broken(results)


def _lacking(problem: Problem, vehicle: int, route: Sequence[int]) -> tuple[int, ...]:
    """Find how much more room a route needs, dimension by dimension."""
    most = problem.capacities[vehicle]
    for trip in trips(problem, route):
        on_board = problem.initial[trip].sum(axis=0)
        loads = on_board + problem.loads[trip].cumsum(axis=0)
        most = np.vstack([most, on_board, loads]).max(axis=0)
    return tuple((most - problem.capacities[vehicle]).tolist())


def _amounts(amounts: Sequence[int]) -> str:
    if len(amounts) != len(LOAD_DIMENSIONS):
        return ", ".join(map(str, amounts))
    named = zip(amounts, LOAD_DIMENSIONS, strict=True)
    return ", ".join(f"{amount} {name}" for amount, name in named if amount)


def _minutes(seconds: Seconds) -> int:
    return -(-seconds // MINUTE)


def _up(seconds: Seconds) -> Seconds:
    return MINUTE * -(-seconds // MINUTE)


def _down(seconds: Seconds) -> Seconds:
    return MINUTE * (seconds // MINUTE)
