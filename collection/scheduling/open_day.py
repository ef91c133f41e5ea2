"""A running day, read: its published plan, what happened, and what is open of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import Conflict, InvalidRequest
from collection.model import PLANNABLE, Outlook, RequestState
from collection.routing.costs import bill
from collection.scheduling.calendar import zone_of
from collection.scheduling.day_events import read_events
from collection.scheduling.heard import absent
from collection.scheduling.inputs import planned_requests
from collection.scheduling.nightly import NightPorts
from collection.scheduling.progress import fold
from collection.scheduling.rest_of_day import split
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from collection.model import Event, Instructions, PickupRequest, Plan, Territory
    from collection.ports import EventLog
    from collection.scheduling.progress import DayProgress
    from collection.scheduling.rest_of_day import Split
    from collection.units import Seconds

_OPEN = PLANNABLE | {RequestState.EN_ROUTE}
"""States in which somebody is still to come, or on the way."""

_TO_COME = _OPEN | {RequestState.ARRIVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPorts(NightPorts):
    """What a running day is planned with.

    Parameters
    ----------
    events : EventLog
        What happened on it.
    """

    events: EventLog


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """A running day.

    Parameters
    ----------
    territory : Territory
        As the day began.
    before : Plan
        The published plan.
    events : tuple of Event
        What happened.
    progress : DayProgress
        How the day stands by it.
    parts : Split
        What is over, and what can be given anew.
    requests : tuple of PickupRequest
        What is open, in the order of ids.
    waited_for : frozenset of str
        Requests of the day that nobody is done with; each must be in the next plan.
    """

    territory: Territory
    before: Plan
    events: tuple[Event, ...]
    progress: DayProgress
    parts: Split
    requests: tuple[PickupRequest, ...]
    waited_for: frozenset[str]

    def known(self, names: Collection[str], field: str) -> frozenset[str]:
        """Refuse requests that are not open.

        Parameters
        ----------
        names : Collection of str
            Ids of requests.
        field : str
            Where they stand.

        Returns
        -------
        frozenset of str
            The same.

        Raises
        ------
        InvalidRequest
            If one is not open.
        """
        known = {request.id for request in self.requests}
        for name in names:
            if name not in known:
                message = f"pickup request {name!r} is not open on this day"
                raise InvalidRequest(message, field=field)
        return frozenset(names)

    def asked(self, locked: Collection[str]) -> Instructions:
        """Keep what was asked of the published plan, with a price on every change of it.

        Parameters
        ----------
        locked : Collection of str
            Requests that stay with their van.

        Returns
        -------
        Instructions
            Among what is open.
        """
        served = {stop.request_id: r.vehicle_id for r in self.before.routes for stop in r.stops}
        asked, kept = self.before.instructions, self.parts.kept
        vehicles = dict(asked.vehicles)
        vehicles.update({name: served[name] for name in locked if name in served})
        for group in asked.together:
            # Who shares a van with somebody who is on board follows into that van.
            for name in group & kept:
                vehicles.update(dict.fromkeys(group - kept, served[name]))
        return replace(asked, vehicles=vehicles, earlier=self.before.id).among(
            {request.id for request in self.requests}, {*self.parts.waiting, *self.parts.underway}
        )

    def outlook(self) -> Outlook:
        """Tell how the day would go on as it is planned, without the vans that are out.

        Returns
        -------
        Outlook
            By what has happened so far.
        """
        vehicles = {vehicle.id: vehicle for vehicle in self.territory.vehicles}
        out = {van.vehicle_id for van in self.parts.stranded}
        starts: dict[str, Seconds] = {}
        cost = metres = 0
        for van in self.parts.halted.values():
            done = van.done
            cost += bill(van.vehicle, start=done.start, end=done.end, metres=done.metres)
            metres += done.metres
        for route, told in zip(self.before.routes, self.progress.routes, strict=True):
            vehicle = vehicles.get(route.vehicle_id)
            if vehicle is None or vehicle.id in out:
                continue
            underway = self.parts.underway.get(vehicle.id)
            start = underway.done.start if underway else route.start
            cost += bill(vehicle, start=start, end=self._clock(told.eta_end), metres=route.metres)
            metres += route.metres
            for stop in told.stops:
                if not stop.over and stop.request_id not in self.parts.kept:
                    starts[stop.request_id] = self._clock(stop.eta)
        return Outlook(starts=starts, cost=cost, metres=metres)

    def _clock(self, instant: datetime) -> Seconds:
        return to_seconds(instant, self.before.day, zone_of(self.territory))


def read_open_day(
    territory: Territory,
    day: date,
    ports: DayPorts,
    *,
    now: datetime,
    van_out: Collection[str] = frozenset(),
) -> OpenDay:
    """Read a running day.

    Parameters
    ----------
    territory : Territory
        Which territory.
    day : date
        Local date.
    ports : DayPorts
        Where all of it is.
    now : datetime
        Aware present.
    van_out : Collection of str
        Vans that take nothing more, beside those of which the day's events say so.

    Returns
    -------
    OpenDay
        As it stands.

    Raises
    ------
    InvalidRequest
        If a van is unknown.
    Conflict
        If no plan is published.
    """
    fleet = {vehicle.id for vehicle in territory.vehicles}
    for van in van_out:
        if van not in fleet:
            message = f"vehicle {van!r} is unknown; use {', '.join(sorted(fleet)) or 'none'}"
            raise InvalidRequest(message, field="van_out")
    published = ports.plans.published(territory.id, day)
    if published is None:
        raise Conflict(f"{day} has no published plan; publish one first")
    before = ports.plans.get(published)
    # Requests first: what happens in between is then in the events, and counts.
    of_day = ports.requests.day(territory.id, day)
    requests = {r.id: r for r in (*planned_requests(before, ports), *of_day)}
    events = tuple(read_events(territory.id, day, ports.events))
    progress = fold(before, events, now=now, territory=territory, requests=requests)
    taken_out, ended = absent(events)
    out = {*van_out, *taken_out, *ended}
    parts = split(
        territory,
        before,
        progress,
        requests=requests,
        devices=ports.devices,
        out=frozenset(name for name in out if name in fleet),
    )
    return OpenDay(
        territory=territory,
        before=before,
        events=events,
        progress=progress,
        parts=parts,
        requests=tuple(
            request for _, request in sorted(requests.items()) if _is_open(request, parts, day)
        ),
        waited_for=frozenset(
            request.id
            for request in requests.values()
            if request.day == day and request.state in _TO_COME
        ),
    )


def _is_open(request: PickupRequest, parts: Split, day: date) -> bool:
    # Who is en route and stays with no van was left on the way: its van broke down, or its driver
    # turned to another stop.
    return request.id not in parts.kept and request.day == day and request.state in _OPEN
