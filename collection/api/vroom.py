"""The HTTP interface of vroom-express: its clients switch by changing an address.

Bodies, answers, error codes and statuses are those of vroom-express. A client that cannot
send an Authorization header of its own takes its API key into the address, as the password:
``https://shop:<key>@<host>/vroom``.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from collection.api.callers import STAFF, allow, identify, unauthorized
from collection.api.limiter import RateLimiter, client_address
from collection.api.middleware import read_body
from collection.api.problems import ProblemError, internal
from collection.api.schemas.vroom import REQUEST, RESPONSES, VroomAnswer
from collection.api.security import find_api_key
from collection.api.vroom_work import MAX_BYTES, too_large, work
from collection.errors import InvalidRequest, RoutingUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.services import Services

PATHS = frozenset({"/vroom", "/vroom/"})

MAX_WAITING = 8
"""Requests that wait while one is solved; the cores are worth one solve at a time."""

INTERNAL, INPUT, ROUTING, TOO_LARGE = 1, 2, 3, 4
_CODES: dict[int, int] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: TOO_LARGE,
    HTTPStatus.SERVICE_UNAVAILABLE: INTERNAL,
}

_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Origin, X-Requested-With, Content-Type, Accept, Authorization",
}

router = APIRouter()


@router.post(
    "/vroom",
    operation_id="vroom",
    tags=["marketplace"],
    summary="Solve a routing problem as vroom-express does",
    openapi_extra=REQUEST,
    responses={200: {"model": VroomAnswer}, **RESPONSES},
)
@router.post("/vroom/", include_in_schema=False)
async def solve_vroom(request: Request) -> Response:
    """Read VROOM's JSON, solve it within the bounds of the settings, and answer as VROOM does."""
    try:
        return _answer(HTTPStatus.OK, await _solve(request))
    except ClientDisconnect:
        raise
    except Exception as error:  # noqa: BLE001 - a client of VROOM reads its errors only
        return _refusal(error)


@router.options("/vroom", include_in_schema=False)
@router.options("/vroom/", include_in_schema=False)
async def preflight() -> Response:
    """Let pages of other origins ask; they have no session here."""
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_HEADERS)


@router.get("/vroom/health", include_in_schema=False)
async def health() -> Response:
    """Answer as vroom-express does."""
    return Response(headers=_HEADERS)


async def _solve(request: Request) -> dict[str, Any]:
    services: Services = request.app.state.services
    await anyio.to_thread.run_sync(_let_in, request, services)
    body = await read_body(request.receive, MAX_BYTES)
    if body is None:
        raise too_large(f"a body may have {MAX_BYTES} bytes; send less")
    limiter: anyio.CapacityLimiter = request.app.state.solves
    if limiter.statistics().tasks_waiting >= MAX_WAITING:
        detail = "too many requests wait for their solve; try again in a moment"
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "busy", detail, {"Retry-After": "5"})
    stopping: asyncio.Event = request.app.state.stopping
    gone = threading.Event()

    def cancelled() -> bool:
        return gone.is_set() or stopping.is_set()

    watcher = asyncio.create_task(_watch(request, gone))
    try:
        return await anyio.to_thread.run_sync(work, body, services, cancelled, limiter=limiter)
    finally:
        watcher.cancel()


async def _watch(request: Request, gone: threading.Event) -> None:
    """Wait until the client leaves: nobody would read the answer."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    gone.set()


def _refusal(error: Exception) -> Response:
    match error:
        case InvalidRequest():
            return _failure(HTTPStatus.BAD_REQUEST, INPUT, error.message)
        case RoutingUnavailable():
            return _failure(HTTPStatus.INTERNAL_SERVER_ERROR, ROUTING, error.message)
        case ProblemError():
            code = _CODES.get(error.status, INPUT)
            return _failure(error.status, code, error.detail, error.headers)
        case _:
            internal(error)
            return _failure(HTTPStatus.INTERNAL_SERVER_ERROR, INTERNAL, "Internal error")


def _let_in(request: Request, services: Services) -> None:
    """Let staff in, and anybody where the settings say so."""
    settings = services.settings
    scheme, _, presented = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        keys = {name: key.get_secret_value() for name, key in settings.api_keys.items()}
        if find_api_key(keys, _password(presented)) is None:
            raise unauthorized("invalid-credentials", "the password must be an API key")
        return
    caller = identify(request, settings, request.app.state.signer)
    if caller is not None:
        allow(caller, *STAFF)
    elif settings.vroom_open:
        limiter: RateLimiter = request.app.state.limiter
        client = client_address(request, trust_proxy=settings.trust_proxy)
        limiter.hit(limiter.public, "public", client)
    else:
        raise unauthorized(
            "missing-credentials",
            "send an API key: Authorization: Bearer <key>, or https://name:<key>@host/vroom",
        )


def _password(presented: str) -> str:
    try:
        return base64.b64decode(presented, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        raise unauthorized("invalid-credentials", "Basic credentials are base64") from None


def _failure(
    status: int, code: int, error: str, headers: Mapping[str, str] | None = None
) -> Response:
    return _answer(status, {"code": code, "error": error}, headers)


def _answer(
    status: int, content: dict[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    return Response(
        json.dumps(content),
        status,
        headers={**_HEADERS, **(headers or {})},
        media_type="application/json",
    )
