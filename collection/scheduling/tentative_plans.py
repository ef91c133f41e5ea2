"""Tentative plans between store and planner: read, by name and by number, and improved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import structlog

from collection.model import PLANNABLE, TentativePlan
from collection.routing.building import MAX_PRICE, build, emission_classes, points
from collection.routing.day import day_of
from collection.routing.insertion import insert_all
from collection.routing.model_routes import planned
from collection.routing.problem import served
from collection.routing.solve import solve
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from collection.model import DeviceType, Territory
    from collection.ports import MatrixSource, RequestStore
    from collection.routing.problem import Problem
    from collection.units import Cents

FIRST_SECONDS = 2.0
"""Seconds that the first tentative plan of a day takes at most."""

PROMISE_PRICE: Cents = 2 * MAX_PRICE
"""What leaving out somebody who was promised a slot costs a solve, on top."""

STOP = "~"
"""What a break or a visit of a depot or site in a stored route begins with."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TentativeDay:
    """A day as the store has it.

    Parameters
    ----------
    kept : TentativePlan
        What was kept of it.
    problem : Problem
        Its requests, cancelled ones not included.
    routes : tuple of tuple of int
        Per vehicle, nodes: as they were kept, with what is new.
    """

    kept: TentativePlan
    problem: Problem
    routes: tuple[tuple[int, ...], ...]

    def told(self, routes: Sequence[Sequence[int]]) -> TentativePlan:
        """Write routes down in the place of what was kept.

        Parameters
        ----------
        routes : Sequence of Sequence of int
            Per vehicle, nodes.

        Returns
        -------
        TentativePlan
            Of the version that was read.
        """
        names = dict(enumerate(self.problem.request_ids))
        return replace(self.kept, routes=named(self.problem, routes, names))


def read_day(
    territory: Territory,
    day: date,
    requests: RequestStore,
    devices: Mapping[str, DeviceType],
    source: MatrixSource,
    *,
    without: str = "",
) -> TentativeDay:
    """Read a day, and give everybody in it a place where there is one.

    Parameters
    ----------
    territory : Territory
        Of which territory.
    day : date
        Local date.
    requests : RequestStore
        The system of record.
    devices : Mapping of str to DeviceType
        By id.
    source : MatrixSource
        The territory's streets.
    without : str
        Id of a request to leave out: one that moves must not stand in its own way.

    Returns
    -------
    TentativeDay
        Nothing is kept yet.
    """
    kept = requests.tentative(territory.id, day)
    active = tuple(
        request
        for request in requests.day(territory.id, day)
        if request.state in PLANNABLE and request.id != without
    )
    travel = source.travel(points(active, territory), day=day, classes=emission_classes(territory))
    problem = build(active, territory, devices, travel, day=day)
    if kept.routes:
        routes = kept_routes(problem, kept)
    else:
        routes = solve(kept_promises(problem), time_limit=FIRST_SECONDS).routes
    inside = {node for route in routes for node in route}
    missing = (n for n in range(len(problem.request_ids)) if n not in inside)
    routes = insert_all(problem, routes, missing)
    inside = {node for route in routes for node in route}
    left = [name for node, name in enumerate(problem.request_ids) if node not in inside]
    if left:
        _log.warning(
            "promise_without_a_van", territory=territory.id, day=day.isoformat(), requests=left
        )
    return TentativeDay(kept=kept, problem=problem, routes=routes)


def named(
    problem: Problem, routes: Sequence[Sequence[int]], names: Mapping[int, str]
) -> dict[str, tuple[str, ...]]:
    """Write routes down by name.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, nodes.
    names : Mapping of int to str
        Of the requests.

    Returns
    -------
    dict of str to tuple of str
        As `TentativePlan` has them.
    """
    first = len(problem.request_ids)
    return {
        vehicle: tuple(names[n] if n < first else f"{STOP}{n - first}" for n in route)
        for vehicle, route in zip(problem.vehicle_ids, routes, strict=True)
        if route
    }


def kept_routes(problem: Problem, kept: TentativePlan) -> tuple[tuple[int, ...], ...]:
    """Find the routes of a tentative plan in a day as it is now.

    Parameters
    ----------
    problem : Problem
        The day; its vans, breaks and requests may be others than the plan's.
    kept : TentativePlan
        The plan.

    Returns
    -------
    tuple of tuple of int
        Per vehicle, nodes in driving order. Requests that are new are not in it, and where a
        van changed some of its own may be missing, too. Every route keeps its constraints, but
        for a prefix that it has now.
    """
    numbers = {name: node for node, name in enumerate(problem.request_ids)}
    stops = {
        f"{STOP}{number}": len(numbers) + number
        for number in range(len(problem.reload_ids) + len(problem.pauses))
    }
    known = {**numbers, **stops}
    day, pauses = day_of(problem), problem.pause_nodes
    routes = []
    for van, vehicle in enumerate(problem.vehicle_ids):
        names = kept.routes.get(vehicle, ())
        route = tuple(known[name] for name in names if name in known)
        if len(route) < len(names) or not schedule(day, van, route).feasible:
            # Where somebody is gone, breaks may be due elsewhere and visits no longer needed.
            route = planned(problem, day, van, tuple(n for n in route if n not in pauses))
        routes.append(route if served(problem, route) else ())
    return tuple(routes)


def kept_promises(problem: Problem) -> Problem:
    """Make it dearer than anything to leave out who was promised a slot and can be served.

    Parameters
    ----------
    problem : Problem
        The day; everybody in it was promised a slot.

    Returns
    -------
    Problem
        With their prices raised, for a solve.
    """
    servable = np.array([reason is None for reason in problem.reasons], dtype=np.int64)
    return replace(problem, prices=problem.prices + PROMISE_PRICE * servable)


def improve(
    territory: Territory,
    day: date,
    requests: RequestStore,
    devices: Mapping[str, DeviceType],
    source: MatrixSource,
    *,
    seconds: float,
    iteration_limit: int | None = None,
) -> bool:
    """Improve the tentative plan of a day; no promise changes.

    Parameters
    ----------
    territory : Territory
        Of which territory.
    day : date
        Local date.
    requests : RequestStore
        The system of record.
    devices : Mapping of str to DeviceType
        By id.
    source : MatrixSource
        The territory's streets.
    seconds : float
        That the solver has.
    iteration_limit : int, optional
        Moves that it tries, for days that shall be repeatable.

    Returns
    -------
    bool
        False where the day was changed meanwhile: then nothing is kept.
    """
    found = read_day(territory, day, requests, devices, source)
    promised = kept_promises(found.problem)
    solution = solve(
        promised, start=found.routes, time_limit=seconds, iteration_limit=iteration_limit
    )
    return requests.keep_tentative(found.told(solution.routes), improved=True)
