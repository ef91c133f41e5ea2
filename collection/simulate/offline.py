"""What the same vans could have served, had everybody who asked been known in advance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.model import Customer, PickupRequest, RequestState, TentativePlan
from collection.routing.building import MAX_PRICE, build, emission_classes, points
from collection.routing.solve import solve
from collection.scheduling.tentative_plans import kept_routes
from collection.simulate.customers import takes
from collection.simulate.setting import PATIENT
from collection.simulate.world import SOLVERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from collection.model import Plan
    from collection.routing.problem import Problem
    from collection.simulate.ledger import Refusal
    from collection.simulate.world import World

LONGER = 4
"""It gets so many times the moves of a night."""


def offline_served(world: World) -> dict[date, int]:
    """Count whom an offline plan of each day serves.

    It knows everybody who asked. Who stood in a day when its bookings closed belongs to that
    day, whenever else a van would have suited; who found no slot is tried on each day that would
    have suited, until one serves them. All of them come with every window of the day that they
    would have taken, not only with the one that they chose. It starts from the night's own plan.

    Comparable with it is what the nights' plans serve of the same days: same vans, same streets,
    same rules, late cancellations in both. Not comparable is what happens on the road, where
    some are not at home; and it is no bound in the strict sense, as its search is a heuristic
    one, takes day after day, and moves nobody who was booked to another day.

    Parameters
    ----------
    world : World
        Played to its end.

    Returns
    -------
    dict of date to int
        Requests, by driven day.
    """
    waiting = list(enumerate(world.ledger.refusals, start=1))
    served: dict[date, int] = {}
    for day in world.days:
        promised = everybody(world, day)
        refused = {
            f"{world.territory.id}.refused{number}": (number, refusal)
            for number, refusal in waiting
            if day in refusal.windows
        }
        requests = (
            *promised,
            *(_request(world, name, refusal, day) for name, (_, refusal) in refused.items()),
        )
        left_out = _left_out(world, world.plans[day], requests)
        served[day] = len(requests) - len(left_out)
        done = {number for name, (number, _) in refused.items() if name not in left_out}
        waiting = [one for one in waiting if one[0] not in done]
    return served


def everybody(world: World, day: date) -> tuple[PickupRequest, ...]:
    """List who stood in a day when its bookings closed, with all windows that they would take.

    Parameters
    ----------
    world : World
        Played to its end.
    day : date
        Local date.

    Returns
    -------
    tuple of PickupRequest
        By request.
    """
    requests = (promise.request for promise in world.ledger.of_day(day))
    return tuple(
        replace(request, windows=takes(world.persons[request.id], world.territory, day))
        for request in requests
    )


def _left_out(world: World, plan: Plan, requests: Sequence[PickupRequest]) -> set[str]:
    """Plan a day offline, and tell who is in no route."""
    planned = {stop.request_id for route in plan.routes for stop in route.stops}
    if planned == {request.id for request in requests}:
        return set()
    territory = world.territory
    source = world.services.source(territory)
    travel = source.travel(
        points(requests, territory), day=plan.day, classes=emission_classes(territory)
    )
    problem = _everybody_alike(
        build(requests, territory, world.services.catalogue.devices, travel, day=plan.day)
    )
    night = TentativePlan(
        territory=territory.id,
        day=plan.day,
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
    return {problem.request_ids[node] for node in solution.unassigned}


def _everybody_alike(problem: Problem) -> Problem:
    """Let one more request served be worth more than anything that it costs."""
    return replace(problem, prices=problem.prices * 0 + MAX_PRICE // 1_000)


def _request(world: World, name: str, refusal: Refusal, day: date) -> PickupRequest:
    person = refusal.person
    address, _ = world.services.desk.locate(person.address)
    return PickupRequest(
        id=name,
        territory=world.territory.id,
        day=day,
        reference="",
        code="",
        customer=Customer(name="", phone="", email="", language=person.customer.language),
        address=address,
        devices=person.devices,
        windows=refusal.windows[day],
        slot_id=None,
        cancel_by=person.asks_at,
        created_at=person.asks_at,
        state=RequestState.CONFIRMED,
    )
