"""Proposals for the rest of a running day, and what a dispatcher says to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from collection.api.fields import Name, Notes
from collection.api.schemas.examples import LOAD, REQUEST_ID, incoming, outgoing
from collection.api.schemas.plans import ViolationOut
from collection.api.schemas.routes import LoadOut

MAX_NAMED = 1_000
"""Requests or vans that one wish may name."""

_Ids = Annotated[list[Annotated[Name, Field(max_length=100)]], Field(max_length=MAX_NAMED)]

_SIDE = {
    "cost": 61200,
    "metres": 84100,
    "vehicles": 2,
    "served": 14,
    "late": 0,
    "lateness": 0,
    "unserved": [REQUEST_ID],
}
_PROPOSAL = {
    "plan_id": "monaco.2026-03-30.v2",
    "url": "/v1/plans/monaco.2026-03-30.v2/proposal",
    "replaces": "monaco.2026-03-30.v1",
    "status": "open",
    "note": "",
    "since": "2026-03-30T08:00:00Z",
    "before": _SIDE,
    "after": {**_SIDE, "cost": 63900, "metres": 91000, "served": 15, "unserved": []},
    "changes": [
        {
            "request_id": REQUEST_ID,
            "vehicle_before": "van-1",
            "vehicle_after": "van-2",
            "announced": "2026-03-30T09:10:00Z",
            "expected": "2026-03-30T09:20:00Z",
            "start": "2026-03-30T09:35:00Z",
            "late_before": 0,
            "late_after": 0,
            "told": False,
            "reason": "",
        }
    ],
    "stranded": [
        {"vehicle_id": "van-1", "load": LOAD, "requests": [], "open": [REQUEST_ID]},
    ],
    "violations": [],
    "phases": {"matrix": 0.2, "solve": 8.0},
}


class ReplanIn(BaseModel):
    """What has changed, and what matters."""

    model_config = incoming({"van_out": ["van-1"], "urgent": [REQUEST_ID]})

    van_out: _Ids = Field([], description="Vans that take nothing more.")
    urgent: _Ids = Field([], description="Open requests that go before others.")
    locked: _Ids = Field([], description="Open requests that stay with their van.")
    seconds: Annotated[float, Field(ge=0.1, le=8.0)] = Field(
        7.0, description="Until the solver is done; the answer comes a second or two later."
    )


class DropIn(BaseModel):
    """Why a proposal is dropped."""

    model_config = incoming({"note": "the van runs again"})

    note: Notes = ""


class SideOut(BaseModel):
    """A day in figures: as it would go on, or as it would be."""

    cost: int = Field(description="Cents of all routes, what is over included.")
    metres: int
    vehicles: int = Field(description="Vans that still serve somebody.")
    served: int = Field(description="Open requests that are served.")
    late: int = Field(description="Of these, after their last window.")
    lateness: int = Field(description="Seconds of that, over all of them.")
    unserved: list[str]


class ChangeOut(BaseModel):
    """What changes for a request."""

    request_id: str
    vehicle_before: str | None
    vehicle_after: str | None = Field(description="None where nobody comes.")
    announced: datetime | None = Field(description="Start in the published plan.")
    expected: datetime | None = Field(description="Start if nothing were changed.")
    start: datetime | None = Field(description="Start in the proposal.")
    late_before: int = Field(description="Seconds of the expected start after the last window.")
    late_after: int = Field(description="Seconds of the new start after it.")
    told: bool = Field(description="Whether the start moves by more than was announced.")
    reason: str = Field(description="Why nobody comes; empty otherwise.")


class StrandedOut(BaseModel):
    """A van that takes nothing more."""

    vehicle_id: str
    load: LoadOut = Field(description="On board; it stays there until somebody fetches it.")
    requests: list[str] = Field(description="Whose devices these are.")
    open: list[str] = Field(description="Whom it should still have served.")


class ProposalOut(BaseModel):
    """Old and new side by side."""

    model_config = outgoing(_PROPOSAL)

    plan_id: str
    url: str
    replaces: str
    status: str = Field(description="open, accepted, dropped or overtaken.")
    note: str
    since: datetime = Field(description="When the rest of the day begins.")
    before: SideOut
    after: SideOut
    changes: list[ChangeOut] = Field(
        description="Of requests whose driver, announced time or lateness changes."
    )
    stranded: list[StrandedOut]
    violations: list[ViolationOut]
    phases: dict[str, float] = Field(description="Seconds by phase, right after it was made.")
