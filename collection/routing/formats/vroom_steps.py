"""A route step by step, in VROOM's words and the file's units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from collection.routing.costs import to_cents
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.routing.day import Day
    from collection.routing.formats.instance import Break, Instance, Place
    from collection.routing.timing import Timing

    Step = dict[str, Any]


def route_of(instance: Instance, day: Day, vehicle: int, nodes: Sequence[int]) -> dict[str, Any]:
    """Write a route down.

    Parameters
    ----------
    instance : Instance
        The file.
    day : Day
        Its problem, laid out.
    vehicle : int
        Who drives.
    nodes : Sequence of int
        What it visits, at least one request.

    Returns
    -------
    dict
        As in the ``routes`` of VROOM's JSON.
    """
    timing = schedule(day, vehicle, nodes)
    van = instance.vans[vehicle]
    steps = _steps(instance, vehicle, nodes, timing)
    left_out = _at_the_ends(instance, vehicle, nodes, steps)
    served = [node for node in nodes if node < len(instance.tasks)]
    route: dict[str, Any] = {
        "vehicle": van.id,
        "cost": instance.shown(timing.cost + to_cents(timing.soft)),
    }
    if van.description:
        route["description"] = van.description
    if instance.amounts:
        problem = instance.problem
        picked = problem.loads[served] + problem.initial[served]
        brought = problem.initial[served] + np.maximum(-picked, 0)
        route["delivery"] = brought.sum(axis=0).tolist()
        route["amount"] = route["delivery"]
        route["pickup"] = np.maximum(picked, 0).sum(axis=0).tolist()
    for name in ("setup", "service"):
        route[name] = sum(step[name] for step in steps)
    route["duration"] = steps[-1]["duration"]
    route["waiting_time"] = sum(step["waiting_time"] for step in steps)
    route["priority"] = sum(instance.tasks[node].priority for node in served)
    if instance.distances is not None:
        route["distance"] = steps[-1]["distance"]
    shown = (*_IN_UNITS, "setup", "service", "waiting_time")
    for part in (route, *steps):
        part.update({name: instance.shown(part[name]) for name in shown if name in part})
    route["steps"] = steps
    route["violations"] = [{"cause": "missing_break"}] * left_out
    return route


_IN_UNITS = ("arrival", "duration", "distance")


def _steps(instance: Instance, vehicle: int, nodes: Sequence[int], timing: Timing) -> list[Step]:
    problem, van = instance.problem, instance.vans[vehicle]
    requests = len(instance.tasks)
    served = [node for node in nodes if node < requests]
    rests = {rest.node: rest for rest in van.breaks}
    legs = _metres(instance, vehicle, nodes)
    first, last = instance.tasks[served[0]].place, instance.tasks[served[-1]].place
    on_board = problem.initial[served].sum(axis=0).tolist()
    steps = [_step("start", van.start or first, arrival=timing.departure, load=on_board)]
    for position, node in enumerate(nodes):
        arrival, start, leave = (
            times[position] for times in (timing.arrivals, timing.starts, timing.departures)
        )
        common = {
            "arrival": arrival,
            "waiting_time": start - arrival,
            "load": list(timing.loads[position]),
        }
        if node < requests:
            task = instance.tasks[node]
            service = int(problem.service[node])
            step = _step(
                task.kind, task.place, service=service, setup=leave - start - service, **common
            )
            step["id"] = task.id
            # Older clients read this one.
            step["job"] = task.id
            if task.description:
                step["description"] = task.description
        else:
            step = _rest(rests[node], **common)
        steps.append(step)
    steps.append(_step("end", van.end or last, arrival=timing.end, load=steps[-1]["load"]))
    driven = covered = 0
    for step, seconds, metres in zip(steps, (0, *timing.travel), (0, *legs), strict=True):
        driven, covered = driven + seconds, covered + metres
        step["duration"], step["distance"] = driven, covered
        if instance.distances is None:
            del step["distance"]
        if not instance.amounts:
            del step["load"]
    return steps


def _step(kind: str, place: Place | None, **figures: Any) -> Step:
    step: Step = {"type": kind}
    if place is not None and place.location is not None:
        step["location"] = list(place.location)
    if place is not None and place.index is not None:
        step["location_index"] = place.index
    return {**step, "setup": 0, "service": 0, "waiting_time": 0, **figures, "violations": []}


def _rest(rest: Break, **figures: Any) -> Step:
    step = {"id": rest.id, **_step("break", None, service=rest.seconds, **figures)}
    return {**step, "description": rest.description} if rest.description else step


def _metres(instance: Instance, vehicle: int, nodes: Sequence[int]) -> list[int]:
    """Lengths of the legs, 0 before a pause."""
    problem = instance.problem
    if instance.distances is None:
        return [0] * (len(nodes) + 1)
    table = instance.distances[int(problem.profiles[vehicle])]
    at, legs = int(problem.starts[vehicle]), []
    for node in nodes:
        point = problem.depots + node if node < len(instance.tasks) else at
        legs.append(0 if point == at else int(table[at, point]))
        at = point
    return [*legs, int(table[at, int(problem.ends[vehicle])])]


def _at_the_ends(instance: Instance, vehicle: int, nodes: Sequence[int], steps: list[Step]) -> int:
    """Put the breaks that are not due before or after the drive; count those that fit nowhere.

    Each goes where it leaves less idle time. A van that rests before its drive goes on at once
    and waits where it comes next, a break or its first task, for that is how VROOM's times add up.
    """
    opens, closes = instance.problem.shifts[vehicle].tolist()
    left_out = 0
    for rest in instance.vans[vehicle].breaks:
        if rest.node in nodes:
            continue
        first, last = steps[0], steps[-1]
        before = _last_start(rest, first["arrival"] - rest.seconds, opens)
        after = _first_start(rest, last["arrival"], closes)
        if before is None and after is None:
            left_out += 1
            continue
        idle = None if before is None else first["arrival"] - rest.seconds - before
        if after is not None and (idle is None or after - last["arrival"] <= idle):
            figures = {"arrival": last["arrival"], "waiting_time": after - last["arrival"]}
            steps.insert(-1, {**_rest(rest, **figures), **_kept(last)})
            last["arrival"] = after + rest.seconds
        else:
            steps.insert(1, {**_rest(rest, arrival=before), **_kept(first)})
            first["arrival"] = before
            following = steps[2]
            following["arrival"] -= idle
            following["waiting_time"] += idle
    return left_out


def _first_start(rest: Break, clock: int, closes: int) -> int | None:
    """First time from then on at which a break may start and end within the working hours."""
    starts = (max(clock, earliest) for earliest, latest in rest.windows if clock <= latest)
    return next((start for start in starts if start + rest.seconds <= closes), None)


def _last_start(rest: Break, clock: int, opens: int) -> int | None:
    """Last time until then at which a break may start within the working hours."""
    starts = (
        min(clock, latest)
        for earliest, latest in reversed(rest.windows)
        if max(earliest, opens) <= min(clock, latest)
    )
    return next(starts, None)


def _kept(step: Step) -> Step:
    return {name: step[name] for name in ("duration", "distance", "load") if name in step}
