"""Which vehicle could serve which request if it had nothing else to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from collection.model import UnassignedReason
from collection.ports import UNREACHABLE
from collection.routing.alone import IN_TIME, TOO_FAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from collection.routing.alone import Alone
    from collection.routing.problem import Problem

Mask: TypeAlias = NDArray[np.bool_]
"""Of shape (R, V): which vehicle could serve which request."""


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


def reaching(problem: Problem) -> Mask:
    """Tell whether ways lead there and back, in whatever period.

    Parameters
    ----------
    problem : Problem
        The day.

    Returns
    -------
    ndarray of bool, shape (R, V)
        Which vehicle reaches which request.
    """
    mask = np.zeros((len(problem.request_ids), len(problem.vehicle_ids)), dtype=bool)
    requests = problem.depots + np.arange(len(problem.request_ids))
    for vehicle, profile in enumerate(problem.profiles):
        seconds = problem.seconds[profile]
        there = seconds[:, problem.starts[vehicle], requests] != UNREACHABLE
        back = seconds[:, requests, problem.ends[vehicle]] != UNREACHABLE
        mask[:, vehicle] = there.any(axis=0) & back.any(axis=0)
    return mask


def _works(_: Alone, left: Mask) -> Mask:
    return left


def _reaches(alone: Alone, _: Mask) -> Mask:
    return reaching(alone.problem)


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
    return np.asarray(alone.verdicts(left) != TOO_FAR)


def _in_time(alone: Alone, left: Mask) -> Mask:
    return np.asarray(alone.verdicts(left) == IN_TIME)


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
