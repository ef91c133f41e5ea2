"""A route that had begun and the rest that was planned for it: joined, and taken apart again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.model import NO_LOAD, Load, Resumed, Route
from collection.routing.costs import bill

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collection.model import Leg, Plan, Position, ReloadVisit, Stop
    from collection.routing.rest import Underway
    from collection.units import Metres, Seconds


def joined(
    van: Underway, rest: Route | None, back: tuple[Seconds, Metres]
) -> tuple[Route, Resumed]:
    """Join what a van has done with the rest of its day.

    Parameters
    ----------
    van : Underway
        With what it has done.
    rest : Route, optional
        From where it is free; None where it has nothing more to do.
    back : tuple of (int, int)
        Seconds and metres of its way back where it has nothing more to do; (0, 0) for a van
        that stays where it is.

    Returns
    -------
    route : Route
        Of the whole day, without legs.
    resumed : Resumed
        Where the rest begins in it.
    """
    done = van.done
    seam = Resumed(
        vehicle_id=van.vehicle.id,
        stops=len(done.stops),
        reloads=len(done.reloads),
        pauses=len(done.pauses),
        start=rest.start if rest else done.end,
        travel=done.travel,
        metres=done.metres,
        under_way=van.under_way,
        under_way_metres=van.under_way_metres,
        load=done.load,
        cost=rest.cost if rest else 0,
    )
    if rest is None:
        rest = replace(
            done,
            stops=(),
            reloads=(),
            pauses=(),
            load=NO_LOAD,
            travel=back[0],
            metres=back[1],
            end=done.end + back[0] if van.home is None else van.home,
        )
    stops, reloads = _under_way(rest, van.under_way, van.under_way_metres)
    first = min((visit.after for visit in rest.reloads), default=len(rest.stops))
    end = rest.end
    travel = done.travel + van.under_way + rest.travel
    metres = done.metres + van.under_way_metres + rest.metres
    route = Route(
        id="",
        vehicle_id=van.vehicle.id,
        stops=(*done.stops, *_laden(stops, first, done.load)),
        reloads=(
            *done.reloads,
            *(replace(visit, after=visit.after + seam.stops) for visit in reloads),
        ),
        pauses=(
            *done.pauses,
            *(replace(pause, after=pause.after + seam.stops) for pause in rest.pauses),
        ),
        start=done.start,
        end=end,
        travel=travel,
        metres=metres,
        cost=bill(van.vehicle, start=done.start, end=end, metres=metres),
        load=rest.load if rest.reloads else done.load + rest.load,
        overtime=max(0, end - van.vehicle.shift.end),
    )
    return route, seam


def rest_of(plan: Plan) -> Plan:
    """Take out of a plan that was made during its day what the planner planned.

    Parameters
    ----------
    plan : Plan
        With a rest.

    Returns
    -------
    Plan
        Its rest alone, as it was verified: over the vans of ``plan.rest``. A plan of a night
        is returned as it is.
    """
    if plan.rest is None:
        return plan
    seams = {seam.vehicle_id: seam for seam in plan.rest.resumed}
    stranded = {van.vehicle_id for van in plan.rest.stranded}
    shifts = {vehicle.id: vehicle.shift.end for vehicle in plan.rest.vehicles}
    routes = [
        _after(route, seams[route.vehicle_id], shifts.get(route.vehicle_id, route.end))
        if route.vehicle_id in seams
        else route
        for route in plan.routes
        if route.vehicle_id not in stranded
    ]
    left = tuple(route for route in routes if route.stops)
    return replace(plan, routes=left, cost=sum(route.cost for route in left))


def drawn_from(old: Iterable[Route], route: Route, seam: Resumed) -> dict[int, Leg]:
    """Find the ways of a route's beginning among those that were drawn before.

    Parameters
    ----------
    old : Iterable of Route
        Of the plan before.
    route : Route
        The whole route.
    seam : Resumed
        Where its rest begins.

    Returns
    -------
    dict of int to Leg
        By place among the route's visits, where the way there is known.
    """
    before = next((one for one in old if one.vehicle_id == route.vehicle_id), None)
    if before is None or not before.legs:
        return {}
    known = {
        visit.position: leg for visit, leg in zip(before.visits, before.legs[:-1], strict=True)
    }
    first = route.visits[: seam.stops + seam.reloads]
    return {n: known[visit.position] for n, visit in enumerate(first) if visit.position in known}


def head_of(route: Route, seam: Resumed, depot: Position) -> tuple[Position, ...]:
    """List where a van was until its rest begins.

    Parameters
    ----------
    route : Route
        The whole route.
    seam : Resumed
        Where its rest begins.
    depot : Position
        Where it left.

    Returns
    -------
    tuple of Position
        In driving order.
    """
    first = route.visits[: seam.stops + seam.reloads]
    return (depot, *(visit.position for visit in first))


def _after(route: Route, seam: Resumed, closing: Seconds) -> Route:
    count = seam.stops
    later = [replace(visit, after=visit.after - count) for visit in route.reloads[seam.reloads :]]
    part = replace(
        route, stops=route.stops[count:], reloads=tuple(later), legs=(), start=seam.start
    )
    stops, reloads = _under_way(part, -seam.under_way, -seam.under_way_metres)
    first = min((visit.after for visit in reloads), default=len(stops))
    stops = tuple(_laden(stops, first, seam.load, sign=-1))
    return replace(
        part,
        stops=stops,
        reloads=reloads,
        pauses=tuple(
            replace(pause, after=pause.after - count) for pause in route.pauses[seam.pauses :]
        ),
        travel=route.travel - seam.travel - seam.under_way,
        metres=route.metres - seam.metres - seam.under_way_metres,
        cost=seam.cost,
        load=route.load if reloads else _sum(route.load, seam.load, -1),
        overtime=max(0, route.end - closing),
    )


def _under_way(
    rest: Route, seconds: Seconds, metres: Metres
) -> tuple[tuple[Stop, ...], tuple[ReloadVisit, ...]]:
    """Count what was driven before the rest began into the way to its first visit."""
    stops, reloads = list(rest.stops), list(rest.reloads)
    if reloads and reloads[0].after == 0:
        first = reloads[0]
        reloads[0] = replace(first, travel=first.travel + seconds, metres=first.metres + metres)
    elif stops:
        one = stops[0]
        stops[0] = replace(one, travel=one.travel + seconds, metres=one.metres + metres)
    return tuple(stops), tuple(reloads)


def _laden(stops: Iterable[Stop], until: int, load: Load, *, sign: int = 1) -> Iterator[Stop]:
    """Add what is on board to the stops before the van is emptied first."""
    for number, stop in enumerate(stops):
        more = sign if number < until else 0
        yield replace(stop, load=_sum(stop.load, load, more))


def _sum(one: Load, other: Load, times: int) -> Load:
    return Load(
        units=one.units + times * other.units,
        litres=one.litres + times * other.litres,
        grams=one.grams + times * other.grams,
    )
