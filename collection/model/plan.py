"""Plans: immutable, versioned, every request in a route or unassigned with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from collection.model.rest import RestOfDay
from collection.model.route import Route
from collection.model.rules import Instructions
from collection.model.states import UnassignedReason
from collection.units import Cents


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
    soft : int
        Cents that preferences, changes against an earlier plan and uneven days weigh; on
        no bill.
    fingerprint : str
        Hash of requests, vehicles and network that it was made from: the same inputs give
        the same plan and no second version.
    seed : int
        Of the solve.
    instructions : Instructions
        What was asked of it.
    rest : RestOfDay, optional
        What it was made from if that was during its day; None for the plan of a night.
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
    soft: Cents = 0
    fingerprint: str
    seed: int
    instructions: Instructions = field(default_factory=Instructions)
    rest: RestOfDay | None = None


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


def van_day(route_id: str) -> tuple[str, str]:
    """Van and day in the id of a route, the same for all versions of the day's plan.

    Parameters
    ----------
    route_id : str
        ``<territory>.<date>.v<version>.<vehicle>``.

    Returns
    -------
    tuple of str and str
        ``<territory>.<date>``, and the vehicle.
    """
    plan_id, _, vehicle_id = route_id.rpartition(".")
    return plan_id.rpartition(".")[0], vehicle_id
