"""What a file holds: a problem, and the file's own names for what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from collection.ports import UNREACHABLE
from collection.routing.formats.options import Objective, Rounding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.routing.problem import Problem

MAX_POINTS = 5_000
"""Places of a file; their two tables of integers take 200 MB."""

MAX_ENTRY: int = UNREACHABLE - 1
"""Greatest travel time, distance and amount; one more says that no way leads."""

MAX_CLOCK = 1 << 39
"""Latest time of a file, in the problem's units."""

MAX_CENTS = 1 << 46
"""Prices that add up to this are still far from the end of 64 bits in parts of a cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is, as the file says it.

    Parameters
    ----------
    index : int, optional
        Row of the file's matrices.
    location : tuple of (float, float), optional
        Longitude and latitude.
    """

    index: int | None = None
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The file's side of a request.

    Parameters
    ----------
    kind : str
        ``job``, or ``pickup`` and ``delivery`` of a shipment.
    id : int
        As in the file; jobs, pickups and deliveries are numbered apart.
    place : Place
        Where.
    priority : int
        0 to 100.
    description : str
        Free text.
    """

    kind: str
    id: int
    place: Place
    priority: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The file's side of a pause.

    Parameters
    ----------
    id : int
        As in the file, for its vehicle.
    node : int
        Its node in routes.
    windows : tuple of (int, int)
        When it may start.
    seconds : int
        How long it lasts.
    description : str
        Free text.
    """

    id: int
    node: int
    windows: tuple[tuple[int, int], ...]
    seconds: int
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """The file's side of a vehicle.

    Parameters
    ----------
    id : int
        As in the file.
    start : Place, optional
        None where the route begins at its first task.
    end : Place, optional
        None where it ends at its last.
    breaks : tuple of Break
        In the order of their windows.
    description : str
        Free text.
    """

    id: int
    start: Place | None
    end: Place | None
    breaks: tuple[Break, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A file as a problem.

    Parameters
    ----------
    kind : str
        ``solomon``, ``vrplib`` or ``vroom``.
    name : str
        As the file calls itself.
    problem : Problem
        Its R requests are the file's customers or tasks in the file's order.
    tasks : tuple of Task
        Of the R requests.
    vans : tuple of Van
        Of the V vehicles.
    scale : int
        Units of the problem in one unit of what is reported.
    factor : int
        Units of the problem in one unit of the file.
    distances : ndarray of int32, shape (F, P, P), optional
        What routes report as distance; None where the file has none.
    amounts : int
        Load dimensions that the file names; the problem has at least one.
    ignored : tuple of str
        JSON paths and keywords that say nothing here.
    rounding : Rounding, optional
        With which a benchmark was read.
    objective : Objective
        What is minimized.
    """

    kind: str
    name: str
    problem: Problem
    tasks: tuple[Task, ...]
    vans: tuple[Van, ...]
    scale: int = 1
    factor: int = 1
    distances: NDArray[np.int32] | None = None
    amounts: int = 0
    ignored: tuple[str, ...] = ()
    rounding: Rounding | None = None
    objective: Objective = Objective.COST

    def shown(self, value: int) -> int | float:
        """Tell a time, distance or cost in the units of reports.

        Parameters
        ----------
        value : int
            In the problem's units.

        Returns
        -------
        int or float
            An integer where the units are the same.
        """
        return value if self.scale == 1 else value / self.scale


def prices(priorities: Sequence[int], most: float) -> NDArray[np.int64]:
    """Price what is left out: first by priorities, then by number, and only then by cost.

    Parameters
    ----------
    priorities : Sequence of int
        Of the R things that are served or left out.
    most : float
        No solution costs more cents.

    Returns
    -------
    ndarray of int64, shape (R,)
        Cents. Where such prices would not fit into 64 bits, all are cut by one factor, so
        that more priority still weighs more.
    """
    weights = [1 + (len(priorities) + 1) * priority for priority in priorities]
    least = min(int(most) + 1, max(1, MAX_CENTS // max(1, sum(weights))))
    return np.array([least * weight for weight in weights], dtype=np.int64)


def dearest(costs: NDArray[Any], starts: Sequence[int], ends: Sequence[int]) -> float:
    """Bound what the legs of a solution cost.

    Parameters
    ----------
    costs : ndarray, shape (P, P)
        Of each leg.
    starts : Sequence of int
        Points where vehicles start.
    ends : Sequence of int
        Points where they end.

    Returns
    -------
    float
        Every point but those is reached once at most, every end once per vehicle.
    """
    into = costs.max(axis=0, initial=0).astype(np.float64)
    inner = np.ones(len(into), dtype=bool)
    inner[[*starts, *ends]] = False
    return float(into[inner].sum() + into[list(ends)].sum())
