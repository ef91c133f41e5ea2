"""A few requests and vehicles of a day as a day of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collection.routing.problem import Problem

_BY_REQUEST = (
    *("service", "setup", "addresses", "loads", "initial", "prices", "inside", "together"),
    *("announced", "change_prices"),
)
_BY_VEHICLE = (
    *("shifts", "capacities", "starts", "ends", "fixed_costs", "hour_costs", "km_costs"),
    *("profiles", "latest_ends", "overtime_costs", "drive_costs", "max_metres", "max_stops"),
    *("max_seconds", "max_travel", "reload_allowed"),
)
_BY_BOTH = ("skilled", "preferences", "allowed", "zoned")


@dataclass(frozen=True, slots=True)
class Part:
    """Some requests and vehicles of a day, under the constraints of the whole.

    Parameters
    ----------
    problem : Problem
        The part; all depots, reloads and pauses are in it.
    requests : tuple of int
        Which requests of the whole day these are.
    whole : Problem
        The day.
    """

    problem: Problem
    requests: tuple[int, ...]
    whole: Problem

    def down(self, route: Iterable[int]) -> tuple[int, ...]:
        """Turn nodes of the day into those of the part.

        Parameters
        ----------
        route : Iterable of int
            Nodes of the day; requests that are not in the part are left out.

        Returns
        -------
        tuple of int
            Nodes of the part.
        """
        count = len(self.whole.request_ids)
        own = {request: number for number, request in enumerate(self.requests)}
        return tuple(
            own[node] if node < count else node - count + len(own)
            for node in route
            if node >= count or node in own
        )

    def up(self, route: Iterable[int]) -> tuple[int, ...]:
        """Turn nodes of the part into those of the day.

        Parameters
        ----------
        route : Iterable of int
            Nodes of the part.

        Returns
        -------
        tuple of int
            Nodes of the day.
        """
        count, own = len(self.whole.request_ids), len(self.requests)
        return tuple(self.requests[node] if node < own else node - own + count for node in route)


def part_of(problem: Problem, requests: Iterable[int], vehicles: Sequence[int]) -> Part:
    """Cut some requests and vehicles out of a day.

    Parameters
    ----------
    problem : Problem
        The day.
    requests : Iterable of int
        Indexes; both halves of a shipment or none.
    vehicles : Sequence of int
        Indexes.

    Returns
    -------
    Part
        ``allowed`` and ``reasons`` are those of the whole day.
    """
    kept = tuple(sorted(set(requests)))
    own = {request: number for number, request in enumerate(kept)}
    rows, columns = list(kept), list(vehicles)
    points = [*range(problem.depots), *(problem.depots + request for request in kept)]
    whole = len(points) == len(problem.positions)
    picked = ... if whole else (slice(None), slice(None), *np.ix_(points, points))
    part = replace(
        problem,
        request_ids=tuple(problem.request_ids[r] for r in kept),
        vehicle_ids=tuple(problem.vehicle_ids[v] for v in columns),
        positions=tuple(problem.positions[point] for point in points),
        seconds=problem.seconds[picked],
        metres=problem.metres[picked],
        windows=tuple(problem.windows[r] for r in kept),
        skills=tuple(problem.skills[r] for r in kept),
        reasons=tuple(problem.reasons[r] for r in kept),
        partner=np.array([own.get(int(problem.partner[r]), -1) for r in kept], dtype=np.int64),
        apart=tuple((own[a], own[b]) for a, b in problem.apart if a in own and b in own),
        breaks=tuple(problem.breaks[v] for v in columns),
        rules=tuple(problem.rules[v] for v in columns),
        prefixes=tuple(tuple(own[r] for r in problem.prefixes[v] if r in own) for v in columns),
        **{name: getattr(problem, name)[rows] for name in _BY_REQUEST},
        **{name: getattr(problem, name)[columns] for name in _BY_VEHICLE},
        **{name: getattr(problem, name)[np.ix_(rows, columns)] for name in _BY_BOTH},
    )
    return Part(part, kept, problem)
