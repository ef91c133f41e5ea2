"""What surrounds every request: observation, security headers, the limit of bodies."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect

from collection.api.problems import internal, problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from collection.api.metrics import Metrics

MAX_BODY = 256 * 1024
"""Bytes of a body; the largest honest one has about 20 kB."""

_MAX_DRAIN = 8 * 1024 * 1024
_CSP = "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'self'"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = structlog.get_logger("collection.access")


class Observe:
    """Logs and counts each request by the template of its route, and answers what nobody caught.

    Paths and queries may hold tokens and ids, so neither is logged.

    Parameters
    ----------
    app : ASGIApp
        What is inside.
    metrics : Metrics
        Counts.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and look at its answer.

        Parameters
        ----------
        scope : Scope
            Of the connection.
        receive : Receive
            Gives the body.
        send : Send
            Takes the answer.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 0
        stream = False

        async def watch(message: Message) -> None:
            nonlocal status, stream
            if message["type"] == "http.response.start":
                status = message["status"]
                kind = Headers(raw=message["headers"]).get("content-type", "")
                stream = kind.startswith("text/event-stream")
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:
            if status:
                raise
            await internal(error)(scope, receive, watch)
        finally:
            seconds = perf_counter() - started
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            route = getattr(scope.get("route"), "path", "unmatched")
            self._metrics.requests.labels(method, route, str(status)).inc()
            if not stream:
                self._metrics.latency.labels(method, route).observe(seconds)
            _log.info(
                "request", method=method, route=route, status=status, seconds=round(seconds, 4)
            )


class SecurityHeaders:
    """Puts headers on every answer that has none of its own.

    Parameters
    ----------
    app : ASGIApp
        What is inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and complete its answer.

        Parameters
        ----------
        scope : Scope
            Of the connection.
        receive : Receive
            Gives the body.
        send : Send
            Takes the answer.
        """

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Content-Security-Policy", _CSP)
                # Everything but the assets may name a person.
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, complete if scope["type"] == "http" else send)


class LimitBody:
    """Reads each body before anything else does, up to a limit.

    Parameters
    ----------
    app : ASGIApp
        What is inside.
    limit : int
        Bytes.
    left_out : collection of str
        Paths whose endpoints read their bodies themselves, up to limits of their own.
    """

    def __init__(
        self, app: ASGIApp, *, limit: int = MAX_BODY, left_out: Collection[str] = ()
    ) -> None:
        self._app = app
        self._limit = limit
        self._left_out = left_out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, or refuse it.

        Parameters
        ----------
        scope : Scope
            Of the connection.
        receive : Receive
            Gives the body.
        send : Send
            Takes the answer.
        """
        if scope["type"] != "http" or scope.get("path") in self._left_out:
            await self._app(scope, receive, send)
            return
        try:
            body = await read_body(receive, self._limit)
        except ClientDisconnect:
            # Half a body is not what the caller meant, and nobody waits for an answer.
            return
        if body is None:
            detail = f"a body may have {self._limit} bytes; send less"
            refusal = problem(413, "content-too-large", detail, headers={"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, replay(body, receive), send)


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """Read a body, chunked or not.

    Parameters
    ----------
    receive : Receive
        Gives it.
    limit : int
        Bytes.

    Returns
    -------
    bytes or None
        None where it is longer. The rest is read and thrown away, for a client that is
        still sending would not see the answer; up to a limit again.

    Raises
    ------
    ClientDisconnect
        If the connection ends before the body does.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        if not message.get("more_body", False) or size > _MAX_DRAIN:
            return b"".join(chunks) if size <= limit else None


def replay(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read already, and then what comes after it.

    Parameters
    ----------
    body : bytes
        The whole body.
    receive : Receive
        Gives what comes after it: the client's leaving.

    Returns
    -------
    Receive
        For the app inside.
    """
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
