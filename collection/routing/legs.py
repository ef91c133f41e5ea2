"""The ways of a plan on real streets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collection.model import Plan, Territory
    from collection.ports import MatrixSource


def with_legs(plan: Plan, territory: Territory, source: MatrixSource) -> Plan:
    """Draw the ways that a plan's vehicles take at their times.

    Parameters
    ----------
    plan : Plan
        Its routes are of the territory's vehicles.
    territory : Territory
        With depots and vehicles.
    source : MatrixSource
        The streets that the plan was made on.

    Returns
    -------
    Plan
        With the legs of all routes.
    """
    depots = {depot.id: depot.position for depot in territory.depots}
    vehicles = {vehicle.id: vehicle for vehicle in territory.vehicles}
    routes = []
    for route in plan.routes:
        vehicle, visits = vehicles[route.vehicle_id], route.visits
        back = route.travel - sum(visit.travel for visit in visits)
        legs = source.paths(
            [
                depots[vehicle.start_depot],
                *(visit.position for visit in visits),
                depots[vehicle.end_depot],
            ],
            emission_class=vehicle.emission_class,
            # A pause may come between leaving a door and driving on.
            departures=[*(visit.arrival - visit.travel for visit in visits), route.end - back],
            day=plan.day,
        )
        routes.append(replace(route, legs=legs))
    return replace(plan, routes=tuple(routes))
