"""A day of a territory as integers: the one input of every engine.

Points are numbered depots and reload sites first, then requests, in the caller's order. A
route is a tuple of **nodes**: requests ``0 .. R-1``, then the reloads ``R .. R+K-1``, where
a van is emptied, then the pauses ``R+K .. R+K+B-1``. A pause has no place: it is taken where
the van then is.

A request that no vehicle can serve stays in the problem with its reason, and engines leave
it out: it can never make a plan fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from collection.model import BreakRule, Fairness, Position, UnassignedReason
    from collection.units import Seconds

NO_LIMIT = 1 << 40
"""A limit that no route reaches, far from the end of 64 bits."""

_LEFT_OUT: Any = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """One day of one territory; a field that is left out means that nothing of it holds.

    R requests, V vehicles, P points, D load dimensions, F travel profiles, T periods, K
    reloads and B pauses.

    Parameters
    ----------
    territory : str
        Id of the territory.
    day : date
        Local date.
    request_ids : tuple of str
        Ids of the R requests.
    vehicle_ids : tuple of str
        Ids of the V vehicles.
    positions : tuple of Position
        The P points: depots and sites, then requests.
    depots : int
        How many of the points come before the requests.
    seconds : ndarray of int32, shape (F, T, P, P)
        Travel times; `collection.ports.UNREACHABLE` where no way leads. Given as (P, P)
        they hold for every vehicle all day.
    metres : ndarray of int32, shape (F, T, P, P)
        Distances, likewise.
    periods : ndarray of int64, shape (T,)
        Start of each period in seconds of the day; the first holds before it, too.
    service : ndarray of int64, shape (R,)
        Service times in seconds.
    setup : ndarray of int64, shape (R,)
        Seconds for parking and set-up, paid unless the stop before is at the same address.
    addresses : ndarray of int64, shape (R,)
        Number of each request's address; equal numbers share their set-up.
    loads : ndarray of int64, shape (R, D)
        Change of the load at the stop.
    initial : ndarray of int64, shape (R, D)
        What is on board for the request from the start of its trip.
    windows : tuple of tuples of (int, int)
        Per request its windows in seconds of the local day: disjoint, in order, at least
        one.
    prices : ndarray of int64, shape (R,)
        Cents that leaving the request unassigned costs.
    partner : ndarray of int64, shape (R,)
        The other half of a shipment, whose smaller number is picked up first; -1 for none.
    inside : ndarray of bool, shape (R,)
        Whether the request lies in the territory's area.
    zoned : ndarray of bool, shape (R, V)
        Whether a low-emission zone closes the way there or back to the vehicle at some hour;
        for words only.
    skills : tuple of frozenset of str
        What each request asks of a vehicle.
    skilled : ndarray of bool, shape (R, V)
        Whether the vehicle has them all and is not ruled out by name.
    together : ndarray of int64, shape (R,)
        Group whose served requests share a van; -1 for none.
    apart : tuple of (int, int)
        Requests that must not share a van.
    preferences : ndarray of int64, shape (R, V)
        Cents that it weighs if this vehicle serves the request.
    announced : ndarray of int64, shape (R, 2)
        First and last start of service that the customer was told.
    change_prices : ndarray of int64, shape (R,)
        Cents that a start outside of `announced` weighs.
    profiles : ndarray of int64, shape (V,)
        Travel profile of each vehicle.
    shifts : ndarray of int64, shape (V, 2)
        Earliest departure and end of the paid shift, in seconds of the local day.
    latest_ends : ndarray of int64, shape (V,)
        Latest return, overtime included.
    capacities : ndarray of int64, shape (V, D)
        What each vehicle carries.
    starts : ndarray of int64, shape (V,)
        Point that the vehicle leaves from.
    ends : ndarray of int64, shape (V,)
        Point that it returns to.
    fixed_costs : ndarray of int64, shape (V,)
        Cents, once if it is used.
    hour_costs : ndarray of int64, shape (V,)
        Cents per hour from departure to return.
    overtime_costs : ndarray of int64, shape (V,)
        Cents per hour after the end of the shift, on top.
    drive_costs : ndarray of int64, shape (V,)
        Cents per hour of driving, on top.
    km_costs : ndarray of int64, shape (V,)
        Cents per kilometre.
    max_metres : ndarray of int64, shape (V,)
        Range.
    max_stops : ndarray of int64, shape (V,)
        Most requests.
    max_seconds : ndarray of int64, shape (V,)
        Longest time from departure to return.
    max_travel : ndarray of int64, shape (V,)
        Longest time of driving.
    pauses : ndarray of int64, shape (B, 3)
        Earliest start, latest start, seconds.
    breaks : tuple of tuple of int
        Per vehicle the pauses, by number from 0, that are due by the clock: unless the driver
        can rest in time before the route or after it.
    rules : tuple of tuple of BreakRule
        Per vehicle.
    prefixes : tuple of tuple of int
        Per vehicle the requests that its route begins with.
    reload_ids : tuple of str
        Ids of the K sites where vans are emptied.
    reload_points : ndarray of int64, shape (K,)
        Their points.
    reload_service : ndarray of int64, shape (K,)
        Seconds that emptying takes.
    reload_windows : tuple of tuples of (int, int)
        When it may start.
    reload_allowed : ndarray of bool, shape (V, K)
        Whether the vehicle may be emptied there.
    fairness : Fairness, optional
        A price on uneven days.
    allowed : ndarray of bool, shape (R, V)
        Whether the vehicle could serve the request if it had nothing else to do; worked out
        from the rest, with `reasons`, by `collection.routing.explain.classified`.
    reasons : tuple of UnassignedReason or None
        Why no vehicle could; None where one could.
    """

    territory: str
    day: date
    request_ids: tuple[str, ...]
    vehicle_ids: tuple[str, ...]
    positions: tuple[Position, ...]
    depots: int
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    service: NDArray[np.int64]
    loads: NDArray[np.int64]
    windows: tuple[tuple[tuple[Seconds, Seconds], ...], ...]
    prices: NDArray[np.int64]
    shifts: NDArray[np.int64]
    capacities: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    fixed_costs: NDArray[np.int64]
    hour_costs: NDArray[np.int64]
    km_costs: NDArray[np.int64]
    periods: NDArray[np.int64] = _LEFT_OUT
    setup: NDArray[np.int64] = _LEFT_OUT
    addresses: NDArray[np.int64] = _LEFT_OUT
    initial: NDArray[np.int64] = _LEFT_OUT
    partner: NDArray[np.int64] = _LEFT_OUT
    inside: NDArray[np.bool_] = _LEFT_OUT
    zoned: NDArray[np.bool_] = _LEFT_OUT
    skills: tuple[frozenset[str], ...] = _LEFT_OUT
    skilled: NDArray[np.bool_] = _LEFT_OUT
    together: NDArray[np.int64] = _LEFT_OUT
    apart: tuple[tuple[int, int], ...] = ()
    preferences: NDArray[np.int64] = _LEFT_OUT
    announced: NDArray[np.int64] = _LEFT_OUT
    change_prices: NDArray[np.int64] = _LEFT_OUT
    profiles: NDArray[np.int64] = _LEFT_OUT
    latest_ends: NDArray[np.int64] = _LEFT_OUT
    overtime_costs: NDArray[np.int64] = _LEFT_OUT
    drive_costs: NDArray[np.int64] = _LEFT_OUT
    max_metres: NDArray[np.int64] = _LEFT_OUT
    max_stops: NDArray[np.int64] = _LEFT_OUT
    max_seconds: NDArray[np.int64] = _LEFT_OUT
    max_travel: NDArray[np.int64] = _LEFT_OUT
    pauses: NDArray[np.int64] = _LEFT_OUT
    breaks: tuple[tuple[int, ...], ...] = _LEFT_OUT
    rules: tuple[tuple[BreakRule, ...], ...] = _LEFT_OUT
    prefixes: tuple[tuple[int, ...], ...] = _LEFT_OUT
    reload_ids: tuple[str, ...] = ()
    reload_points: NDArray[np.int64] = _LEFT_OUT
    reload_service: NDArray[np.int64] = _LEFT_OUT
    reload_windows: tuple[tuple[tuple[Seconds, Seconds], ...], ...] = ()
    reload_allowed: NDArray[np.bool_] = _LEFT_OUT
    fairness: Fairness | None = None
    allowed: NDArray[np.bool_] = _LEFT_OUT
    reasons: tuple[UnassignedReason | None, ...] = _LEFT_OUT

    def __post_init__(self) -> None:
        """Spell out what was left out, and the travel of all vehicles and periods."""
        for name, value in _nothing_more(self).items():
            if getattr(self, name) is _LEFT_OUT:
                object.__setattr__(self, name, value)
        for name in ("seconds", "metres"):
            table = np.ascontiguousarray(getattr(self, name), dtype=np.int32)
            wide = table if table.ndim == 4 else table[None, None]
            object.__setattr__(self, name, wide)

    @property
    def reload_nodes(self) -> range:
        """Nodes at which a van is emptied."""
        return range(len(self.request_ids), len(self.request_ids) + len(self.reload_ids))

    @property
    def pause_nodes(self) -> range:
        """Nodes at which nobody works."""
        first = self.reload_nodes.stop
        return range(first, first + len(self.pauses))


def served(problem: Problem, route: tuple[int, ...]) -> tuple[int, ...]:
    """List the requests of a route in driving order.

    Parameters
    ----------
    problem : Problem
        The day.
    route : tuple of int
        Nodes.

    Returns
    -------
    tuple of int
        The nodes that are requests.
    """
    count = len(problem.request_ids)
    return tuple(node for node in route if node < count)


def _nothing_more(problem: Problem) -> dict[str, Any]:
    requests, vehicles = len(problem.request_ids), len(problem.vehicle_ids)
    reloads = len(problem.reload_ids)
    none, empty = np.full(requests, -1), np.zeros(0, dtype=np.int64)
    unlimited = np.full(vehicles, NO_LIMIT)
    return {
        "periods": np.zeros(1, dtype=np.int64),
        "setup": np.zeros(requests, dtype=np.int64),
        "addresses": np.arange(requests),
        "initial": np.zeros_like(problem.loads),
        "partner": none,
        "inside": np.ones(requests, dtype=bool),
        "zoned": np.zeros((requests, vehicles), dtype=bool),
        "skills": (frozenset(),) * requests,
        "skilled": np.ones((requests, vehicles), dtype=bool),
        "together": none,
        "preferences": np.zeros((requests, vehicles), dtype=np.int64),
        "announced": np.tile([-NO_LIMIT, NO_LIMIT], (requests, 1)),
        "change_prices": np.zeros(requests, dtype=np.int64),
        "profiles": np.zeros(vehicles, dtype=np.int64),
        "latest_ends": problem.shifts[:, 1].copy(),
        "overtime_costs": np.zeros(vehicles, dtype=np.int64),
        "drive_costs": np.zeros(vehicles, dtype=np.int64),
        "max_metres": unlimited,
        "max_stops": unlimited,
        "max_seconds": unlimited,
        "max_travel": unlimited,
        "pauses": empty.reshape(0, 3),
        "breaks": ((),) * vehicles,
        "rules": ((),) * vehicles,
        "prefixes": ((),) * vehicles,
        "reload_points": empty,
        "reload_service": empty,
        "reload_allowed": np.ones((vehicles, reloads), dtype=bool),
        "allowed": np.ones((requests, vehicles), dtype=bool),
        "reasons": (None,) * requests,
    }
