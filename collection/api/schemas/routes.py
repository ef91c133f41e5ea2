"""Routes: what drivers see and tell."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from collection.api.fields import Instant, Latitude, Longitude, Name, Notes, wrong
from collection.api.schemas.bookings import AddressOut, DeviceOut, WindowOut
from collection.api.schemas.examples import (
    DEVICE,
    FOUND_ADDRESS,
    PLAN_ID,
    REQUEST_ID,
    ROUTE_ID,
    WINDOW,
    incoming,
    outgoing,
)
from collection.model import Event, EventType, FailureCode, Position, RequestState

LOAD = {"units": 3, "litres": 18, "grams": 3700}
SLOT = {
    "id": "monaco.2026-03-30.0800",
    "date": "2026-03-30",
    "start": "08:00",
    "end": "10:00",
    "window": WINDOW,
    "capacity": 24,
    "left": 5,
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
    "load": LOAD,
}


class LoadOut(BaseModel):
    """What is on board."""

    units: int
    litres: int
    grams: int


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
    travel_seconds: int = Field(description="From the stop before, or from the depot.")
    metres: int
    lon: float
    lat: float
    load: LoadOut = Field(description="After this stop.")


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
    load: LoadOut


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


class PositionIn(BaseModel):
    """A point on the ground."""

    model_config = incoming({"lon": 7.4197, "lat": 43.7325})

    lon: Longitude
    lat: Latitude


class RouteEventIn(BaseModel):
    """What a driver tells."""

    model_config = incoming(
        {
            "type": "arrived",
            "at": "2026-03-30T08:12:30Z",
            "request_id": REQUEST_ID,
            "position": {"lon": 7.4197, "lat": 43.7325},
        },
        {
            "type": "failed",
            "at": "2026-03-30T08:20:00Z",
            "request_id": REQUEST_ID,
            "code": "not_home",
            "text": "rang twice, called once",
        },
        {
            "type": "position",
            "at": "2026-03-30T08:05:00Z",
            "position": {"lon": 7.4197, "lat": 43.7325},
        },
    )

    type: Literal["en_route", "arrived", "collected", "failed", "position"]
    at: Instant
    request_id: Annotated[Name, Field(max_length=100)] | None = None
    position: PositionIn | None = None
    code: Annotated[FailureCode, Field(strict=False)] | None = None
    text: Notes = ""

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.type == "position":
            if self.position is None:
                raise wrong("say where the van is", field="position")
            if self.request_id is not None:
                raise wrong("a position belongs to no request; leave it out", field="request_id")
        elif self.request_id is None:
            raise wrong("say which stop is meant", field="request_id")
        if (self.type == "failed") != (self.code is not None):
            raise wrong("a failed stop, and no other, has a code", field="code")
        if self.code is FailureCode.OTHER and not self.text:
            raise wrong("the code other needs words", field="text")
        return self

    @property
    def target(self) -> RequestState | None:
        """State that the request comes into; None for a position."""
        return None if self.type == "position" else RequestState(self.type)

    @property
    def reason(self) -> str:
        """Failure code with its words; empty where nothing failed."""
        return ": ".join(filter(None, [self.code or "", self.text])) if self.code else ""

    def event(self, *, territory: str, day: date, route_id: str, plan_id: str) -> Event:
        """Build the entry of the event stream.

        Parameters
        ----------
        territory : str
            Whose stream.
        day : date
            Local date of the route.
        route_id : str
            Whose route.
        plan_id : str
            Of which plan.

        Returns
        -------
        Event
            Not yet stored.
        """
        return Event(
            type=EventType(self.type),
            territory=territory,
            day=day,
            at=self.at,
            request_id=self.request_id,
            route_id=route_id,
            plan_id=plan_id,
            position=Position(**self.position.model_dump()) if self.position else None,
            code=self.code,
            text=self.text,
        )


class RouteEventOut(BaseModel):
    """What was recorded."""

    model_config = outgoing(
        {
            "type": "arrived",
            "at": "2026-03-30T06:05:30Z",
            "route_id": ROUTE_ID,
            "request_id": REQUEST_ID,
            "status": "arrived",
        }
    )

    type: EventType
    at: datetime
    route_id: str
    request_id: str | None
    status: RequestState | None = Field(description="Of the request, now.")
