"""A plan's routes, read by the verifier."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.routing.check_driven import Driven, Visit
from collection.routing.check_facts import ALWAYS, Reload, Rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collection.model import Pause, PickupRequest, Plan, ReloadVisit, Route, Stop, Territory
    from collection.routing.check_facts import Demand, Facts, Van
    from collection.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A plan beside what it is verified against.

    Parameters
    ----------
    plan : Plan
        What is verified.
    requests : Mapping of str to PickupRequest
        All of the day, by id.
    territory : Territory
        Whose rules hold.
    facts : Facts
        The day.
    routes : tuple of Driven
        The plan's, in its order.
    """

    plan: Plan
    requests: Mapping[str, PickupRequest]
    territory: Territory
    facts: Facts
    routes: tuple[Driven, ...]


def routes_of(plan: Plan, facts: Facts) -> tuple[Driven, ...]:
    """Read the routes of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    facts : Facts
        The day.

    Returns
    -------
    tuple of Driven
        In its order; stops, reloads and pauses of each in the order of the day.
    """
    vans = {van.id: van for van in facts.vans}
    demands = {demand.id: demand for demand in facts.demands}
    return tuple(_route(route, vans.get(route.vehicle_id), facts, demands) for route in plan.routes)


def _route(route: Route, van: Van | None, facts: Facts, demands: Mapping[str, Demand]) -> Driven:
    moves: tuple[Stop | ReloadVisit, ...] = (*route.stops, *route.reloads)
    rests = _rests(route, van)
    entries = [
        *((place, _stop(stop, demands)) for place, stop in enumerate(route.stops, start=1)),
        *((visit.after, _reload(visit, facts)) for visit in route.reloads),
        *((p.after, _pause(p, rest)) for p, rest in zip(route.pauses, rests, strict=True)),
    ]
    # A stop comes before the pauses and reloads after it, and these as their times say.
    entries.sort(key=lambda entry: (entry[0], *_rank(entry[1])))
    return Driven(
        vehicle_id=route.vehicle_id,
        van=van,
        visits=tuple(_waited(route.start, [visit for _, visit in entries])),
        start=route.start,
        end=route.end,
        back=route.travel - sum(move.travel for move in moves),
        back_metres=route.metres - sum(move.metres for move in moves),
        overtime=route.overtime,
        cost=route.cost,
        load=route.load.as_tuple(),
    )


def _waited(clock: Seconds, visits: Iterable[Visit]) -> Iterator[Visit]:
    """Let a driver who waits for a pause be there when the work before it is done."""
    for visit in visits:
        yield replace(visit, arrival=clock) if isinstance(visit.what, Rest) else visit
        clock = visit.departure


def _rank(visit: Visit) -> tuple[bool, int]:
    between = visit.request_id is None
    return between, visit.departure if between else 0


def _stop(stop: Stop, demands: Mapping[str, Demand]) -> Visit:
    return Visit(
        what=demands.get(stop.request_id),
        request_id=stop.request_id,
        arrival=stop.arrival,
        start=stop.start,
        departure=stop.departure,
        travel=stop.travel,
        metres=stop.metres,
        load=stop.load.as_tuple(),
    )


def _reload(visit: ReloadVisit, facts: Facts) -> Visit:
    lasts = visit.departure - visit.start
    unknown = Reload(id=visit.site_id, point=None, windows=ALWAYS, service=lasts)
    return Visit(
        what=next((place for place in facts.reloads if place.id == visit.site_id), unknown),
        arrival=visit.arrival,
        start=visit.start,
        departure=visit.departure,
        travel=visit.travel,
        metres=visit.metres,
    )


def _pause(pause: Pause, rest: Rest) -> Visit:
    return Visit(
        what=rest,
        arrival=pause.start,
        start=pause.start,
        departure=pause.end,
        travel=0,
        metres=0,
    )


def _rests(route: Route, van: Van | None) -> list[Rest]:
    """Find which pause is which break by the clock: of its length, in its window if any is."""
    found = [Rest(windows=ALWAYS, service=pause.end - pause.start) for pause in route.pauses]
    free = set(range(len(found)))
    breaks = sorted(van.breaks, key=lambda rest: rest.windows[0][1]) if van else []
    for anywhen in (False, True):
        for rest in [rest for rest in breaks if rest not in found]:
            earliest, latest = rest.windows[0]
            fits = [
                number
                for number in sorted(free)
                if found[number].service == rest.service
                and (
                    earliest <= route.pauses[number].start <= latest
                    or (anywhen and route.start < latest < route.end)
                )
            ]
            if fits:
                found[fits[0]] = rest
                free.remove(fits[0])
    return found
