"""An independent verifier of every constraint that a plan must keep.

It shares no code with the planner, so that one mistake cannot hide another: windows, service
times, loads, travel, breaks, costs and reasons are derived here a second time, by other
means. One named function stands for each constraint; its name is the violation's.

This is the front door for plans; `collection.routing.check_solution` is the one for routes of
a problem. Both turn what they are given into the same neutral facts
(`collection.routing.check_facts`), over which the constraints are written.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from collection.model import PLANNABLE, Plan, RequestState, Violation
from collection.routing.check_costs import soft_cost_of
from collection.routing.check_fleet import broken
from collection.routing.check_model import facts_of
from collection.routing.check_plan import Case, routes_of
from collection.routing.check_reasons import REASON_CONSTRAINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from collection.model import DeviceType, Instructions, PickupRequest, Position, Territory
    from collection.ports import TravelTable

NOT_TO_BE_PLANNED = frozenset(
    {RequestState.REQUESTED, RequestState.CANCELLED, RequestState.REFUSED}
)
"""States of requests that no plan may hold."""


def check(  # noqa: PLR0917
    plan: Plan,
    requests: Sequence[PickupRequest],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    travel: TravelTable,
    instructions: Instructions | None = None,
    *,
    earlier: Plan | None = None,
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
        Whose vehicles, depots, sites, area, rules and weights hold.
    device_types : Mapping of str to DeviceType
        By id.
    travel : TravelTable
        Over the territory's depots, its sites, then `requests`, in their order; for every
        emission class of its vehicles.
    instructions : Instructions, optional
        What was asked of the plan.
    earlier : Plan, optional
        The plan that they name.

    Returns
    -------
    list of Violation
        Empty where the plan keeps everything.

    Raises
    ------
    InvalidRequest
        If the table has another size or lacks a class, or a device's type is unknown.
    """
    facts = facts_of(
        requests,
        territory,
        device_types,
        travel,
        day=plan.day,
        instructions=instructions,
        earlier=earlier,
    )
    case = Case(
        plan=plan,
        requests={request.id: request for request in requests},
        territory=territory,
        facts=facts,
        routes=routes_of(plan, facts),
    )
    found = [violation for constraint in PLAN_CONSTRAINTS for violation in constraint(case)]
    return [*found, *broken(facts, case.routes)]


def _exactly_once(case: Case) -> Iterator[Violation]:
    """Require each request that waits for a plan in one route or unassigned, once."""
    times = Counter(_request_ids(case.plan))
    waiting = {r.id for r in case.requests.values() if r.state in PLANNABLE}
    for request_id in sorted(waiting | set(times)):
        if times[request_id] != 1:
            yield Violation(
                constraint="exactly_once",
                detail=f"in the plan {times[request_id]} times, must be once",
                request_id=request_id,
            )


def _foreign(case: Case) -> Iterator[Violation]:
    """Require that every request in the plan is one of this territory and day."""
    plan = case.plan
    if plan.territory != case.territory.id:
        yield Violation(constraint="foreign", detail=f"the plan is of territory {plan.territory}")
    for request_id in _request_ids(plan):
        request = case.requests.get(request_id)
        if request is None or (request.territory, request.day) != (plan.territory, plan.day):
            yield Violation(
                constraint="foreign",
                detail=f"is no request of {plan.territory} on {plan.day}",
                request_id=request_id,
            )


def _cancelled(case: Case) -> Iterator[Violation]:
    """Require that no request in the plan is cancelled, refused or unconfirmed."""
    for request_id in _request_ids(case.plan):
        request = case.requests.get(request_id)
        if request is not None and request.state in NOT_TO_BE_PLANNED:
            yield Violation(
                constraint="cancelled", detail=f"is {request.state}", request_id=request_id
            )


def _vehicle(case: Case) -> Iterator[Violation]:
    """Require that every route has a vehicle of the territory, no two the same."""
    known = {vehicle.id for vehicle in case.territory.vehicles}
    for vehicle_id, times in Counter(route.vehicle_id for route in case.plan.routes).items():
        if vehicle_id not in known:
            yield Violation(
                constraint="vehicle",
                detail=f"is no vehicle of {case.territory.id}",
                vehicle_id=vehicle_id,
            )
        if times > 1:
            yield Violation(
                constraint="vehicle", detail=f"drives {times} routes", vehicle_id=vehicle_id
            )


def _depot(case: Case) -> Iterator[Violation]:
    """Require that vehicles on the road start and end at depots of the territory."""
    known = {depot.id for depot in case.territory.depots}
    vehicles = {vehicle.id: vehicle for vehicle in case.territory.vehicles}
    for route in case.plan.routes:
        van = vehicles.get(route.vehicle_id)
        for depot_id in (van.start_depot, van.end_depot) if van else ():
            if depot_id not in known:
                yield Violation(
                    constraint="depot",
                    detail=f"depot {depot_id} is none of {case.territory.id}",
                    vehicle_id=route.vehicle_id,
                )


def _position(case: Case) -> Iterator[Violation]:
    """Require that a stop is where its request is, and a reload at its depot or site."""
    places: dict[str, Position] = {
        **{depot.id: depot.position for depot in case.territory.depots},
        **{site.id: site.position for site in case.territory.sites},
    }
    for route in case.plan.routes:
        for stop in route.stops:
            request = case.requests.get(stop.request_id)
            if request is not None and stop.position != request.address.position:
                yield Violation(
                    constraint="position",
                    detail="is not at the request's address",
                    vehicle_id=route.vehicle_id,
                    request_id=stop.request_id,
                )
        for visit in route.reloads:
            if visit.position != places.get(visit.site_id, visit.position):
                yield Violation(
                    constraint="position",
                    detail=f"is emptied elsewhere than at {visit.site_id}",
                    vehicle_id=route.vehicle_id,
                )


def _plan_cost(case: Case) -> Iterator[Violation]:
    """Require that the plan costs what its routes cost."""
    routes = sum(route.cost for route in case.plan.routes)
    if case.plan.cost != routes:
        yield Violation(
            constraint="plan_cost", detail=f"is {case.plan.cost} cents, its routes cost {routes}"
        )


def _soft_cost(case: Case) -> Iterator[Violation]:
    """Require that the plan weighs its drivers, its changes and its unevenness in full."""
    cents = soft_cost_of(case.facts, case.routes)
    if case.plan.soft != cents:
        yield Violation(
            constraint="soft_cost", detail=f"is {case.plan.soft} cents, must be {cents}"
        )


PLAN_CONSTRAINTS: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    _exactly_once,
    _foreign,
    _cancelled,
    _vehicle,
    _depot,
    _position,
    _plan_cost,
    _soft_cost,
    *REASON_CONSTRAINTS,
)
"""What a plan as a whole must keep, beside its routes."""


def _request_ids(plan: Plan) -> list[str]:
    return [
        *(stop.request_id for route in plan.routes for stop in route.stops),
        *(unassigned.request_id for unassigned in plan.unassigned),
    ]
