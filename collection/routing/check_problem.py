"""A problem and its routes, read by the verifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from collection.errors import InvalidRequest
from collection.routing.check_driven import Driven, Visit
from collection.routing.check_facts import Demand, Facts, Reload, Rest, Van
from collection.routing.check_travel import Travel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from collection.routing.problem import Problem
    from collection.units import Seconds

    Place: TypeAlias = Demand | Reload | Rest


class Times(Protocol):
    """When a van is said to be where, in seconds of the local day; one entry per node."""

    @property
    def departure(self) -> Seconds:
        """From the start depot."""
        ...

    @property
    def arrivals(self) -> Sequence[Seconds]:
        """At each node."""
        ...

    @property
    def starts(self) -> Sequence[Seconds]:
        """Of service, emptying or rest."""
        ...

    @property
    def departures(self) -> Sequence[Seconds]:
        """From each node."""
        ...

    @property
    def end(self) -> Seconds:
        """Return to the end depot."""
        ...


def facts_of(problem: Problem) -> Facts:
    """Read a problem.

    Parameters
    ----------
    problem : Problem
        The day; its ``allowed`` and ``reasons`` are not read.

    Returns
    -------
    Facts
        The same in the verifier's words.
    """
    requests, vehicles = range(len(problem.request_ids)), range(len(problem.vehicle_ids))
    groups: dict[int, set[int]] = {}
    for request in requests:
        if problem.together[request] >= 0:
            groups.setdefault(int(problem.together[request]), set()).add(request)
    return Facts(
        demands=tuple(_demand(problem, request) for request in requests),
        vans=tuple(_van(problem, vehicle) for vehicle in vehicles),
        reloads=tuple(
            Reload(
                id=problem.reload_ids[number],
                point=int(problem.reload_points[number]),
                windows=problem.reload_windows[number],
                service=int(problem.reload_service[number]),
            )
            for number in range(len(problem.reload_ids))
        ),
        travel=Travel(
            periods=tuple(problem.periods.tolist()),
            seconds=problem.seconds,
            metres=problem.metres,
        ),
        together=tuple(frozenset(group) for group in groups.values()),
        apart=problem.apart,
        partners=tuple(
            (request, int(problem.partner[request]))
            for request in requests
            if problem.partner[request] > request
        ),
        fairness=problem.fairness,
    )


def places_of(problem: Problem, facts: Facts) -> tuple[Place, ...]:
    """List what is done at each node.

    Parameters
    ----------
    problem : Problem
        The day.
    facts : Facts
        Of it.

    Returns
    -------
    tuple of Demand, Reload or Rest
        By node.
    """
    return (
        *facts.demands,
        *facts.reloads,
        *_rests(problem),
    )


def driven(facts: Facts, van: Van, places: Sequence[Place], times: Times) -> Driven:
    """Read times that somebody gives to a sequence.

    Parameters
    ----------
    facts : Facts
        The day.
    van : Van
        Who drives.
    places : Sequence of Demand, Reload or Rest
        In driving order.
    times : Times
        Of each of them.

    Returns
    -------
    Driven
        The metres are those of the ways at their hours.

    Raises
    ------
    InvalidRequest
        If there are not as many times as places.
    """
    if not len(places) == len(times.arrivals) == len(times.starts) == len(times.departures):
        msg = f"give {len(places)} arrivals, starts and departures for vehicle {van.id}"
        raise InvalidRequest(msg, field="timings")
    visits: list[Visit] = []
    point, clock = van.start, times.departure
    for number, place in enumerate(places):
        head = None if isinstance(place, Rest) else place.point
        visits.append(
            Visit(
                what=place,
                request_id=place.id if isinstance(place, Demand) else None,
                arrival=times.arrivals[number],
                start=times.starts[number],
                departure=times.departures[number],
                travel=0 if head is None else times.arrivals[number] - clock,
                metres=_metres(facts, van, point, head, clock),
            )
        )
        point = point if head is None else head
        clock = times.departures[number]
    return Driven(
        vehicle_id=van.id,
        van=van,
        visits=tuple(visits),
        start=times.departure,
        end=times.end,
        back=times.end - clock,
        back_metres=_metres(facts, van, point, van.end, clock),
    )


def _metres(facts: Facts, van: Van, tail: int | None, head: int | None, clock: Seconds) -> int:
    if tail is None or head is None:
        return 0
    return facts.travel.way(van, tail, head).length(clock) or 0


def _demand(problem: Problem, request: int) -> Demand:
    refused = frozenset(np.flatnonzero(~problem.skilled[request]).tolist())
    skills = problem.skills[request]
    first, last = problem.announced[request].tolist()
    return Demand(
        number=request,
        id=problem.request_ids[request],
        point=problem.depots + request,
        windows=problem.windows[request],
        service=int(problem.service[request]),
        setup=int(problem.setup[request]),
        address=int(problem.addresses[request]),
        change=tuple(problem.loads[request].tolist()),
        initial=tuple(problem.initial[request].tolist()),
        skills=skills,
        # A problem does not say why a van may not serve a request; without any skill that
        # it asks for, it is by name.
        unskilled=refused if skills else frozenset(),
        excluded=frozenset() if skills else refused,
        price=int(problem.prices[request]),
        preferences=tuple(problem.preferences[request].tolist()),
        announced=(first, last),
        change_price=int(problem.change_prices[request]),
    )


def _van(problem: Problem, vehicle: int) -> Van:
    opening, closing = problem.shifts[vehicle].tolist()
    rests = _rests(problem)
    return Van(
        number=vehicle,
        id=problem.vehicle_ids[vehicle],
        profile=int(problem.profiles[vehicle]),
        start=int(problem.starts[vehicle]),
        end=int(problem.ends[vehicle]),
        shift=(opening, closing),
        latest_end=int(problem.latest_ends[vehicle]),
        capacity=tuple(problem.capacities[vehicle].tolist()),
        fixed=int(problem.fixed_costs[vehicle]),
        per_hour=int(problem.hour_costs[vehicle]),
        per_overtime_hour=int(problem.overtime_costs[vehicle]),
        per_driven_hour=int(problem.drive_costs[vehicle]),
        per_km=int(problem.km_costs[vehicle]),
        max_metres=int(problem.max_metres[vehicle]),
        max_stops=int(problem.max_stops[vehicle]),
        max_duration=int(problem.max_seconds[vehicle]),
        max_travel=int(problem.max_travel[vehicle]),
        breaks=tuple(rests[number] for number in problem.breaks[vehicle]),
        rules=problem.rules[vehicle],
        prefix=problem.prefixes[vehicle],
        reloads=frozenset(
            identifier
            for identifier, allowed in zip(
                problem.reload_ids, problem.reload_allowed[vehicle], strict=True
            )
            if allowed
        ),
    )


def _rests(problem: Problem) -> list[Rest]:
    return [
        Rest(number=number, windows=((earliest, latest),), service=seconds)
        for number, (earliest, latest, seconds) in enumerate(problem.pauses.tolist())
    ]
