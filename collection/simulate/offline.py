"""What the same vans could have served, had everybody who asked been known in advance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.model import Customer, PickupRequest, RequestState, TentativePlan
from collection.routing.building import MAX_PRICE, build, emission_classes, points
from collection.routing.solve import solve
from collection.scheduling.tentative_plans import kept_routes
from collection.simulate.setting import PATIENT
from collection.simulate.world import SOLVERS

if TYPE_CHECKING:
    from datetime import date

    from collection.routing.problem import Problem
    from collection.simulate.ledger import Refusal
    from collection.simulate.world import World

LONGER = 4
"""It gets so many times the moves of a night."""


def offline_accepted(world: World, day: date) -> int:
    """Count whom an offline plan of a day serves.

    It knows who stood in the day when its bookings closed, with the windows that they chose, and
    who found no slot and would have liked to come on that day, with all windows of it that
    suited. It starts from the night's own plan, so it never serves fewer.

    Parameters
    ----------
    world : World
        Played to its end.
    day : date
        Local date.

    Returns
    -------
    int
        Requests.
    """
    promised = [promise.request for promise in world.ledger.of_day(day)]
    refused = [refusal for refusal in world.ledger.refusals if refusal.day == day]
    plan = world.plans[day]
    in_plan = sum(len(route.stops) for route in plan.routes)
    if not refused and in_plan == len(promised):
        return in_plan
    requests = (
        *promised,
        *(_request(world, refusal, n) for n, refusal in enumerate(refused, start=1)),
    )
    territory = world.territory
    source = world.services.source(territory)
    travel = source.travel(
        points(requests, territory), day=day, classes=emission_classes(territory)
    )
    problem = _everybody_alike(
        build(requests, territory, world.services.catalogue.devices, travel, day=day)
    )
    night = TentativePlan(
        territory=territory.id,
        day=day,
        version=0,
        routes={
            route.vehicle_id: tuple(stop.request_id for stop in route.stops)
            for route in plan.routes
        },
    )
    solution = solve(
        problem,
        start=kept_routes(problem, night),
        time_limit=PATIENT,
        seed=world.setting.seed,
        workers=SOLVERS,
        iteration_limit=LONGER * world.setting.iterations,
    )
    return len(requests) - len(solution.unassigned)


def _everybody_alike(problem: Problem) -> Problem:
    """Let one more request served be worth more than anything that it costs."""
    from dataclasses import replace  # noqa: PLC0415

    return replace(problem, prices=problem.prices * 0 + MAX_PRICE // 1_000)


def _request(world: World, refusal: Refusal, number: int) -> PickupRequest:
    person = refusal.person
    address, _ = world.services.desk.locate(person.address)
    return PickupRequest(
        id=f"{world.territory.id}.refused{number}",
        territory=world.territory.id,
        day=refusal.day,
        reference="",
        code="",
        customer=Customer(name="", phone="", email="", language=person.customer.language),
        address=address,
        devices=person.devices,
        windows=refusal.windows,
        slot_id=None,
        cancel_by=person.asks_at,
        created_at=person.asks_at,
        state=RequestState.CONFIRMED,
    )
