"""What a plan that was made during its day was made from: the rest of that day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from collection.model.requests import NO_LOAD, Load
from collection.model.territory import Depot, Vehicle
from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """Where in a route the rest of the day begins.

    Parameters
    ----------
    vehicle_id : str
        Whose route.
    stops : int
        How many of its stops were over, or the van's own, when the rest was planned.
    reloads : int
        How many of its reloads.
    pauses : int
        How many of its pauses.
    start : int
        When the rest begins, in seconds of the local day.
    travel : int
        Seconds of driving up to the last of those stops and reloads.
    metres : int
        Metres up to there.
    under_way : int
        Seconds driven from there to where the rest begins.
    under_way_metres : int
        Metres likewise.
    load : Load
        On board when the rest begins.
    cost : int
        Cents of the rest alone, as the planner saw it.
    """

    vehicle_id: str
    stops: int
    reloads: int
    pauses: int
    start: Seconds
    travel: Seconds
    metres: Metres
    under_way: Seconds = 0
    under_way_metres: Metres = 0
    load: Load = NO_LOAD
    cost: Cents = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranded:
    """A van that takes nothing more.

    Parameters
    ----------
    vehicle_id : str
        Which.
    load : Load
        What is on board and stays there until somebody fetches it.
    requests : tuple of str
        Whose devices these are.
    open : tuple of str
        Requests that it should still have served.
    """

    vehicle_id: str
    load: Load
    requests: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How a day would go on if nothing were changed.

    Parameters
    ----------
    starts : Mapping of str to int
        By open request of a van that is still out: when service would start, in seconds of
        the local day.
    cost : int
        Cents of all routes, as they happen.
    metres : int
        Metres of all routes.
    """

    starts: Mapping[str, Seconds]
    cost: Cents
    metres: Metres


@dataclass(frozen=True, slots=True, kw_only=True)
class RestOfDay:
    """What a plan was made from that was made while its day ran.

    With it the plan can be verified again, and set beside the plan that it is to replace.

    Parameters
    ----------
    since : datetime
        Aware UTC instant at which the rest begins.
    replaces : str
        Id of the plan that was published then.
    seen : str
        Id of the last event that was known; empty for none.
    depots : tuple of Depot
        Where vans on the road begin the rest.
    vehicles : tuple of Vehicle
        The vans with what is left of their day.
    resumed : tuple of Resumed
        Of the routes that had begun.
    stranded : tuple of Stranded
        Vans that take nothing more.
    out : tuple of str
        Those of them that a dispatcher took out; the others' drivers have ended their shifts.
    later : Mapping of str to int
        By request that cannot be served in its window any more: seconds for which its last
        window was held open.
    outlook : Outlook
        How the day would go on otherwise.
    """

    since: datetime
    replaces: str
    seen: str
    depots: tuple[Depot, ...]
    vehicles: tuple[Vehicle, ...]
    resumed: tuple[Resumed, ...]
    stranded: tuple[Stranded, ...] = ()
    out: tuple[str, ...] = ()
    later: Mapping[str, Seconds]
    outlook: Outlook
