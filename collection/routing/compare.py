"""Two plans of a day side by side: figures, the risk of being late, and who changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.model import Pause, Stop
from collection.routing.timeline import events
from collection.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import Plan, Route
    from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A plan in figures.

    Parameters
    ----------
    cost : int
        Cents of all routes.
    soft : int
        Cents that preferences, changes and uneven days weigh.
    routes : int
        Vehicles that go out.
    stops : int
        Requests that are served.
    unassigned : int
        Requests that are not.
    metres : int
        Driven.
    travel : int
        Seconds of driving.
    duration : int
        Seconds from departure to return, over all routes.
    overtime : int
        Seconds after the end of shifts.
    tight : float
        Share of the stops that start less than the asked-for slack before their window
        closes; of a stop with several, the window that it starts in. 0 without stops.
    late_if_slower : int
        Stops that start after their last window if every way takes the asked-for share
        longer. Vans then leave the depot as planned, serve nobody before the planned start,
        and take as long at stops, in pauses and at reloads as planned.
    """

    cost: Cents
    soft: Cents
    routes: int
    stops: int
    unassigned: int
    metres: Metres
    travel: Seconds
    duration: Seconds
    overtime: Seconds
    tight: float
    late_if_slower: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changes from one plan to another.

    Parameters
    ----------
    before : Figures
        Of the first.
    after : Figures
        Of the second.
    other_vehicle : dict of str to (str, str)
        By request that both serve: its vehicle before and after, where they differ.
    other_time : dict of str to int
        By request that both serve: seconds by which service starts later, below zero for
        earlier, where that is more than asked for.
    newly_served : tuple of str
        Requests that only the second serves.
    newly_unassigned : tuple of str
        Requests that only the first serves, and the second leaves out with a reason.
    gone : tuple of str
        Requests that only the first serves, and the second does not know.
    """

    before: Figures
    after: Figures
    other_vehicle: dict[str, tuple[str, str]]
    other_time: dict[str, Seconds]
    newly_served: tuple[str, ...]
    newly_unassigned: tuple[str, ...]
    gone: tuple[str, ...]


def compare(
    before: Plan,
    after: Plan,
    windows: Mapping[str, tuple[tuple[Seconds, Seconds], ...]],
    *,
    slack: Seconds = 10 * MINUTE,
    slower: int = 10,
    moved: Seconds = 15 * MINUTE,
) -> Comparison:
    """Compare two plans.

    Parameters
    ----------
    before : Plan
        The first.
    after : Plan
        The second.
    windows : Mapping of str to tuple of (int, int)
        By request, when service may start, in seconds of the local day; a request that is
        not in it is never late.
    slack : int
        Seconds before the end of a window below which a stop is tight.
    slower : int
        By how many hundredths every way takes longer where lateness is counted.
    moved : int
        Seconds up to which another start is no change.

    Returns
    -------
    Comparison
        Its dicts and tuples are ordered by request.
    """
    first, second = _served(before), _served(after)
    both = sorted(first.keys() & second.keys())
    only_before = sorted(first.keys() - second.keys())
    left = {request.request_id for request in after.unassigned}
    shifts = {name: second[name][1].start - first[name][1].start for name in both}
    return Comparison(
        before=figures(before, windows, slack=slack, slower=slower),
        after=figures(after, windows, slack=slack, slower=slower),
        other_vehicle={
            name: (first[name][0], second[name][0])
            for name in both
            if first[name][0] != second[name][0]
        },
        other_time={name: shift for name, shift in shifts.items() if abs(shift) > moved},
        newly_served=tuple(sorted(second.keys() - first.keys())),
        newly_unassigned=tuple(name for name in only_before if name in left),
        gone=tuple(name for name in only_before if name not in left),
    )


def figures(
    plan: Plan,
    windows: Mapping[str, tuple[tuple[Seconds, Seconds], ...]],
    *,
    slack: Seconds = 10 * MINUTE,
    slower: int = 10,
) -> Figures:
    """Sum a plan up.

    Parameters
    ----------
    plan : Plan
        The plan.
    windows : Mapping of str to tuple of (int, int)
        As for `compare`.
    slack : int
        Likewise.
    slower : int
        Likewise.

    Returns
    -------
    Figures
        Of the plan.
    """
    stops = [stop for route in plan.routes for stop in route.stops]
    slacks = [_slack(stop.start, windows.get(stop.request_id, ())) for stop in stops]
    tight = sum(left is not None and left < slack for left in slacks)
    return Figures(
        cost=plan.cost,
        soft=plan.soft,
        routes=len(plan.routes),
        stops=len(stops),
        unassigned=len(plan.unassigned),
        metres=sum(route.metres for route in plan.routes),
        travel=sum(route.travel for route in plan.routes),
        duration=sum(route.end - route.start for route in plan.routes),
        overtime=sum(route.overtime for route in plan.routes),
        tight=tight / len(stops) if stops else 0.0,
        late_if_slower=sum(_late(route, windows, slower) for route in plan.routes),
    )


def _served(plan: Plan) -> dict[str, tuple[str, Stop]]:
    return {
        stop.request_id: (route.vehicle_id, stop) for route in plan.routes for stop in route.stops
    }


def _slack(start: Seconds, windows: tuple[tuple[Seconds, Seconds], ...]) -> Seconds | None:
    """Seconds that a start may slip within its window; None without windows."""
    if not windows:
        return None
    return next((last - start for _, last in windows if start <= last), windows[-1][1] - start)


def _late(
    route: Route, windows: Mapping[str, tuple[tuple[Seconds, Seconds], ...]], slower: int
) -> int:
    """Count the stops of a route that are late if every way takes longer."""
    clock, late = route.start, 0
    for event in events(route):
        if isinstance(event, Pause):
            clock = max(clock, event.start) + event.end - event.start
            continue
        clock += -(-event.travel * (100 + slower) // 100)
        start = max(clock, event.start)
        if isinstance(event, Stop):
            spans = windows.get(event.request_id, ())
            if spans:
                start = next((max(start, first) for first, last in spans if start <= last), start)
                late += start > spans[-1][1]
        clock = start + event.departure - event.start
    return late
