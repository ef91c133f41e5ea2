"""Tentative plans between store and planner: read, by name and by number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from collection.model import RequestState
from collection.routing.building import MAX_PRICE, build, emission_classes, points
from collection.routing.day import day_of
from collection.routing.insertion import insert_all
from collection.routing.model_routes import planned
from collection.routing.problem import served
from collection.routing.solve import solve
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from collection.model import DeviceType, PickupRequest, TentativePlan, Territory
    from collection.ports import MatrixSource, RequestStore
    from collection.routing.day import Day
    from collection.routing.problem import Problem
    from collection.units import Cents

FIRST_SECONDS = 2.0
"""Seconds that the first tentative plan of a day takes at most."""

PROMISE_PRICE: Cents = 2 * MAX_PRICE
"""What leaving out somebody who was promised a slot costs a solve, on top."""

STOP = "~"
"""What a break or a visit of a depot or site in a stored route begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TentativeDay:
    """A day as the store has it.

    Parameters
    ----------
    kept : TentativePlan
        What was kept of it.
    problem : Problem
        Its requests, cancelled ones not included.
    requests : tuple of PickupRequest
        The same requests in the same order.
    routes : tuple of tuple of int
        Per vehicle, nodes: as they were kept, with what is new.
    left : tuple of PickupRequest
        Who has no place: a van or its driver was taken away since the promise.
    """

    kept: TentativePlan
    problem: Problem
    requests: tuple[PickupRequest, ...]
    routes: tuple[tuple[int, ...], ...]
    left: tuple[PickupRequest, ...] = ()

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
    now: datetime,
    better: TentativePlan | None = None,
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
    now : datetime
        Aware present: until when slots are held.
    better : TentativePlan, optional
        Whose routes to begin with in place of those that were kept.

    Returns
    -------
    TentativeDay
        Nothing is kept yet.
    """
    kept, active = who_stands(territory.id, day, requests, now)
    travel = source.travel(points(active, territory), day=day, classes=emission_classes(territory))
    problem = build(active, territory, devices, travel, day=day)
    begun = better or kept
    if begun.routes:
        routes = kept_routes(problem, begun)
    else:
        routes = solve(kept_promises(problem), time_limit=FIRST_SECONDS).routes
    inside = {node for route in routes for node in route}
    missing = (n for n in range(len(problem.request_ids)) if n not in inside)
    routes = insert_all(problem, routes, missing)
    inside = {node for route in routes for node in route}
    left = tuple(request for node, request in enumerate(active) if node not in inside)
    return TentativeDay(kept=kept, problem=problem, requests=active, routes=routes, left=left)


def who_stands(
    territory: str, day: date, requests: RequestStore, now: datetime
) -> tuple[TentativePlan, tuple[PickupRequest, ...]]:
    """Read the plan of a day and who has a place in it; what was held until now is freed.

    Parameters
    ----------
    territory : str
        Id of the territory.
    day : date
        Local date.
    requests : RequestStore
        The system of record.
    now : datetime
        Aware present.

    Returns
    -------
    tuple of TentativePlan and tuple of PickupRequest
        The plan is of a version at most as new as the requests.
    """
    for request in requests.day(territory, day):
        if request.state is RequestState.REQUESTED and not request.standing(now):
            # It may be confirmed at this moment: the store decides, not this clock.
            requests.free(request.id, day)
    kept = requests.tentative(territory, day)
    found = requests.day(territory, day)
    return kept, tuple(r for r in found if r.standing(now))


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
    return routes_of(problem, day_of(problem), kept, numbers)


def routes_of(
    problem: Problem, day: Day, kept: TentativePlan, numbers: Mapping[str, int]
) -> tuple[tuple[int, ...], ...]:
    """Find the routes of a tentative plan among numbered requests, as `kept_routes` does.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays, which may know of more requests.
    kept : TentativePlan
        The plan.
    numbers : Mapping of str to int
        Nodes of the requests by id.

    Returns
    -------
    tuple of tuple of int
        Per vehicle, nodes in driving order.
    """
    first = len(problem.request_ids)
    stops = {
        f"{STOP}{number}": first + number
        for number in range(len(problem.reload_ids) + len(problem.pauses))
    }
    known = {**numbers, **stops}
    pauses = problem.pause_nodes
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
