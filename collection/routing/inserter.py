"""Every place for a request in fixed routes, timed, and what it then costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.alone import halves
from collection.routing.costs import to_cents
from collection.routing.day import CLOSES, END_WINDOW, FIRST_WINDOW, OPENS, day_of
from collection.routing.kernels.places import (
    KEPT,
    LENGTH,
    PLACE_COLUMNS,
    RESULT_COLUMNS,
    scratch,
    try_places,
)
from collection.routing.openings import joinable, locked
from collection.routing.timing import schedule
from collection.routing.walk import PARTS, SOFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.problem import Problem
    from collection.units import Cents, Seconds


@dataclass(frozen=True, slots=True, order=True)
class Insertion:
    """A route with a request more.

    Parameters
    ----------
    parts : int
        Parts of a cent that the route then costs more, soft prices included.
    vehicle : int
        Who drives.
    sequence : tuple of int
        The route's nodes.
    """

    parts: int
    vehicle: int
    sequence: tuple[int, ...]

    @property
    def cost(self) -> Cents:
        """Cents that the route then costs more, rounded half up."""
        return to_cents(self.parts)


class Inserter:
    """Tries requests in routes of one day.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day, optional
        Its arrays, where they are there already.
    """

    def __init__(self, problem: Problem, day: Day | None = None) -> None:
        self.problem = problem
        self.day = day or day_of(problem)
        self._scratch = scratch(self.day)

    def reopened(self, request: int, opens: Seconds, closes: Seconds) -> Inserter:
        """Give another window to a request, and every vehicle that has the skills for it.

        Parameters
        ----------
        request : int
            Index of the request.
        opens : int
            First second at which its first window lets service start.
        closes : int
            Last one of its last window.

        Returns
        -------
        Inserter
            For `results` only: ``allowed`` is as before.
        """
        nodes, windows, able = self.day.nodes.copy(), self.day.windows.copy(), self.day.able.copy()
        nodes[request, [OPENS, CLOSES]] = opens, closes
        windows[nodes[request, FIRST_WINDOW], 0] = opens
        windows[nodes[request, END_WINDOW] - 1, 1] = closes
        able[request] = self.problem.skilled[request]
        return Inserter(self.problem, self.day._replace(nodes=nodes, windows=windows, able=able))

    def best(self, vehicle: int, route: Sequence[int], request: int) -> Insertion | None:
        """Find the place of a route where a request costs least.

        Pauses are placed anew where the request fits nowhere between them.

        Parameters
        ----------
        vehicle : int
            Who drives.
        route : Sequence of int
            Its nodes in driving order; all constraints are kept.
        request : int
            Index of the request; a shipment is inserted whole.

        Returns
        -------
        Insertion or None
            None where it fits at no place.
        """
        if not all(self.problem.allowed[half, vehicle] for half in halves(self.problem, request)):
            return None
        places = self.places(vehicle, route, request)
        for repause in (False, True):
            results = self.results(vehicle, route, request, places, repause=repause)
            kept = np.flatnonzero(results[:, KEPT])
            if len(kept):
                costs = results[kept, PARTS] + results[kept, SOFT]
                best = int(kept[np.argmin(costs)])
                timing = schedule(self.day, vehicle, route)
                return Insertion(
                    int(costs.min()) - timing.parts - timing.soft,
                    vehicle,
                    self.sequence(vehicle, route, request, places[best], repause=repause),
                )
        return None

    def cheapest(self, routes: Sequence[Sequence[int]], request: int) -> Insertion | None:
        """Find the vehicle and the place where a request costs least.

        Parameters
        ----------
        routes : Sequence of Sequence of int
            Per vehicle, its nodes in driving order; all constraints are kept.
        request : int
            Index of the request; a shipment is inserted whole.

        Returns
        -------
        Insertion or None
            None where it fits nowhere. What uneven days weigh does not count.
        """
        found = (
            self.best(vehicle, routes[vehicle], request)
            for vehicle in joinable(self.problem, routes, request)
        )
        return min((insertion for insertion in found if insertion is not None), default=None)

    def places(self, vehicle: int, route: Sequence[int], request: int) -> NDArray[np.int64]:
        """List the places of a request behind what the route begins with.

        Parameters
        ----------
        vehicle : int
            Who drives.
        route : Sequence of int
            Its nodes in driving order.
        request : int
            Index of the request.

        Returns
        -------
        ndarray of int64, shape (n, 3)
            See `collection.routing.kernels.places`.
        """
        first = locked(self.problem, vehicle, route)
        gaps = np.arange(first, len(route) + 1, dtype=np.int64)
        if self.problem.partner[request] >= 0:
            one, other = np.triu_indices(len(gaps))
            rows = np.column_stack([np.full(len(one), -1), gaps[one], gaps[other]])
        else:
            rows = np.full((len(gaps), PLACE_COLUMNS), -1, dtype=np.int64)
            rows[:, 1] = gaps
        return np.ascontiguousarray(rows, dtype=np.int64)

    def results(
        self,
        vehicle: int,
        route: Sequence[int],
        request: int,
        places: NDArray[np.int64],
        *,
        repause: bool = False,
    ) -> NDArray[np.int64]:
        """Time a route with a request at each of some places.

        Parameters
        ----------
        vehicle : int
            Who drives.
        route : Sequence of int
            Its nodes in driving order.
        request : int
            Index of the request.
        places : ndarray of int64, shape (n, 3)
            See `collection.routing.kernels.places`.
        repause : bool
            Whether pauses are placed anew where something is broken.

        Returns
        -------
        ndarray of int64, shape (n, 18)
            See `collection.routing.kernels.places`.
        """
        results = np.zeros((len(places), RESULT_COLUMNS), dtype=np.int64)
        try_places(
            self.day,
            self._scratch,
            vehicle,
            np.array(route, dtype=np.int32),
            halves(self.problem, request)[0],
            places,
            repause,
            results,
        )
        return results

    def sequence(
        self,
        vehicle: int,
        route: Sequence[int],
        request: int,
        place: NDArray[np.int64],
        *,
        repause: bool = False,
    ) -> tuple[int, ...]:
        """Lay a route with a request at one place.

        Parameters
        ----------
        vehicle : int
            Who drives.
        route : Sequence of int
            Its nodes in driving order.
        request : int
            Index of the request.
        place : ndarray of int64, shape (3,)
            See `collection.routing.kernels.places`.
        repause : bool
            As it was given to `results`.

        Returns
        -------
        tuple of int
            Nodes.
        """
        results = self.results(vehicle, route, request, place[None], repause=repause)
        return tuple(self._scratch.trial[0, : results[0, LENGTH]].tolist())
