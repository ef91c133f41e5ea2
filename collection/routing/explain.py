"""Why a request is unassigned: one reason, and a sentence with the figures behind it.

A reason is found by narrowing the fleet: which vehicles reach the request, which of those
have the room, the skills, a shift at the right time, and which of those are there and back
in time. The first question that leaves no vehicle names the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.model import LOAD_DIMENSIONS, UnassignedReason
from collection.ports import UNREACHABLE
from collection.routing.timing import Timing, schedule
from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from collection.routing.problem import Problem
    from collection.units import Seconds


def classify(
    problem: Problem,
) -> tuple[NDArray[np.bool_], tuple[UnassignedReason | None, ...]]:
    """Find which vehicle could serve which request if it had nothing else to do.

    Parameters
    ----------
    problem : Problem
        The day; its ``allowed`` and ``reasons`` are not read.

    Returns
    -------
    allowed : ndarray of bool, shape (R, V)
        Whether the vehicle could.
    reasons : tuple of UnassignedReason or None
        Why none could, per request; None where one could.
    """
    allowed = np.repeat(problem.inside[:, None], len(problem.vehicle_ids), axis=1)
    reasons: list[UnassignedReason | None] = [
        None if inside else UnassignedReason.OUTSIDE_TERRITORY for inside in problem.inside
    ]
    for reason, mask in _questions(problem):
        allowed &= mask
        for request in np.flatnonzero(~allowed.any(axis=1)):
            reasons[request] = reasons[request] or reason
    alone = _ThereAndBack(problem)
    for request, vehicle in np.argwhere(allowed).tolist():
        timing = alone(request, vehicle)
        allowed[request, vehicle] = not (timing.lateness or timing.overtime)
    for request in np.flatnonzero(~allowed.any(axis=1)):
        reasons[request] = reasons[request] or UnassignedReason.WINDOW_TOO_TIGHT
    return allowed, tuple(reasons)


def detail(problem: Problem, request: int) -> str:
    """Say why no vehicle could serve a request.

    Parameters
    ----------
    problem : Problem
        The day.
    request : int
        Index of a request with a reason.

    Returns
    -------
    str
        One sentence with figures.

    Raises
    ------
    ValueError
        If the request has no reason.
    """
    vehicles = len(problem.vehicle_ids)
    position = problem.positions[problem.depots + request]
    where = f"{position.lat:.5f}, {position.lon:.5f} (latitude, longitude)"
    match problem.reasons[request]:
        case UnassignedReason.OUTSIDE_TERRITORY:
            return f"{where} is outside the area of territory {problem.territory}."
        case UnassignedReason.UNREACHABLE:
            return f"No drivable way leads from a depot to {where} and back."
        case UnassignedReason.TOO_LARGE:
            return f"It takes {_amounts(problem.loads[request])}; {_largest(problem)}."
        case UnassignedReason.NO_SKILL:
            needed = ", ".join(sorted(problem.skills[request]))
            return f"It needs {needed}; none of {vehicles} vehicles that could carry it has that."
        case UnassignedReason.OUTSIDE_SHIFTS:
            return _outside_shifts(problem, request)
        case UnassignedReason.WINDOW_TOO_TIGHT:
            return _too_tight(problem, request)
        case UnassignedReason.NO_CAPACITY:
            return "No vehicle works on this day."
    msg = f"request {problem.request_ids[request]} has no reason: some vehicle could serve it"
    raise ValueError(msg)


def no_capacity(problem: Problem, routes: Sequence[Sequence[int]], request: int) -> str:
    """Say what stops a request that some vehicle could serve, had it nothing else to do.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its requests in driving order; the request fits into none.
    request : int
        Index of the request.

    Returns
    -------
    str
        One sentence with figures.
    """
    able = np.flatnonzero(problem.allowed[request])
    load = problem.loads[request]
    full = sum(
        bool((problem.loads[list(routes[v])].sum(axis=0) + load > problem.capacities[v]).any())
        for v in able.tolist()
    )
    return (
        f"Of {len(problem.vehicle_ids)} vehicles {len(able)} could serve it alone; with their "
        f"other stops {full} have no room left for {_amounts(load)} and {len(able) - full} no "
        f"time at any place of the route for service in {_clock(problem.windows[request])}."
    )


class _ThereAndBack:
    """Times a request as a vehicle's only one, once per distinct shift and depots."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        keys = np.column_stack([problem.shifts, problem.starts, problem.ends])
        _, self.alike = np.unique(keys, axis=0, return_inverse=True)
        self.known: dict[tuple[int, int], Timing] = {}

    def __call__(self, request: int, vehicle: int) -> Timing:
        key = (request, int(self.alike[vehicle]))
        if key not in self.known:
            self.known[key] = schedule(self.problem, vehicle, (request,))
        return self.known[key]


def _questions(problem: Problem) -> Iterable[tuple[UnassignedReason, NDArray[np.bool_]]]:
    requests = np.arange(len(problem.request_ids)) + problem.depots
    if not problem.vehicle_ids:
        yield UnassignedReason.NO_CAPACITY, np.zeros((len(requests), 0), dtype=bool)
        return
    there = problem.seconds[np.ix_(problem.starts, requests)].T
    back = problem.seconds[np.ix_(requests, problem.ends)]
    yield UnassignedReason.UNREACHABLE, (there != UNREACHABLE) & (back != UNREACHABLE)
    room = (problem.loads[:, None, :] <= problem.capacities[None, :, :]).all(axis=2)
    yield UnassignedReason.TOO_LARGE, room
    yield UnassignedReason.NO_SKILL, problem.skilled
    meets = [
        [any(start <= closing and opening <= end for start, end in windows)
         for opening, closing in problem.shifts.tolist()]
        for windows in problem.windows
    ]
    yield UnassignedReason.OUTSIDE_SHIFTS, np.array(meets, dtype=bool).reshape(room.shape)


def _outside_shifts(problem: Problem, request: int) -> str:
    windows = problem.windows[request]
    if windows[-1][1] < 0:
        return "It names no time window on this day."
    shifts = _clock(sorted({(start, end) for start, end in problem.shifts.tolist()}))
    return f"Service must start in {_clock(windows)}; the shifts of the day are {shifts}."


def _too_tight(problem: Problem, request: int) -> str:
    suited = problem.skilled[request] & (problem.loads[request] <= problem.capacities).all(axis=1)
    timings = {v: schedule(problem, v, (request,)) for v in np.flatnonzero(suited).tolist()}
    best = min(timings, key=lambda v: timings[v].lateness + timings[v].overtime)
    timing, name = timings[best], problem.vehicle_ids[best]
    windows = _clock(problem.windows[request])
    if timing.lateness:
        return (
            f"Service must start in {windows}; the first to be there, {name}, arrives at "
            f"{format_clock(timing.arrivals[0])}."
        )
    return (
        f"Service must start in {windows}; {name} would then be back at "
        f"{format_clock(timing.end)}, after its shift's end at "
        f"{format_clock(int(problem.shifts[best, 1]))}."
    )


def _clock(spans: Sequence[tuple[Seconds, Seconds]]) -> str:
    return ", ".join(f"{format_clock(start)}-{format_clock(end)}" for start, end in spans)


def _amounts(load: NDArray[np.int64]) -> str:
    return ", ".join(
        f"{amount} {name}" for amount, name in zip(load.tolist(), LOAD_DIMENSIONS, strict=True)
    )


def _largest(problem: Problem) -> str:
    most = problem.capacities.max(axis=0)
    return f"no one of {len(problem.vehicle_ids)} vehicles that reach it takes as much (at most {_amounts(most)})"
