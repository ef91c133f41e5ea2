"""The only arrival arithmetic: times a fixed sequence of requests for one vehicle.

A van returns as early as windows allow, and leaves its depot as late as that return and
every window allow; on its way it serves each stop as soon as it can. So time that would be
waited at the first doors is spent, unpaid, at the depot, nothing is delayed past its window
and nobody returns later for it. With one window per request no departure gives a shorter
route. Where a window cannot be kept the van leaves when its shift starts.

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
    from typing import TypeAlias

    from collection.routing.problem import Problem
    from collection.units import Cents, Metres, Seconds

    Windows: TypeAlias = tuple[tuple[Seconds, Seconds], ...]

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
    arrivals: tuple[Seconds, ...] = ()
    starts: tuple[Seconds, ...] = ()
    departures: tuple[Seconds, ...] = ()
    end: Seconds
    travel: tuple[Seconds, ...] = ()
    metres: tuple[Metres, ...] = ()
    loads: tuple[tuple[int, int, int], ...] = ()
    cost: Cents = 0
    lateness: Seconds = 0
    overtime: Seconds = 0
    overload: int = 0
    unskilled: int = 0
    unreachable: int = 0

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
        return Timing(departure=opening, end=opening)
    travel, metres = _legs(problem, vehicle, sequence)
    requests = list(sequence)
    windows = [problem.windows[request] for request in requests]
    service = problem.service[requests].tolist()
    earliest = _forward(opening, travel, service, windows)
    late = _lateness(earliest, windows)
    departure = opening
    if not late:
        latest = _backward(earliest[-1] + service[-1] + travel[-1], travel, service, windows)
        departure = latest[0] - travel[0]
    starts = _forward(departure, travel, service, windows)
    departures = [start + seconds for start, seconds in zip(starts, service, strict=True)]
    left = [departure, *departures]
    *arrivals, end = (clock + leg for clock, leg in zip(left, travel, strict=True))
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
        lateness=late,
        overtime=max(0, end - closing),
        overload=int(np.maximum(loads[-1] - problem.capacities[vehicle], 0).sum()),
        unskilled=int((~problem.skilled[requests, vehicle]).sum()),
        unreachable=travel.count(UNREACHABLE),
    )


def earliest_departures(
    problem: Problem, vehicle: int, sequence: Sequence[int]
) -> tuple[Seconds, ...]:
    """How early the vehicle can leave its depot and each stop.

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
        From the start depot, when the shift starts, and from each of the k stops.
    """
    opening = int(problem.shifts[vehicle, 0])
    travel, _ = _legs(problem, vehicle, sequence)
    service = problem.service[list(sequence)].tolist()
    starts = _forward(opening, travel, service, [problem.windows[r] for r in sequence])
    return (opening, *(start + wait for start, wait in zip(starts, service, strict=True)))


def latest_arrivals(problem: Problem, vehicle: int, sequence: Sequence[int]) -> tuple[Seconds, ...]:
    """How late each stop and the return may be reached.

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
        At each of the k stops and at the end depot: arriving by then, all windows from
        there on and the shift are kept, and later not. Negative where no arrival is early
        enough.
    """
    closing = int(problem.shifts[vehicle, 1])
    travel, _ = _legs(problem, vehicle, sequence)
    service = problem.service[list(sequence)].tolist()
    windows = [problem.windows[request] for request in sequence]
    return (*_backward(closing, travel, service, windows), closing)


def service_start(windows: Windows, arrival: Seconds) -> Seconds:
    """When service starts after an arrival.

    Parameters
    ----------
    windows : tuple of (int, int)
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


def _forward(
    departure: Seconds, travel: list[Seconds], service: list[Seconds], windows: list[Windows]
) -> list[Seconds]:
    """Earliest starts of service after a departure."""
    starts = []
    for leg, seconds, open_ in zip(travel, service, windows, strict=False):
        starts.append(service_start(open_, departure + leg))
        departure = starts[-1] + seconds
    return starts


def _backward(
    end: Seconds, travel: list[Seconds], service: list[Seconds], windows: list[Windows]
) -> list[Seconds]:
    """Latest starts of service before a return."""
    starts = []
    for leg, seconds, open_ in zip(travel[:0:-1], service[::-1], windows[::-1], strict=True):
        bound = end - leg - seconds
        end = next((min(bound, closes) for opens, closes in reversed(open_) if opens <= bound), -1)
        starts.append(end)
    return starts[::-1]


def _lateness(starts: list[Seconds], windows: list[Windows]) -> Seconds:
    return sum(max(0, start - open_[-1][1]) for start, open_ in zip(starts, windows, strict=True))
