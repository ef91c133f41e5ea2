"""What a vehicle could do if it had nothing else to do than one request."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from collection.routing.day import day_of, kinds_of
from collection.routing.problem import NO_LIMIT
from collection.routing.timing import schedule
from collection.routing.walk import BREAKS, BROKEN, NO_WAY, SUM_COUNT, TIME_COLUMNS, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from collection.routing.problem import Problem
    from collection.routing.timing import Timing

TOO_FAR, TOO_LATE, IN_TIME = range(3)
"""Verdicts: a limit of the vehicle is exceeded; else no way leads there or it is not in time;
everything is kept."""

_UNKNOWN = -1
_COSTS = ("fixed_costs", "hour_costs", "overtime_costs", "drive_costs", "km_costs")
_LIMITS = frozenset({"range", "max_stops", "max_duration", "max_travel"})
_LIMIT_BITS = sum(1 << BREAKS.index(name) for name in _LIMITS)
_MOST_PAUSES = 2
_MOST_NODES = 2 + _MOST_PAUSES


class Alone:
    """Times each request as a vehicle's only one, once per kind of vehicle.

    Breaks by the clock are left out: with another stop before it the van may well take one.
    So is all that decides neither when the van is where nor which limits it keeps, such as
    costs and room: vans that differ in nothing else are of one kind.

    Parameters
    ----------
    problem : Problem
        The day; its ``allowed`` and ``reasons`` are not read.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        shape = (len(problem.request_ids), len(problem.vehicle_ids))
        free: dict[str, Any] = dict.fromkeys(_COSTS, np.zeros(shape[1], dtype=np.int64))
        bare = replace(
            problem,
            allowed=np.ones(shape, dtype=bool),
            preferences=np.zeros(shape, dtype=np.int64),
            prefixes=((),) * shape[1],
            breaks=((),) * shape[1],
            shifts=np.column_stack([problem.shifts[:, 0], problem.latest_ends]),
            capacities=np.full_like(problem.capacities, NO_LIMIT),
            reload_allowed=np.ones_like(problem.reload_allowed),
            **free,
        )
        self._by_clock = {number for own in problem.breaks for number in own}
        self._day = day_of(bare)
        self._kinds = kinds_of(bare)
        self._firsts: list[int] = np.unique(self._kinds, return_index=True)[1].tolist()
        self._pauses = [self._pauses_of(vehicle) for vehicle in self._firsts]
        self._verdicts = np.full((shape[0], len(self._firsts)), _UNKNOWN, dtype=np.int8)
        self._times = np.zeros((_MOST_NODES + 2, TIME_COLUMNS), dtype=np.int64)
        self._sums = np.zeros(SUM_COUNT, dtype=np.int64)
        self._known: dict[tuple[int, int], Timing] = {}

    def timing(self, request: int, vehicle: int) -> Timing:
        """Time a request, with the other half of its shipment and the pauses of its rules.

        Parameters
        ----------
        request : int
            Index of the request.
        vehicle : int
            Index of the vehicle.

        Returns
        -------
        Timing
            One that is feasible if there is any, else the one without pauses. Room is not
            asked for, and nothing costs anything.
        """
        kind = int(self._kinds[vehicle])
        if (request, kind) not in self._known:
            _, nodes = self._tried(halves(self.problem, request), kind)
            self._known[request, kind] = schedule(self._day, self._firsts[kind], nodes)
        return self._known[request, kind]

    def verdicts(self, left: NDArray[np.bool_]) -> NDArray[np.int8]:
        """Judge each request as each vehicle's only one.

        Parameters
        ----------
        left : ndarray of bool, shape (R, V)
            What to judge.

        Returns
        -------
        ndarray of int8, shape (R, V)
            `TOO_FAR`, `TOO_LATE` or `IN_TIME`; without a meaning where nothing is left.
        """
        asked = self._verdicts == _UNKNOWN
        for kind in range(len(self._firsts)):
            asked[:, kind] &= left[:, self._kinds == kind].any(axis=1)
        for request in np.flatnonzero(asked.any(axis=1)).tolist():
            stops = halves(self.problem, request)
            for kind in np.flatnonzero(asked[request]).tolist():
                self._verdicts[request, kind], _ = self._tried(stops, kind)
        return self._verdicts[:, self._kinds]

    def _tried(self, stops: tuple[int, ...], kind: int) -> tuple[int, tuple[int, ...]]:
        """Judge stops, and lay them as they are best served."""
        if self._keeps(stops, kind):
            return IN_TIME, stops
        if self._sums[NO_WAY] or not self._sums[BROKEN]:
            return TOO_LATE, stops
        if self._sums[BROKEN] & _LIMIT_BITS:
            return TOO_FAR, stops
        for nodes in _with_pauses(stops, self._pauses[kind]):
            if self._keeps(nodes, kind):
                return IN_TIME, nodes
        return TOO_LATE, stops

    def _keeps(self, nodes: Sequence[int], kind: int) -> bool:
        """Time nodes without the words that `timing` has for it."""
        route = np.array(nodes, dtype=np.int32)
        return walk(self._day, self._firsts[kind], route, len(route), self._times, self._sums)

    def _pauses_of(self, vehicle: int) -> tuple[int, ...]:
        """Nodes of the pauses that a rule may ask of the vehicle."""
        wanted = {rule.pause for rule in self.problem.rules[vehicle]}
        lengths = self.problem.pauses[:, 2].tolist()
        return tuple(
            node
            for number, node in enumerate(self.problem.pause_nodes)
            if number not in self._by_clock and lengths[number] in wanted
        )


def halves(problem: Problem, request: int) -> tuple[int, ...]:
    """Find what must be served with a request.

    Parameters
    ----------
    problem : Problem
        The day.
    request : int
        Index of the request.

    Returns
    -------
    tuple of int
        Itself, or both halves of its shipment, the pickup first.
    """
    partner = int(problem.partner[request])
    return (request,) if partner < 0 else (min(request, partner), max(request, partner))


def exceeded(timing: Timing) -> frozenset[str]:
    """Name the limits of its vehicle that a route is too far for.

    Parameters
    ----------
    timing : Timing
        Of the route.

    Returns
    -------
    frozenset of str
        Of ``range``, ``max_stops``, ``max_duration`` and ``max_travel``; empty where no way
        leads at all.
    """
    return _LIMITS.intersection(() if timing.unreachable else timing.breaches)


def _with_pauses(stops: tuple[int, ...], pauses: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Sequences of the stops with one pause, or two, after any of them."""
    for count in range(1, _MOST_PAUSES + 1):
        for chosen in permutations(pauses, count):
            for places in combinations_with_replacement(range(1, len(stops) + 1), count):
                nodes = list(stops)
                for pause, place in zip(reversed(chosen), reversed(places), strict=True):
                    nodes.insert(place, pause)
                yield tuple(nodes)
