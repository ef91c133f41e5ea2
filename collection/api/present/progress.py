"""From a followed day to the bodies that go out: all of it, what changed, one customer's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from collection.api.schemas.progress import (
    AlertOut,
    DayProgressOut,
    RequestProgressOut,
    RouteProgressOut,
    StopProgressOut,
    VanOut,
)
from collection.api.sheet import find_vehicle
from collection.model import RequestState
from collection.scheduling.live import OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.api.web.texts import Texts
    from collection.model import PickupRequest, Territory
    from collection.scheduling.alerts import Alert
    from collection.scheduling.live import RouteProgress, StopProgress
    from collection.scheduling.live_day import LiveDay, Snapshot

GRAIN = timedelta(minutes=5)
"""Customers are told whole five minutes: a range in seconds would promise what nobody knows."""

FRESH = timedelta(minutes=15)
"""How old a position may be that is shown to a customer."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_TO_COME = frozenset({RequestState.PLANNED, RequestState.EN_ROUTE})


def present_progress(
    day: LiveDay, snapshot: Snapshot, t: Texts, *, before: Snapshot | None = None
) -> DayProgressOut:
    """Tell how a day stands.

    Parameters
    ----------
    day : LiveDay
        The day.
    snapshot : Snapshot
        How it stands.
    t : Texts
        Words of the alerts.
    before : Snapshot, optional
        Of the same plan: only routes and stops that stand otherwise since are told.

    Returns
    -------
    DayProgressOut
        With all alerts.
    """
    known = dict(_routes(before))
    known_stops = {stop.request_id: stop for route in known.values() for stop in route.stops}
    routes, stops = [], []
    for vehicle_id, route in _routes(snapshot):
        shown = _route(route, day.territory)
        if vehicle_id not in known or shown != _route(known[vehicle_id], day.territory):
            routes.append(shown)
        stops += [
            _stop(stop, vehicle_id, number)
            for number, stop in enumerate(route.stops, start=1)
            if stop != known_stops.get(stop.request_id)
        ]
    return DayProgressOut(
        territory=day.territory.id,
        date=day.day,
        now=snapshot.now,
        plan_id=snapshot.plan.id if snapshot.plan else None,
        last_event_id=snapshot.last_event_id,
        learnt_days=snapshot.history.days,
        routes=routes,
        stops=stops,
        alerts=[_alert(alert, t) for alert in snapshot.alerts],
    )


def present_own(pickup: PickupRequest, snapshot: Snapshot) -> RequestProgressOut:
    """Tell a customer how the own pickup stands, and nothing of anybody else's.

    Parameters
    ----------
    pickup : PickupRequest
        The customer's.
    snapshot : Snapshot
        How its day stands.

    Returns
    -------
    RequestProgressOut
        With the van's position only while no other stop comes before.
    """
    stop = snapshot.progress.stop(pickup.id) if snapshot.progress else None
    if stop is None or pickup.state in {RequestState.CANCELLED, RequestState.RECEIVED}:
        return RequestProgressOut(
            request_id=pickup.id,
            state=pickup.state,
            earliest_at=None,
            latest_at=None,
            is_next=False,
            van=None,
        )
    routes = (route for _, route in _routes(snapshot))
    route = next(route for route in routes if stop in route.stops)
    comes = stop.state in _TO_COME
    is_next = comes and route.state == OUT and route.next_stop == pickup.id
    earliest, latest = expected_range(stop, pickup)
    return RequestProgressOut(
        request_id=pickup.id,
        state=stop.state,
        earliest_at=earliest if comes else None,
        latest_at=latest if comes else None,
        is_next=is_next,
        van=_van(route, snapshot.now) if is_next else None,
    )


def expected_range(stop: StopProgress, pickup: PickupRequest) -> tuple[datetime, datetime]:
    """Give the range of a stop that a customer is shown.

    Parameters
    ----------
    stop : StopProgress
        Still to come.
    pickup : PickupRequest
        With what was promised.

    Returns
    -------
    tuple of datetime
        Whole five minutes, not before the promise begins; aware, in UTC.
    """
    opens = min((window.start for window in pickup.windows), default=stop.eta_earliest)
    earliest = max(stop.eta_earliest - (stop.eta_earliest - _EPOCH) % GRAIN, opens)
    # Up: down from the other side.
    return earliest, max(stop.eta_latest + (_EPOCH - stop.eta_latest) % GRAIN, earliest)


def _routes(snapshot: Snapshot | None) -> Iterator[tuple[str, RouteProgress]]:
    if snapshot is not None and snapshot.progress is not None:
        for route in snapshot.progress.routes:
            yield route.vehicle_id, route


def _stop(stop: StopProgress, vehicle_id: str, sequence: int) -> StopProgressOut:
    return StopProgressOut(
        request_id=stop.request_id,
        vehicle_id=vehicle_id,
        sequence=sequence,
        state=stop.state,
        planned_at=stop.planned_start,
        eta_at=stop.eta,
        earliest_at=stop.eta_earliest,
        latest_at=stop.eta_latest,
        lateness_seconds=stop.lateness,
        arrived_at=stop.arrived_at,
        left_at=stop.left_at,
    )


def _route(route: RouteProgress, territory: Territory) -> RouteProgressOut:
    vehicle = find_vehicle(territory, route.vehicle_id)
    place = route.position
    return RouteProgressOut(
        route_id=route.route_id,
        vehicle_id=route.vehicle_id,
        vehicle_name=vehicle.name if vehicle else route.vehicle_id,
        state=route.state,
        done=route.done,
        stops=len(route.stops),
        next_request_id=route.next_stop,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        position_at=route.position_at,
        last_event_at=route.last_event_at,
        shift_started_at=route.shift_started,
        shift_ended_at=route.shift_ended,
        acknowledged_at=route.acknowledged,
        end_at=route.eta_end,
        overtime_seconds=route.overtime,
        on_break=route.resting,
    )


def _alert(alert: Alert, t: Texts) -> AlertOut:
    return AlertOut(
        id=alert.id,
        kind=alert.kind,
        severity=alert.severity,
        text=t(f"alert.{alert.kind}", **alert.values),
        values=dict(alert.values),
        vehicle_id=alert.vehicle_id,
        request_id=alert.request_id,
    )


def _van(route: RouteProgress, now: datetime) -> VanOut | None:
    if route.position is None or route.position_at is None or now - route.position_at > FRESH:
        return None
    return VanOut(lon=route.position.lon, lat=route.position.lat, at=route.position_at)
