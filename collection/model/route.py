"""Routes: what one vehicle does on one day, in seconds of the local day."""

from __future__ import annotations

from dataclasses import dataclass

from collection.model.places import Position
from collection.model.requests import NO_LOAD, Load
from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One pickup in a route, in seconds of the local day.

    Parameters
    ----------
    request_id : str
        Which request.
    position : Position
        Where.
    arrival : int
        When the van is there.
    start : int
        When service starts: `arrival` plus the waiting time.
    departure : int
        When the van leaves: `start` plus the service time.
    travel : int
        Seconds from where the van stood before: a stop, a reload or the depot.
    metres : int
        Metres from there.
    load : Load
        On board after this stop, since the van was last emptied.
    """

    request_id: str
    position: Position
    arrival: Seconds
    start: Seconds
    departure: Seconds
    travel: Seconds
    metres: Metres
    load: Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A rest of the driver, in seconds of the local day, where the van then stands.

    Parameters
    ----------
    start : int
        When it begins.
    end : int
        When it is over.
    after : int
        How many stops of the route come before it.
    """

    start: Seconds
    end: Seconds
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadVisit:
    """A visit of a depot or site where the van is emptied, in seconds of the local day.

    Parameters
    ----------
    site_id : str
        Which depot or site.
    position : Position
        Where.
    arrival : int
        When the van is there.
    start : int
        When emptying begins.
    departure : int
        When the van leaves.
    travel : int
        Seconds from where the van stood before.
    metres : int
        Metres from there.
    after : int
        How many stops of the route come before it.
    """

    site_id: str
    position: Position
    arrival: Seconds
    start: Seconds
    departure: Seconds
    travel: Seconds
    metres: Metres
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way from one place to the next on real streets.

    Parameters
    ----------
    line : tuple of (lon, lat)
        Vertices in driving order, at least two.
    streets : tuple of str
        Street names in driving order, each once per stretch.
    """

    line: tuple[tuple[float, float], ...]
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one vehicle drives on one day, in seconds of the local day.

    Parameters
    ----------
    id : str
        ``<plan>.<vehicle>``.
    vehicle_id : str
        Who drives it.
    stops : tuple of Stop
        In driving order, at least one.
    legs : tuple of Leg
        One more than stops and reloads: out of the depot, from place to place, back to
        the depot. Empty where no geometry was asked for.
    start : int
        Departure from the start depot.
    end : int
        Return to the end depot.
    travel : int
        Seconds of driving.
    metres : int
        Metres of driving, the way back included.
    cost : int
        Cents: fixed, by the hour, overtime, and by the kilometre.
    load : Load
        On board at the end.
    pauses : tuple of Pause
        In time order.
    reloads : tuple of ReloadVisit
        In driving order.
    overtime : int
        Seconds of the return after the shift's end.
    """

    id: str
    vehicle_id: str
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...] = ()
    start: Seconds
    end: Seconds
    travel: Seconds
    metres: Metres
    cost: Cents
    load: Load
    pauses: tuple[Pause, ...] = ()
    reloads: tuple[ReloadVisit, ...] = ()
    overtime: Seconds = 0

    @property
    def visits(self) -> tuple[Stop | ReloadVisit, ...]:
        """Stops and reloads in driving order."""
        visits: list[Stop | ReloadVisit] = []
        for count in range(len(self.stops) + 1):
            visits += [reload for reload in self.reloads if reload.after == count]
            visits += self.stops[count : count + 1]
        return tuple(visits)

    @property
    def collected(self) -> Load:
        """What is picked up on the whole route, over all trips."""
        trips = {reload.after for reload in self.reloads} | {len(self.stops)}
        return sum((self.stops[last - 1].load for last in trips if last), start=NO_LOAD)
