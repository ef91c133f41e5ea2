"""Which vehicle could serve which request if it had nothing else to do."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, permutations
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from collection.model import UnassignedReason
from collection.ports import UNREACHABLE
from collection.routing.day import day_of, kinds_of
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collection.routing.problem import Problem
    from collection.routing.timing import Timing

Mask: TypeAlias = NDArray[np.bool_]
"""Of shape (R, V): which vehicle could serve which request."""

_LIMITS = frozenset({"range", "max_stops", "max_duration", "max_travel"})
_MOST_PAUSES = 2


class Alone:
    """Times each request as a vehicle's only one, once per kind of vehicle.

    Breaks by the clock are left out: with another stop before it the van may well take one.

    Parameters
    ----------
    problem : Problem
        The day; its ``allowed`` and ``reasons`` are not read.
    """

    def __init__(self, problem: Problem) -> None:
        shape = (len(problem.request_ids), len(problem.vehicle_ids))
        self.problem = replace(
            problem,
            allowed=np.ones(shape, dtype=bool),
            preferences=np.zeros(shape, dtype=np.int64),
            prefixes=((),) * shape[1],
            breaks=((),) * shape[1],
        )
        self._by_clock = {number for own in problem.breaks for number in own}
        self._day = day_of(self.problem)
        self._kinds: list[int] = kinds_of(self.problem).tolist()
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
            One that is feasible if there is any, else the one without pauses.
        """
        key = (request, self._kinds[vehicle])
        if key not in self._known:
            self._known[key] = self._best(request, vehicle)
        return self._known[key]

    def _best(self, request: int, vehicle: int) -> Timing:
        stops = halves(self.problem, request)
        plain = schedule(self._day, vehicle, stops)
        if plain.unreachable or not plain.breaches or exceeded(plain):
            return plain
        rested = (
            schedule(self._day, vehicle, nodes)
            for nodes in _with_pauses(stops, self._pauses(vehicle))
        )
        return next((timing for timing in rested if timing.feasible), plain)

    def _pauses(self, vehicle: int) -> tuple[int, ...]:
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


def peaks(problem: Problem) -> NDArray[np.int64]:
    """Most that is on board for a request that is the only one of its trip.

    Parameters
    ----------
    problem : Problem
        The day.

    Returns
    -------
    ndarray of int64, shape (R, D)
        The halves of a shipment count as one.
    """
    own = np.arange(len(problem.request_ids))
    paired = problem.partner >= 0
    other = np.where(paired, problem.partner, own)
    start = problem.initial + paired[:, None] * problem.initial[other]
    first = start + problem.loads[np.minimum(own, other)]
    last = first + paired[:, None] * problem.loads[np.maximum(own, other)]
    return np.asarray(np.maximum(np.maximum(start, first), last))


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


def narrow(alone: Alone) -> tuple[Mask, tuple[UnassignedReason | None, ...]]:
    """Ask one question after the other which vehicles it leaves for each request.

    Parameters
    ----------
    alone : Alone
        Of the day.

    Returns
    -------
    allowed : ndarray of bool, shape (R, V)
        What all questions leave.
    reasons : tuple of UnassignedReason or None
        Per request the first question that left no vehicle; None where there is one.
    """
    problem = alone.problem
    left = np.repeat(problem.inside[:, None], len(problem.vehicle_ids), axis=1)
    reasons: list[UnassignedReason | None] = [
        None if inside else UnassignedReason.OUTSIDE_TERRITORY for inside in problem.inside
    ]
    paired = np.flatnonzero(problem.partner >= 0)
    for reason, question in _QUESTIONS:
        left &= question(alone, left)
        left[paired] &= left[problem.partner[paired]]
        for request in np.flatnonzero(~left.any(axis=1)).tolist():
            reasons[request] = reasons[request] or reason
    return left, tuple(reasons)


def _works(_: Alone, left: Mask) -> Mask:
    return left


def _reaches(alone: Alone, left: Mask) -> Mask:
    """Ask whether ways lead there and back, in whatever period."""
    problem, mask = alone.problem, left.copy()
    requests = problem.depots + np.arange(len(problem.request_ids))
    for vehicle, profile in enumerate(problem.profiles):
        seconds = problem.seconds[profile]
        there = seconds[:, problem.starts[vehicle], requests] != UNREACHABLE
        back = seconds[:, requests, problem.ends[vehicle]] != UNREACHABLE
        mask[:, vehicle] = there.any(axis=0) & back.any(axis=0)
    return mask


def _takes(alone: Alone, _: Mask) -> Mask:
    fits = peaks(alone.problem)[:, None, :] <= alone.problem.capacities[None, :, :]
    return np.asarray(fits.all(axis=2))


def _may_serve(alone: Alone, _: Mask) -> Mask:
    return alone.problem.skilled


def _works_then(alone: Alone, left: Mask) -> Mask:
    opening, closing = alone.problem.shifts[:, 0], alone.problem.latest_ends
    meets = np.zeros_like(left)
    for request, windows in enumerate(alone.problem.windows):
        for start, end in windows:
            meets[request] |= (start <= closing) & (opening <= end)
    return meets


def _near(alone: Alone, left: Mask) -> Mask:
    return _timed(alone, left, lambda timing: not exceeded(timing))


def _in_time(alone: Alone, left: Mask) -> Mask:
    return _timed(alone, left, lambda timing: timing.feasible)


def _timed(alone: Alone, left: Mask, keeps: Callable[[Timing], bool]) -> Mask:
    kept = left.copy()
    for request, vehicle in np.argwhere(left).tolist():
        kept[request, vehicle] = keeps(alone.timing(request, vehicle))
    return kept


_QUESTIONS: tuple[tuple[UnassignedReason, Callable[[Alone, Mask], Mask]], ...] = (
    (UnassignedReason.NO_CAPACITY, _works),
    (UnassignedReason.UNREACHABLE, _reaches),
    (UnassignedReason.TOO_LARGE, _takes),
    (UnassignedReason.NO_SKILL, _may_serve),
    (UnassignedReason.OUTSIDE_SHIFTS, _works_then),
    (UnassignedReason.TOO_FAR, _near),
    (UnassignedReason.WINDOW_TOO_TIGHT, _in_time),
)
"""In this order: the first that leaves no vehicle names the reason."""


def _with_pauses(stops: tuple[int, ...], pauses: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Sequences of the stops with one pause, or two, after any of them."""
    for count in range(1, _MOST_PAUSES + 1):
        for chosen in permutations(pauses, count):
            for places in combinations_with_replacement(range(1, len(stops) + 1), count):
                nodes = list(stops)
                for pause, place in zip(reversed(chosen), reversed(places), strict=True):
                    nodes.insert(place, pause)
                yield tuple(nodes)
