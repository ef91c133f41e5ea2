"""Customers are told when their van will be late, before it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from collection.model import Event, EventType
from collection.scheduling.calendar import zone_of
from collection.scheduling.day_events import read_events
from collection.scheduling.eta_history import learn
from collection.scheduling.progress import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from collection.model import PickupRequest, Plan, Territory
    from collection.ports import EventLog
    from collection.scheduling.live import DayProgress, RouteProgress, StopProgress
    from collection.scheduling.nightly import NightPorts

SOON = timedelta(minutes=30)
"""How long before a stop its whole range counts, and not only what is most likely."""

AGAIN = timedelta(minutes=30)
"""A customer is told again when it gets so much later."""


def tell_late(
    plan: Plan,
    progress: DayProgress,
    requests: Mapping[str, PickupRequest],
    events: EventLog,
) -> tuple[Event, ...]:
    """Tell customers whose van will come after their window, and again if it gets much later.

    Parameters
    ----------
    plan : Plan
        That is published.
    progress : DayProgress
        Of it.
    requests : Mapping of str to PickupRequest
        Of the plan, by id, with their windows.
    events : EventLog
        Where it is written, for the outbox to tell.

    Returns
    -------
    tuple of Event
        Of each late stop, told now or before: ``text`` is when the van is expected, an interval
        of ISO 8601.
    """
    told = []
    for route, stop in late_stops(progress, requests):
        step = timedelta(seconds=stop.lateness) // AGAIN
        event = Event(
            type=EventType.DELAYED,
            territory=plan.territory,
            day=plan.day,
            at=progress.now,
            request_id=stop.request_id,
            route_id=route.route_id,
            plan_id=plan.id,
            text=f"{stop.eta_earliest.isoformat()}/{stop.eta_latest.isoformat()}",
        )
        told.append(events.append(event, dedupe=f"delayed|{stop.request_id}|{step}"))
    return tuple(told)


def late_stops(
    progress: DayProgress, requests: Mapping[str, PickupRequest]
) -> Iterator[tuple[RouteProgress, StopProgress]]:
    """Find the stops whose van will come after their window.

    Parameters
    ----------
    progress : DayProgress
        As the day stands.
    requests : Mapping of str to PickupRequest
        By id, with their windows.

    Yields
    ------
    tuple of RouteProgress and StopProgress
        Nobody is there yet, and it is late by the likely arrival; or by the latest one, where
        that is so near that there is no later occasion to tell.
    """
    for route in progress.routes:
        for stop in route.stops:
            request = requests.get(stop.request_id)
            if stop.over or stop.arrived_at is not None or request is None:
                continue
            ends = max(window.end for window in request.windows)
            soon = stop.eta - progress.now <= SOON
            if stop.lateness or (soon and stop.eta_latest > ends):
                yield route, stop


def tell_due_late(ports: NightPorts, now: datetime) -> int:
    """Look at the running day of every territory; the cron does so each minute.

    Parameters
    ----------
    ports : NightPorts
        What to look through.
    now : datetime
        Aware present.

    Returns
    -------
    int
        How many stops are late, told now or before.
    """
    late = 0
    for territory in ports.territories.values():
        late += len(_tell_today(territory, ports, now))
    return late


def _tell_today(territory: Territory, ports: NightPorts, now: datetime) -> tuple[Event, ...]:
    day = now.astimezone(zone_of(territory)).date()
    published = ports.plans.published(territory.id, day)
    if published is None or ports.events is None:
        return ()
    plan = ports.plans.get(published)
    heard = tuple(read_events(territory.id, day, ports.events))
    requests = {request.id: request for request in ports.requests.day(territory.id, day)}
    history = learn(tuple(ports.etas.days(territory.id).values()) if ports.etas else ())
    progress = fold(plan, heard, now=now, territory=territory, requests=requests, history=history)
    return tell_late(plan, progress, requests, ports.events)
