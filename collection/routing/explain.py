"""Why a request is unassigned: one reason, and a sentence with the figures behind it.

A reason is found by narrowing the fleet: which vehicles reach the request, which of those
have the room, the skills, a shift at the right time, and which of those are there and back
in time. The first question that leaves no vehicle names the reason.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from collection.model import LOAD_DIMENSIONS, UnassignedReason
from collection.routing.alone import Alone, exceeded, halves
from collection.routing.suitability import narrow, peaks, reaching
from collection.routing.why.blocks import counted
from collection.units import MINUTE, format_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from collection.routing.problem import Problem
    from collection.routing.timing import Timing
    from collection.routing.why.blocks import Block
    from collection.units import Seconds


def classified(problem: Problem) -> Problem:
    """Find which vehicle could serve which request, had it nothing else to do.

    Parameters
    ----------
    problem : Problem
        The day; its ``allowed`` and ``reasons`` are not read.

    Returns
    -------
    Problem
        With ``allowed`` and ``reasons`` filled.
    """
    allowed, reasons = narrow(Alone(problem))
    return replace(problem, allowed=allowed, reasons=reasons)


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
    reason = problem.reasons[request]
    if reason is None:
        msg = f"request {problem.request_ids[request]} has no reason: a vehicle could serve it"
        raise ValueError(msg)
    return _SENTENCES[reason](problem, request) + _kept_out(problem, request)


def no_capacity(problem: Problem, request: int, blocked: Iterable[Block]) -> str:
    """Say what stops a request that some vehicle could serve, had it nothing else to do.

    Parameters
    ----------
    problem : Problem
        The day.
    request : int
        Index of the request.
    blocked : Iterable of Block
        What keeps it out of each route.

    Returns
    -------
    str
        One sentence with figures.
    """
    counts = counted(blocked)
    able = len(problem.vehicle_ids) - counts.pop(("vehicle",), 0)
    load, clock = _amounts(peaks(problem)[request]), _clock(problem.windows[request])
    known = {
        "capacity": f"has no room left for {load}",
        "time_window": f"is not there in {clock}",
    }
    told = ", ".join(
        f"{count} {' and '.join(known.get(name) or _BLOCK_WORDS[name] for name in names)}"
        for names, count in counts.items()
        if names
    )
    return (
        f"Of {len(problem.vehicle_ids)} vehicles {able} could serve it alone; where it fits best "
        f"beside their other stops, {told}."
    )


def _outside(problem: Problem, request: int) -> str:
    return f"{_where(problem, request)} is outside the area of territory {problem.territory}."


def _unreachable(problem: Problem, request: int) -> str:
    zoned, vehicles = int(problem.zoned[request].sum()), len(problem.vehicle_ids)
    if zoned:
        others = "; the others find no way" if zoned < vehicles else ""
        return (
            f"A low-emission zone closes the ways to {_where(problem, request)} and back for "
            f"{zoned} of {vehicles} vehicles{others}."
        )
    return f"No drivable way leads from a depot to {_where(problem, request)} and back."


def _too_large(problem: Problem, request: int) -> str:
    most = problem.capacities.max(axis=0)
    return (
        f"It takes {_amounts(peaks(problem)[request])}; no vehicle that reaches it has that room "
        f"(the most of {len(problem.vehicle_ids)} vehicles: {_amounts(most)})."
    )


def _no_skill(problem: Problem, request: int) -> str:
    needed = frozenset[str]().union(*(problem.skills[half] for half in halves(problem, request)))
    able = problem.skilled[list(halves(problem, request))].all(axis=0)
    start = f"It needs {', '.join(sorted(needed))}; " if needed else "Its vehicle is fixed; "
    return (
        f"{start}{int(able.sum())} of {len(problem.vehicle_ids)} vehicles may serve it, none of "
        "which reaches it and has the room."
    )


def _outside_shifts(problem: Problem, request: int) -> str:
    windows = problem.windows[request]
    if windows[-1][1] < 0:
        return "It names no time window on this day."
    shifts = _clock(sorted(set(zip(problem.shifts[:, 0], problem.latest_ends, strict=True))))
    return f"Service must start in {_clock(windows)}; the shifts of the day are {shifts}."


def _too_far(problem: Problem, request: int) -> str:
    timings = {v: timing for v, timing in _suited(problem, request).items() if exceeded(timing)}
    best = min(timings, key=lambda vehicle: sum(timings[vehicle].metres))
    broken = ", ".join(
        f"{of_timing(timings[best])} (at most {of_vehicle(problem, best)})"
        for name, of_timing, of_vehicle in _LIMIT_WORDS
        if name in exceeded(timings[best])
    )
    return f"For it alone {problem.vehicle_ids[best]} would need {broken}."


def _too_tight(problem: Problem, request: int) -> str:
    timings = {v: timing for v, timing in _suited(problem, request).items() if not exceeded(timing)}
    best = min(
        timings,
        key=lambda v: (timings[v].unreachable, timings[v].lateness + timings[v].late_return),
    )
    timing, name = timings[best], problem.vehicle_ids[best]
    must = f"Service must start in {_clock(problem.windows[request])}"
    if timing.unreachable:
        zone = f": a low-emission zone is closed to {name} at some hours"
        closed = zone if problem.zoned[request, best] else ""
        return f"{must}; no way leads there and back at that time{closed}."
    for place, half in enumerate(halves(problem, request)):
        windows = problem.windows[half]
        if timing.starts[place] > windows[-1][1]:
            return (
                f"Service must start in {_clock(windows)}; the first to be there, {name}, arrives "
                f"at {format_clock(timing.arrivals[place])}."
            )
    if timing.late_return:
        return (
            f"{must}; {name} would then be back at {format_clock(timing.end)}, after its latest "
            f"return at {format_clock(int(problem.latest_ends[best]))}."
        )
    return (
        f"{must}; {name} would be out from {format_clock(timing.departure)} to "
        f"{format_clock(timing.end)} and could not take its break."
    )


def _no_vehicle(_: Problem, __: int) -> str:
    return "0 vehicles work on this day."


_SENTENCES: dict[UnassignedReason, Callable[[Problem, int], str]] = {
    UnassignedReason.OUTSIDE_TERRITORY: _outside,
    UnassignedReason.UNREACHABLE: _unreachable,
    UnassignedReason.TOO_LARGE: _too_large,
    UnassignedReason.NO_SKILL: _no_skill,
    UnassignedReason.OUTSIDE_SHIFTS: _outside_shifts,
    UnassignedReason.TOO_FAR: _too_far,
    UnassignedReason.WINDOW_TOO_TIGHT: _too_tight,
    UnassignedReason.NO_CAPACITY: _no_vehicle,
}

_ASKED_OF_THE_NEAR = (
    UnassignedReason.TOO_LARGE,
    UnassignedReason.NO_SKILL,
    UnassignedReason.OUTSIDE_SHIFTS,
    UnassignedReason.TOO_FAR,
    UnassignedReason.WINDOW_TOO_TIGHT,
)
"""What is asked of those vehicles alone that reach a request."""

_BLOCK_WORDS = {
    "unreachable": "finds no way",
    "later_windows": "is late at a later stop",
    "shift": "is back after its latest return",
    "range": "exceeds its range",
    "max_stops": "has no stop left",
    "max_duration": "is out for too long",
    "max_travel": "drives for too long",
    "break": "misses a break",
    "break_rule": "works too long without a break",
    "partner": "parts a shipment",
    "prefix": "does not begin as it must",
    "share": "has a stop that must not share its van",
    "together": "does not serve the stops that must share its van",
}

_LIMIT_WORDS: tuple[tuple[str, Callable[[Timing], str], Callable[[Problem, int], str]], ...] = (
    ("range", lambda t: _km(sum(t.metres)), lambda p, v: _km(p.max_metres[v])),
    ("max_stops", lambda _: "a stop", lambda p, v: str(p.max_stops[v])),
    (
        "max_duration",
        lambda t: _minutes(t.end - t.departure),
        lambda p, v: _minutes(p.max_seconds[v]),
    ),
    (
        "max_travel",
        lambda t: _minutes(sum(t.travel)) + " of driving",
        lambda p, v: _minutes(p.max_travel[v]),
    ),
)


def _kept_out(problem: Problem, request: int) -> str:
    """Add the vehicles that would have been asked more, but for a low-emission zone."""
    out = problem.zoned[request] & _able(problem, request)
    if problem.reasons[request] not in _ASKED_OF_THE_NEAR or not out.any():
        return ""
    count, vehicles = int((out & ~reaching(problem)[request]).sum()), len(problem.vehicle_ids)
    if not count:
        return ""
    able = f"{count} of {vehicles} vehicles that may serve it and have the room"
    return f" A low-emission zone keeps out {able}."


def _able(problem: Problem, request: int) -> NDArray[np.bool_]:
    """Tell which vehicles may serve the request and have the room."""
    fits = (peaks(problem)[request] <= problem.capacities).all(axis=1)
    return np.asarray(problem.skilled[request] & fits)


def _suited(problem: Problem, request: int) -> dict[int, Timing]:
    """Time the request with the vehicles that may serve it and have the room."""
    alone, able = Alone(problem), np.flatnonzero(_able(problem, request)).tolist()
    return {vehicle: alone.timing(request, vehicle) for vehicle in able}


def _where(problem: Problem, request: int) -> str:
    position = problem.positions[problem.depots + request]
    return f"{position.lat:.5f}, {position.lon:.5f} (latitude, longitude)"


def _clock(spans: Iterable[tuple[Seconds, Seconds]]) -> str:
    return ", ".join(f"{format_clock(start)}-{format_clock(end)}" for start, end in spans)


def _km(metres: int) -> str:
    return f"{metres / 1_000:.1f} km"


def _minutes(seconds: Seconds) -> str:
    return f"{seconds / MINUTE:.0f} min"


def _amounts(load: NDArray[np.int64]) -> str:
    amounts = load.tolist()
    if len(amounts) != len(LOAD_DIMENSIONS):
        return f"a load of {', '.join(map(str, amounts))}"
    named = zip(amounts, LOAD_DIMENSIONS, strict=True)
    return ", ".join(f"{n} {name}" for n, name in named if n or name != "hazards")
