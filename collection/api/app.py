"""Puts routers, middleware and error handlers together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter
from fastapi import FastAPI

import collection
from collection.api import (
    custody,
    dispatch,
    driver,
    dropoffs,
    holds,
    ops,
    plans,
    problems,
    progress,
    replan,
    requests,
    scenarios,
    slots,
    vroom,
    web,
)
from collection.api.idempotency import Idempotency
from collection.api.limiter import RateLimiter
from collection.api.links import LinkSigner
from collection.api.metrics import Metrics
from collection.api.middleware import LimitBody, Observe, SecurityHeaders
from collection.api.openapi import document
from collection.api.streams import Streams
from collection.scheduling.custody_watch import devices_unaccounted
from collection.scheduling.live_day import LiveDays, LivePorts

ROUTERS = (
    *(requests, slots, holds, dropoffs, plans, replan, scenarios, driver, custody, dispatch),
    *(progress, vroom, ops),
)

if TYPE_CHECKING:
    from collection.services import Services


def create_app(services: Services) -> FastAPI:
    """Build the app.

    Parameters
    ----------
    services : Services
        Everything that it works with.

    Returns
    -------
    FastAPI
        The API.

    Raises
    ------
    InvalidRequest
        If a setting is wrong; names it.
    """
    app = FastAPI(
        title="collection",
        version=collection.__version__,
        description="Collects broken phones and laptops at people's homes: book, plan, drive.",
        # Their pages load scripts from other hosts.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    metrics = Metrics()
    signer = LinkSigner.of(services.settings, services.clock)
    app.state.services = services
    app.state.signer = signer
    app.state.metrics = metrics
    app.state.limiter = RateLimiter(
        services.redis_url,
        services.settings.public_rate_limit,
        services.settings.place_rate_limit,
    )
    app.state.stopping = asyncio.Event()
    app.state.solves = CapacityLimiter(1)
    app.state.live = _live_days(services)
    app.state.streams = Streams(app.state.stopping, most=services.settings.live_streams)

    for module in ROUTERS:
        app.include_router(module.router)
    problems.install(app)
    web.install(app)
    # The last one added is the outermost.
    app.add_middleware(Idempotency, services=services, signer=signer)
    app.add_middleware(LimitBody, left_out=vroom.PATHS)
    app.add_middleware(Observe, metrics=metrics)
    app.add_middleware(SecurityHeaders)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app


def _live_days(services: Services) -> LiveDays:
    return LiveDays(
        LivePorts(
            plans=services.plans,
            events=services.events,
            requests=services.requests,
            etas=services.etas,
            clock=services.clock,
            rules=services.catalogue.live,
            watches=(devices_unaccounted,),
        )
    )
