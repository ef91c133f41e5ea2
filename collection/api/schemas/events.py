"""What drivers tell of their route."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from collection.api.fields import Instant, Latitude, Longitude, Name, Notes, wrong
from collection.api.schemas.examples import REQUEST_ID, ROUTE_ID, incoming, outgoing
from collection.model import Event, EventType, FailureCode, Position, RequestState

OF_ROUTE = frozenset(
    {
        *("position", "acknowledged"),
        *("shift_started", "shift_ended", "break_started", "break_ended"),
    }
)
"""What is told of a route and of no stop."""


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
        {"type": "shift_started", "at": "2026-03-30T05:55:00Z"},
    )

    type: Literal[
        "en_route",
        "arrived",
        "collected",
        "failed",
        "position",
        "shift_started",
        "shift_ended",
        "break_started",
        "break_ended",
        "acknowledged",
    ]
    at: Instant
    request_id: Annotated[Name, Field(max_length=100)] | None = None
    position: PositionIn | None = None
    code: Annotated[FailureCode, Field(strict=False)] | None = None
    text: Notes = ""

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.type == "position" and self.position is None:
            raise wrong("say where the van is", field="position")
        if self.type in OF_ROUTE:
            if self.request_id is not None:
                raise wrong(f"{self.type} belongs to no request; leave it out", field="request_id")
        elif self.request_id is None:
            raise wrong("say which stop is meant", field="request_id")
        if (self.type == "failed") != (self.code is not None):
            raise wrong("a failed stop, and no other, has a code", field="code")
        if self.code is FailureCode.OTHER and not self.text:
            raise wrong("the code other needs words", field="text")
        return self

    @property
    def target(self) -> RequestState | None:
        """State that the request comes into; None for what is told of a route."""
        return None if self.type in OF_ROUTE else RequestState(self.type)

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
