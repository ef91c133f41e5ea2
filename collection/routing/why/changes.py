"""Changes of a day that may serve a request, each applied to the problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import numpy as np

from collection.routing.alone import halves
from collection.routing.explain import classified
from collection.routing.part import part_of

if TYPE_CHECKING:
    from collection.routing.problem import Problem
    from collection.units import Seconds

Kind: TypeAlias = Literal["window", "overtime", "room", "limit", "skill", "vehicle", "swap"]
"""What a change is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WiderWindow:
    """Let the request's first window open earlier, or its last close later.

    Parameters
    ----------
    opens : int
        First second at which service may then start.
    closes : int
        Last one.
    """

    kind: ClassVar[Kind] = "window"
    opens: Seconds
    closes: Seconds

    def applied_to(self, problem: Problem, request: int) -> Problem:
        """Change the request's windows.

        Parameters
        ----------
        problem : Problem
            The day.
        request : int
            Index of the request.

        Returns
        -------
        Problem
            The day with the change.
        """
        windows = list(problem.windows)
        own = list(windows[request])
        own[0] = (self.opens, own[0][1])
        own[-1] = (own[-1][0], self.closes)
        windows[request] = tuple(own)
        return _serving(replace(problem, windows=tuple(windows)), request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """Let a vehicle have more of one thing: later returns, room, range, stops, time.

    Parameters
    ----------
    field : str
        Of `Problem`, one row per vehicle: ``latest_ends``, ``capacities``, ``max_metres``,
        ``max_stops``, ``max_seconds`` or ``max_travel``.
    vehicle : int
        Whose.
    amounts : tuple of int
        How much more; one number, or one for each load dimension.
    """

    field: str
    vehicle: int
    amounts: tuple[int, ...]

    @property
    def kind(self) -> Kind:
        """``overtime``, ``room`` or ``limit``."""
        match self.field:
            case "latest_ends":
                return "overtime"
            case "capacities":
                return "room"
            case _:
                return "limit"

    def applied_to(self, problem: Problem, request: int) -> Problem:
        """Change the vehicle.

        Parameters
        ----------
        problem : Problem
            The day.
        request : int
            Index of the request.

        Returns
        -------
        Problem
            The day with the change.
        """
        column = getattr(problem, self.field).copy()
        column[self.vehicle] += self.amounts if column.ndim > 1 else self.amounts[0]
        return _serving(replace(problem, **{self.field: column}), request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skilled:
    """Let a vehicle serve the request that lacks a skill for it, or is not the fixed one.

    Parameters
    ----------
    vehicle : int
        Which.
    """

    kind: ClassVar[Kind] = "skill"
    vehicle: int

    def applied_to(self, problem: Problem, request: int) -> Problem:
        """Change who may serve the request.

        Parameters
        ----------
        problem : Problem
            The day.
        request : int
            Index of the request.

        Returns
        -------
        Problem
            The day with the change.
        """
        skilled = problem.skilled.copy()
        skilled[list(halves(problem, request)), self.vehicle] = True
        return _serving(replace(problem, skilled=skilled), request)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnotherVehicle:
    """Let one more vehicle go out.

    Parameters
    ----------
    like : int
        The vehicle that it is a copy of, but for prefixes and overtime.
    start : int
        Earliest departure.
    end : int
        Latest return.
    """

    kind: ClassVar[Kind] = "vehicle"
    like: int
    start: Seconds
    end: Seconds

    def applied_to(self, problem: Problem, request: int) -> Problem:
        """Add the vehicle, behind the others.

        Parameters
        ----------
        problem : Problem
            The day.
        request : int
            Index of the request.

        Returns
        -------
        Problem
            The day with the change.
        """
        columns = [*range(len(problem.vehicle_ids)), self.like]
        more = part_of(problem, range(len(problem.request_ids)), columns).problem
        more.shifts[-1] = (self.start, self.end)
        more.latest_ends[-1] = self.end
        return _serving(
            replace(
                more,
                vehicle_ids=(*problem.vehicle_ids, f"{problem.vehicle_ids[self.like]}+"),
                prefixes=(*problem.prefixes, ()),
            ),
            request,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Let another request leave its route for this one; nothing else changes.

    Parameters
    ----------
    leaves : int
        Which; a shipment leaves whole.
    goes_to : int, optional
        Vehicle that then serves it; None where it is unassigned instead.
    """

    kind: ClassVar[Kind] = "swap"
    leaves: int
    goes_to: int | None

    def applied_to(self, problem: Problem, request: int) -> Problem:  # noqa: ARG002
        """Give the day as it is.

        Parameters
        ----------
        problem : Problem
            The day.
        request : int
            Index of the request.

        Returns
        -------
        Problem
            The same.
        """
        return problem


Change: TypeAlias = WiderWindow | Raised | Skilled | AnotherVehicle | Swap
"""What may serve a request."""


def _serving(problem: Problem, request: int) -> Problem:
    """Find again which vehicles could serve the request."""
    own = halves(problem, request)
    part = classified(part_of(problem, own, range(len(problem.vehicle_ids))).problem)
    allowed, reasons = problem.allowed.copy(), list(problem.reasons)
    for number, half in enumerate(own):
        allowed[half] |= part.allowed[number]
        reasons[half] = part.reasons[number]
    return replace(problem, allowed=np.ascontiguousarray(allowed), reasons=tuple(reasons))
