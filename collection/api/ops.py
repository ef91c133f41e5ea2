"""For those who run it: health and metrics."""

import ipaddress
from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from collection.api.callers import STAFF, allow, unauthorized
from collection.api.deps import OptionalCallerDep, ServicesDep
from collection.api.openapi import problems
from collection.api.schemas.system import HealthOut, ReadyOut
from collection.errors import RoutingUnavailable, StoreUnavailable

router = APIRouter(tags=["operations"])


@router.get("/healthz", operation_id="health", summary="Whether the process answers")
async def health() -> HealthOut:
    """Say so, without asking anybody else."""
    return HealthOut(status="ok")


@router.get("/readyz", operation_id="ready", summary="Whether work can be done")
def ready(services: ServicesDep) -> ReadyOut:
    """Ask the store and look for territories; 503 where one is missing."""
    services.ping()
    if not services.catalogue.territories:
        raise RoutingUnavailable("no territory is set up in the data folder")
    return ReadyOut(status="ready", territories=sorted(services.catalogue.territories))


async def _staff_or_loopback(request: Request, caller: OptionalCallerDep) -> None:
    if caller is not None:
        allow(caller, *STAFF)
        return
    host = request.client.host if request.client else ""
    # A proxy on this machine is on loopback too, and its callers are anybody.
    if (
        "x-forwarded-for" in request.headers
        or "forwarded" in request.headers
        or not _loopback(host)
    ):
        raise unauthorized("missing-credentials", "log in, send an API key, or ask from loopback")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems(401, 403),
    },
)
def metrics(
    request: Request, services: ServicesDep, _: Annotated[None, Depends(_staff_or_loopback)]
) -> Response:
    """Tell requests, latencies, bookings, jobs and messages, to staff and to loopback."""
    found = request.app.state.metrics
    with suppress(StoreUnavailable):
        # Its own counters tell how a process is, also while the store is away.
        for territory in services.catalogue.territories:
            for (channel, outcome), count in services.outbox.counts(territory).items():
                found.deliveries.labels(territory, channel, outcome).set(count)
    return Response(found.exposition(), media_type="text/plain; version=0.0.4")
