"""What an engine answers: who drives to which requests in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.routing.costs import COST_PARTS, SECOND_PARTS, to_cents
from collection.routing.day import day_of
from collection.routing.problem import served
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collection.routing.day import Day
    from collection.routing.problem import Problem
    from collection.routing.timing import Timing
    from collection.units import Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Routes that keep every constraint, and what they leave out.

    Parameters
    ----------
    routes : tuple of tuples of int
        Per vehicle, its nodes in driving order; empty where it stays.
    unassigned : tuple of int
        Indexes of the requests in no route, growing.
    cost : int
        Cents of all routes.
    soft : int
        Cents that preferences, changes and uneven days weigh.
    price : int
        Cents of all unassigned requests.
    parts : int
        The sum of all three before rounding, in parts of a cent: what searches compare.
    stopped : str
        Why the search ended: ``finished``, ``time_limit``, ``no_improvement`` or
        ``cancelled``.
    """

    routes: tuple[tuple[int, ...], ...]
    unassigned: tuple[int, ...]
    cost: Cents
    soft: Cents = 0
    price: Cents
    parts: int = 0
    stopped: str = "finished"

    @property
    def total(self) -> Cents:
        """What a search minimizes: `cost`, `soft` and `price`."""
        return self.cost + self.soft + self.price


def evaluate(
    problem: Problem, routes: Iterable[Sequence[int]], *, day: Day | None = None
) -> Solution | None:
    """Price routes by the one arrival arithmetic.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Iterable of Sequence of int
        Per vehicle, its nodes in driving order.
    day : Day, optional
        The problem's arrays, where they are at hand.

    Returns
    -------
    Solution or None
        None where a constraint is broken or a request comes twice.
    """
    kept = tuple(tuple(int(node) for node in route) for route in routes)
    day = day_of(problem) if day is None else day
    timings = [schedule(day, vehicle, route) for vehicle, route in enumerate(kept)]
    visited = [request for route in kept for request in served(problem, route)]
    if len(set(visited)) < len(visited) or not all(timing.feasible for timing in timings):
        return None
    if any(prefix and not route for prefix, route in zip(problem.prefixes, kept, strict=True)):
        return None
    if not _shares_vans(problem, kept):
        return None
    unassigned = sorted(set(range(len(problem.request_ids))).difference(visited))
    soft = to_cents(sum(timing.soft for timing in timings))
    return Solution(
        routes=kept,
        unassigned=tuple(unassigned),
        cost=sum(timing.cost for timing in timings),
        soft=soft + to_cents(unevenness(problem, kept, timings)),
        price=int(problem.prices[unassigned].sum()),
        parts=sum(timing.parts + timing.soft for timing in timings)
        + unevenness(problem, kept, timings)
        + COST_PARTS * int(problem.prices[unassigned].sum()),
    )


def unevenness(problem: Problem, routes: Sequence[Sequence[int]], timings: Sequence[Timing]) -> int:
    """Price the spread between the longest day and the shortest of the vans that go out.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order.
    timings : Sequence of Timing
        Of the routes.

    Returns
    -------
    int
        Parts of a cent; 0 without a price on it.
    """
    fairness = problem.fairness
    out = [(route, t) for route, t in zip(routes, timings, strict=True) if route]
    if fairness is None or not out:
        return 0
    if fairness.measure == "stops":
        stops = [len(served(problem, tuple(route))) for route, _ in out]
        return COST_PARTS * fairness.price * (max(stops) - min(stops))
    spans = [timing.end - timing.departure for _, timing in out]
    return SECOND_PARTS * fairness.price * (max(spans) - min(spans))


def _shares_vans(problem: Problem, routes: Sequence[Sequence[int]]) -> bool:
    vans: dict[int, int] = {}
    for vehicle, route in enumerate(routes):
        for request in served(problem, tuple(route)):
            group = int(problem.together[request])
            if group >= 0 and vans.setdefault(group, vehicle) != vehicle:
                return False
    return True
