"""A planned route laid out for timing, so that what is left of it can be timed again.

Travel, service and waiting are the plan's own. A way that the plan does not hold, because a
stop between was cancelled or comes in another order, is estimated: as the crow flies, at the
pace of the whole route.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from collection.model import Pause, ReloadVisit
from collection.routing.along import METRES_PER_DEGREE, apart
from collection.routing.clock import THERE, first_start
from collection.routing.day import CLOSES, OPENS, POINT, SERVICE, day_of
from collection.routing.problem import NO_LIMIT, Problem
from collection.routing.timeline import events

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.model import Position, Route, Stop, Vehicle
    from collection.routing.day import Day
    from collection.units import Seconds

_PACE = 0.15
"""Seconds per metre as the crow flies where a route has no length: 24 km/h."""

_START, _END, _PLACES = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A route as a day of one van; node i is its i-th stop.

    Parameters
    ----------
    route : Route
        The route.
    day : Day
        Its stops, reloads and pauses.
    places : tuple of Position
        Of the day's points.
    order : tuple of int
        All nodes as planned.
    """

    route: Route
    day: Day
    places: tuple[Position, ...]
    order: tuple[int, ...]

    @property
    def stops(self) -> int:
        """How many of the nodes are stops; they come first."""
        return len(self.route.stops)

    @property
    def pauses(self) -> range:
        """Nodes at which the driver rests."""
        return range(len(self.day.nodes) - len(self.route.pauses), len(self.day.nodes))

    def way(self, origin: int | None, target: int) -> Seconds:
        """Travel from a node to a stop.

        Parameters
        ----------
        origin : int, optional
            None for the start depot.
        target : int
            The stop.

        Returns
        -------
        int
            Seconds.
        """
        return int(self.day.ways[0, self._point(origin), self._point(target), 0, THERE])

    def line(self, origin: int | None, target: int) -> tuple[tuple[float, float], ...]:
        """Way from a node to a stop.

        Parameters
        ----------
        origin : int, optional
            None for the start depot.
        target : int
            The stop.

        Returns
        -------
        tuple of (lon, lat)
            The planned leg; a straight line where the plan has none.
        """
        visited = [None, *(node for node in self.order if node not in self.pauses)]
        number = visited.index(target)
        if visited[number - 1] == origin and self.route.legs:
            return self.route.legs[number - 1].line
        ends = (self.places[self._point(origin)], self.places[self._point(target)])
        return tuple((place.lon, place.lat) for place in ends)

    def _point(self, node: int | None) -> int:
        return _START if node is None else int(self.day.nodes[node, POINT])

    def service(self, stop: int) -> Seconds:
        """Time at a door.

        Parameters
        ----------
        stop : int
            Which.

        Returns
        -------
        int
            Seconds.
        """
        return int(self.day.nodes[stop, SERVICE])

    def start(self, stop: int, arrival: Seconds) -> Seconds:
        """When service starts after an arrival.

        Parameters
        ----------
        stop : int
            Where.
        arrival : int
            When, in seconds of the local day.

        Returns
        -------
        int
            Seconds of the local day.
        """
        return int(first_start(self.day.nodes, self.day.windows, stop, arrival))

    def opens(self, stop: int) -> Seconds:
        """First second of a stop's first window.

        Parameters
        ----------
        stop : int
            Which.

        Returns
        -------
        int
            Of the local day.
        """
        return int(self.day.nodes[stop, OPENS])

    def lateness(self, stop: int, start: Seconds) -> Seconds:
        """How far a start lies behind the last window.

        Parameters
        ----------
        stop : int
            Where.
        start : int
            Of service, in seconds of the local day.

        Returns
        -------
        int
            Seconds, 0 in time.
        """
        return max(0, start - int(self.day.nodes[stop, CLOSES]))


def lay_out(
    route: Route,
    vehicle: Vehicle | None,
    depots: Mapping[str, Position],
    windows: Mapping[str, tuple[tuple[Seconds, Seconds], ...]],
    *,
    day: date,
    rests: Sequence[Seconds],
) -> Track:
    """Lay a route out.

    Parameters
    ----------
    route : Route
        As planned.
    vehicle : Vehicle, optional
        Whose route; None where the fleet has lost it since.
    depots : Mapping of str to Position
        By id.
    windows : Mapping of str to tuple of (int, int)
        By request, in seconds of the local day; of one that is missing, the plan's waiting
        tells when it opens.
    day : date
        Local date.
    rests : Sequence of int
        What is left of each pause, in seconds.

    Returns
    -------
    Track
        The route.
    """
    stops, reloads = route.stops, route.reloads
    ends = [depots.get(vehicle.start_depot), depots.get(vehicle.end_depot)] if vehicle else []
    home = [end or stops[0].position for end in ends] or [stops[0].position] * 2
    places = (*home, *(visit.position for visit in reloads), *(stop.position for stop in stops))
    before, nothing = _ready(route), np.zeros(1, dtype=np.int64)
    problem = Problem(
        territory="",
        day=day,
        request_ids=tuple(stop.request_id for stop in stops),
        vehicle_ids=(route.vehicle_id,),
        positions=places,
        depots=_PLACES + len(reloads),
        seconds=_seconds(route, places),
        metres=np.zeros((len(places), len(places)), dtype=np.int32),
        service=np.array([stop.departure - stop.start for stop in stops]),
        loads=np.zeros((len(stops), 1), dtype=np.int64),
        windows=tuple(windows.get(stop.request_id) or _opening(stop) for stop in stops),
        prices=np.zeros(len(stops), dtype=np.int64),
        shifts=np.array([[route.start, NO_LIMIT]]),
        capacities=np.ones((1, 1), dtype=np.int64),
        starts=np.array([_START]),
        ends=np.array([_END]),
        fixed_costs=nothing,
        hour_costs=nothing,
        km_costs=nothing,
        pauses=np.array(
            [
                (_earliest(pause, ready, vehicle), NO_LIMIT, left)
                for pause, ready, left in zip(route.pauses, before, rests, strict=True)
            ],
            dtype=np.int64,
        ).reshape(-1, 3),
        reload_ids=tuple(str(number) for number in range(len(reloads))),
        reload_points=np.arange(_PLACES, _PLACES + len(reloads)),
        reload_service=np.array(
            [visit.departure - visit.start for visit in reloads], dtype=np.int64
        ),
        reload_windows=tuple(_opening(visit) for visit in reloads),
    )
    return Track(route=route, day=day_of(problem), places=places, order=_order(route))


def _order(route: Route) -> tuple[int, ...]:
    """Nodes in the order in which they are planned."""
    stop, reload = iter(range(len(route.stops))), iter(range(len(route.reloads)))
    pause = iter(range(len(route.pauses)))
    first_pause = len(route.stops) + len(route.reloads)
    order = []
    for event in events(route):
        if isinstance(event, Pause):
            order.append(first_pause + next(pause))
        elif isinstance(event, ReloadVisit):
            order.append(len(route.stops) + next(reload))
        else:
            order.append(next(stop))
    return tuple(order)


def _seconds(route: Route, places: Sequence[Position]) -> NDArray[np.int32]:
    """Travel between all places: planned where it is, else estimated."""
    visits, first = route.visits, _PLACES + len(route.reloads)
    stop, reload = iter(range(first, len(places))), iter(range(_PLACES, first))
    points = [next(reload if isinstance(visit, ReloadVisit) else stop) for visit in visits]
    driven = [_START, *points, _END]
    travel = [visit.travel for visit in visits]
    travel.append(route.travel - sum(travel))
    flown = sum(apart(places[a], places[b]) for a, b in pairwise(driven))
    pace = route.travel / flown if flown else _PACE
    lon = np.array([place.lon for place in places])
    lat = np.array([place.lat for place in places])
    east = (lon - lon[:, None]) * np.cos(np.radians(lat[0]))
    metres = np.hypot(east, lat - lat[:, None]) * METRES_PER_DEGREE
    seconds: NDArray[np.int32] = np.ceil(metres * pace).astype(np.int32)
    seconds[driven[:-1], driven[1:]] = travel
    return seconds


def _opening(visit: Stop | ReloadVisit) -> tuple[tuple[Seconds, Seconds], ...]:
    """Window of a visit of which only the plan is known: a van that waited, waited for it."""
    return ((visit.start if visit.start > visit.arrival else -NO_LIMIT, NO_LIMIT),)


def _ready(route: Route) -> list[Seconds]:
    """When each pause could have begun, had it not waited for a clock."""
    ready, clock = [], route.start
    for event in events(route):
        if isinstance(event, Pause):
            ready.append(clock)
            clock = event.end
        else:
            clock = event.departure
    return ready


def _earliest(pause: Pause, ready: Seconds, vehicle: Vehicle | None) -> Seconds:
    """First second at which a pause may start: of a break by the clock, or any time."""
    if pause.start > ready:
        return pause.start
    seconds = pause.end - pause.start
    fixed = [
        rest.earliest
        for rest in (vehicle.breaks if vehicle else ())
        if rest.seconds == seconds and rest.earliest <= pause.start <= rest.latest
    ]
    return min(fixed, default=-NO_LIMIT)
