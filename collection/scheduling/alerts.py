"""What of a running day calls for a dispatcher; one named function per alert.

A watch is a function from a `Scene` to its alerts, and `WATCHES` lists them. What another
part of the house watches is given along: ``alerts(..., more=(unaccounted_devices,))``.
"""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from collection.model import RequestState, Stop
from collection.routing.along import along
from collection.scheduling.break_alerts import break_due
from collection.scheduling.live import OUT, WAITING
from collection.scheduling.scene import URGENT, WARNING, Alert, Scene, Watch
from collection.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collection.model import Event, LiveRules, PickupRequest, Plan, Route, Territory
    from collection.scheduling.live import DayProgress, RouteProgress
    from collection.units import Seconds

__all__ = ["URGENT", "WARNING", "WATCHES", "Alert", "Scene", "Watch", "alerts"]


def alerts(
    progress: DayProgress,
    plan: Plan,
    territory: Territory,
    *,
    rules: LiveRules,
    requests: Mapping[str, PickupRequest] = MappingProxyType({}),
    events: tuple[Event, ...] = (),
    more: Iterable[Watch] = (),
) -> tuple[Alert, ...]:
    """Find what calls for a dispatcher.

    Parameters
    ----------
    progress : DayProgress
        How the day stands; its ``now`` is the present.
    plan : Plan
        That it was folded from.
    territory : Territory
        Whose vehicles and clock.
    rules : LiveRules
        The thresholds.
    requests : Mapping of str to PickupRequest
        Those of the day as they are now, by id.
    events : tuple of Event
        What was told, oldest first.
    more : Iterable of callable
        Watches beside those of this module.

    Returns
    -------
    tuple of Alert
        The urgent ones first.
    """
    scene = Scene(
        progress=progress,
        plan=plan,
        territory=territory,
        rules=rules,
        requests=requests,
        events=events,
    )
    found = [alert for watch in (*WATCHES, *more) for alert in watch(scene)]
    return tuple(sorted(found, key=lambda alert: alert.severity != URGENT))


def stop_will_be_late(scene: Scene) -> Iterator[Alert]:
    """Tell of service that will start after its last window.

    Parameters
    ----------
    scene : Scene
        The day.

    Yields
    ------
    Alert
        One per stop that is still to come.
    """
    for route in scene.progress.routes:
        for stop in route.stops:
            here = stop.over or stop.state is RequestState.ARRIVED
            if here or stop.lateness < max(scene.rules.late, 1):
                continue
            yield Alert(
                kind="stop_will_be_late",
                severity=URGENT if stop.lateness >= scene.rules.late_urgent else WARNING,
                values={"minutes": _minutes(stop.lateness)},
                vehicle_id=route.vehicle_id,
                request_id=stop.request_id,
            )


def driver_silent(scene: Scene) -> Iterator[Alert]:
    """Tell of drivers on shift of whom nothing was heard for long.

    Parameters
    ----------
    scene : Scene
        The day.

    Yields
    ------
    Alert
        One per van that is out and not at rest.
    """
    for route in scene.progress.routes:
        if not route.working or route.last_event_at is None:
            continue
        silent = scene.now - route.last_event_at
        if silent >= timedelta(seconds=scene.rules.silent):
            minutes = _minutes(int(silent.total_seconds()))
            yield _of(route, "driver_silent", URGENT, minutes=minutes)


def off_route(scene: Scene) -> Iterator[Alert]:
    """Tell of vans that are far from what is left of their way.

    Parameters
    ----------
    scene : Scene
        The day.

    Yields
    ------
    Alert
        One per van that is out, not at rest, and told lately where it is.
    """
    for route, planned in scene.routes:
        if not route.working or route.position is None or route.position_at is None:
            continue
        if scene.now - route.position_at >= timedelta(seconds=scene.rules.silent):
            continue
        ways = _ways_left(route, planned)
        away = round(min((along(line, route.position)[0] for line in ways), default=0.0))
        if away > scene.rules.off_route:
            yield _of(route, "off_route", WARNING, metres=str(away))


def shift_overrun(scene: Scene) -> Iterator[Alert]:
    """Tell of returns after the shift's end and the overtime that is allowed.

    Parameters
    ----------
    scene : Scene
        The day.

    Yields
    ------
    Alert
        One per van whose shift is not over.
    """
    for route in scene.progress.routes:
        vehicle = scene.vehicle(route.vehicle_id)
        if vehicle is None or route.state not in {OUT, WAITING}:
            continue
        over = route.overtime - vehicle.overtime
        if over >= max(scene.rules.overrun, 1):
            yield _of(route, "shift_overrun", WARNING, minutes=_minutes(over))


def not_started(scene: Scene) -> Iterator[Alert]:
    """Tell of drivers who should be out and of whom nothing was heard.

    Parameters
    ----------
    scene : Scene
        The day.

    Yields
    ------
    Alert
        One per van that waits.
    """
    for route, planned in scene.routes:
        late = scene.now - scene.instant(planned.start)
        heard = route.state != WAITING or route.last_event_at is not None
        if not heard and late >= timedelta(seconds=scene.rules.not_started):
            minutes = _minutes(int(late.total_seconds()))
            yield _of(route, "not_started", URGENT, minutes=minutes)


WATCHES: tuple[Watch, ...] = (
    stop_will_be_late,
    driver_silent,
    off_route,
    break_due,
    shift_overrun,
    not_started,
)
"""What is watched of every day."""


def _of(route: RouteProgress, kind: str, severity: str, **values: str) -> Alert:
    return Alert(kind=kind, severity=severity, values=values, vehicle_id=route.vehicle_id)


def _minutes(seconds: Seconds) -> str:
    """Whole minutes, rounded up: half a minute late is late."""
    return str(-(-seconds // MINUTE))


def _ways_left(route: RouteProgress, planned: Route) -> list[tuple[tuple[float, float], ...]]:
    """Ways to the stops that are not over, to reloads, and home; none where none was drawn."""
    over = {stop.request_id for stop in route.stops if stop.over}
    visits = [*planned.visits, None]
    return [
        leg.line
        for leg, visit in zip(planned.legs, visits, strict=False)
        if not (isinstance(visit, Stop) and visit.request_id in over)
    ]
