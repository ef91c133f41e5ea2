"""Errors as RFC 9457 ``application/problem+json``: one table from the package's errors."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response

from collection.errors import (
    AmbiguousAddress,
    CollectionError,
    Conflict,
    InvalidRequest,
    NotFound,
    PlanRejected,
    RoutingUnavailable,
    SlotUnavailable,
    StoreUnavailable,
    TentativeChanged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
"""How long a caller waits after a 503."""

_MAX_ERRORS = 20
_SOURCES = frozenset({"body", "query", "path", "header", "cookie"})
_STATUS: dict[type[CollectionError], tuple[int, str]] = {
    InvalidRequest: (422, "invalid-request"),
    AmbiguousAddress: (422, "ambiguous-address"),
    NotFound: (404, "not-found"),
    SlotUnavailable: (409, "slot-unavailable"),
    TentativeChanged: (503, "busy"),
    Conflict: (409, "conflict"),
    PlanRejected: (409, "plan-rejected"),
    RoutingUnavailable: (503, "routing-unavailable"),
    StoreUnavailable: (503, "store-unavailable"),
}
_log = structlog.get_logger(__name__)


class FieldError(BaseModel):
    """One field that is wrong."""

    field: str
    """Dotted, like ``devices.0.imei``; ``body`` where the whole body is meant."""
    message: str


class Problem(BaseModel):
    """What went wrong, after RFC 9457."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:collection:problem:invalid-request",
                    "title": "Invalid request",
                    "status": 422,
                    "detail": "devices.0.imei: an IMEI is 15 digits without spaces",
                    "errors": [
                        {
                            "field": "devices.0.imei",
                            "message": "an IMEI is 15 digits without spaces",
                        }
                    ],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
    candidates: list[str] | None = None
    """Addresses to choose from."""


class ProblemError(Exception):
    """Something that only HTTP knows of: a missing role, a forged link, too many requests.

    Parameters
    ----------
    status : int
        HTTP status.
    kind : str
        Last part of the problem's type.
    detail : str
        What went wrong and how to mend it.
    headers : Mapping of str to str, optional
        To send with it.
    """

    def __init__(
        self, status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers


def problem(
    status: int,
    kind: str,
    detail: str,
    *,
    errors: Sequence[FieldError] = (),
    candidates: Sequence[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build an answer that tells of a problem.

    Parameters
    ----------
    status : int
        HTTP status.
    kind : str
        Last part of its type.
    detail : str
        What went wrong and how to mend it.
    errors : Sequence of FieldError
        Fields that are wrong.
    candidates : Sequence of str
        Addresses to choose from.
    headers : Mapping of str to str, optional
        To send with it.

    Returns
    -------
    Response
        With media type ``application/problem+json``.
    """
    content: dict[str, Any] = {
        "type": f"urn:collection:problem:{kind}",
        "title": kind.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
    }
    if errors:
        content["errors"] = [error.model_dump() for error in errors]
    if candidates:
        content["candidates"] = list(candidates)
    return Response(json.dumps(content), status, headers=headers, media_type=MEDIA_TYPE)


def of_error(error: CollectionError, headers: Mapping[str, str] | None = None) -> Response:
    """Build the answer to an error of the package.

    Parameters
    ----------
    error : CollectionError
        What was raised.
    headers : Mapping of str to str, optional
        To send with it.

    Returns
    -------
    Response
        By the one table of this module.
    """
    known = next((base for base in type(error).__mro__ if base in _STATUS), None)
    if known is None:
        return internal(error)
    status, kind = _STATUS[known]
    detail = error.message
    if known is StoreUnavailable:
        # Its message names sockets and hosts.
        _log.error("store_unavailable", error=error.message)
        detail = "the store does not answer; try again in a moment"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers = {"Retry-After": str(RETRY_SECONDS), **(headers or {})}
    errors = [FieldError(field=error.field, message=error.message)] if error.field else []
    candidates = error.candidates if isinstance(error, AmbiguousAddress) else ()
    return problem(status, kind, detail, errors=errors, candidates=candidates, headers=headers)


def internal(error: BaseException) -> Response:
    """Build the answer to an error that nobody foresaw; the log gets it, the caller does not.

    Parameters
    ----------
    error : BaseException
        What was raised.

    Returns
    -------
    Response
        Status 500.
    """
    # Values of local variables, which some log renderers add, would be people's data.
    _log.error("unforeseen", error=type(error).__name__, where=_where(error))
    return problem(500, "internal-error", "something went wrong on our side; it is logged")


def _where(error: BaseException) -> list[str]:
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-12:]


def install(app: FastAPI) -> None:
    """Answer every error of an app with a problem.

    Parameters
    ----------
    app : FastAPI
        The app.
    """
    app.add_exception_handler(CollectionError, _on_collection_error)
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)


async def _on_collection_error(_: Request, error: Exception) -> Response:
    return of_error(error) if isinstance(error, CollectionError) else internal(error)


async def _on_problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        return internal(error)
    return problem(error.status, error.kind, error.detail, headers=error.headers)


async def _on_http(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return internal(error)
    phrase = HTTPStatus(error.status_code).phrase
    kind = "-".join(phrase.lower().split())
    detail = {404: "there is nothing at this path", 405: "the path does not know this method"}.get(
        error.status_code, str(error.detail)
    )
    return problem(error.status_code, kind, detail, headers=error.headers)


async def _on_validation(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        return internal(error)
    found = error.errors()
    for item in found:
        if item["type"] == "json_invalid":
            position, reason = item["loc"][-1], item.get("ctx", {}).get("error", "")
            message = f"malformed JSON at character {position}: {reason}"
            return problem(
                400, "malformed-json", message, errors=[FieldError(field="body", message=message)]
            )
    errors = [_field_error(item) for item in found[:_MAX_ERRORS]]
    first = errors[0]
    return problem(422, "invalid-request", f"{first.field}: {first.message}", errors=errors)


def _field_error(item: dict[str, Any]) -> FieldError:
    parts = [str(part) for part in item["loc"]]
    if parts and parts[0] in _SOURCES:
        parts = parts[1:]
    below = (item.get("ctx") or {}).get("field")
    if item["type"] == "invalid" and below:
        parts.append(below)
    message = {
        "missing": "is missing",
        "extra_forbidden": "is not a known field; remove it",
        "model_attributes_type": "send a JSON object as application/json",
    }.get(item["type"], item["msg"])
    # The name of an unknown field is the caller's: as long as it likes, with lone surrogates.
    field = ".".join(parts)[:200].encode("utf-8", "replace").decode()
    return FieldError(field=field or "body", message=message)
