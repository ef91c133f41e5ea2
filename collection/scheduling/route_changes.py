"""What a driver has to know of a new version of a route."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import EventType, van_day
from collection.scheduling.day_events import read_events
from collection.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from collection.model import Plan, Route, Stop
    from collection.ports import EventLog, PlanStore
    from collection.units import Seconds

MOVED: Seconds = 15 * MINUTE
"""Up to which another start is no change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChange:
    """From the route that a driver knows to another version of it.

    Parameters
    ----------
    added : tuple of Stop
        Stops that are new.
    removed : tuple of Stop
        Open stops that are no longer on it.
    moved : tuple of (Stop, int)
        Stops that start at another time, each with its earlier start.
    """

    added: tuple[Stop, ...]
    removed: tuple[Stop, ...]
    moved: tuple[tuple[Stop, Seconds], ...]

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.removed or self.moved)


def route_change(
    before: Route | None, after: Route, *, over: Collection[str] = frozenset()
) -> RouteChange:
    """Compare two versions of a route.

    Parameters
    ----------
    before : Route, optional
        The one that the driver knows; None for none.
    after : Route
        The new one.
    over : Collection of str
        Requests that are over: nobody has to know of them any more.

    Returns
    -------
    RouteChange
        In driving order.
    """
    old = {stop.request_id: stop for stop in before.stops} if before else {}
    new = {stop.request_id: stop for stop in after.stops}
    return RouteChange(
        added=tuple(s for name, s in new.items() if name not in old and name not in over),
        removed=tuple(s for name, s in old.items() if name not in new and name not in over),
        moved=tuple(
            (stop, old[name].start)
            for name, stop in new.items()
            if name in old and name not in over and abs(stop.start - old[name].start) > MOVED
        ),
    )


def acknowledged(plan: Plan, events: EventLog) -> Mapping[str, str]:
    """Tell which version of a day's plan each phone has shown its driver last.

    Parameters
    ----------
    plan : Plan
        Any of the day's.
    events : EventLog
        Of the day.

    Returns
    -------
    Mapping of str to str
        By vehicle, the id of the plan; drivers who have seen none are not in it.
    """
    seen = {}
    for event in read_events(plan.territory, plan.day, events):
        if event.type is EventType.ACKNOWLEDGED and event.route_id and event.plan_id:
            seen[van_day(event.route_id)[1]] = event.plan_id
    return seen


def known_route(
    plan: Plan, vehicle_id: str, seen: Mapping[str, str], plans: PlanStore
) -> Route | None:
    """Find the route that a driver knows.

    Parameters
    ----------
    plan : Plan
        The published one.
    vehicle_id : str
        Whose driver.
    seen : Mapping of str to str
        As `acknowledged` tells it.
    plans : PlanStore
        Where earlier versions are.

    Returns
    -------
    Route or None
        Of the version that was acknowledged, else of the one that the plan replaced.
    """
    known = seen.get(vehicle_id) or (plan.rest.replaces if plan.rest else "")
    try:
        routes = plans.get(known).routes if known else ()
    except NotFound:
        routes = ()
    return next((route for route in routes if route.vehicle_id == vehicle_id), None)
