"""Idempotency-Key: the first answer to a POST is the answer to all that repeat it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import anyio.to_thread
import structlog
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.routing import Match

from collection.api.callers import identify
from collection.api.limiter import client_address
from collection.api.middleware import MAX_BODY, read_body, replay
from collection.api.problems import FieldError, ProblemError, of_error, problem
from collection.errors import CollectionError, Conflict, StoreUnavailable
from collection.ports import StoredAnswer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from collection.api.links import LinkSigner
    from collection.services import Services

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_PREFIX = "/v1/"
_LEFT_OUT = frozenset({"/v1/session"})
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
# Neither says anything of the work: a later try with the same key may do it.
_NOT_FINAL = frozenset({401, 429})
_log = structlog.get_logger(__name__)


class Idempotency:
    """Keeps the first final answer to each key of each caller.

    Parameters
    ----------
    app : ASGIApp
        What is inside.
    services : Services
        With the store of answers.
    signer : LinkSigner
        Tells callers apart.
    """

    def __init__(self, app: ASGIApp, *, services: Services, signer: LinkSigner) -> None:
        self._app = app
        self._services = services
        self._signer = signer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Do the work once, or give its first answer again.

        Parameters
        ----------
        scope : Scope
            Of the connection.
        receive : Receive
            Gives the body.
        send : Send
            Takes the answer.
        """
        presented = _presented(scope)
        if presented is None:
            await self._app(scope, receive, send)
            return
        if not _KEY.fullmatch(presented):
            message = "an Idempotency-Key is 1 to 255 visible ASCII characters"
            refusal = problem(
                422, "invalid-request", message, errors=[FieldError(field=HEADER, message=message)]
            )
            await refusal(scope, receive, send)
            return
        try:
            caller = self._caller(scope)
        except ProblemError:
            # The endpoint gives the same refusal; there is no work to protect.
            await self._app(scope, receive, send)
            return
        body = await read_body(receive, MAX_BODY) or b""
        key = f"{caller} {presented}"
        fingerprint = _fingerprint(scope, body)
        try:
            stored = await anyio.to_thread.run_sync(
                self._services.idempotency.begin, key, fingerprint
            )
        except CollectionError as error:
            wait = {"Retry-After": "1"} if isinstance(error, Conflict) else None
            await of_error(error, wait)(scope, receive, send)
            return
        if stored is not None:
            await _replayed(stored)(scope, receive, send)
            return
        scope.setdefault("state", {})["idempotency"] = f"{key} {fingerprint}"
        await self._work(scope, replay(body, receive), send, key, fingerprint)

    def _caller(self, scope: Scope) -> str:
        connection = HTTPConnection(scope)
        settings = self._services.settings
        caller = identify(connection, settings, self._signer)
        if caller is None:
            return f"client {client_address(connection, trust_proxy=settings.trust_proxy)}"
        return f"{caller.role} {caller.subject}"

    async def _work(
        self, scope: Scope, receive: Receive, send: Send, key: str, fingerprint: str
    ) -> None:
        # Kept back until the answer is stored: who has seen it must get it again.
        messages: list[Message] = []

        async def keep_back(message: Message) -> None:
            messages.append(message)

        try:
            await self._app(scope, receive, keep_back)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self._settle(key, fingerprint, None)
            raise
        with anyio.CancelScope(shield=True):
            await self._settle(key, fingerprint, _final(messages))
        for message in messages:
            await send(message)

    async def _settle(self, key: str, fingerprint: str, answer: StoredAnswer | None) -> None:
        store = self._services.idempotency
        try:
            if answer is None:
                await anyio.to_thread.run_sync(store.abandon, key)
            else:
                await anyio.to_thread.run_sync(store.finish, key, fingerprint, answer)
        except StoreUnavailable as error:
            # The work is done or not; the caller is better served with its answer. The claim
            # runs out by itself.
            _log.warning("idempotency_not_settled", error=error.message)


def _presented(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path = scope["path"]
    if not path.startswith(_PREFIX) or path in _LEFT_OUT:
        return None
    # Whoever asks for what is not there must not fill the store with answers.
    if all(route.matches(scope)[0] is not Match.FULL for route in scope["app"].routes):
        return None
    return HTTPConnection(scope).headers.get(HEADER)


def _fingerprint(scope: Scope, body: bytes) -> str:
    digest = hashlib.sha256()
    for part in (scope["path"].encode(), scope.get("query_string", b""), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _final(messages: list[Message]) -> StoredAnswer | None:
    if not messages:
        return None
    status = messages[0]["status"]
    if status >= 500 or status in _NOT_FINAL:
        return None
    headers = dict(messages[0]["headers"])
    return StoredAnswer(
        status=status,
        body=b"".join(message.get("body", b"") for message in messages[1:]).decode(),
        media_type=headers.get(b"content-type", b"application/json").decode("latin-1"),
    )


def _replayed(stored: StoredAnswer) -> Response:
    headers = {REPLAYED: "true", "Content-Type": stored.media_type}
    if stored.status in {201, 202}:
        # Every such answer tells its own address.
        url = json.loads(stored.body).get("url")
        if url:
            headers["Location"] = url
    return Response(stored.body, stored.status, headers=headers)
