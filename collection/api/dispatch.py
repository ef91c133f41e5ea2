"""A dispatcher's session and the live stream of a day's events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from collection.api.callers import Role, require_same_site
from collection.api.deps import LimiterDep, ServicesDep, SignerDep, require
from collection.api.fields import LocalDate, Name
from collection.api.limiter import LOGIN_LIMIT, client_address
from collection.api.openapi import problems
from collection.api.present.plans import present_event
from collection.api.problems import ProblemError
from collection.api.schemas.system import LoginIn, SessionOut
from collection.api.security import (
    SESSION_LIFE,
    clear_session,
    issue_session,
    set_session,
    verify_password,
)
from collection.errors import StoreUnavailable
from collection.model import Territory

router = APIRouter(prefix="/v1", tags=["dispatcher"])

POLL_SECONDS = 0.5


@router.post(
    "/session",
    operation_id="logIn",
    summary="Log in",
    responses=problems(401, 403, 422, 429),
)
def log_in(
    *,
    login: LoginIn,
    request: Request,
    response: Response,
    services: ServicesDep,
    signer: SignerDep,
    limiter: LimiterDep,
) -> SessionOut:
    """Open a session of 12 hours; wrong names and wrong passwords are not told apart."""
    settings = services.settings
    require_same_site(request, signer.base_url)
    client = client_address(request, trust_proxy=settings.trust_proxy)
    limiter.hit(LOGIN_LIMIT, "login", client)
    if not verify_password(settings.dispatchers, login.name, login.password):
        raise ProblemError(401, "wrong-password", "name or password is wrong")
    cookie = issue_session(signer, login.name, settings.dispatchers[login.name])
    set_session(response, cookie, secure=settings.secure_cookies)
    return SessionOut(name=login.name, expires_at=services.clock.now() + SESSION_LIFE)


@router.delete(
    "/session",
    status_code=204,
    operation_id="logOut",
    summary="Log out",
    responses=problems(403),
)
def log_out(request: Request, response: Response, services: ServicesDep, signer: SignerDep) -> None:
    """Take the session cookie away."""
    require_same_site(request, signer.base_url)
    clear_session(response, secure=services.settings.secure_cookies)


def _known_territory(
    services: ServicesDep, territory: Annotated[Name, Query(description="Id of a territory.")]
) -> Territory:
    # Before the stream begins: afterwards nothing can be refused any more.
    services.ping()
    return services.catalogue.territory(territory)


@router.get(
    "/events",
    operation_id="followEvents",
    summary="Follow the events of a day",
    response_class=EventSourceResponse,
    dependencies=[Depends(require(Role.DISPATCHER))],
    responses=problems(401, 403, 404, 422),
)
async def follow(
    request: Request,
    services: ServicesDep,
    territory: Annotated[Territory, Depends(_known_territory)],
    day: Annotated[LocalDate, Query(alias="date", description="Local date.")],
    last_event_id: Annotated[str, Header(pattern=r"^(\d{1,19}-\d{1,19})?$")] = "",
) -> AsyncIterator[ServerSentEvent]:
    """Stream the day's events from its first, or from the one after Last-Event-ID."""
    stopping: asyncio.Event = request.app.state.stopping
    seen = last_event_id
    while not stopping.is_set():
        try:
            events = await anyio.to_thread.run_sync(
                lambda after: services.events.read(territory.id, day, after=after), seen
            )
        except StoreUnavailable:
            # It comes back by itself, and the stream goes on where it was.
            events = ()
        for event in events:
            seen = event.id
            body = present_event(event)
            yield ServerSentEvent(
                id=event.id, event=event.type.value, raw_data=body.model_dump_json()
            )
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), POLL_SECONDS)
