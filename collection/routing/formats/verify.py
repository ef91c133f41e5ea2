"""Whether a solution keeps what its file asks, by the independent verifier."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from collection.model import Violation
from collection.routing.check_solution import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.routing.formats.instance import Instance
    from collection.routing.formats.solutions import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found.

    Parameters
    ----------
    violations : tuple of Violation
        Empty where everything is kept.
    cost : int or float
        What the routes cost, in the file's units.
    routes : int
        How many there are.
    unassigned : int
        How many customers or tasks are in none.
    """

    violations: tuple[Violation, ...]
    cost: float
    routes: int
    unassigned: int

    @property
    def misfit(self) -> tuple[bool, int]:
        """How badly a solution fits: first whether its cost is wrong, then all violations."""
        wrong_cost = any(found.constraint == "cost" for found in self.violations)
        return wrong_cost, len(self.violations)


def verify_solution(instance: Instance, stated: Stated) -> Finding:
    """Hold a solution against its instance.

    Parameters
    ----------
    instance : Instance
        The file.
    stated : Stated
        Its solution.

    Returns
    -------
    Finding
        Every violation by its constraint.
    """
    vehicles = len(instance.vans)
    found = verdict(
        instance.problem,
        stated.routes[:vehicles],
        timings=None if stated.times is None else stated.times[:vehicles],
    )
    cost = found.cost + found.soft
    served = Counter(node for route in stated.routes for node in route)
    return Finding(
        violations=(
            *_vehicles(instance, stated),
            *_served(instance, stated, served),
            *found.violations,
            *_cost(instance, stated, cost),
        ),
        cost=instance.shown(cost),
        routes=sum(bool(route) for route in stated.routes),
        unassigned=sum(not served[task] for task in range(len(instance.tasks))),
    )


def _vehicles(instance: Instance, stated: Stated) -> Iterator[Violation]:
    """Require that no more vehicles are used than there are."""
    if len(stated.routes) > len(instance.vans):
        detail = f"{len(stated.routes)} routes; there are {len(instance.vans)} vehicles"
        yield Violation(constraint="vehicles", detail=detail)


def _served(instance: Instance, stated: Stated, served: Counter[int]) -> Iterator[Violation]:
    """Require that every request is in a route or owned to be left out; not both."""
    left = set(stated.unassigned)
    for number, request_id in enumerate(instance.problem.request_ids):
        if bool(served[number]) == (number in left):
            detail = "is in a route and unassigned" if number in left else "is not served"
            yield Violation(constraint="exactly_once", detail=detail, request_id=request_id)


def _cost(instance: Instance, stated: Stated, cost: int) -> Iterator[Violation]:
    """Require that the stated cost is what the routes cost, to its last digit."""
    if stated.cost is None:
        return
    exact = Decimal(cost) / instance.scale
    known = {exact, Decimal(cost) / instance.factor}
    if all(abs(stated.cost - one) > stated.slack for one in known):
        detail = f"is said to be {stated.cost}, must be {exact}"
        yield Violation(constraint="cost", detail=detail)
