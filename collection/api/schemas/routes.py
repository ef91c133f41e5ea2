"""Routes: what drivers and dispatchers see."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from collection.api.schemas.bookings import AddressOut, DeviceOut, WindowOut
from collection.api.schemas.examples import (
    DEVICE,
    FOUND_ADDRESS,
    PLAN_ID,
    REQUEST_ID,
    ROUTE_ID,
    WINDOW,
    outgoing,
)
from collection.model import RequestState

LOAD = {"units": 3, "litres": 18, "grams": 3700, "hazards": 0}
SLOT = {
    "id": "monaco.2026-03-30.0800",
    "date": "2026-03-30",
    "start": "08:00",
    "end": "10:00",
    "window": WINDOW,
}
STOP = {
    "sequence": 1,
    "request_id": REQUEST_ID,
    "arrival": "08:05",
    "arrival_at": "2026-03-30T06:05:00Z",
    "start": "08:05",
    "start_at": "2026-03-30T06:05:00Z",
    "departure": "08:09",
    "departure_at": "2026-03-30T06:09:00Z",
    "waiting_seconds": 0,
    "travel_seconds": 300,
    "metres": 1450,
    "lon": 7.4197,
    "lat": 43.7325,
    "load": LOAD,
}
ROUTE = {
    "id": ROUTE_ID,
    "url": f"/v1/routes/{ROUTE_ID}",
    "vehicle_id": "van-1",
    "vehicle_name": "Van 1",
    "start": "08:00",
    "start_at": "2026-03-30T06:00:00Z",
    "end": "08:20",
    "end_at": "2026-03-30T06:20:00Z",
    "duration_seconds": 1200,
    "travel_seconds": 620,
    "metres": 2900,
    "overtime_seconds": 0,
    "load": LOAD,
    "pauses": [
        {
            "after": 1,
            "start": "08:09",
            "start_at": "2026-03-30T06:09:00Z",
            "end": "08:14",
            "end_at": "2026-03-30T06:14:00Z",
            "seconds": 300,
        }
    ],
    "reloads": [],
}


class LoadOut(BaseModel):
    """What is on board."""

    units: int
    litres: int
    grams: int
    hazards: int = Field(description="Packages with a damaged battery.")


class StopOut(BaseModel):
    """One pickup in a route."""

    sequence: int = Field(description="From 1.")
    request_id: str
    arrival: str
    arrival_at: datetime
    start: str
    start_at: datetime
    departure: str
    departure_at: datetime
    waiting_seconds: int
    travel_seconds: int = Field(description="From where the van stood before.")
    metres: int
    lon: float
    lat: float
    load: LoadOut = Field(description="After this stop, since the van was last emptied.")


class PauseOut(BaseModel):
    """A rest of the driver, where the van then stands."""

    after: int = Field(description="How many stops come before it.")
    start: str
    start_at: datetime
    end: str
    end_at: datetime
    seconds: int


class ReloadOut(BaseModel):
    """A visit of a depot or partner site where the van is emptied."""

    after: int = Field(description="How many stops come before it.")
    site_id: str
    site_name: str
    arrival: str
    arrival_at: datetime
    departure: str
    departure_at: datetime
    travel_seconds: int
    metres: int
    lon: float
    lat: float


class RouteBase(BaseModel):
    """What everybody may know of a route."""

    id: str
    url: str
    vehicle_id: str
    vehicle_name: str
    start: str
    start_at: datetime
    end: str
    end_at: datetime
    duration_seconds: int
    travel_seconds: int
    metres: int
    overtime_seconds: int = Field(description="Of the return after the shift's end.")
    load: LoadOut = Field(description="On board at the end.")
    pauses: list[PauseOut]
    reloads: list[ReloadOut]


class RouteStopOut(StopOut):
    """One pickup with what a driver must know."""

    status: RequestState
    reason: str
    confirmation_code: str
    windows: list[WindowOut]
    customer_name: str
    phone: str
    address: AddressOut
    devices: list[DeviceOut]


class RouteOut(RouteBase):
    """A route, as its driver sees it."""

    model_config = outgoing(
        {
            **ROUTE,
            "plan_id": PLAN_ID,
            "territory": "monaco",
            "date": "2026-03-30",
            "published": True,
            "stops": [
                {
                    **STOP,
                    "status": "planned",
                    "reason": "",
                    "confirmation_code": "K7QX3M",
                    "windows": [WINDOW],
                    "customer_name": "Camille Laurent",
                    "phone": "+33639980042",
                    "address": FOUND_ADDRESS,
                    "devices": [DEVICE],
                }
            ],
        }
    )

    plan_id: str
    territory: str
    date: date
    published: bool = Field(description="False: another version is published, or none.")
    stops: list[RouteStopOut]
