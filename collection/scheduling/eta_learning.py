"""What a finished day shows of its predictions, counted once and kept.

The fold is asked again as it was every quarter of an hour: what it said of each stop to come,
by what was heard until then, and when service really began there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from collection.model import EtaDay, RequestState
from collection.scheduling.calendar import is_working_day, zone_of
from collection.scheduling.day_events import read_events
from collection.scheduling.eta_history import bucket_of
from collection.scheduling.inputs import known_territory
from collection.scheduling.progress import fold
from collection.units import MINUTE, to_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import Event, PickupRequest, Plan, Route, Territory
    from collection.scheduling.live import DayProgress, RouteProgress
    from collection.scheduling.nightly import NightPorts

EVERY = timedelta(minutes=15)
"""How far apart the fold is asked."""

DAYS_BACK = 7
"""How long ago a day may be that was not learnt from, because no worker ran."""


def look_back(
    plan: Plan,
    events: Sequence[Event],
    *,
    territory: Territory,
    requests: Mapping[str, PickupRequest],
) -> EtaDay:
    """Count how far a finished day's predictions lay from what happened.

    Parameters
    ----------
    plan : Plan
        As it was published last; only what it said once it was made counts.
    events : Sequence of Event
        Of its day, all of them.
    territory : Territory
        Whose vehicles and clock.
    requests : Mapping of str to PickupRequest
        By id, with their windows.

    Returns
    -------
    EtaDay
        Of the stops at which an arrival was told; empty where none was.
    """

    def asked(now: datetime, heard: Sequence[Event]) -> DayProgress:
        return fold(plan, heard, now=now, territory=territory, requests=requests)

    shift = min((route.start for route in plan.routes), default=0)
    first = max(to_utc(plan.day, shift, zone_of(territory)), plan.created_at)
    last = max((event.at for event in events), default=first)
    real = asked(last, events)
    starts = {
        stop.request_id: stop.eta
        for route in real.routes
        for stop in route.stops
        if stop.arrived_at is not None
    }
    errors: defaultdict[int, Counter[int]] = defaultdict(Counter)
    now = first
    while now <= last and starts:
        for route in asked(now, [event for event in events if event.at <= now]).routes:
            for stop in route.stops:
                start = starts.get(stop.request_id)
                if start is not None and stop.arrived_at is None and not stop.over:
                    lead, error = stop.eta - now, start - stop.eta
                    minutes = round(error.total_seconds() / MINUTE)
                    errors[bucket_of(int(lead.total_seconds()))][minutes] += 1
        now += EVERY
    travel: Counter[int] = Counter()
    service: Counter[int] = Counter()
    for planned, driven in zip(plan.routes, real.routes, strict=True):
        travel.update(_travel_ratios(planned, driven))
        service.update(_service_ratios(planned, driven))
    return EtaDay(errors=dict(errors), travel=travel, service=service)


def _travel_ratios(planned: Route, driven: RouteProgress) -> Iterator[int]:
    """Per cent of the planned travel that ways from door to door took."""
    rests = {pause.after for pause in planned.pauses} | {visit.after for visit in planned.reloads}
    for after, ((_, here), (stop, there)) in enumerate(
        pairwise(zip(planned.stops, driven.stops, strict=True)), start=1
    ):
        if here.left_at is None or there.arrived_at is None or after in rests or not stop.travel:
            continue
        way = (here.left_at, there.arrived_at)
        rested = any(way[0] <= start <= way[1] for start, _ in driven.breaks_taken)
        took = (there.arrived_at - here.left_at).total_seconds()
        if took >= 0 and not rested:
            yield round(100 * took / stop.travel)


def _service_ratios(planned: Route, driven: RouteProgress) -> Iterator[int]:
    """Per cent of the planned service that collecting took."""
    for stop, done in zip(planned.stops, driven.stops, strict=True):
        seconds = stop.departure - stop.start
        collected = done.state in {RequestState.COLLECTED, RequestState.RECEIVED}
        if collected and done.arrived_at and done.left_at and seconds:
            yield round(100 * (done.left_at - done.eta).total_seconds() / seconds)


def due_lessons(ports: NightPorts, now: datetime) -> Iterator[tuple[str, date]]:
    """Finished days that nobody has learnt from.

    Parameters
    ----------
    ports : NightPorts
        What to look through.
    now : datetime
        Aware present.

    Yields
    ------
    tuple of str and date
        Territory and working day of the last week, from yesterday back.
    """
    if ports.etas is None:
        return
    for territory in ports.territories.values():
        known = ports.etas.days(territory.id)
        today = now.astimezone(zone_of(territory)).date()
        for ago in range(1, DAYS_BACK + 1):
            day = today - timedelta(days=ago)
            if day not in known and is_working_day(territory, day):
                yield territory.id, day


def learn_day(territory_id: str, day: date, ports: NightPorts) -> EtaDay:
    """Count a finished day's errors and keep them; twice gives the same.

    Parameters
    ----------
    territory_id : str
        Which territory.
    day : date
        Local date.
    ports : NightPorts
        What to work with. A day without a published plan shows nothing.

    Returns
    -------
    EtaDay
        As kept.

    Raises
    ------
    NotFound
        If there is no such territory.
    """
    territory = known_territory(territory_id, ports)
    published = ports.plans.published(territory.id, day)
    shown = EtaDay()
    if published is not None and ports.events is not None:
        shown = look_back(
            ports.plans.get(published),
            tuple(read_events(territory.id, day, ports.events)),
            territory=territory,
            requests={r.id: r for r in ports.requests.day(territory.id, day)},
        )
    if ports.etas is not None:
        ports.etas.keep(territory.id, day, shown)
    return shown
