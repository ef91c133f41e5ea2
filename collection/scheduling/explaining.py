"""A stored plan looked at again: does it hold, why is it as it is, what differs from another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import Conflict, InvalidRequest
from collection.routing.building import build, emission_classes, points
from collection.routing.check import check
from collection.routing.compare import compare
from collection.routing.demand import local_windows
from collection.routing.problem import served
from collection.routing.rest import held_open, recorded
from collection.routing.resume import rest_of
from collection.routing.solution import evaluate
from collection.routing.timeline import sequences
from collection.routing.why.breakdown import breakdown
from collection.routing.why.changes import Raised
from collection.routing.why.unlocks import left_out
from collection.routing.working_time import longest_day
from collection.scheduling.calendar import zone_of
from collection.scheduling.inputs import known_territory, planned_requests
from collection.scheduling.instructions import earlier_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collection.model import DeviceType, PickupRequest, Plan, Territory, Violation
    from collection.ports import TravelTable
    from collection.routing.compare import Comparison
    from collection.routing.problem import Problem
    from collection.routing.why.breakdown import RouteCost
    from collection.routing.why.case import Unlock
    from collection.routing.why.unlocks import Left
    from collection.scheduling.nightly import NightPorts

SECONDS = 1.0
"""Time for the unassigned requests of one plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a plan is as it is.

    Parameters
    ----------
    plan : Plan
        The plan.
    problem : Problem
        Its day, built anew.
    left : tuple of Left
        What its unassigned requests are blocked by, and what would serve them.
    costs : tuple of RouteCost
        Of its routes, in order.
    """

    plan: Plan
    problem: Problem
    left: tuple[Left, ...]
    costs: tuple[RouteCost, ...]


def verify_stored(plan: Plan, ports: NightPorts) -> list[Violation]:
    """Verify a stored plan against its requests, vehicles and streets as they are now.

    Of a plan that was made during its day, the rest of the day is verified, from where vans
    were free then: what was over is what happened, and keeps no constraint.

    Parameters
    ----------
    plan : Plan
        As stored, with what was asked of it.
    ports : NightPorts
        What to look things up in.

    Returns
    -------
    list of Violation
        What the verifier finds, also what changed since: a cancelled request, a street that
        is gone.

    Raises
    ------
    NotFound
        If a request or the territory is gone.
    """
    earlier = earlier_of(plan.instructions, ports.plans)
    part = rest_of(plan)
    return check(part, *_inputs(part, ports), plan.instructions, earlier=earlier)


def explain_stored(plan: Plan, ports: NightPorts, *, seconds: float = SECONDS) -> Explanation:
    """Explain a stored plan by its requests, vehicles and streets as they are now.

    Of a plan that was made during its day, the rest of the day is explained.

    Parameters
    ----------
    plan : Plan
        As stored.
    ports : NightPorts
        What to look things up in.
    seconds : float
        Time for the unassigned requests.

    Returns
    -------
    Explanation
        Of the plan and what was asked of it.

    Raises
    ------
    Conflict
        If the day has changed so that the plan's routes no longer keep every constraint.
    NotFound
        If a request is gone.
    RoutingUnavailable
        If the territory's streets cannot be read.
    """
    asked, earlier = plan.instructions, earlier_of(plan.instructions, ports.plans)
    part = rest_of(plan)
    inputs = _inputs(part, ports)
    try:
        problem = build(*inputs, day=plan.day, instructions=asked, earlier=earlier)
    except InvalidRequest as error:
        # A vehicle that was asked for is gone, or can no longer do what was asked of it.
        message = f"the day of {plan.id} has changed: {error.message}; plan it anew"
        raise Conflict(message) from error
    routes = sequences(problem, part)
    if evaluate(problem, routes) is None:
        message = f"the day of {plan.id} has changed: its routes break a constraint; plan it anew"
        raise Conflict(message)
    return Explanation(
        plan=plan,
        problem=problem,
        left=tuple(
            replace(left, unlocks=tuple(_lawful(left.unlocks, problem, inputs[1])))
            for left in left_out(problem, routes, seconds=seconds)
        ),
        costs=tuple(
            breakdown(problem, vehicle, route)
            for vehicle, route in enumerate(routes)
            if served(problem, route)
        ),
    )


def compare_stored(before: Plan, after: Plan, ports: NightPorts) -> Comparison:
    """Compare two stored plans of one day.

    Parameters
    ----------
    before : Plan
        The first.
    after : Plan
        The second.
    ports : NightPorts
        What to look requests up in.

    Returns
    -------
    Comparison
        By the windows that the requests have now.

    Raises
    ------
    InvalidRequest
        If they are not plans of one day of one territory.
    NotFound
        If a request or the territory is gone.
    """
    if (before.territory, before.day) != (after.territory, after.day):
        message = f"{before.id} and {after.id} are plans of different days; name two of one day"
        raise InvalidRequest(message, field="before")
    zone = zone_of(known_territory(after.territory, ports))
    known = (*planned_requests(before, ports), *planned_requests(after, ports))
    return compare(
        before, after, {request.id: local_windows(request, after.day, zone) for request in known}
    )


def _lawful(unlocks: Iterable[Unlock], problem: Problem, territory: Territory) -> Iterator[Unlock]:
    """Leave out longer days than the law allows, which a problem cannot tell from a wish."""
    for unlock in unlocks:
        change = unlock.change
        if isinstance(change, Raised) and change.field == "max_seconds":
            vehicle = territory.vehicles[change.vehicle]
            longest = longest_day(territory.country, vehicle, problem.day)
            asked = int(problem.max_seconds[change.vehicle]) + change.amounts[0]
            if longest is not None and asked > longest:
                continue
        yield unlock


def _inputs(
    plan: Plan, ports: NightPorts
) -> tuple[tuple[PickupRequest, ...], Territory, Mapping[str, DeviceType], TravelTable]:
    """Look up what a plan was made from, as it is now."""
    requests, territory = planned_requests(plan, ports), known_territory(plan.territory, ports)
    if plan.rest is not None:
        requests = held_open(requests, plan.rest.later)
        territory = recorded(territory, plan.rest)
    travel = ports.source(territory).travel(
        points(requests, territory), day=plan.day, classes=emission_classes(territory)
    )
    return requests, territory, ports.devices, travel
