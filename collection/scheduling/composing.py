"""One plan of a whole day: what is over, and the rest that was planned for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.model import Violation
from collection.routing.resume import drawn_from, head_of, joined
from collection.scheduling.calendar import zone_of
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from collection.model import Leg, Plan, Position, Resumed, Route, Territory
    from collection.ports import MatrixSource
    from collection.scheduling.progress import DayProgress
    from collection.scheduling.resolving import Rest
    from collection.scheduling.rest_of_day import Split
    from collection.units import Metres


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A whole day: what is over, and its rest.

    Parameters
    ----------
    plan : Plan
        Not yet stored, without `Plan.rest`.
    resumed : tuple of Resumed
        Where in its routes the rest begins.
    """

    plan: Plan
    resumed: tuple[Resumed, ...]


def composed(
    before: Plan,
    rest: Rest,
    parts: Split,
    *,
    territory: Territory,
    source: MatrixSource,
    progress: DayProgress,
    waited_for: Collection[str],
) -> Composed:
    """Make one plan of what is over and the rest.

    Parameters
    ----------
    before : Plan
        The published plan.
    rest : Rest
        What was planned.
    parts : Split
        What is over.
    territory : Territory
        As the day began.
    source : MatrixSource
        Its streets.
    progress : DayProgress
        How the day stands.
    waited_for : Collection of str
        Requests of which each must be in the plan.

    Returns
    -------
    Composed
        The plan of the whole day. Where joining went wrong, a violation says so, and it
        cannot be published.
    """
    planned = {route.vehicle_id: route for route in rest.plan.routes}
    ended = {told.vehicle_id: told for told in progress.routes if told.shift_ended}
    depots = {depot.id: depot.position for depot in territory.depots}
    routes: list[Route] = []
    seams: list[Resumed] = []
    for vehicle in territory.vehicles:
        halted = parts.halted.get(vehicle.id)
        van = halted or parts.underway.get(vehicle.id)
        if van is None:
            routes += [planned[vehicle.id]] if vehicle.id in planned else []
            continue
        back = rest.back.get(vehicle.id, (0, 0))
        if halted and vehicle.id in ended:
            end = to_seconds(ended[vehicle.id].eta_end, before.day, zone_of(territory))
            back = (max(0, end - van.free), _metres_home(before, vehicle.id))
        own = planned.get(vehicle.id)
        route, seam = joined(van, own, back)
        if not route.stops:
            continue  # It left for nothing: there is no stop to tell of.
        known = drawn_from(before.routes, route, seam)
        way = head_of(route, seam, depots[vehicle.start_depot])
        legs = [
            known.get(place) or _way(source, way[place : place + 2], vehicle.emission_class)
            for place in range(len(way) - 1)
        ]
        if own is None:
            home = van.position if halted else depots[vehicle.end_depot]
            tail: tuple[Leg, ...] = (_way(source, (van.position, home), vehicle.emission_class),)
        else:
            tail = own.legs
        routes.append(replace(route, legs=(*legs, *tail)))
        seams.append(seam)
    plan = replace(
        rest.plan, routes=tuple(routes), cost=sum(route.cost for route in routes), rest=None
    )
    return Composed(
        plan=replace(plan, violations=(*plan.violations, *_not_once(plan, waited_for))),
        resumed=tuple(seams),
    )


def _way(source: MatrixSource, ends: Sequence[Position], emission_class: str) -> Leg:
    (leg,) = source.paths(ends, emission_class=emission_class)
    return leg


def _metres_home(before: Plan, vehicle_id: str) -> Metres:
    """Tell how long the way back of a van is, as it was planned."""
    route = next(route for route in before.routes if route.vehicle_id == vehicle_id)
    return route.metres - sum(visit.metres for visit in route.visits)


def _not_once(plan: Plan, waited_for: Collection[str]) -> list[Violation]:
    names = [stop.request_id for route in plan.routes for stop in route.stops]
    names += [left.request_id for left in plan.unassigned]
    wrong = dict.fromkeys(
        (name for name, times in Counter(names).items() if times > 1),
        "is over, and planned again in the rest of the day",
    )
    wrong |= dict.fromkeys(
        {*waited_for} - {*names}, "waits for somebody, and got lost in the rest of the day"
    )
    return [
        Violation(constraint="exactly_once", detail=detail, request_id=name)
        for name, detail in sorted(wrong.items())
    ]
