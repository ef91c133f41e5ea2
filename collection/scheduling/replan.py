"""The live day: what is left of it is planned again, and a dispatcher accepts or drops that.

What is over, and the stop that a driver is at or drives to, stays. The rest is a day of its own
(`collection.routing.rest`), solved from the routes as they are, with a price on each change of
driver and of announced time. Old and new make one plan, the next version of the day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from collection.errors import Conflict, InvalidRequest
from collection.model import Event, EventType, RestOfDay
from collection.routing.rest import rest_territory
from collection.scheduling.calendar import zone_of
from collection.scheduling.composing import composed
from collection.scheduling.day_events import read_events
from collection.scheduling.fingerprint import digest
from collection.scheduling.heard import absent
from collection.scheduling.inputs import known_territory
from collection.scheduling.nightly import LOCK_LEASE
from collection.scheduling.open_day import DayPorts, read_open_day
from collection.scheduling.overtaken import (
    AGAIN,
    left_on_the_way,
    refuse_overtaken,
    states_against,
)
from collection.scheduling.proposals import Proposal, proposal_of
from collection.scheduling.resolving import Asked, solve_rest
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime

    from collection.model import Plan

SECONDS = 7.0
"""After which the solver is done; with all that follows a proposal takes less than ten."""

MAX_AGE = timedelta(minutes=15)
"""After which a proposal is no longer accepted: its vans are elsewhere by then."""


def propose(
    territory_id: str,
    day: date,
    ports: DayPorts,
    *,
    now: datetime,
    van_out: Collection[str] = frozenset(),
    urgent: Collection[str] = frozenset(),
    locked: Collection[str] = frozenset(),
    seconds: float = SECONDS,
    seed: int = 0,
    cancelled: Callable[[], bool] | None = None,
    iteration_limit: int | None = None,
) -> Proposal:
    """Plan the rest of a running day again; nothing is published.

    Every request of the day that waits for a plan is in it: those of the published plan that
    are open, those that it left out, and those that came in since.

    Parameters
    ----------
    territory_id : str
        Which territory.
    day : date
        Local date.
    ports : DayPorts
        What to work with.
    now : datetime
        Aware present.
    van_out : Collection of str
        Vans that take nothing more, beside those of which the day's events say so.
    urgent : Collection of str
        Requests that go before others.
    locked : Collection of str
        Requests that stay with their van.
    seconds : float
        Until the solver is done; what is left then takes a second or two for 300 stops.
    seed : int
        Of the solve.
    cancelled : callable, optional
        Polled; True ends the solve with its best so far.
    iteration_limit : int, optional
        Moves that each searcher tries, for days that shall be repeatable.

    Returns
    -------
    Proposal
        Its plan is stored as the next version of the day.

    Raises
    ------
    NotFound
        If there is no such territory.
    InvalidRequest
        If a van or request is named that is not there.
    Conflict
        If no plan is published, or the day is planned by somebody else now.
    RoutingUnavailable
        If the territory's streets cannot be read.
    """
    started = perf_counter()
    territory = known_territory(territory_id, ports)
    with ports.plans.night_lock(territory.id, day, lease=LOCK_LEASE):
        day_ = read_open_day(territory, day, ports, now=now, van_out=van_out)
        before, parts = day_.before, day_.parts
        asked = Asked(
            instructions=day_.asked(day_.known(locked, "locked")),
            urgent=day_.known(urgent, "urgent"),
            promised=frozenset(s.request_id for route in before.routes for s in route.stops),
        )
        read = perf_counter()
        rest = solve_rest(
            before,
            rest_territory(territory, parts.waiting, parts.underway, day),
            day_.requests,
            asked,
            ports,
            deadline=started + seconds,
            seed=seed,
            cancelled=cancelled,
            iteration_limit=iteration_limit,
        )
        solved = perf_counter()
        whole = composed(
            before,
            rest,
            parts,
            territory=territory,
            source=ports.source(territory),
            progress=day_.progress,
            waited_for=day_.waited_for,
        )
        record = RestOfDay(
            since=now,
            replaces=before.id,
            seen=day_.events[-1].id if day_.events else "",
            depots=tuple(van.depot for van in parts.underway.values()),
            vehicles=rest.territory.vehicles,
            resumed=whole.resumed,
            stranded=parts.stranded,
            out=tuple(sorted(van_out)),
            later=rest.later,
            outlook=day_.outlook(),
        )
        marks = [before.id, record.seen, now.isoformat(), sorted(van_out), sorted(urgent)]
        stored = ports.plans.save(
            replace(whole.plan, rest=record, fingerprint=digest([*marks, sorted(locked), seed]))
        )
    phases = {
        "read": read - started,
        **rest.phases,
        "join and save": perf_counter() - solved,
    }
    found = proposal_of(stored, ports)
    return replace(found, phases={name: round(took, 3) for name, took in phases.items()})


def accept(plan_id: str, ports: DayPorts, *, at: datetime) -> Proposal:
    """Publish a proposal: it goes to the phones.

    Parameters
    ----------
    plan_id : str
        Its plan.
    ports : DayPorts
        What to work with.
    at : datetime
        Aware present.

    Returns
    -------
    Proposal
        Accepted. Accepting it again changes nothing.

    Raises
    ------
    NotFound
        If there is none.
    InvalidRequest
        If the plan is one of a night.
    Conflict
        If it was dropped or is too old, another version was published, or something that it
        changes has happened meanwhile: then look again.
    PlanRejected
        If the plan has violations.
    """
    plan, rest = proposed(plan_id, ports)
    # States first: what happens in between is then in the events, and counts.
    states = {r.id: r.state for r in ports.requests.day(plan.territory, plan.day)}
    happened = tuple(read_events(plan.territory, plan.day, ports.events))
    if ports.plans.published(plan.territory, plan.day) != plan_id:
        if any(e.type is EventType.PLAN_DROPPED and e.plan_id == plan_id for e in happened):
            raise Conflict(f"the proposal was dropped; {AGAIN}")
        before = ports.plans.get(rest.replaces)
        if ports.plans.published(plan.territory, plan.day) != before.id:
            raise Conflict(f"another version was published meanwhile; {AGAIN}")
        if at - rest.since > MAX_AGE:
            raise Conflict(f"the proposal is too old; {AGAIN}")
        zone = zone_of(known_territory(plan.territory, ports))
        refuse_overtaken(plan, before, rest, happened, now=to_seconds(at, plan.day, zone))
        left = left_on_the_way(plan, rest, happened, states)
        against = states_against(plan, before, left)
        ports.plans.publish(plan_id, at=at, replaces=before.id, unless=against, back=left)
    known, _ = absent(happened)
    for van in rest.out:
        if van not in known:
            out = Event(
                type=EventType.VAN_OUT,
                territory=plan.territory,
                day=plan.day,
                at=at,
                plan_id=plan_id,
                vehicle_id=van,
            )
            ports.events.append(out, dedupe=f"{EventType.VAN_OUT} {van} {plan_id}")
    return proposal_of(plan, ports)


def drop(plan_id: str, ports: DayPorts, *, at: datetime, note: str = "") -> Proposal:
    """Leave a proposal unpublished for good.

    Parameters
    ----------
    plan_id : str
        Its plan.
    ports : DayPorts
        What to work with.
    at : datetime
        Aware present.
    note : str
        Why, for those who ask later.

    Returns
    -------
    Proposal
        Dropped. Dropping it again changes nothing.

    Raises
    ------
    NotFound
        If there is none.
    InvalidRequest
        If the plan is one of a night.
    Conflict
        If it is published.
    """
    plan, _ = proposed(plan_id, ports)
    if proposal_of(plan, ports).status == "accepted":
        raise Conflict("the proposal was accepted and can no longer be dropped")
    event = Event(
        type=EventType.PLAN_DROPPED,
        territory=plan.territory,
        day=plan.day,
        at=at,
        plan_id=plan_id,
        text=note,
    )
    ports.events.append(event, dedupe=f"{EventType.PLAN_DROPPED} {plan_id}")
    return proposal_of(plan, ports)


def proposed(plan_id: str, ports: DayPorts) -> tuple[Plan, RestOfDay]:
    """Read the plan of a proposal.

    Parameters
    ----------
    plan_id : str
        Which.
    ports : DayPorts
        Where it is.

    Returns
    -------
    tuple of Plan and RestOfDay
        The plan, and what it was made from.

    Raises
    ------
    NotFound
        If there is none.
    InvalidRequest
        If it was not made during its day.
    """
    plan = ports.plans.get(plan_id)
    if plan.rest is None:
        raise InvalidRequest(f"plan {plan_id} is a night's and no proposal", field="plan_id")
    return plan, plan.rest
