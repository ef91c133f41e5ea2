"""Which constraint keeps a request out of which route, found by trying every place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.alone import halves
from collection.routing.kernels.places import KEPT, OWN_LATE
from collection.routing.openings import joinable
from collection.routing.walk import BREAKS, BROKEN, LATE, LATE_RETURN, NO_WAY, OVERLOAD, UNABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from collection.routing.inserter import Inserter

NAMES = (
    *("vehicle", "unreachable", "capacity", "time_window", "later_windows", "shift"),
    *BREAKS,
)
"""Constraints that a place can break, in the order in which `Block` names them."""


@dataclass(frozen=True, slots=True)
class Block:
    """What keeps a request out of one vehicle's route.

    Parameters
    ----------
    vehicle_id : str
        Whose route.
    constraints : tuple of str
        Of `NAMES`: what the request breaks at the place where it breaks least: the fewest
        constraints, then the fewest seconds too late. ``vehicle`` alone where the vehicle
        could not serve it even with nothing else to do; ``together`` alone where the group of
        the request has another van; empty where the request fits.
    """

    vehicle_id: str
    constraints: tuple[str, ...]


def blocks(inserter: Inserter, routes: Sequence[Sequence[int]], request: int) -> tuple[Block, ...]:
    """Find what keeps a request out of each route.

    Parameters
    ----------
    inserter : Inserter
        Of the day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order; all constraints are kept.
    request : int
        Index of a request that is in no route.

    Returns
    -------
    tuple of Block
        One per vehicle, in order.
    """
    problem = inserter.problem
    vans = set(joinable(problem, routes, request))
    found = []
    for vehicle, name in enumerate(problem.vehicle_ids):
        if not all(problem.allowed[half, vehicle] for half in halves(problem, request)):
            names: tuple[str, ...] = ("vehicle",)
        elif vehicle not in vans:
            names = ("together",)
        else:
            names = _least(inserter, vehicle, routes[vehicle], request)
        found.append(Block(name, names))
    return tuple(found)


def counted(found: Iterable[Block]) -> dict[tuple[str, ...], int]:
    """Count the vehicles that the same constraints keep a request out of.

    Parameters
    ----------
    found : Iterable of Block
        Of one request.

    Returns
    -------
    dict of tuple of str to int
        Vehicles by constraints, the most frequent first.
    """
    return dict(Counter(block.constraints for block in found).most_common())


def broken(results: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell what each place breaks.

    Parameters
    ----------
    results : ndarray of int64, shape (n, 18)
        As `collection.routing.inserter.Inserter.results` gives them.

    Returns
    -------
    ndarray of bool, shape (n, 15)
        One column for each of `NAMES`. Seconds by which the request itself is late are
        ``time_window``, those that it makes others late ``later_windows``.
    """
    bits = results[:, BROKEN, None] >> np.arange(len(BREAKS)) & 1
    return np.column_stack(
        [
            results[:, UNABLE] > 0,
            results[:, NO_WAY] > 0,
            results[:, OVERLOAD] > 0,
            results[:, OWN_LATE] > 0,
            results[:, LATE] > results[:, OWN_LATE],
            results[:, LATE_RETURN] > 0,
            bits.astype(bool),
        ]
    )


def _least(inserter: Inserter, vehicle: int, route: Sequence[int], request: int) -> tuple[str, ...]:
    places = inserter.places(vehicle, route, request)
    if inserter.results(vehicle, route, request, places, repause=True)[:, KEPT].any():
        return ()
    results = inserter.results(vehicle, route, request, places)
    breaks = broken(results)
    late = results[:, LATE] + results[:, LATE_RETURN]
    own = ~breaks[:, NAMES.index("time_window")]  # On equal terms what the request asks for.
    best = np.lexsort((own, late, breaks.sum(axis=1)))[0]
    return tuple(name for name, one in zip(NAMES, breaks[best], strict=True) if one)
