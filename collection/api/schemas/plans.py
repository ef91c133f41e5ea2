"""Plans, jobs and the event stream."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field

from collection.api.fields import LocalDate, Name
from collection.api.schemas.examples import PLAN_ID, REQUEST_ID, ROUTE_ID, incoming, outgoing
from collection.api.schemas.instructions import InstructionsIn, InstructionsOut
from collection.api.schemas.routes import ROUTE, STOP, RouteBase, StopOut
from collection.api.schemas.scenarios import ComparisonOut
from collection.model import EventType, FailureCode, Instructions, UnassignedReason


class PlanIn(BaseModel):
    """Which day of which territory to plan, and what is asked of it."""

    model_config = incoming(
        {"territory": "monaco", "date": "2026-03-30", "seed": 7},
        {
            "territory": "monaco",
            "date": "2026-03-30",
            "instructions": {"vehicles": {REQUEST_ID: "van-1"}},
        },
    )

    territory: Annotated[Name, Field(max_length=60)]
    day: Annotated[LocalDate, Field(alias="date")]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    instructions: Annotated[
        InstructionsIn | None,
        Field(description="Left out: those of the published plan, if any; null: none."),
    ] = None

    def asked(self) -> Instructions | None:
        """Turn the instructions into the model's.

        Returns
        -------
        Instructions or None
            None where those of the published plan are kept.
        """
        if self.instructions is not None:
            return self.instructions.instructions()
        return Instructions() if "instructions" in self.model_fields_set else None


class ProgressOut(BaseModel):
    """How far a long step is."""

    phase: str
    done: float = Field(description="0 to 1 of that phase.")
    text: str


class JobOut(BaseModel):
    """How far a job is."""

    model_config = outgoing(
        {
            "id": "night_monaco_2026-03-30",
            "url": "/v1/jobs/night_monaco_2026-03-30",
            "status": "finished",
            "progress": {"phase": "done", "done": 0.0, "text": ""},
            "plan_id": PLAN_ID,
            "error": "",
            "phases": {"snapshot": 0.02, "matrix": 0.31, "solve": 20.0, "check": 0.05},
        }
    )

    id: str
    url: str
    status: str = Field(description="queued, started, finished or failed.")
    progress: ProgressOut | None
    plan_id: str | None
    error: str
    phases: dict[str, float] = Field(description="Seconds by phase, once finished.")
    comparison: ComparisonOut | None = Field(None, description="Of a scenario, once finished.")


class PlannedRouteOut(RouteBase):
    """A route of a plan, as a dispatcher sees it."""

    cost: int = Field(description="Cents.")
    driver_url: str = Field(description="Signed; opens this route and no other.")
    stops: list[StopOut]


class UnassignedOut(BaseModel):
    """A request in no route, and why."""

    request_id: str
    reason: UnassignedReason
    detail: str


class ViolationOut(BaseModel):
    """A constraint that a plan breaks."""

    constraint: str
    detail: str
    vehicle_id: str | None
    request_id: str | None


class SummaryOut(BaseModel):
    """A plan in figures."""

    requests: int
    planned: int
    unassigned: int
    routes: int
    devices: int
    metres: int
    travel_seconds: int
    duration_seconds: int
    cost: int = Field(description="Cents.")
    soft: int = Field(description="Cents that preferences and uneven days weigh; on no bill.")


class PlanOut(BaseModel):
    """One immutable version of a territory's day."""

    model_config = outgoing(
        {
            "id": PLAN_ID,
            "url": f"/v1/plans/{PLAN_ID}",
            "territory": "monaco",
            "date": "2026-03-30",
            "version": 1,
            "published": True,
            "created_at": "2026-03-29T16:01:12Z",
            "seed": 0,
            "summary": {
                "requests": 1,
                "planned": 1,
                "unassigned": 0,
                "routes": 1,
                "devices": 3,
                "metres": 2900,
                "travel_seconds": 620,
                "duration_seconds": 1200,
                "cost": 5450,
                "soft": 0,
            },
            "routes": [
                {
                    **ROUTE,
                    "cost": 5450,
                    "driver_url": "https://collect.example/driver/WyJtb25hY28iXQ.c2lnbmF0dXJl",
                    "stops": [STOP],
                }
            ],
            "unassigned": [],
            "violations": [],
            "instructions": {
                "prefixes": {},
                "vehicles": {REQUEST_ID: "van-1"},
                "together": [],
                "apart": [],
                "familiar": {},
            },
        }
    )

    id: str
    url: str
    territory: str
    date: date
    version: int
    published: bool
    created_at: datetime
    seed: int
    summary: SummaryOut
    routes: list[PlannedRouteOut]
    unassigned: list[UnassignedOut]
    violations: list[ViolationOut]
    instructions: InstructionsOut


class PlanVersionOut(BaseModel):
    """A plan in a list."""

    id: str
    url: str
    version: int
    published: bool


class PlansOut(BaseModel):
    """All plans of a day, oldest first."""

    model_config = outgoing(
        {
            "territory": "monaco",
            "date": "2026-03-30",
            "plans": [
                {
                    "id": PLAN_ID,
                    "url": f"/v1/plans/{PLAN_ID}",
                    "version": 1,
                    "published": True,
                }
            ],
        }
    )

    territory: str
    date: date
    plans: list[PlanVersionOut]


class EventOut(BaseModel):
    """An entry of a day's event stream."""

    model_config = outgoing(
        {
            "id": "1774850730000-0",
            "type": "failed",
            "territory": "monaco",
            "date": "2026-03-30",
            "at": "2026-03-30T06:05:30Z",
            "request_id": REQUEST_ID,
            "route_id": ROUTE_ID,
            "plan_id": PLAN_ID,
            "lon": 7.4197,
            "lat": 43.7325,
            "code": "not_home",
            "text": "rang twice",
            "vehicle_id": "van-1",
            "label": "7Q2M8D0XKE",
            "battery": "fine",
            "site_id": "fontvieille",
            "device": 0,
        }
    )

    id: str
    type: EventType
    territory: str
    date: date
    at: datetime
    request_id: str | None
    route_id: str | None
    plan_id: str | None
    lon: float | None
    lat: float | None
    code: FailureCode | None
    text: str
    vehicle_id: str | None
    label: str | None = Field(description="On a device.")
    battery: str = Field(description="Class of its battery, as it was seen.")
    site_id: str | None = Field(description="Depot or site; null at the customer's door.")
    device: int | None = Field(description="Which of the request's devices, from 0.")
