"""Why a customer of a file is unassigned, with figures in the file's units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.model import UnassignedReason
from collection.routing.alone import Alone, halves
from collection.routing.suitability import peaks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from collection.routing.formats.instance import Instance
    from collection.routing.solution import Solution
    from collection.routing.timing import Timing


def reason_of(instance: Instance, solution: Solution, number: int) -> tuple[UnassignedReason, str]:
    """Say why a request is left out.

    Parameters
    ----------
    instance : Instance
        The file.
    solution : Solution
        What leaves it out.
    number : int
        Index of the request.

    Returns
    -------
    reason : UnassignedReason
        The first that leaves no vehicle.
    detail : str
        One sentence with figures.
    """
    reason = instance.problem.reasons[number]
    if reason is None:
        return UnassignedReason.NO_CAPACITY, _no_place(instance, solution, number)
    return reason, _SENTENCES[reason](instance, number)


def _no_place(instance: Instance, solution: Solution, number: int) -> str:
    vehicles = len(instance.vans)
    able = int(instance.problem.allowed[number].sum())
    out = sum(bool(route) for route in solution.routes)
    return (
        f"Of {vehicles} vehicles {able} could serve it alone; beside what {out} routes serve "
        "no place for it was found that keeps capacities, windows and limits."
    )


def _nobody(instance: Instance, _: int) -> str:
    return f"There are {len(instance.vans)} vehicles."


def _unreachable(instance: Instance, number: int) -> str:
    place = instance.tasks[number].place
    where = f"location_index {place.index}" if place.location is None else f"{[*place.location]}"
    return f"No way leads from a vehicle's start to {where} and on to its end."


def _too_large(instance: Instance, number: int) -> str:
    needed = peaks(instance.problem)[number].tolist()
    most = instance.problem.capacities.max(axis=0).tolist()
    return f"It needs {needed}; no vehicle has that (the most there is: {most})."


def _no_skill(instance: Instance, number: int) -> str:
    problem = instance.problem
    needed = frozenset[str]().union(*(problem.skills[half] for half in halves(problem, number)))
    return f"It needs the skills {', '.join(sorted(needed, key=int))}; no vehicle has them all."


def _outside(instance: Instance, number: int) -> str:
    problem = instance.problem
    hours = sorted({(start, end) for start, end in problem.shifts.tolist()})
    return (
        f"Service must start in {_spans(instance, problem.windows[number])}; vehicles work in "
        f"{_spans(instance, hours)}."
    )


def _too_far(instance: Instance, number: int) -> str:
    problem = instance.problem
    vehicle, timing = min(
        _alone(instance, number), key=lambda pair: (pair[1].unreachable, sum(pair[1].travel))
    )
    needed = (
        ("travel time", sum(timing.travel), problem.max_travel),
        ("distance", sum(timing.metres), problem.max_metres),
        ("duration", timing.end - timing.departure, problem.max_seconds),
    )
    broken = [
        f"{instance.shown(value)} of {what} (at most {instance.shown(int(limits[vehicle]))})"
        for what, value, limits in needed
        if value > limits[vehicle]
    ]
    tasks = len(halves(problem, number))
    if tasks > problem.max_stops[vehicle]:
        broken.append(f"{tasks} tasks (at most {problem.max_stops[vehicle]})")
    return f"For it alone vehicle {instance.vans[vehicle].id} would need {', '.join(broken)}."


def _too_tight(instance: Instance, number: int) -> str:
    problem = instance.problem
    vehicle, timing = min(
        _alone(instance, number),
        key=lambda pair: (pair[1].unreachable, pair[1].lateness + pair[1].late_return),
    )
    own = halves(problem, number).index(number)
    name = f"vehicle {instance.vans[vehicle].id}"
    must = f"Service must start in {_spans(instance, problem.windows[number])}"
    if timing.late_return:
        return (
            f"{must}; {name} would end at {instance.shown(timing.end)}, after "
            f"{instance.shown(int(problem.latest_ends[vehicle]))}."
        )
    if timing.lateness:
        arrival = instance.shown(timing.arrivals[own])
        return f"{must}; the first to be there, {name}, arrives at {arrival}."
    return f"{must}; {name} could not take its breaks beside it."


def _alone(instance: Instance, number: int) -> list[tuple[int, Timing]]:
    """Time it with every vehicle that has the skills and the room."""
    problem = instance.problem
    alone = Alone(problem)
    fits = (peaks(problem)[number] <= problem.capacities).all(axis=1)
    able = np.flatnonzero(problem.skilled[number] & fits).tolist()
    return [(vehicle, alone.timing(number, vehicle)) for vehicle in able]


def _spans(instance: Instance, spans: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"[{instance.shown(a)}, {instance.shown(b)}]" for a, b in spans)


_SENTENCES: dict[UnassignedReason, Callable[[Instance, int], str]] = {
    UnassignedReason.NO_CAPACITY: _nobody,
    UnassignedReason.UNREACHABLE: _unreachable,
    UnassignedReason.TOO_LARGE: _too_large,
    UnassignedReason.NO_SKILL: _no_skill,
    UnassignedReason.OUTSIDE_SHIFTS: _outside,
    UnassignedReason.TOO_FAR: _too_far,
    UnassignedReason.WINDOW_TOO_TIGHT: _too_tight,
}
"""No file has an area that something could lie outside of."""
