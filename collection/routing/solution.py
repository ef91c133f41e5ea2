"""What an engine answers: who drives to which requests in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collection.routing.problem import Problem
    from collection.units import Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Routes that keep every constraint, and what they leave out.

    Parameters
    ----------
    routes : tuple of tuples of int
        Per vehicle, indexes of its requests in driving order; empty where it stays.
    unassigned : tuple of int
        Indexes of the other requests, growing.
    cost : int
        Cents of all routes.
    price : int
        Cents of all unassigned requests.
    stopped : str
        Why the search ended: ``finished``, ``time_limit``, ``no_improvement`` or
        ``cancelled``.
    """

    routes: tuple[tuple[int, ...], ...]
    unassigned: tuple[int, ...]
    cost: Cents
    price: Cents
    stopped: str = "finished"

    @property
    def total(self) -> Cents:
        """What a search minimizes: `cost` and `price`."""
        return self.cost + self.price


def evaluate(problem: Problem, routes: Iterable[Sequence[int]]) -> Solution | None:
    """Price routes by the one arrival arithmetic.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Iterable of Sequence of int
        Per vehicle, indexes of its requests in driving order.

    Returns
    -------
    Solution or None
        None where a constraint is broken or a request comes twice.
    """
    kept = tuple(tuple(route) for route in routes)
    timings = [schedule(problem, vehicle, route) for vehicle, route in enumerate(kept)]
    served = [request for route in kept for request in route]
    if len(set(served)) < len(served) or not all(timing.feasible for timing in timings):
        return None
    unassigned = sorted(set(range(len(problem.request_ids))).difference(served))
    return Solution(
        routes=kept,
        unassigned=tuple(unassigned),
        cost=sum(timing.cost for timing in timings),
        price=int(problem.prices[unassigned].sum()),
    )
