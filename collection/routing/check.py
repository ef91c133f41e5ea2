"""An independent verifier of every constraint that a plan must keep.

It shares no code with the planner, so that one mistake cannot hide another: windows, service
times, loads, costs and reasons are derived here a second time, by other means. One named
function stands for each constraint; its name is the violation's.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from collection.errors import InvalidRequest
from collection.model import PLANNABLE, Plan, RequestState, Violation
from collection.routing.check_facts import Facts
from collection.routing.check_reasons import REASON_CONSTRAINTS
from collection.routing.check_routes import ROUTE_CONSTRAINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from collection.model import DeviceType, PickupRequest, Territory
    from collection.ports import TravelMatrix

NOT_TO_BE_PLANNED = frozenset(
    {RequestState.REQUESTED, RequestState.CANCELLED, RequestState.REFUSED}
)
"""States of requests that no plan may hold."""


def check(
    plan: Plan,
    requests: Sequence[PickupRequest],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    matrix: TravelMatrix,
) -> list[Violation]:
    """Verify a plan against the inputs that it was made from.

    Parameters
    ----------
    plan : Plan
        The plan.
    requests : Sequence of PickupRequest
        All requests of the day. Those that wait for a plan must be in it exactly once,
        cancelled ones must not, others (a device collected meanwhile) may.
    territory : Territory
        Whose vehicles, depots, area and rules hold.
    device_types : Mapping of str to DeviceType
        By id.
    matrix : TravelMatrix
        Over the territory's depots, then `requests`, in their order.

    Returns
    -------
    list of Violation
        Empty where the plan keeps everything.

    Raises
    ------
    InvalidRequest
        If the matrix has another size or a device's type is unknown.
    """
    size = len(territory.depots) + len(requests)
    if matrix.seconds.shape != (size, size) or matrix.metres.shape != (size, size):
        msg = f"the matrix must be over the {size} points of depots and requests"
        raise InvalidRequest(msg, field="matrix")
    facts = Facts(
        day=plan.day,
        zone=ZoneInfo(territory.timezone),
        territory=territory,
        device_types=device_types,
        matrix=matrix,
        requests={request.id: request for request in requests},
        points={request.id: len(territory.depots) + i for i, request in enumerate(requests)},
        depots={depot.id: i for i, depot in enumerate(territory.depots)},
        vehicles={vehicle.id: vehicle for vehicle in territory.vehicles},
    )
    found = [violation for constraint in PLAN_CONSTRAINTS for violation in constraint(facts, plan)]
    for route in plan.routes:
        for route_constraint in ROUTE_CONSTRAINTS:
            found.extend(route_constraint(facts, route))
    return found


def _exactly_once(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Require each request that waits for a plan in one route or unassigned, once."""
    times = Counter(_request_ids(plan))
    waiting = {r.id for r in facts.requests.values() if r.state in PLANNABLE}
    for request_id in sorted(waiting | set(times)):
        if times[request_id] != 1:
            yield Violation(
                constraint="exactly_once",
                detail=f"in the plan {times[request_id]} times, must be once",
                request_id=request_id,
            )


def _foreign(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Require that every request in the plan is one of this territory and day."""
    if plan.territory != facts.territory.id:
        yield Violation(constraint="foreign", detail=f"the plan is of territory {plan.territory}")
    for request_id in _request_ids(plan):
        request = facts.requests.get(request_id)
        if request is None or (request.territory, request.day) != (plan.territory, plan.day):
            yield Violation(
                constraint="foreign",
                detail=f"is no request of {plan.territory} on {plan.day}",
                request_id=request_id,
            )


def _cancelled(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Require that no request in the plan is cancelled, refused or unconfirmed."""
    for request_id in _request_ids(plan):
        request = facts.requests.get(request_id)
        if request is not None and request.state in NOT_TO_BE_PLANNED:
            yield Violation(
                constraint="cancelled", detail=f"is {request.state}", request_id=request_id
            )


def _vehicle(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Require that every route has a vehicle of the territory, no two the same."""
    for vehicle_id, times in Counter(route.vehicle_id for route in plan.routes).items():
        if vehicle_id not in facts.vehicles:
            yield Violation(
                constraint="vehicle",
                detail=f"is no vehicle of {facts.territory.id}",
                vehicle_id=vehicle_id,
            )
        if times > 1:
            yield Violation(
                constraint="vehicle", detail=f"drives {times} routes", vehicle_id=vehicle_id
            )


def _depot(facts: Facts, plan: Plan) -> Iterator[Violation]:
    """Require that vehicles on the road start and end at depots of the territory."""
    for route in plan.routes:
        van = facts.vehicles.get(route.vehicle_id)
        for depot_id in (van.start_depot, van.end_depot) if van else ():
            if depot_id not in facts.depots:
                yield Violation(
                    constraint="depot",
                    detail=f"depot {depot_id} is none of {facts.territory.id}",
                    vehicle_id=route.vehicle_id,
                )


def _plan_cost(facts: Facts, plan: Plan) -> Iterator[Violation]:  # noqa: ARG001
    """Require that the plan costs what its routes cost."""
    routes = sum(route.cost for route in plan.routes)
    if plan.cost != routes:
        yield Violation(
            constraint="plan_cost", detail=f"is {plan.cost} cents, its routes cost {routes}"
        )


PLAN_CONSTRAINTS: tuple[Callable[[Facts, Plan], Iterator[Violation]], ...] = (
    _exactly_once,
    _foreign,
    _cancelled,
    _vehicle,
    _depot,
    _plan_cost,
    *REASON_CONSTRAINTS,
)
"""What a plan as a whole must keep."""


def _request_ids(plan: Plan) -> list[str]:
    return [
        *(stop.request_id for route in plan.routes for stop in route.stops),
        *(unassigned.request_id for unassigned in plan.unassigned),
    ]
