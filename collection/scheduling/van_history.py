"""What became of one van's route: what is over, what it is at, and where it will be free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.model import NO_LOAD, Load, Pause, RequestState, Route, Stop
from collection.routing.demand import request_load
from collection.routing.instructions import great_circle
from collection.routing.rest import Underway
from collection.scheduling.calendar import zone_of
from collection.units import MINUTE, to_seconds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import (
        DeviceType,
        PickupRequest,
        Position,
        ReloadVisit,
        Territory,
        Vehicle,
    )
    from collection.scheduling.progress import RouteProgress, StopProgress
    from collection.units import Metres, Seconds

NEARLY_THERE: Seconds = 5 * MINUTE
"""A stop that begins so soon stays with its van, whether or not the driver told of it."""

LEFT_DEPOT: Metres = 300
"""As far from its depot a van has left it."""

TURNED: Metres = 100
"""Nearer to the last door a van has not moved."""

_VISITED = frozenset(
    {
        *(RequestState.ARRIVED, RequestState.COLLECTED, RequestState.RECEIVED),
        *(RequestState.FAILED, RequestState.REFUSED),
    }
)
GONE = frozenset({RequestState.CANCELLED, RequestState.RESCHEDULED})
"""States of stops that are off the day, but where somebody had been there before."""

_LEFT_THERE = GONE | {RequestState.FAILED, RequestState.REFUSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class VanHistory:
    """A route and what became of it.

    Parameters
    ----------
    territory : Territory
        As the day began.
    vehicle : Vehicle
        Who drives.
    route : Route
        As it was published.
    told : RouteProgress
        What was heard of it.
    requests : Mapping of str to PickupRequest
        Of its stops, by id.
    devices : Mapping of str to DeviceType
        By id.
    day : date
        Local date.
    now : int
        The present, in seconds of the local day.
    out : bool
        Whether it takes nothing more.
    """

    territory: Territory
    vehicle: Vehicle
    route: Route
    told: RouteProgress
    requests: Mapping[str, PickupRequest]
    devices: Mapping[str, DeviceType]
    day: date
    now: Seconds
    out: bool

    def underway(self) -> Underway | None:
        """Find where the van will be free.

        Returns
        -------
        Underway or None
            None while it is at its depot.
        """
        own = self._own()
        depot = self._depot(self.vehicle.start_depot)
        if not own and not self._is_away(depot):
            return None
        stops = [self._stop(number) for number in own]
        reload = self._reload(own, stops)
        done = self._done(own, stops, reload)
        where, free = depot, done.start
        if stops:
            where, free = stops[-1].position, stops[-1].departure
        if reload is not None:
            where, free = reload.position, reload.departure
        under_way, metres, home = 0, 0, None
        seen = self._seen()
        if self.told.state == "done" and not self.out:
            # Everything is done and it is back: it may go out again.
            where, home = self._depot(self.vehicle.end_depot), self._clock(self.told.eta_end)
            under_way, free = max(0, home - free), max(free, home)
            metres = self.route.metres - sum(visit.metres for visit in self.route.visits)
        elif seen is not None and free <= seen[1] and great_circle(where, seen[0]) > TURNED:
            # A van that is between two doors begins where it was seen last.
            metres = round(great_circle(where, seen[0]))
            where, under_way = seen[0], seen[1] - free
        free = max(free, self.now, *(pause.end for pause in done.pauses))
        return Underway(
            vehicle=self.vehicle,
            done=replace(done, end=free),
            position=where,
            under_way=under_way,
            under_way_metres=metres,
            home=home,
        )

    def _own(self) -> list[int]:
        """Places of the stops that are over or stay with the van, in the order of the day."""
        stops = self.told.stops
        own = [n for n, stop in enumerate(stops) if was_there(stop) or self._is_next(stop)]
        own.sort(key=lambda n: (stops[n].arrived_at or stops[n].left_at or stops[n].eta, n))
        return own if self.out else own + self._until_emptied(own)

    def _is_next(self, stop: StopProgress) -> bool:
        """Ask whether the driver is on the way to a stop, or as good as there."""
        if self.out or stop.over:
            return False
        if stop.state is RequestState.EN_ROUTE:
            return True
        if self.told.state != "out" or stop.request_id != self.told.next_stop:
            return False
        # Who has left the depot and was seen nowhere since drives to the first stop.
        unseen = not any(map(was_there, self.told.stops)) and self.told.position is None
        left = unseen and self.route.start <= self.now
        return left or self._clock(stop.eta) <= self.now + NEARLY_THERE

    def _until_emptied(self, own: Sequence[int]) -> list[int]:
        """List open stops that a van goes on with because it is on its way to be emptied.

        What is on board takes room until then. A van that is hardly laden has room enough; the
        others would seem full for the whole day, so they first do what was planned.
        """
        reached = max(own, default=-1) + 1
        ahead = next((visit.after for visit in self.route.reloads if visit.after > reached), None)
        if ahead is None or not reached:
            return []
        room = self.vehicle.capacity.as_tuple()
        laden = self.route.stops[reached - 1].load.as_tuple()
        if not any(2 * used > most for used, most in zip(laden, room, strict=True)):
            return []
        return [
            number
            for number in range(reached, ahead)
            if number not in own and self.told.stops[number].state not in GONE
        ]

    def _stop(self, number: int) -> Stop:
        """Tell when the van was at a stop, or will be; as planned where nobody said."""
        planned, told = self.route.stops[number], self.told.stops[number]
        start = self._clock(told.eta)
        arrival = min(start, self._clock(told.arrived_at or told.eta))
        departure = start + planned.departure - planned.start
        if told.left_at is not None:
            departure = self._clock(told.left_at)
        elif not told.over:
            departure = max(departure, self.now)
        return replace(planned, arrival=arrival, start=start, departure=max(departure, start))

    def _reload(self, own: Sequence[int], stops: Sequence[Stop]) -> ReloadVisit | None:
        """Give the visit of a depot or site that the van is at, or drives to next."""
        if self.out or not own:
            return None
        reached = max(own) + 1
        gone = [stop.state in GONE for stop in self.told.stops[reached:]]
        following = reached + [*gone, False].index(False)
        visit = next((v for v in self.route.reloads if reached <= v.after <= following), None)
        if visit is None:
            return None
        arrival = stops[-1].departure + visit.travel
        start = arrival if visit.start == visit.arrival else max(arrival, visit.start)
        return replace(
            visit,
            arrival=arrival,
            start=start,
            departure=start + visit.departure - visit.start,
            after=len(stops),
        )

    def _done(self, own: Sequence[int], stops: Sequence[Stop], reload: ReloadVisit | None) -> Route:
        """Write down what is over as a route of its own."""
        reached = max(own, default=-1) + 1
        reloads = [
            replace(visit, after=sum(number < visit.after for number in own))
            for visit in self.route.reloads
            if visit.after < reached
        ]
        if reload is not None:
            reloads.append(reload)
        laden, load = self._laden(stops, {visit.after for visit in reloads})
        start, seen = self.route.start, self._seen()
        if self.told.shift_started is not None:
            start = self._clock(self.told.shift_started)
        if stops:
            start = min(start, stops[0].arrival - stops[0].travel)
        elif seen is not None:
            start = min(start, seen[1])
        visits: list[Stop | ReloadVisit] = [*laden, *reloads]
        return replace(
            self.route,
            stops=tuple(laden),
            reloads=tuple(reloads),
            pauses=self._pauses(stops),
            legs=(),
            start=start,
            end=start,
            travel=sum(visit.travel for visit in visits),
            metres=sum(visit.metres for visit in visits),
            cost=0,
            load=load,
        )

    def _laden(self, stops: Sequence[Stop], emptied: Collection[int]) -> tuple[list[Stop], Load]:
        """Count what was really taken along."""
        states = {stop.request_id: stop.state for stop in self.told.stops}
        load, laden = NO_LOAD, []
        for number, stop in enumerate(stops):
            load = NO_LOAD if number in emptied else load
            if states[stop.request_id] not in _LEFT_THERE:
                load += self._load(stop.request_id)
            laden.append(replace(stop, load=load))
        return laden, NO_LOAD if len(stops) in emptied else load

    def _pauses(self, stops: Sequence[Stop]) -> tuple[Pause, ...]:
        """List the breaks that the driver told of; whatever else was planned is still due."""
        lengths = [pause.end - pause.start for pause in self.route.pauses]
        spans = []
        for number, (began, ended) in enumerate(self.told.breaks_taken):
            start = self._clock(began)
            # Who rests goes on to rest for as long as it was planned.
            longest = start + (lengths[number] if number < len(lengths) else 0)
            spans.append((start, self._clock(ended) if ended else max(self.now, longest)))
        return tuple(
            Pause(start=start, end=end, after=sum(stop.start < start for stop in stops))
            for start, end in spans
        )

    def _is_away(self, depot: Position) -> bool:
        where = self.told.position
        return where is not None and great_circle(depot, where) > LEFT_DEPOT

    def _seen(self) -> tuple[Position, Seconds] | None:
        if self.told.position is None or self.told.position_at is None:
            return None
        return self.told.position, min(self.now, self._clock(self.told.position_at))

    def _load(self, request_id: str) -> Load:
        return request_load(self.requests[request_id], self.devices, self.territory.triage)

    def _depot(self, depot_id: str) -> Position:
        return next(depot.position for depot in self.territory.depots if depot.id == depot_id)

    def _clock(self, instant: datetime) -> Seconds:
        return to_seconds(instant, self.day, zone_of(self.territory))


def was_there(stop: StopProgress) -> bool:
    """Ask whether somebody has been at a stop.

    Parameters
    ----------
    stop : StopProgress
        How it stands.

    Returns
    -------
    bool
        Also where nothing was collected.
    """
    return stop.state in _VISITED or (
        stop.state in GONE and (stop.left_at is not None or stop.arrived_at is not None)
    )
