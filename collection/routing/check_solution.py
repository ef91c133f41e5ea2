"""The verifier's second front door: routes of a `Problem`, as engines and files give them.

Where nobody gives times the verifier works them out by its own means, so that its costs can
be held against a search's to the cent.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.model import Violation
from collection.routing.check_costs import cost_of, price_of, soft_cost_of
from collection.routing.check_fleet import broken
from collection.routing.check_problem import driven, facts_of, places_of
from collection.routing.check_times import drive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collection.routing.check_problem import Times
    from collection.routing.problem import Problem
    from collection.units import Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the verifier makes of routes.

    Parameters
    ----------
    violations : tuple of Violation
        Empty where everything is kept.
    cost : int
        Cents of all routes.
    soft : int
        Cents that preferences, changed times and uneven days weigh.
    price : int
        Cents of the requests that nobody serves.
    """

    violations: tuple[Violation, ...]
    cost: Cents
    soft: Cents
    price: Cents

    @property
    def total(self) -> Cents:
        """What a search minimizes."""
        return self.cost + self.soft + self.price


def check_solution(
    problem: Problem,
    routes: Sequence[Sequence[int]],
    *,
    cost: Cents | None = None,
    soft: Cents | None = None,
    timings: Sequence[Times] | None = None,
) -> list[Violation]:
    """Verify routes of a problem.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle its nodes in driving order.
    cost : int, optional
        Cents that all routes are said to cost.
    soft : int, optional
        Cents that their soft prices are said to come to.
    timings : Sequence of Times, optional
        Times that are said of each route, also of an empty one; without them the verifier's
        own hold.

    Returns
    -------
    list of Violation
        Empty where everything is kept.

    Raises
    ------
    InvalidRequest
        If there are not as many routes as vehicles, or as many times as nodes.
    """
    return list(verdict(problem, routes, cost=cost, soft=soft, timings=timings).violations)


def verdict(
    problem: Problem,
    routes: Sequence[Sequence[int]],
    *,
    cost: Cents | None = None,
    soft: Cents | None = None,
    timings: Sequence[Times] | None = None,
) -> Verdict:
    """Verify routes of a problem and work out what they cost.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle its nodes in driving order.
    cost : int, optional
        Cents that all routes are said to cost.
    soft : int, optional
        Cents that their soft prices are said to come to.
    timings : Sequence of Times, optional
        Times that are said of each route, also of an empty one; without them the verifier's
        own hold.

    Returns
    -------
    Verdict
        Costs are exact where nothing is violated; a node that does not exist is left out.

    Raises
    ------
    InvalidRequest
        If there are not as many routes as vehicles, or as many times as nodes.
    """
    vehicles = len(problem.vehicle_ids)
    for field, given in (("routes", routes), ("timings", timings)):
        if given is not None and len(given) != vehicles:
            msg = f"give {vehicles} {field}, one per vehicle, not {len(given)}"
            raise InvalidRequest(msg, field=field)
    facts = facts_of(problem)
    places = places_of(problem, facts)
    known = [[places[node] for node in route if 0 <= node < len(places)] for route in routes]
    out = [
        drive(facts, van, route)
        if timings is None
        else driven(facts, van, route, timings[van.number])
        for van, route in zip(facts.vans, known, strict=True)
        if route
    ]
    costs = sum(cost_of(route.van, route) for route in out if route.van is not None)
    weights = soft_cost_of(facts, out)
    return Verdict(
        violations=(
            *_foreign(problem, routes, len(places)),
            *_exactly_once(problem, routes),
            *broken(facts, out),
            *_stated("cost", cost, costs),
            *_stated("soft_cost", soft, weights),
        ),
        cost=costs,
        soft=weights,
        price=price_of(facts, out),
    )


def _foreign(problem: Problem, routes: Sequence[Sequence[int]], nodes: int) -> Iterator[Violation]:
    """Require that every node exists."""
    for vehicle_id, route in zip(problem.vehicle_ids, routes, strict=True):
        for node in route:
            if not 0 <= node < nodes:
                yield Violation(
                    constraint="foreign",
                    detail=f"node {node} is none of {nodes}",
                    vehicle_id=vehicle_id,
                )


def _exactly_once(problem: Problem, routes: Sequence[Sequence[int]]) -> Iterator[Violation]:
    """Require that no request is served twice; who is in no route is paid for."""
    times = Counter(node for route in routes for node in route)
    for request, request_id in enumerate(problem.request_ids):
        if times[request] > 1:
            yield Violation(
                constraint="exactly_once",
                detail=f"served {times[request]} times, must be once",
                request_id=request_id,
            )


def _stated(constraint: str, stated: Cents | None, exact: Cents) -> Iterator[Violation]:
    """Require that a sum of cents is what it is said to be."""
    if stated is not None and stated != exact:
        yield Violation(constraint=constraint, detail=f"is {stated} cents, must be {exact}")
