"""Why a request is unassigned: one reason, and a sentence with the figures behind it.

A reason is found by narrowing the fleet: which vehicles reach the request, which of those
have the room, the skills, a shift at the right time, and which of those are there and back
in time. The first question that leaves no vehicle names the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from collection.model import LOAD_DIMENSIONS, UnassignedReason
from collection.ports import UNREACHABLE
from collection.routing.timing import schedule
from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collection.routing.problem import Problem
    from collection.units import Seconds

Mask: TypeAlias = NDArray[np.bool_]
"""Of shape (R, V): which vehicle could serve which request."""


def classify(
    problem: Problem,
) -> tuple[Mask, tuple[UnassignedReason | None, ...]]:
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
    for reason, question in _QUESTIONS:
        allowed &= question(problem, allowed)
        for request in np.flatnonzero(~allowed.any(axis=1)).tolist():
            reasons[request] = reasons[request] or reason
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
    position = problem.positions[problem.depots + request]
    where = f"{position.lat:.5f}, {position.lon:.5f} (latitude, longitude)"
    match problem.reasons[request]:
        case UnassignedReason.OUTSIDE_TERRITORY:
            text = f"{where} is outside the area of territory {problem.territory}."
        case UnassignedReason.UNREACHABLE:
            text = f"No drivable way leads from a depot to {where} and back."
        case UnassignedReason.TOO_LARGE:
            text = _too_large(problem, request)
        case UnassignedReason.NO_SKILL:
            text = _no_skill(problem, request)
        case UnassignedReason.OUTSIDE_SHIFTS:
            text = _outside_shifts(problem, request)
        case UnassignedReason.WINDOW_TOO_TIGHT:
            text = _too_tight(problem, request)
        case UnassignedReason.NO_CAPACITY:
            text = "0 vehicles work on this day."
        case None:
            msg = f"request {problem.request_ids[request]} has no reason: a vehicle could serve it"
            raise ValueError(msg)
    return text


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


def _works(problem: Problem, _: Mask) -> Mask:
    return np.ones((len(problem.request_ids), len(problem.vehicle_ids)), dtype=bool)


def _reaches(problem: Problem, _: Mask) -> Mask:
    requests = np.arange(len(problem.request_ids)) + problem.depots
    there = problem.seconds[np.ix_(problem.starts, requests)].T
    back = problem.seconds[np.ix_(requests, problem.ends)]
    return np.asarray((there != UNREACHABLE) & (back != UNREACHABLE))


def _takes(problem: Problem, _: Mask) -> Mask:
    fits = problem.loads[:, None, :] <= problem.capacities[None, :, :]
    return np.asarray(fits.all(axis=2))


def _is_skilled(problem: Problem, _: Mask) -> Mask:
    return problem.skilled


def _works_then(problem: Problem, left: Mask) -> Mask:
    meets = np.zeros_like(left)
    opening, closing = problem.shifts.T
    for request, windows in enumerate(problem.windows):
        for start, end in windows:
            meets[request] |= (start <= closing) & (opening <= end)
    return meets


def _in_time(problem: Problem, left: Mask) -> Mask:
    """Time each request as a vehicle's only one, once per distinct shift and depots."""
    keys = np.column_stack([problem.shifts, problem.starts, problem.ends])
    _, alike = np.unique(keys, axis=0, return_inverse=True)
    known: dict[tuple[int, int], bool] = {}
    kept = np.zeros_like(left)
    for request, vehicle in np.argwhere(left).tolist():
        key = (request, int(alike[vehicle]))
        if key not in known:
            timing = schedule(problem, vehicle, (request,))
            known[key] = not (timing.lateness or timing.overtime)
        kept[request, vehicle] = known[key]
    return kept


_QUESTIONS: tuple[tuple[UnassignedReason, Callable[[Problem, Mask], Mask]], ...] = (
    (UnassignedReason.NO_CAPACITY, _works),
    (UnassignedReason.UNREACHABLE, _reaches),
    (UnassignedReason.TOO_LARGE, _takes),
    (UnassignedReason.NO_SKILL, _is_skilled),
    (UnassignedReason.OUTSIDE_SHIFTS, _works_then),
    (UnassignedReason.WINDOW_TOO_TIGHT, _in_time),
)
"""In this order: the first that leaves no vehicle names the reason."""


def _too_large(problem: Problem, request: int) -> str:
    most = problem.capacities.max(axis=0)
    return (
        f"It takes {_amounts(problem.loads[request])}; no vehicle that reaches it has that room "
        f"(the most of {len(problem.vehicle_ids)} vehicles: {_amounts(most)})."
    )


def _no_skill(problem: Problem, request: int) -> str:
    needed = ", ".join(sorted(problem.skills[request]))
    skilled = int(problem.skilled[request].sum())
    return (
        f"It needs {needed}; {skilled} of {len(problem.vehicle_ids)} vehicles have that, none of "
        "which reaches it and has the room."
    )


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
