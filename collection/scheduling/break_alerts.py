"""Breaks that a driver must take soon, by the clock and by law, by the arithmetic of a re-plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from collection.routing.rest_breaks import Worked, still_due
from collection.routing.working_time import rules_of
from collection.scheduling.calendar import zone_of
from collection.scheduling.scene import URGENT, WARNING, Alert
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from collection.model import ClockBreak, Route, Vehicle
    from collection.scheduling.live import RouteProgress
    from collection.scheduling.scene import Scene
    from collection.units import Seconds


def break_due(scene: Scene) -> Iterator[Alert]:
    """Tell of breaks that must begin soon, or should have begun.

    Parameters
    ----------
    scene : Scene
        The day.

    Yields
    ------
    Alert
        One per van that is out and not at rest, with the last moment. Rules on hours driven are
        not watched: how long a driver drove is not heard.
    """
    for route, planned in scene.routes:
        vehicle = scene.vehicle(route.vehicle_id)
        if vehicle is None or not route.working:
            continue
        latest = _latest(scene, route, planned, vehicle)
        if latest is None or scene.now < latest - timedelta(seconds=scene.rules.break_ahead):
            continue
        clock = latest.astimezone(zone_of(scene.territory)).strftime("%H:%M")
        yield Alert(
            kind="break_due",
            severity=URGENT if scene.now >= latest else WARNING,
            values={"time": clock},
            vehicle_id=route.vehicle_id,
        )


def _latest(
    scene: Scene, route: RouteProgress, planned: Route, vehicle: Vehicle
) -> datetime | None:
    """When the next break must begin; None where none is due any more."""

    def clock(instant: datetime) -> Seconds:
        return to_seconds(instant, scene.plan.day, zone_of(scene.territory))

    pauses = tuple((clock(start), clock(end)) for start, end in route.breaks_taken if end)
    start = clock(route.shift_started) if route.shift_started else planned.start
    rules = rules_of(scene.territory.country, vehicle, scene.plan.day)
    due = still_due(
        _by_the_clock(route, planned, vehicle),
        [rule for rule in rules if rule.counts == "work"],
        # As it stood when the work that goes on began: so what is overdue keeps its time.
        Worked(start=start, now=max([start, *(end for _, end in pauses)]), pauses=pauses),
        until=clock(route.eta_end) - sum(route.breaks_left),
    )
    return min((scene.instant(rest.latest) for rest in due), default=None)


def _by_the_clock(route: RouteProgress, planned: Route, vehicle: Vehicle) -> Iterator[ClockBreak]:
    """Planned breaks by the clock that were not taken, or not all of them."""
    for pause, left in zip(planned.pauses, route.breaks_left, strict=True):
        for rest in vehicle.breaks if left else ():
            if rest.earliest <= pause.start <= rest.latest:
                yield replace(rest, seconds=left)
