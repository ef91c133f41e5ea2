"""The only arrival arithmetic: times a fixed sequence of requests for one vehicle.

Service starts as early as a window allows, and the van leaves its depot as late as that
allows: at the earliest start of its first stop less the way there, but not before its shift.
So nothing is served later than it could be, and time that would be waited at the first door
is spent, unpaid, at the depot. Waiting further on is paid.

A cost is summed exactly, in parts of a cent, and rounded once per route, half up::

    parts = 18 000 * fixed + 5 * seconds * per_hour + 18 * metres * per_km
    cents = (parts + 9 000) // 18 000

18 000 is the least common multiple of 3 600 s per hour and 1 000 m per kilometre. Seconds
count from departure to return.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.ports import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.routing.problem import Problem
    from collection.units import Cents, Metres, Seconds

COST_PARTS = 18_000
"""Parts of a cent in which costs are summed."""

SECOND_PARTS = COST_PARTS // 3_600
"""Parts of a cent that one second costs at one cent per hour."""

METRE_PARTS = COST_PARTS // 1_000
"""Parts of a cent that one metre costs at one cent per kilometre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a vehicle is where, in seconds of the local day; k stops.

    Parameters
    ----------
    departure : int
        From the start depot.
    arrivals : tuple of int
        At the k stops.
    starts : tuple of int
        Of the k services.
    departures : tuple of int
        From the k stops.
    end : int
        Return to the end depot.
    travel : tuple of int
        Seconds of the k + 1 legs.
    metres : tuple of int
        Metres of the k + 1 legs.
    loads : tuple of (int, int, int)
        On board after each of the k stops.
    cost : int
        Cents; 0 without stops.
    lateness : int
        Seconds after the last window's end, over all stops.
    overtime : int
        Seconds of the return after the shift's end.
    overload : int
        Amount beyond the capacity, over all dimensions.
    unskilled : int
        Stops whose skills the vehicle lacks.
    unreachable : int
        Legs without a way.
    """

    departure: Seconds
    arrivals: tuple[Seconds, ...]
    starts: tuple[Seconds, ...]
    departures: tuple[Seconds, ...]
    end: Seconds
    travel: tuple[Seconds, ...]
    metres: tuple[Metres, ...]
    loads: tuple[tuple[int, int, int], ...]
    cost: Cents
    lateness: Seconds
    overtime: Seconds
    overload: int
    unskilled: int
    unreachable: int

    @property
    def feasible(self) -> bool:
        """Whether no constraint is broken."""
        return not (
            self.lateness or self.overtime or self.overload or self.unskilled or self.unreachable
        )


def schedule(problem: Problem, vehicle: int, sequence: Sequence[int]) -> Timing:
    """Time a sequence of requests.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    sequence : Sequence of int
        Indexes of requests in driving order.

    Returns
    -------
    Timing
        Also where constraints are broken: by how much is part of it.
    """
    opening, closing = problem.shifts[vehicle].tolist()
    if not sequence:
        return _unused(opening)
    travel, metres = _legs(problem, vehicle, sequence)
    requests = list(sequence)
    arrivals, starts, departures = [], [], []
    lateness = 0
    first = service_start(problem.windows[requests[0]], opening + travel[0])
    departure = clock = first - travel[0]
    for request, leg, service in zip(
        requests, travel, problem.service[requests].tolist(), strict=False
    ):
        windows = problem.windows[request]
        arrivals.append(clock + leg)
        starts.append(service_start(windows, clock + leg))
        clock = starts[-1] + service
        departures.append(clock)
        lateness += max(0, starts[-1] - windows[-1][1])
    end = clock + travel[-1]
    loads = np.cumsum(problem.loads[requests], axis=0)
    return Timing(
        departure=departure,
        arrivals=tuple(arrivals),
        starts=tuple(starts),
        departures=tuple(departures),
        end=end,
        travel=tuple(travel),
        metres=tuple(metres),
        loads=tuple((units, litres, grams) for units, litres, grams in loads.tolist()),
        cost=cost_of(problem, vehicle, seconds=end - departure, metres=sum(metres)),
        lateness=lateness,
        overtime=max(0, end - closing),
        overload=int(np.maximum(loads[-1] - problem.capacities[vehicle], 0).sum()),
        unskilled=int((~problem.skilled[requests, vehicle]).sum()),
        unreachable=travel.count(UNREACHABLE),
    )


def latest_starts(problem: Problem, vehicle: int, sequence: Sequence[int]) -> tuple[Seconds, ...]:
    """How late each stop, and the return, may be without delaying anything past its end.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    sequence : Sequence of int
        Indexes of requests in driving order.

    Returns
    -------
    tuple of int
        Latest arrival at each of the k stops and at the end depot: arriving by then, all
        windows from there on and the shift are kept, and later not. Before the shift's
        start where no arrival is early enough.
    """
    travel, _ = _legs(problem, vehicle, sequence)
    latest = [int(problem.shifts[vehicle, 1])]
    for request, leg in zip(reversed(sequence), reversed(travel), strict=False):
        bound = latest[-1] - leg - int(problem.service[request])
        latest.append(_latest_start(problem.windows[request], bound))
    return tuple(reversed(latest))


def service_start(windows: Sequence[tuple[Seconds, Seconds]], arrival: Seconds) -> Seconds:
    """When service starts after an arrival.

    Parameters
    ----------
    windows : Sequence of (int, int)
        Disjoint and in order, both ends inclusive.
    arrival : int
        When the van is there.

    Returns
    -------
    int
        Earliest second of a window from `arrival` on; `arrival` itself where all are over.
    """
    for start, end in windows:
        if arrival <= end:
            return max(arrival, start)
    return arrival


def cost_of(problem: Problem, vehicle: int, *, seconds: Seconds, metres: Metres) -> Cents:
    """Price a route.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    seconds : int
        From departure to return.
    metres : int
        Driven.

    Returns
    -------
    int
        Cents, rounded half up once.
    """
    parts = (
        COST_PARTS * int(problem.fixed_costs[vehicle])
        + SECOND_PARTS * seconds * int(problem.hour_costs[vehicle])
        + METRE_PARTS * metres * int(problem.km_costs[vehicle])
    )
    return (parts + COST_PARTS // 2) // COST_PARTS


def _legs(
    problem: Problem, vehicle: int, sequence: Sequence[int]
) -> tuple[list[Seconds], list[Metres]]:
    stops = [problem.depots + request for request in sequence]
    tails = [int(problem.starts[vehicle]), *stops]
    heads = [*stops, int(problem.ends[vehicle])]
    return problem.seconds[tails, heads].tolist(), problem.metres[tails, heads].tolist()


def _latest_start(windows: Sequence[tuple[Seconds, Seconds]], bound: Seconds) -> Seconds:
    for start, end in reversed(windows):
        if start <= bound:
            return min(bound, end)
    return min(bound, -1)


def _unused(opening: Seconds) -> Timing:
    return Timing(
        departure=opening,
        arrivals=(),
        starts=(),
        departures=(),
        end=opening,
        travel=(),
        metres=(),
        loads=(),
        cost=0,
        lateness=0,
        overtime=0,
        overload=0,
        unskilled=0,
        unreachable=0,
    )
