"""Why a plan is as it is."""

from __future__ import annotations

from pydantic import BaseModel, Field

from collection.api.schemas.examples import PLAN_ID, REQUEST_ID, outgoing
from collection.model import UnassignedReason
from collection.routing.why.changes import Kind


class RouteCostOut(BaseModel):
    """What a route costs, in cents; `cost` is the sum of the five parts after it."""

    vehicle_id: str
    cost: int
    fixed: int
    hours: int
    overtime: int
    driving: int
    kilometres: int
    soft: int = Field(description="What preferences and changed times weigh; on no bill.")
    last_request_id: str
    last_stop: int = Field(description="What serving the last stop costs.")
    constraints: dict[str, int] = Field(
        description="What the same stops would cost less without the constraint, dearest first."
    )


class BlockOut(BaseModel):
    """What keeps a request out of one vehicle's route."""

    vehicle_id: str
    constraints: list[str]


class UnlockOut(BaseModel):
    """A change that would serve a request; it was applied and works."""

    kind: Kind
    vehicle_id: str = Field(description="Who would then serve the request.")
    cost: int = Field(description="Cents that the plan would cost more.")
    detail: str


class LeftOut(BaseModel):
    """A request in no route: what blocks it, and the cheapest changes that would serve it."""

    request_id: str
    reason: UnassignedReason
    detail: str
    blocks: list[BlockOut]
    unlocks: list[UnlockOut]
    complete: bool = Field(description="Whether there was time to try every kind of change.")


class ExplanationOut(BaseModel):
    """Why a plan is as it is, by its requests, vehicles and streets as they are now."""

    model_config = outgoing(
        {
            "plan_id": PLAN_ID,
            "routes": [
                {
                    "vehicle_id": "van-1",
                    "cost": 5450,
                    "fixed": 4500,
                    "hours": 867,
                    "overtime": 0,
                    "driving": 0,
                    "kilometres": 83,
                    "soft": 0,
                    "last_request_id": REQUEST_ID,
                    "last_stop": 5450,
                    "constraints": {"time_windows": 0, "shift": 0, "capacity": 0},
                }
            ],
            "unassigned": [
                {
                    "request_id": REQUEST_ID,
                    "reason": "no_capacity",
                    "detail": "Of 1 vehicles 1 could serve it alone; where it fits best beside "
                    "their other stops, 1 is not there in 08:00-10:00.",
                    "blocks": [{"vehicle_id": "van-1", "constraints": ["time_window"]}],
                    "unlocks": [
                        {
                            "kind": "window",
                            "vehicle_id": "van-1",
                            "cost": 620,
                            "detail": "A window that closes 25 min later: 08:00-10:25.",
                        }
                    ],
                    "complete": True,
                }
            ],
        }
    )

    plan_id: str
    routes: list[RouteCostOut]
    unassigned: list[LeftOut]
