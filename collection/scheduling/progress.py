"""A plan and its day's events: where each van is, and when it will be where.

One arrival arithmetic (`collection.routing.timing`), with what was told in front: a stop
that is over stays over, a driver at a door leaves it when its service is done, one on the way
arrives when the way is driven. What should have happened by now and was not told happens now
at the earliest.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from collection.model import RequestState
from collection.routing.demand import local_windows
from collection.scheduling.calendar import zone_of
from collection.scheduling.eta_history import NO_HISTORY
from collection.scheduling.heard import hear
from collection.scheduling.live import (
    BROKEN,
    DONE,
    OUT,
    OVER,
    WAITING,
    DayProgress,
    RouteProgress,
    StopProgress,
)
from collection.scheduling.track import lay_out
from collection.scheduling.whereabouts import VanFacts, look_ahead, rests_left
from collection.units import DayClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from collection.model import Event, PickupRequest, Plan, Route, Territory
    from collection.scheduling.eta_history import EtaHistory
    from collection.scheduling.heard import Heard, StopHeard, VanHeard
    from collection.scheduling.track import Track
    from collection.scheduling.whereabouts import Outlook
    from collection.units import Seconds

__all__ = ["OVER", "DayProgress", "RouteProgress", "StopProgress", "fold"]


def fold(
    plan: Plan,
    events: Iterable[Event],
    *,
    now: datetime,
    territory: Territory,
    requests: Mapping[str, PickupRequest] = MappingProxyType({}),
    history: EtaHistory = NO_HISTORY,
) -> DayProgress:
    """Tell how a plan's day stands.

    Parameters
    ----------
    plan : Plan
        The plan; facts that were told under another version of it hold too.
    events : Iterable of Event
        Of its day, in any order, any number of times.
    now : datetime
        Aware present.
    territory : Territory
        Whose vehicles and clock.
    requests : Mapping of str to PickupRequest
        By id, with their windows; of one that is missing no window is known.
    history : EtaHistory
        How far the territory's predictions lie from what happens.

    Returns
    -------
    DayProgress
        The same whatever order the events came in.
    """
    heard = hear(plan, events)
    clock = DayClock(plan.day, zone_of(territory))
    # Rounded up: what happens then is not before now.
    present = clock.seconds(now) + (now.microsecond > 0)
    folder = _Folder(territory, requests, heard, clock, present, history)
    return DayProgress(routes=tuple(folder.route(route) for route in plan.routes), now=now)


@dataclass(frozen=True, slots=True)
class _Folder:
    """What all routes of a day share."""

    territory: Territory
    requests: Mapping[str, PickupRequest]
    heard: Heard
    clock: DayClock
    now: Seconds
    history: EtaHistory

    def route(self, route: Route) -> RouteProgress:
        van = self.heard.vans[route.vehicle_id]
        vehicle = next((v for v in self.territory.vehicles if v.id == route.vehicle_id), None)
        facts = self._facts(route, van)
        rests = rests_left([pause.end - pause.start for pause in route.pauses], facts.breaks)
        track = lay_out(
            route,
            vehicle,
            {depot.id: depot.position for depot in self.territory.depots},
            self._windows(route),
            day=self.clock.day,
            rests=rests,
        )
        outlook = look_ahead(track, facts)
        stops = tuple(self._stop(track, node, van, facts, outlook) for node in range(track.stops))
        done = sum(stop.over for stop in stops)
        over, silent = done == len(stops), van.last_event_at is None
        home = over and (silent or self.now > outlook.end)
        state = _state(van, started=bool(facts.left), home=home)
        end = outlook.end if state == DONE else max(outlook.end, self.now)
        if over and silent and not facts.left:
            # Everybody called off before it left: it stays where it is.
            end = route.start
        if van.shift_ended:
            end = self.clock.seconds(van.shift_ended)
        next_stop = outlook.target if outlook.door is None else outlook.door
        return RouteProgress(
            route_id=route.id,
            vehicle_id=route.vehicle_id,
            state=state,
            stops=stops,
            done=done,
            next_stop=None if next_stop is None else route.stops[next_stop].request_id,
            position=van.position,
            position_at=van.position_at,
            last_event_at=van.last_event_at,
            shift_started=van.shift_started,
            shift_ended=van.shift_ended,
            acknowledged=van.acknowledged,
            eta_end=self.clock.instant(end),
            overtime=max(0, end - vehicle.shift.end) if vehicle else 0,
            breaks_taken=tuple(van.breaks),
            breaks_left=rests,
        )

    def _windows(self, route: Route) -> dict[str, tuple[tuple[Seconds, Seconds], ...]]:
        known = (self.requests.get(stop.request_id) for stop in route.stops)
        return {r.id: local_windows(r, self.clock.day, self.clock.zone) for r in known if r}

    def _facts(self, route: Route, van: VanHeard) -> VanFacts:
        over: set[int] = set()
        left: dict[int, Seconds] = {}
        arrivals: dict[int, Seconds] = {}
        heading: dict[int, Seconds] = {}
        for node, stop in enumerate(route.stops):
            name = stop.request_id
            ended = self.heard.ends.get(name)
            if ended:
                over.add(node)
                if ended.left_at and ended.vehicle_id == route.vehicle_id:
                    left[node] = self.clock.seconds(ended.left_at)
            elif name in van.arrivals:
                arrivals[node] = self.clock.seconds(van.arrivals[name])
            if name in van.heading:
                heading[node] = self.clock.seconds(van.heading[name])
        fix = None
        if van.position is not None and van.position_at is not None:
            fix = (van.position, self.clock.seconds(van.position_at))
        return VanFacts(
            now=self.now,
            over=over,
            left=left,
            arrivals=arrivals,
            heading=heading,
            shift_started=self._known(van.shift_started),
            fix=fix,
            breaks=[(self.clock.seconds(start), self._known(end)) for start, end in van.breaks],
        )

    def _known(self, instant: datetime | None) -> Seconds | None:
        return None if instant is None else self.clock.seconds(instant)

    def _stop(
        self, track: Track, node: int, van: VanHeard, facts: VanFacts, outlook: Outlook
    ) -> StopProgress:
        planned = track.route.stops[node]
        name = planned.request_id
        ended = self.heard.ends.get(name)
        arrived_at, left_at = van.arrivals.get(name), ended.left_at if ended else None
        if arrived_at and left_at and arrived_at > left_at:
            # Two clocks, or a visit that was told too late: the departure is what counts.
            arrived_at = None
        start, ahead = planned.start, False
        if arrived_at:
            start = track.start(node, self.clock.seconds(arrived_at))
            if left_at:
                start = min(start, self.clock.seconds(left_at))
        elif left_at:
            start = self.clock.seconds(left_at) - track.service(node)
        elif node in outlook.starts:
            start, ahead = outlook.starts[node], True
        before, behind = self.history.spread(start - self.now) if ahead else (0, 0)
        earliest = max(start + before, min(start, max(self.now, track.opens(node))))
        headed = outlook.door is None and outlook.target == node and node in facts.heading
        return StopProgress(
            request_id=name,
            state=self._state(name, ended, arrived=arrived_at is not None, headed=headed),
            planned_start=self.clock.instant(planned.start),
            eta=self.clock.instant(start),
            eta_earliest=self.clock.instant(earliest),
            eta_latest=self.clock.instant(start + behind),
            lateness=track.lateness(node, start) if ahead or arrived_at or left_at else 0,
            arrived_at=arrived_at,
            left_at=left_at,
        )

    def _state(
        self, name: str, ended: StopHeard | None, *, arrived: bool, headed: bool
    ) -> RequestState:
        if ended:
            request = self.requests.get(name)
            if request and request.state is RequestState.RECEIVED:
                return RequestState.RECEIVED
            return ended.state
        if arrived:
            return RequestState.ARRIVED
        return RequestState.EN_ROUTE if headed else RequestState.PLANNED


def _state(van: VanHeard, *, started: bool, home: bool) -> str:
    if van.out_at:
        return BROKEN
    if van.shift_ended or home:
        return DONE
    return OUT if started or van.shift_started or van.heading or van.arrivals else WAITING
