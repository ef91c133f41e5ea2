"""Plans: immutable, versioned, every request in a route or unassigned with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from collection.model.places import Position
from collection.model.requests import Load
from collection.model.states import UnassignedReason
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
        Seconds from the stop before, or from the depot.
    metres : int
        Metres from the stop before, or from the depot.
    load : Load
        On board after this stop.
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
class Leg:
    """The way from one stop to the next on real streets.

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
        One more than stops: out of the depot, between stops, back to the depot. Empty
        where no geometry was asked for.
    start : int
        Departure from the start depot.
    end : int
        Return to the end depot.
    travel : int
        Seconds of driving.
    metres : int
        Metres of driving, the way back included.
    cost : int
        Cents: fixed, by the hour and by the kilometre.
    load : Load
        On board at the end.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A request in no route, and why.

    Parameters
    ----------
    request_id : str
        Which request.
    reason : UnassignedReason
        Why.
    detail : str
        The same in a sentence, with figures.
    """

    request_id: str
    reason: UnassignedReason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A constraint that a plan breaks, as `collection.routing.check` finds it.

    Parameters
    ----------
    constraint : str
        Its name: ``time_window``, ``capacity``, ``shift``, ``skills``, ``exactly_once``, ...
    detail : str
        What is broken, with figures.
    vehicle_id : str, optional
        In whose route.
    request_id : str, optional
        At whose stop.
    """

    constraint: str
    detail: str
    vehicle_id: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One immutable version of a territory's day.

    Parameters
    ----------
    id : str
        ``<territory>.<date>.v<version>``.
    territory : str
        Id of the territory.
    day : date
        Local date.
    version : int
        From 1.
    created_at : datetime
        Aware UTC instant.
    routes : tuple of Route
        Only routes with stops.
    unassigned : tuple of Unassigned
        The rest, each with a reason.
    violations : tuple of Violation
        What the independent verifier found; a plan with any is not published.
    cost : int
        Cents of all routes, without the prices of unassigned requests.
    fingerprint : str
        Hash of requests, vehicles and network that it was made from: the same inputs give
        the same plan and no second version.
    seed : int
        Of the solve.
    """

    id: str
    territory: str
    day: date
    version: int
    created_at: datetime
    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    violations: tuple[Violation, ...] = ()
    cost: Cents
    fingerprint: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a long step is.

    Parameters
    ----------
    phase : str
        ``snapshot``, ``matrix``, ``solve``, ``check``, ``paths``, ``save``.
    done : float
        0 to 1 of that phase.
    text : str
        What to show.
    """

    phase: str
    done: float
    text: str = ""


def territory_of(identifier: str) -> str:
    """Territory in the id of a request, slot, plan or route.

    Parameters
    ----------
    identifier : str
        ``<territory>.<rest>``.

    Returns
    -------
    str
        What stands before the first dot.
    """
    return identifier.partition(".")[0]


def plan_of(route_id: str) -> str:
    """Plan in the id of a route.

    Parameters
    ----------
    route_id : str
        ``<plan>.<vehicle>``.

    Returns
    -------
    str
        What stands before the last dot.
    """
    return route_id.rpartition(".")[0]
