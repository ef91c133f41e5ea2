"""The ways of a plan on real streets."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from collection.model import Leg, Plan, Position, Route, Territory
    from collection.ports import MatrixSource
    from collection.units import Metres, Seconds

    Way: TypeAlias = tuple[Position, Position, Seconds, Metres]


def with_legs(
    plan: Plan, territory: Territory, source: MatrixSource, *, drawn: Plan | None = None
) -> Plan:
    """Draw the ways that a plan's vehicles take at their times.

    Parameters
    ----------
    plan : Plan
        Its routes are of the territory's vehicles.
    territory : Territory
        With depots and vehicles.
    source : MatrixSource
        The streets that the plan was made on.
    drawn : Plan, optional
        An earlier plan, with legs: where the same vehicle drives from door to door as it does
        there, in the same seconds, it takes the same way.

    Returns
    -------
    Plan
        With the legs of all routes.
    """
    depots = {depot.id: depot.position for depot in territory.depots}
    vehicles = {vehicle.id: vehicle for vehicle in territory.vehicles}
    old = {route.vehicle_id: _known(route) for route in drawn.routes} if drawn else {}
    routes = []
    for route in plan.routes:
        vehicle, visits = vehicles[route.vehicle_id], route.visits
        back = route.travel - sum(visit.travel for visit in visits)
        points = [
            depots[vehicle.start_depot],
            *(visit.position for visit in visits),
            depots[vehicle.end_depot],
        ]
        # A pause may come between leaving a door and driving on.
        departures = [*(visit.arrival - visit.travel for visit in visits), route.end - back]
        known = old.get(vehicle.id, {})
        legs = [known.get(way) for way in _ways(route, points)]
        for lacks, run in groupby(range(len(legs)), key=lambda place: legs[place] is None):
            places = list(run)
            if lacks:
                first, last = places[0], places[-1]
                legs[first : last + 1] = source.paths(
                    points[first : last + 2],
                    emission_class=vehicle.emission_class,
                    departures=departures[first : last + 1],
                    day=plan.day,
                )
        routes.append(replace(route, legs=tuple(leg for leg in legs if leg is not None)))
    return replace(plan, routes=tuple(routes))


def _known(route: Route) -> Mapping[Way, Leg]:
    """Tell which ways between the stops and reloads of a route are drawn."""
    visits = route.visits
    return {
        (before.position, visit.position, visit.travel, visit.metres): leg
        for before, visit, leg in zip(visits, visits[1:], route.legs[1:-1], strict=False)
    }


def _ways(route: Route, points: list[Position]) -> list[Way]:
    visits = route.visits
    back = route.travel - sum(visit.travel for visit in visits)
    metres = route.metres - sum(visit.metres for visit in visits)
    lengths = [*((visit.travel, visit.metres) for visit in visits), (back, metres)]
    return [
        (start, end, *length)
        for start, end, length in zip(points, points[1:], lengths, strict=False)
    ]
