"""The rest of a day as a day of its own: vans begin where they will be free.

It is a territory like any other, so the planner and the verifier read it as they read a night:
each van on the road has a depot of its own where it stands, a shift that begins when it is free,
and of its room, stops, range and hours what is not used yet.

It costs what it costs more than to go home at once: hours are paid from when it is free, also
where it waits, and the way home is paid back to a van that serves somebody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from collection.model import Depot, Load, Shift
from collection.routing.clock import FAR, THERE, arrival, period_at
from collection.routing.costs import bill
from collection.routing.fleet import travel_of
from collection.routing.overdue import breaks_due
from collection.routing.working_time import most_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from collection.model import (
        PickupRequest,
        Position,
        RestOfDay,
        Route,
        Territory,
        Vehicle,
    )
    from collection.ports import TravelTable
    from collection.units import Metres, Seconds

MARK = "~"
"""What the id of a depot begins with that is only where a van stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """A van on the road, and what of its route is over or stays its own.

    Parameters
    ----------
    vehicle : Vehicle
        As the day began.
    done : Route
        What it did, and what it is at: ends when and where it is free, costs nothing yet.
    position : Position
        Where it will be free.
    under_way : int
        Seconds driven since the last stop or reload of `done`.
    under_way_metres : int
        Metres likewise.
    home : int, optional
        When it came home, where everything was done before.
    """

    vehicle: Vehicle
    done: Route
    position: Position
    under_way: Seconds = 0
    under_way_metres: Metres = 0
    home: Seconds | None = None

    @property
    def free(self) -> Seconds:
        """When it will be free."""
        return self.done.end

    @property
    def depot(self) -> Depot:
        """Where it will be free, as the depot of the rest of its day."""
        return Depot(id=f"{MARK}{self.vehicle.id}", name=self.vehicle.name, position=self.position)


def rest_territory(
    territory: Territory,
    waiting: Mapping[str, Vehicle],
    underway: Mapping[str, Underway],
    day: date,
) -> Territory:
    """Build the territory that the rest of a day is planned in.

    Parameters
    ----------
    territory : Territory
        As the day began.
    waiting : Mapping of str to Vehicle
        By id, the vans that have not left, with what is left of their shifts.
    underway : Mapping of str to Underway
        By id, the vans on the road that may take more.
    day : date
        Local date.

    Returns
    -------
    Territory
        With these vans, in its order. Unevenness has no price: the days of vans that are out
        since the morning and of others cannot be compared by what is left of them.
    """
    real = frozenset(place.id for place in territory.places)
    vehicles = []
    for vehicle in territory.vehicles:
        if vehicle.id in underway:
            rest = _rest_of(territory, underway[vehicle.id], day)
        else:
            rest = waiting.get(vehicle.id)
        if rest is not None:
            vehicles.append(replace(rest, reload_sites=(rest.reload_sites or real) & real))
    begun = [van.depot for van in underway.values()]
    return replace(
        territory,
        depots=(*territory.depots, *begun),
        vehicles=tuple(vehicles),
        weights=replace(territory.weights, fairness=None),
    )


def _rest_of(territory: Territory, van: Underway, day: date) -> Vehicle | None:
    """Tell what is left of a van's day; None where it is over."""
    vehicle, done, free = van.vehicle, van.done, van.free
    latest = vehicle.shift.end + vehicle.overtime
    most = most_seconds(territory.country, vehicle, day)
    if most is not None:
        latest = min(latest, done.start + most)
    if free >= latest:
        return None
    used = done.metres + van.under_way_metres
    return replace(
        vehicle,
        start_depot=van.depot.id,
        # A planned van leaves its depot as late as it can, and is paid from then on. One that is
        # out is paid from when it is free, whatever it waits: so all its hours are overtime. What
        # real overtime costs on top is in the bill of the whole route alone.
        shift=Shift(start=free, end=free),
        overtime=latest - free,
        cost_per_hour=0,
        overtime_cost_per_hour=vehicle.cost_per_hour,
        capacity=_less(vehicle.capacity, done.load),
        fixed_cost=0,
        max_metres=None if vehicle.max_metres is None else max(0, vehicle.max_metres - used),
        max_stops=None
        if vehicle.max_stops is None
        else max(0, vehicle.max_stops - len(done.stops)),
        # How late it may be back stands in its shift: who waits on the road is out all the same.
        max_seconds=None,
        breaks=breaks_due(territory, van, day, until=latest),
    )


def _less(room: Load, used: Load) -> Load:
    left = (
        max(0, most - amount) for most, amount in zip(room.as_tuple(), used.as_tuple(), strict=True)
    )
    units, litres, grams, hazards = left
    return Load(units=units, litres=litres, grams=grams, hazards=hazards)


def ways_home(territory: Territory, travel: TravelTable) -> dict[str, tuple[Seconds, Metres]]:
    """Time the ways of vans that go home at once.

    Parameters
    ----------
    territory : Territory
        The rest of a day.
    travel : TravelTable
        Over its points.

    Returns
    -------
    dict of str to (int, int)
        Per van on the road, seconds and metres from where it is free to its end depot; none
        for a van from whose place no way leads there.
    """
    tables = travel_of(territory.vehicles, travel)
    depots = [depot.id for depot in territory.depots]
    ways = {}
    for number, vehicle in enumerate(territory.vehicles):
        start, end = depots.index(vehicle.start_depot), depots.index(vehicle.end_depot)
        way = np.zeros((len(tables["periods"]), 4), dtype=np.int32)
        way[:, THERE] = tables["seconds"][tables["profiles"][number], :, start, end]
        way[:, THERE + 1] = tables["metres"][tables["profiles"][number], :, start, end]
        free = vehicle.shift.start
        there = int(arrival(way, THERE, tables["periods"], free))
        if vehicle.start_depot.startswith(MARK) and there < FAR:
            period = int(period_at(tables["periods"], free))
            ways[vehicle.id] = (there - free, int(way[period, THERE + 1]))
    return ways


def with_ways_home(territory: Territory, ways: Mapping[str, tuple[Seconds, Metres]]) -> Territory:
    """Pay vans on the road their ways home back.

    Parameters
    ----------
    territory : Territory
        The rest of a day.
    ways : Mapping of str to (int, int)
        As `ways_home` timed them.

    Returns
    -------
    Territory
        Where a van on the road has a fixed cost of what it costs to go home at once, below
        zero: that is due anyway, so nobody is spared it by taking a van's last stops away.
    """
    vehicles = []
    for vehicle in territory.vehicles:
        if vehicle.id in ways:
            seconds, metres = ways[vehicle.id]
            free = vehicle.shift.start
            saved = bill(vehicle, start=free, end=free + seconds, metres=metres)
            vehicles.append(replace(vehicle, fixed_cost=-saved))
        else:
            vehicles.append(vehicle)
    return replace(territory, vehicles=tuple(vehicles))


def recorded(territory: Territory, rest: RestOfDay) -> Territory:
    """Build the territory again that the rest of a stored plan was planned in.

    Parameters
    ----------
    territory : Territory
        As it is now.
    rest : RestOfDay
        What the plan was made from.

    Returns
    -------
    Territory
        With the vans as they were then.
    """
    return replace(
        territory,
        depots=(*territory.depots, *rest.depots),
        vehicles=rest.vehicles,
        weights=replace(territory.weights, fairness=None),
    )


def held_open(
    requests: Iterable[PickupRequest], later: Mapping[str, Seconds]
) -> tuple[PickupRequest, ...]:
    """Hold the last windows of some requests open for longer.

    Parameters
    ----------
    requests : Iterable of PickupRequest
        Any.
    later : Mapping of str to int
        By request: for how many seconds.

    Returns
    -------
    tuple of PickupRequest
        The same, with longer windows where that is asked for.
    """
    return tuple(_held_open(request, later.get(request.id, 0)) for request in requests)


def _held_open(request: PickupRequest, seconds: Seconds) -> PickupRequest:
    if not seconds or not request.windows:
        return request
    last = max(request.windows, key=lambda window: window.end)
    longer = replace(last, end=last.end + timedelta(seconds=seconds))
    return replace(
        request, windows=(*(window for window in request.windows if window != last), longer)
    )
