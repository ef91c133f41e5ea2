"""The only arrival arithmetic: times a fixed sequence of nodes for one vehicle.

A van returns as early as windows allow, and leaves its depot as late as that return and
every window allow; on its way it serves each stop as soon as it can. So time that would be
waited at the first doors is spent, unpaid, at the depot, nothing is delayed past its window
and nobody returns later for it. With one window per request and travel that is the same all
day no departure gives a shorter route. Where a window cannot be kept the van leaves when its
shift starts.

Set-up is paid at the first of neighbouring requests of one address. A pause is taken where
the van stands; a reload empties it. Compiled code does the work (`collection.routing.walk`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.costs import to_cents
from collection.routing.day import ADDRESS, OPENING, POINT, Day, day_of
from collection.routing.problem import Problem
from collection.routing.walk import (
    ARRIVAL,
    BEGIN,
    BREAKS,
    BROKEN,
    DEPARTS,
    LATE,
    LATE_RETURN,
    LEAVE,
    METRES,
    NO_WAY,
    OVERLOAD,
    OVERTIME,
    PARTS,
    RETURNS,
    SERVED,
    SOFT,
    STANDS,
    SUM_COUNT,
    TIME_COLUMNS,
    TRAVEL,
    UNABLE,
    forward,
    walk,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When a vehicle is where, in seconds of the local day; k nodes, D load dimensions.

    Parameters
    ----------
    departure : int
        From the start depot.
    arrivals : tuple of int
        At the k nodes.
    starts : tuple of int
        Of the k services.
    departures : tuple of int
        From the k nodes.
    end : int
        Return to the end depot.
    travel : tuple of int
        Seconds of the k + 1 legs; 0 before a pause.
    metres : tuple of int
        Metres of the k + 1 legs.
    loads : tuple of tuples of int
        On board after each of the k nodes, D amounts.
    cost : int
        Cents; 0 without requests.
    parts : int
        The same in parts of a cent, not rounded (`collection.routing.costs`).
    soft : int
        Parts of a cent that preferences and changed times weigh.
    overtime : int
        Paid seconds after the end of the shift.
    lateness : int
        Seconds after the last window's end, over all nodes.
    late_return : int
        Seconds of the return after the last one allowed.
    overload : int
        Amount beyond the capacity at the worst moment of each trip, over all dimensions.
    unable : int
        Nodes that the vehicle may not visit.
    unreachable : int
        Legs without a way.
    breaches : tuple of str
        Names of the other constraints that are broken.
    """

    departure: Seconds
    arrivals: tuple[Seconds, ...] = ()
    starts: tuple[Seconds, ...] = ()
    departures: tuple[Seconds, ...] = ()
    end: Seconds
    travel: tuple[Seconds, ...] = ()
    metres: tuple[Metres, ...] = ()
    loads: tuple[tuple[int, ...], ...] = ()
    cost: Cents = 0
    parts: int = 0
    soft: int = 0
    overtime: Seconds = 0
    lateness: Seconds = 0
    late_return: Seconds = 0
    overload: int = 0
    unable: int = 0
    unreachable: int = 0
    breaches: tuple[str, ...] = ()

    @property
    def feasible(self) -> bool:
        """Whether no constraint is broken."""
        return not (
            self.lateness
            or self.late_return
            or self.overload
            or self.unable
            or self.unreachable
            or self.breaches
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """When a vehicle that is out will be where, in seconds of the local day; k nodes.

    Parameters
    ----------
    arrivals : tuple of int
        At the k nodes.
    starts : tuple of int
        Of the k services.
    departures : tuple of int
        From the k nodes.
    end : int
        Return to the end depot.
    """

    arrivals: tuple[Seconds, ...]
    starts: tuple[Seconds, ...]
    departures: tuple[Seconds, ...]
    end: Seconds


def schedule(problem: Problem | Day, vehicle: int, sequence: Sequence[int]) -> Timing:
    """Time a sequence of nodes.

    Parameters
    ----------
    problem : Problem or Day
        The day; give the arrays where many routes are timed.
    vehicle : int
        Who drives.
    sequence : Sequence of int
        Nodes in driving order.

    Returns
    -------
    Timing
        Also where constraints are broken: by how much is part of it.
    """
    day = day_of(problem) if isinstance(problem, Problem) else problem
    count = len(sequence)
    if not count:
        opening = int(day.vans[vehicle, OPENING])
        return Timing(departure=opening, end=opening)
    times = np.zeros((count + 2, TIME_COLUMNS), dtype=np.int64)
    sums = np.zeros(SUM_COUNT, dtype=np.int64)
    walk(day, vehicle, np.array(sequence, dtype=np.int32), count, times, sums)
    stops, legs = times[1:-1], times[1:]
    return Timing(
        departure=int(sums[DEPARTS]),
        arrivals=tuple(stops[:, ARRIVAL].tolist()),
        starts=tuple(stops[:, BEGIN].tolist()),
        departures=tuple(stops[:, LEAVE].tolist()),
        end=int(sums[RETURNS]),
        travel=tuple(legs[:, TRAVEL].tolist()),
        metres=tuple(legs[:, METRES].tolist()),
        loads=_loads(day, sequence),
        cost=to_cents(int(sums[PARTS])),
        parts=int(sums[PARTS]),
        soft=int(sums[SOFT]),
        overtime=int(sums[OVERTIME]),
        lateness=int(sums[LATE]),
        late_return=int(sums[LATE_RETURN]),
        overload=int(sums[OVERLOAD]),
        unable=int(sums[UNABLE]),
        unreachable=int(sums[NO_WAY]),
        breaches=tuple(name for bit, name in enumerate(BREAKS) if sums[BROKEN] >> bit & 1),
    )


def resume(
    day: Day, vehicle: int, sequence: Sequence[int], *, origin: int | None, left: Seconds
) -> Rest:
    """Time what is left of a route; the vehicle is out, so no departure is put off any more.

    Parameters
    ----------
    day : Day
        The day.
    vehicle : int
        Who drives.
    sequence : Sequence of int
        Nodes to come, in driving order.
    origin : int, optional
        Node that it leaves, a request or a reload; None for the start depot.
    left : int
        When it leaves there.

    Returns
    -------
    Rest
        Each node as early as can be.
    """
    driven = [*sequence] if origin is None else [origin, *sequence]
    times = np.zeros((len(driven) + 2, TIME_COLUMNS), dtype=np.int64)
    first = 1
    if origin is not None:
        first = 2
        times[1, LEAVE] = left
        times[1, STANDS], times[1, SERVED] = day.nodes[origin, POINT], day.nodes[origin, ADDRESS]
    nodes = np.array(driven, dtype=np.int32)
    end = forward(day, vehicle, nodes, len(driven), left, times, first, len(driven) + 2)
    rest = times[first:-1]
    return Rest(
        arrivals=tuple(rest[:, ARRIVAL].tolist()),
        starts=tuple(rest[:, BEGIN].tolist()),
        departures=tuple(rest[:, LEAVE].tolist()),
        end=int(end),
    )


def _loads(day: Day, sequence: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Amounts on board after each node, trip by trip."""
    requests, reloads, _ = day.sizes.tolist()
    loads: list[tuple[int, ...]] = []
    trip: list[int] = []
    end = -1
    for node in [*sequence, end]:
        if node != end and not requests <= node < requests + reloads:
            trip.append(node)
            continue
        on_board = day.loads[trip, 1].sum(axis=0)
        loads.extend(tuple(row) for row in (on_board + day.loads[trip, 0].cumsum(axis=0)).tolist())
        loads.append((0,) * day.loads.shape[2])
        trip = []
    return tuple(loads[:-1])
