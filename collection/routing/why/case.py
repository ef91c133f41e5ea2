"""A final plan that is asked why, and the verification of what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.alone import halves
from collection.routing.costs import to_cents
from collection.routing.day import kinds_of
from collection.routing.inserter import Inserter, Insertion
from collection.routing.openings import joinable
from collection.routing.part import part_of
from collection.routing.problem import served
from collection.routing.solution import unevenness
from collection.routing.timing import schedule
from collection.routing.walk import PARTS, SOFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.routing.problem import Problem
    from collection.routing.timing import Timing
    from collection.routing.why.changes import Change, Kind
    from collection.units import Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlock:
    """A change that serves an unassigned request, found to work by applying it.

    Parameters
    ----------
    request : int
        Index of the request.
    change : Change
        What changes.
    routes : tuple of tuple of int
        Per vehicle of the changed day, its nodes with the request.
    vehicle_id : str
        Who then serves it.
    cost : int
        Cents that the plan costs more: bills, soft prices, and the price of a request that
        is left out instead. The price of the request itself is not taken off.
    detail : str
        The change in a sentence, with figures.
    """

    request: int
    change: Change
    routes: tuple[tuple[int, ...], ...]
    vehicle_id: str
    cost: Cents
    detail: str

    @property
    def kind(self) -> Kind:
        """What the change is about."""
        return self.change.kind


class Case:
    """A day and the routes of its final plan, timed once.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order; all constraints are kept.
    """

    def __init__(self, problem: Problem, routes: Sequence[Sequence[int]]) -> None:
        self.problem = problem
        self.routes = tuple(tuple(route) for route in routes)
        self.inserter = Inserter(problem)
        self.kinds: list[int] = np.unique(kinds_of(problem), return_index=True)[1].tolist()
        self.timings = [schedule(self.inserter.day, v, r) for v, r in enumerate(self.routes)]

    def more_by_place(self, vehicle: int, results: NDArray[np.int64]) -> NDArray[np.int64]:
        """Take what a vehicle's route costs from what it costs with a request.

        Parameters
        ----------
        vehicle : int
            Who drives.
        results : ndarray of int64, shape (n, 18)
            As `collection.routing.inserter.Inserter.results` gives them.

        Returns
        -------
        ndarray of int64, shape (n,)
            Parts of a cent, with soft prices.
        """
        timing = self.timings[vehicle]
        return results[:, PARTS] + results[:, SOFT] - timing.parts - timing.soft

    def more(self, changed: dict[int, tuple[tuple[int, ...], Timing]]) -> int:
        """Sum what other routes cost more than those of the plan.

        Parameters
        ----------
        changed : dict of int to (tuple of int, Timing)
            By vehicle, its nodes and their times; a vehicle behind the others is a new one.

        Returns
        -------
        int
            Parts of a cent, with soft prices and what uneven days weigh.
        """
        routes, timings = list(self.routes), list(self.timings)
        for vehicle, (route, timing) in sorted(changed.items()):
            routes[vehicle : vehicle + 1] = [route]
            timings[vehicle : vehicle + 1] = [timing]
        return self._parts(routes, timings) - self._parts(self.routes, self.timings)

    def _parts(self, routes: Sequence[Sequence[int]], timings: Sequence[Timing]) -> int:
        own = sum(timing.parts + timing.soft for timing in timings)
        return own + unevenness(self.problem, routes, timings)

    def verified(self, request: int, change: Change, vehicle: int, detail: str) -> Unlock | None:
        """Apply a change and insert the request.

        Parameters
        ----------
        request : int
            Index of the request.
        change : Change
            What changes.
        vehicle : int
            Who shall serve the request, in the changed day.
        detail : str
            The change in a sentence.

        Returns
        -------
        Unlock or None
            None where the request does not fit all the same.
        """
        changed = change.applied_to(self.problem, request)
        routes = [*self.routes, *((),) * (len(changed.vehicle_ids) - len(self.routes))]
        found = inserted(changed, vehicle, routes[vehicle], request)
        # A part with one vehicle does not see that another serves the request's group.
        if found is None or vehicle not in joinable(changed, routes, request):
            return None
        insertion, timing = found
        routes[vehicle] = insertion.sequence
        return Unlock(
            request=request,
            change=change,
            routes=tuple(routes),
            vehicle_id=changed.vehicle_ids[vehicle],
            cost=to_cents(self.more({vehicle: (insertion.sequence, timing)})),
            detail=detail,
        )


def inserted(
    problem: Problem, vehicle: int, route: Sequence[int], request: int
) -> tuple[Insertion, Timing] | None:
    """Insert a request into one vehicle's route.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    route : Sequence of int
        Its nodes in driving order; all constraints are kept.
    request : int
        Index of the request.

    Returns
    -------
    insertion : Insertion
        The cheapest.
    timing : Timing
        Of its route.
    None
        Instead of both, where it fits at no place.
    """
    own = (*served(problem, tuple(route)), *halves(problem, request))
    part = part_of(problem, own, [vehicle])
    inserter = Inserter(part.problem)
    (number,) = part.down([request])
    found = inserter.best(0, part.down(route), number)
    if found is None:
        return None
    timing = schedule(inserter.day, 0, found.sequence)
    return Insertion(found.parts, vehicle, part.up(found.sequence)), timing
