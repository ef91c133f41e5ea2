"""The API's own document: problems, idempotency and tags, told once for all endpoints."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from collection.api.problems import MEDIA_TYPE, Problem
from collection.api.schemas import vroom

if TYPE_CHECKING:
    from fastapi import FastAPI

TAGS = [
    {"name": "customer", "description": "Without a role, or with a tracking link's token."},
    {"name": "marketplace", "description": "With an API key."},
    {"name": "dispatcher", "description": "With a session."},
    {"name": "driver", "description": "With a route link's token."},
    {"name": "operations", "description": "Health and metrics."},
]
_SCHEMA = "#/components/schemas/Problem"
_RETRIED = frozenset({409, 429, 503})


LOCATION: dict[str, Any] = {
    "headers": {
        "Location": {
            "description": "Address of what was made; the body's `url`.",
            "schema": {"type": "string"},
        }
    }
}
"""Documents an answer that names what it made."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Document the problems of an endpoint.

    Parameters
    ----------
    *statuses : int
        HTTP statuses.

    Returns
    -------
    dict
        For ``responses`` of a path operation.
    """
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": _SCHEMA}}},
        }
        for status in statuses
    }


def document(app: FastAPI) -> dict[str, Any]:
    """Build the OpenAPI document of an app.

    Parameters
    ----------
    app : FastAPI
        The app.

    Returns
    -------
    dict
        The document.
    """
    content = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=TAGS,
    )
    schemas = content.setdefault("components", {}).setdefault("schemas", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    schemas.update(vroom.components())
    # Replaced by problems everywhere.
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    for path, operations in content["paths"].items():
        if path == "/vroom":
            # It answers as vroom-express does, not with problems.
            continue
        for method, operation in operations.items():
            _complete(operation, idempotent=method == "post" and path != "/v1/session")
    return content


def _complete(operation: dict[str, Any], *, idempotent: bool) -> None:
    common = [500, 503]
    if "requestBody" in operation:
        common += [400, 413]
    if idempotent:
        common.append(409)
        operation.setdefault("parameters", []).append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "Chosen by the caller, kept for 24 hours: the same key and body "
                "get the first answer again, with Idempotent-Replayed: true.",
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 255,
                    "pattern": "^[!-~]+$",
                },
                "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
            }
        )
    responses = operation["responses"]
    for status, described in problems(*common).items():
        responses.setdefault(str(status), described)
    for status in _RETRIED:
        if str(status) in responses:
            responses[str(status)]["headers"] = {
                "Retry-After": {
                    "description": "Seconds to wait, where waiting helps.",
                    "schema": {"type": "integer"},
                }
            }
