"""The document's part on POST /vroom."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from collection.api.schemas.examples import outgoing
from collection.routing.formats.vroom_schema import Input

_PREFIX = "Vroom"
_REFERENCE = "#/components/schemas/" + _PREFIX + "{model}"

EXAMPLE = {
    "vehicles": [{"id": 1, "start_index": 0, "end_index": 0, "time_window": [28800, 64800]}],
    "jobs": [
        {"id": 1414, "location_index": 1, "service": 300},
        {"id": 1515, "location_index": 2, "time_windows": [[32400, 36000]]},
    ],
    "matrices": {"car": {"durations": [[0, 2104, 197], [2103, 0, 2255], [197, 2256, 0]]}},
    "options": {"x": 5, "l": 5},
}


class VroomError(BaseModel):
    """What went wrong, as vroom-express says it."""

    model_config = outgoing({"code": 2, "error": "vehicles: is missing"})

    code: int
    """1 internal, 2 input, 3 routing, 4 too large."""
    error: str


class VroomAnswer(BaseModel):
    """A plan, as VROOM says it, with a reason beside what is unassigned."""

    model_config = outgoing(
        {
            "code": 0,
            "summary": {"cost": 394, "routes": 1, "unassigned": 1, "duration": 394},
            "unassigned": [
                {
                    "id": 1414,
                    "type": "job",
                    "location_index": 1,
                    "reason": "no_skill",
                    "detail": "It needs the skills 3; no vehicle has them all.",
                }
            ],
            "routes": [{"vehicle": 1, "cost": 394, "steps": []}],
            "solution_routes": [[2]],
        }
    )

    code: int
    summary: dict[str, Any]
    unassigned: list[dict[str, Any]]
    routes: list[dict[str, Any]]
    solution_routes: list[list[int]]
    """Numbers of the tasks of each route, from 1: jobs, then each shipment's two halves."""


def components() -> dict[str, Any]:
    """Build the schemas of a request's body.

    Returns
    -------
    dict
        By name.
    """
    schema = Input.model_json_schema(ref_template=_REFERENCE)
    parts = schema.pop("$defs", {})
    schema["examples"] = [EXAMPLE]
    return {_PREFIX + "Input": schema} | {_PREFIX + name: part for name, part in parts.items()}


REQUEST: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/VroomInput"}}},
    }
}
"""The endpoint reads its body itself, so its document is written by hand."""

RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": VroomError} for status in (400, 401, 403, 413, 429, 500, 503)
}
