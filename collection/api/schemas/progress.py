"""Bodies of a day as it happens."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from collection.api.schemas.examples import PLAN_ID, REQUEST_ID, ROUTE_ID, outgoing
from collection.model import RequestState

_STOP = {
    "request_id": REQUEST_ID,
    "vehicle_id": "van-1",
    "sequence": 1,
    "state": "collected",
    "planned_at": "2026-03-30T06:20:00Z",
    "eta_at": "2026-03-30T06:27:30Z",
    "earliest_at": "2026-03-30T06:27:30Z",
    "latest_at": "2026-03-30T06:27:30Z",
    "lateness_seconds": 0,
    "arrived_at": "2026-03-30T06:27:30Z",
    "left_at": "2026-03-30T06:33:00Z",
}
_ROUTE = {
    "route_id": ROUTE_ID,
    "vehicle_id": "van-1",
    "vehicle_name": "Van 1",
    "state": "done",
    "done": 1,
    "stops": 1,
    "next_request_id": REQUEST_ID,
    "lon": 7.4197,
    "lat": 43.7325,
    "position_at": "2026-03-30T06:22:00Z",
    "last_event_at": "2026-03-30T06:22:00Z",
    "shift_started_at": "2026-03-30T06:00:00Z",
    "shift_ended_at": "2026-03-30T06:50:00Z",
    "acknowledged_at": "2026-03-30T05:52:00Z",
    "end_at": "2026-03-30T06:55:00Z",
    "overtime_seconds": 0,
    "on_break": False,
}
_ALERT = {
    "id": f"stop_will_be_late:van-1:{REQUEST_ID}",
    "kind": "stop_will_be_late",
    "severity": "warning",
    "text": "7 min late",
    "values": {"minutes": "7"},
    "vehicle_id": "van-1",
    "request_id": REQUEST_ID,
}


class StopProgressOut(BaseModel):
    """How a stop stands."""

    request_id: str
    vehicle_id: str
    sequence: int = Field(description="Place in its route, from 1.")
    state: RequestState
    planned_at: datetime = Field(description="Start of service in the plan.")
    eta_at: datetime = Field(description="Expected start of service; the real one once arrived.")
    earliest_at: datetime = Field(description="With 80 % the start lies between this")
    latest_at: datetime = Field(description="and this.")
    lateness_seconds: int = Field(description="Of the expected start after the last window.")
    arrived_at: datetime | None
    left_at: datetime | None


class RouteProgressOut(BaseModel):
    """How a route stands."""

    route_id: str
    vehicle_id: str
    vehicle_name: str
    state: str = Field(description="`waiting`, `out`, `done` or `broken`.")
    done: int = Field(description="Stops that are over.")
    stops: int
    next_request_id: str | None = Field(description="Where the driver is, or drives next.")
    lon: float | None
    lat: float | None
    position_at: datetime | None
    last_event_at: datetime | None
    shift_started_at: datetime | None
    shift_ended_at: datetime | None
    acknowledged_at: datetime | None = Field(description="When its driver saw this version.")
    end_at: datetime = Field(description="Expected return.")
    overtime_seconds: int
    on_break: bool


class AlertOut(BaseModel):
    """Something that calls for a dispatcher."""

    id: str = Field(description="The same as long as it lasts.")
    kind: str
    severity: str = Field(description="`warning` or `urgent`.")
    text: str = Field(description="In English; `kind` and `values` for other languages.")
    values: dict[str, str]
    vehicle_id: str | None
    request_id: str | None


class DayProgressOut(BaseModel):
    """How a day stands."""

    model_config = outgoing(
        {
            "territory": "monaco",
            "date": "2026-03-30",
            "now": "2026-03-30T06:22:10Z",
            "plan_id": PLAN_ID,
            "last_event_id": "1774851720000-0",
            "learnt_days": 41,
            "routes": [_ROUTE],
            "stops": [_STOP],
            "alerts": [_ALERT],
        }
    )

    territory: str
    date: date
    now: datetime
    plan_id: str | None = Field(description="The published plan; null while there is none.")
    last_event_id: str
    learnt_days: int = Field(description="Past days that the ranges were learnt from.")
    routes: list[RouteProgressOut]
    stops: list[StopProgressOut]
    alerts: list[AlertOut] = Field(description="The urgent ones first.")


class VanOut(BaseModel):
    """Where the van is that comes next to a customer."""

    lon: float
    lat: float
    at: datetime


class RequestProgressOut(BaseModel):
    """How one's own pickup stands."""

    model_config = outgoing(
        {
            "request_id": REQUEST_ID,
            "state": "en_route",
            "earliest_at": "2026-03-30T06:20:00Z",
            "latest_at": "2026-03-30T06:35:00Z",
            "is_next": True,
            "van": {"lon": 7.4197, "lat": 43.7325, "at": "2026-03-30T06:22:00Z"},
        }
    )

    request_id: str
    state: RequestState
    earliest_at: datetime | None = Field(
        description="The van comes between this, null while nothing is planned or once it is there,"
    )
    latest_at: datetime | None = Field(description="and this.")
    is_next: bool = Field(description="Whether no other stop comes before.")
    van: VanOut | None = Field(description="Only while this stop is the next.")
