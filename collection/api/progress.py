"""A day as it happens: read once, or followed by dispatchers and by each customer."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Header, Path, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from collection.api.callers import Role
from collection.api.deps import OwnRequest, ServicesDep, require
from collection.api.fields import LocalDate, Name
from collection.api.openapi import problems
from collection.api.present.progress import present_own, present_progress
from collection.api.schemas.progress import DayProgressOut, RequestProgressOut
from collection.api.streams import Streams
from collection.api.web.texts import texts_of
from collection.errors import NotFound, StoreUnavailable
from collection.model import PickupRequest
from collection.scheduling.live_day import LiveDay

router = APIRouter(prefix="/v1")

_NO_EVENT = "0-0"
_ALERTS = texts_of("en")
LastEventId = Annotated[str, Header(pattern=r"^(\d{1,19}-\d{1,19})?$")]


def _live_day(
    request: Request,
    services: ServicesDep,
    territory: Annotated[Name, Path(description="Id of a territory.")],
    day: Annotated[LocalDate, Path(alias="date", description="Local date.")],
) -> LiveDay:
    live: LiveDay = request.app.state.live.of(services.catalogue.territory(territory), day)
    return live


def _own_pickup(request_id: OwnRequest, services: ServicesDep) -> PickupRequest:
    return services.requests.get(request_id)


def _own_day(
    request: Request, services: ServicesDep, pickup: Annotated[PickupRequest, Depends(_own_pickup)]
) -> LiveDay:
    territory = services.catalogue.territory(pickup.territory)
    live: LiveDay = request.app.state.live.of(territory, pickup.day)
    return live


async def _streams(request: Request) -> Streams:
    # Before the stream begins: afterwards nothing can be refused any more.
    streams: Streams = request.app.state.streams
    streams.require_room()
    return streams


def _answering(services: ServicesDep) -> None:
    services.ping()


LiveDayDep = Annotated[LiveDay, Depends(_live_day)]
OwnPickup = Annotated[PickupRequest, Depends(_own_pickup)]
OwnDay = Annotated[LiveDay, Depends(_own_day)]
StreamsDep = Annotated[Streams, Depends(_streams)]
STAFF_ONLY = [Depends(require(Role.DISPATCHER))]


@router.get(
    "/territories/{territory}/days/{date}/progress",  # noqa: FAST003 - a dependency reads it
    tags=["dispatcher"],
    operation_id="getProgress",
    summary="Read how a day stands",
    dependencies=STAFF_ONLY,
    responses=problems(401, 403, 404, 422),
)
def read(live: LiveDayDep) -> DayProgressOut:
    """Tell states, expected times and lateness of all stops of the published plan, and alerts."""
    return present_progress(live, live.look(), _ALERTS)


@router.get(
    "/territories/{territory}/days/{date}/progress/stream",  # noqa: FAST003 - a dependency reads it
    tags=["dispatcher"],
    operation_id="followProgress",
    summary="Follow how a day stands",
    response_class=EventSourceResponse,
    dependencies=[*STAFF_ONLY, Depends(_answering)],
    responses=problems(401, 403, 404, 422),
)
async def follow(
    live: LiveDayDep, streams: StreamsDep, last_event_id: LastEventId = ""
) -> AsyncIterator[ServerSentEvent]:
    """Stream `day`, all of it, then `change`: routes and stops that changed, and all alerts.

    After a Last-Event-ID that is not long ago it goes on with what changed since.
    """
    before = live.since("" if last_event_id == _NO_EVENT else last_event_id)
    if not last_event_id:
        before = None
    async for snapshot in streams.follow(live):
        same = before is not None and before.plan == snapshot.plan
        known = before if same else None
        body = await anyio.to_thread.run_sync(
            lambda now, known: present_progress(live, now, _ALERTS, before=known), snapshot, known
        )
        if known is None or body.routes or body.stops or known.alerts != snapshot.alerts:
            yield ServerSentEvent(
                id=snapshot.last_event_id or _NO_EVENT,
                event="change" if same else "day",
                raw_data=body.model_dump_json(),
            )
        before = snapshot


@router.get(
    "/pickup-requests/{request_id}/progress",  # noqa: FAST003 - a dependency reads it
    tags=["customer", "marketplace"],
    operation_id="getPickupProgress",
    summary="Read when the van comes",
    responses=problems(401, 403, 404, 422),
)
def read_own(live: OwnDay, pickup: OwnPickup) -> RequestProgressOut:
    """Tell the state of one's own pickup and between which times the van comes."""
    return present_own(pickup, live.look())


@router.get(
    "/pickup-requests/{request_id}/progress/stream",  # noqa: FAST003 - a dependency reads it
    tags=["customer", "marketplace"],
    operation_id="followPickupProgress",
    summary="Follow when the van comes",
    response_class=EventSourceResponse,
    responses=problems(401, 403, 404, 422),
)
async def follow_own(
    live: OwnDay, pickup: OwnPickup, streams: StreamsDep, services: ServicesDep
) -> AsyncIterator[ServerSentEvent]:
    """Stream `progress` of one's own pickup, now and whenever it changes."""
    told = ""
    async for snapshot in streams.follow(live):
        # Read anew: a plan that leaves it out changes the pickup alone.
        with suppress(NotFound, StoreUnavailable):
            pickup = await anyio.to_thread.run_sync(services.requests.get, pickup.id)
        body = present_own(pickup, snapshot).model_dump_json()
        if body != told:
            told = body
            yield ServerSentEvent(event="progress", raw_data=body)
