"""What blocks each unassigned request, and the cheapest changes that would serve it.

Every change is applied before it is offered: the changed problem is built, the request is
inserted, and what the routes then cost is the change's cost.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.routing.alone import halves
from collection.routing.why.blocks import blocks
from collection.routing.why.candidates import raised, skills, vehicles
from collection.routing.why.case import Case
from collection.routing.why.swaps import swap
from collection.routing.why.windows import windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from collection.routing.problem import Problem
    from collection.routing.why.blocks import Block
    from collection.routing.why.candidates import Candidate
    from collection.routing.why.case import Unlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A request that a plan leaves out: what blocks it, and what would serve it.

    Parameters
    ----------
    request : int
        Index of the request; of the pickup, if it is a shipment.
    blocks : tuple of Block
        One per vehicle.
    unlocks : tuple of Unlock
        The cheapest first; at most one swap, one more vehicle and one skill, a window to
        either side, and one each of overtime, room and every limit.
    complete : bool
        Whether every kind of change was tried before the time was over.
    """

    request: int
    blocks: tuple[Block, ...]
    unlocks: tuple[Unlock, ...]
    complete: bool


def left_out(
    problem: Problem,
    routes: Sequence[Sequence[int]],
    *,
    requests: Iterable[int] | None = None,
    seconds: float = 1.0,
) -> tuple[Left, ...]:
    """Say of unassigned requests what blocks them and what would serve them.

    Parameters
    ----------
    problem : Problem
        The day.
    routes : Sequence of Sequence of int
        Per vehicle, its nodes in driving order; all constraints are kept.
    requests : Iterable of int, optional
        Which; all that are in no route by default. A shipment is told once.
    seconds : float
        Time for all; each request may use what those before it have left of their shares. A
        step that has begun is finished.

    Returns
    -------
    tuple of Left
        In order of the requests. Nothing is offered outside the territory's area, nor where the
        request fits as it is.
    """
    case = Case(problem, routes)
    inside = {node for route in case.routes for node in route}
    asked = range(len(problem.request_ids)) if requests is None else requests
    wanted = sorted({halves(problem, request)[0] for request in asked if request not in inside})
    started = time.monotonic()
    told = []
    for number, request in enumerate(wanted, start=1):
        deadline = started + seconds * number / len(wanted)
        told.append(_left(case, request, deadline))
    return tuple(told)


def _left(case: Case, request: int, deadline: float) -> Left:
    blocked = blocks(case.inserter, case.routes, request)
    unlocks: list[Unlock] = []
    complete = True
    fits = any(not block.constraints for block in blocked)
    if not fits and case.problem.inside[list(halves(case.problem, request))].all():
        for find in (*_FINDERS, None):
            if time.monotonic() >= deadline:
                complete = False
                break
            if find is None:
                found: Iterable[Unlock | None] = [swap(case, request)]
            else:
                found = (case.verified(request, *one) for one in find(case, request))
            unlocks += [unlock for unlock in found if unlock is not None]
    unlocks.sort(key=lambda unlock: unlock.cost)
    return Left(request=request, blocks=blocked, unlocks=tuple(unlocks), complete=complete)


_FINDERS: tuple[Callable[[Case, int], Iterator[Candidate]], ...] = (
    windows,
    raised,
    skills,
    vehicles,
)
"""Quick ones first."""
