"""The verifier's constraints on the area and on reasons; see `collection.routing.check`."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from collection.model import UnassignedReason, Violation
from collection.routing.check_facts import Facts, exceeds, skills_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collection.model import PickupRequest, Plan, Position, Territory, Vehicle

_BORDER = 1e-7  # degrees, about a centimetre: on the border is inside


def _territory_area(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Require that no vehicle is sent outside the territory's area."""
    for route in plan.routes:
        for stop in route.stops:
            request = facts.requests.get(stop.request_id)
            if request is not None and not _inside(facts.territory, request.address.position):
                yield Violation(
                    constraint="territory_area",
                    detail=f"is outside the area of {facts.territory.id}",
                    vehicle_id=route.vehicle_id,
                    request_id=stop.request_id,
                )


def _reason(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Require that every unassigned request says why, and the inputs say nothing else."""
    out = {route.vehicle_id for route in plan.routes}
    for unassigned in plan.unassigned:
        request = facts.requests.get(unassigned.request_id)
        if request is None:
            continue
        said = None if unassigned.detail.strip() else "gives no detail"
        match unassigned.reason:
            case UnassignedReason.OUTSIDE_TERRITORY:
                if _inside(facts.territory, request.address.position):
                    said = "is inside the area"
            case UnassignedReason.NO_CAPACITY:
                idle = [van for van in facts.territory.vehicles if van.id not in out]
                said = _suited(facts, request, idle, _CONDITIONS) or said
            case narrowed:
                steps = _CONDITIONS[: 1 + _NARROWED_BY.index(narrowed)]
                said = _suited(facts, request, facts.territory.vehicles, steps) or said
        if said is not None:
            yield Violation(
                constraint="reason",
                detail=f"is unassigned as {unassigned.reason}, but {said}",
                request_id=unassigned.request_id,
            )


def _reaches(facts: Facts, van: Vehicle, request: PickupRequest) -> bool:
    """Ask whether a way leads from the van's start depot there and on to its end depot."""
    point = facts.points[request.id]
    there = facts.way(facts.depots.get(van.start_depot), point)
    return there is not None and facts.way(point, facts.depots.get(van.end_depot)) is not None


def _takes(facts: Facts, van: Vehicle, request: PickupRequest) -> bool:
    """Ask whether the request's devices fit into the empty van."""
    return not exceeds(facts.load(request), van.capacity)


def _has_skills(facts: Facts, van: Vehicle, request: PickupRequest) -> bool:  # noqa: ARG001
    """Ask whether the van has the skills that the request asks for."""
    return skills_of(request) <= van.skills


def _works_then(facts: Facts, van: Vehicle, request: PickupRequest) -> bool:
    """Ask whether the van's shift meets a window of the request."""
    return any(
        max(start, van.shift.start) <= min(end, van.shift.end)
        for start, end in facts.windows(request)
    )


def _in_time(facts: Facts, van: Vehicle, request: PickupRequest) -> bool:
    """Ask whether the van, with nothing else to do, is there in a window and back in time."""
    point = facts.points[request.id]
    there = facts.way(facts.depots.get(van.start_depot), point)
    back = facts.way(point, facts.depots.get(van.end_depot))
    if there is None or back is None:
        return False
    arrived = van.shift.start + there[0]
    return any(
        arrived <= end and max(arrived, start) + facts.service(request) + back[0] <= van.shift.end
        for start, end in facts.windows(request)
    )


REASON_CONSTRAINTS: tuple[Callable[[Facts, Plan], Iterator[Violation]], ...] = (
    _territory_area,
    _reason,
)
"""What assigning and not assigning must keep."""

_CONDITIONS: tuple[Callable[[Facts, Vehicle, PickupRequest], bool], ...] = (
    _reaches,
    _takes,
    _has_skills,
    _works_then,
    _in_time,
)

_NARROWED_BY = (
    UnassignedReason.UNREACHABLE,
    UnassignedReason.TOO_LARGE,
    UnassignedReason.NO_SKILL,
    UnassignedReason.OUTSIDE_SHIFTS,
    UnassignedReason.WINDOW_TOO_TIGHT,
)
"""The reason that holds when no vehicle keeps the conditions up to the one in its place."""


def _suited(
    facts: Facts,
    request: PickupRequest,
    vans: list[Vehicle] | tuple[Vehicle, ...],
    conditions: tuple[Callable[[Facts, Vehicle, PickupRequest], bool], ...],
) -> str | None:
    if not _inside(facts.territory, request.address.position):
        return None
    for van in vans:
        if all(condition(facts, van, request) for condition in conditions):
            kept = ", ".join(
                condition.__name__.strip("_").replace("_", " ") for condition in conditions
            )
            return f"of vehicle {van.id} holds: {kept}"
    return None


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
