"""The verifier's constraints on the area and on reasons; see `collection.routing.check`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from collection.model import UnassignedReason, Violation
from collection.routing.check_fleet import ROUTE_CONSTRAINTS
from collection.routing.check_times import drive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from collection.model import Position, Territory
    from collection.routing.check_facts import Demand, Facts, Van
    from collection.routing.check_plan import Case

_BORDER = 1e-7  # degrees, about a centimetre: on the border is inside


def _territory_area(case: Case) -> Iterator[Violation]:
    """Require that no vehicle is sent outside the territory's area."""
    for route in case.plan.routes:
        for stop in route.stops:
            request = case.requests.get(stop.request_id)
            if request is not None and not _inside(case.territory, request.address.position):
                yield Violation(
                    constraint="territory_area",
                    detail=f"is outside the area of {case.territory.id}",
                    vehicle_id=route.vehicle_id,
                    request_id=stop.request_id,
                )


def _reason(case: Case) -> Iterator[Violation]:
    """Require that every unassigned request says why, and the inputs say nothing else."""
    demands = {demand.id: demand for demand in case.facts.demands}
    for unassigned in case.plan.unassigned:
        demand = demands.get(unassigned.request_id)
        if demand is None:
            continue
        inside = _inside(case.territory, case.requests[demand.id].address.position)
        said = None if unassigned.detail.strip() else "gives no detail"
        match unassigned.reason:
            case UnassignedReason.OUTSIDE_TERRITORY:
                said = "is inside the area" if inside else said
            case _ if not inside:
                pass
            case UnassignedReason.NO_CAPACITY:
                said = _suited(case.facts, demand, _idle(case, demand), _CONDITIONS) or said
            case narrowed:
                steps = _CONDITIONS[: 1 + _NARROWED_BY.index(narrowed)]
                said = _suited(case.facts, demand, case.facts.vans, steps) or said
        if said is not None:
            yield Violation(
                constraint="reason",
                detail=f"is unassigned as {unassigned.reason}, but {said}",
                request_id=unassigned.request_id,
            )


def _reaches(facts: Facts, van: Van, demand: Demand) -> bool:
    """Ask whether ways lead there from the van's start depot and on to its end depot."""
    if van.start is None or van.end is None:
        return False
    there = facts.travel.way(van, van.start, demand.point)
    back = facts.travel.way(van, demand.point, van.end)
    return all(any(time is not None for time in way.seconds) for way in (there, back))


def _takes(facts: Facts, van: Van, demand: Demand) -> bool:  # noqa: ARG001
    """Ask whether the request's devices fit into the empty van."""
    return all(amount <= most for amount, most in zip(demand.change, van.capacity, strict=True))


def _may_serve(facts: Facts, van: Van, demand: Demand) -> bool:
    """Ask whether the van has the skills, and no other van is named for the request."""
    named = any(demand.number in other.prefix for other in facts.vans if other != van)
    return not named and van.number not in demand.unskilled | demand.excluded


def _works_then(facts: Facts, van: Van, demand: Demand) -> bool:  # noqa: ARG001
    """Ask whether the van's shift, with its overtime, meets a window of the request."""
    return any(
        max(opens, van.shift[0]) <= min(closes, van.latest_end) for opens, closes in demand.windows
    )


def _near(facts: Facts, van: Van, demand: Demand) -> bool:
    """Ask whether the van, with nothing else to do, keeps its own limits."""
    return not _LIMITS & _broken_alone(facts, van, demand)


def _in_time(facts: Facts, van: Van, demand: Demand) -> bool:
    """Ask whether the van, with nothing else to do, needs no pause and keeps everything."""
    return not _broken_alone(facts, van, demand)


REASON_CONSTRAINTS: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    _territory_area,
    _reason,
)
"""What assigning and not assigning must keep."""

_CONDITIONS: tuple[Callable[[Facts, Van, Demand], bool], ...] = (
    _reaches,
    _takes,
    _may_serve,
    _works_then,
    _near,
    _in_time,
)

_NARROWED_BY = (
    UnassignedReason.UNREACHABLE,
    UnassignedReason.TOO_LARGE,
    UnassignedReason.NO_SKILL,
    UnassignedReason.OUTSIDE_SHIFTS,
    UnassignedReason.TOO_FAR,
    UnassignedReason.WINDOW_TOO_TIGHT,
)
"""The reason that holds when no vehicle keeps the conditions up to the one in its place."""

_LIMITS = frozenset(
    {
        *("range", "max_stops", "max_duration", "max_work", "max_travel"),
        *("travel_time", "low_emission"),
    }
)


def _idle(case: Case, demand: Demand) -> list[Van]:
    """Give the vans that stay and that nothing asks to do otherwise."""
    served = {other.number for route in case.routes for _, other in route.stops()}
    if any(demand.number in group and served & group for group in case.facts.together):
        return []
    out = {route.vehicle_id for route in case.routes}
    return [van for van in case.facts.vans if van.id not in out and not van.prefix]


def _suited(
    facts: Facts,
    demand: Demand,
    vans: Iterable[Van],
    conditions: Sequence[Callable[[Facts, Van, Demand], bool]],
) -> str | None:
    for van in vans:
        if all(condition(facts, van, demand) for condition in conditions):
            kept = ", ".join(
                condition.__name__.strip("_").replace("_", " ") for condition in conditions
            )
            return f"of vehicle {van.id} holds: {kept}"
    return None


def _broken_alone(facts: Facts, van: Van, demand: Demand) -> set[str]:
    """Name what a route to the request alone would break."""
    alone = drive(facts, van, [demand])
    return {
        constraint.__name__.strip("_")
        for constraint in ROUTE_CONSTRAINTS
        if any(constraint(facts, alone))
    }


def _inside(territory: Territory, position: Position) -> bool:
    if not territory.area:
        return True
    return any(_in_ring(ring, position.lon, position.lat) for ring in territory.area)


def _in_ring(ring: tuple[tuple[float, float], ...], x: float, y: float) -> bool:
    """Ask whether a ray to the east crosses the ring an odd number of times; on it is inside."""
    odd = False
    for (x0, y0), (x1, y1) in pairwise(ring):
        length = math.hypot(x1 - x0, y1 - y0)
        along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length**2 if length else 0.0
        along = min(1.0, max(0.0, along))
        if math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)) <= _BORDER:
            return True
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            odd = not odd
    return odd
