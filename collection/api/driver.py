"""A route on the driver's phone, and what the driver tells."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from collection.api.current import current_route
from collection.api.deps import OwnRoute, ServicesDep
from collection.api.export import GEOJSON, GPX, route_geojson, route_gpx
from collection.api.openapi import problems
from collection.api.present.plans import present_route
from collection.api.schemas.events import RouteEventIn, RouteEventOut
from collection.api.schemas.routes import RouteOut
from collection.api.sheet import find_route, is_published, load_sheet
from collection.errors import Conflict, InvalidRequest
from collection.model import Event, Plan, Route
from collection.scheduling.door import collected_words, require_accounted
from collection.services import Services

router = APIRouter(prefix="/v1/routes", tags=["driver", "dispatcher"])

_DONE = frozenset({"collected", "failed"})

CLOCK_SKEW = timedelta(minutes=5)
"""How far a phone's clock may run ahead."""


@router.get(
    "/{route_id}",
    operation_id="getRoute",
    summary="Read a route",
    response_model=RouteOut,
    responses={
        200: {
            "description": "The route, in the format that was asked for.",
            "content": {
                GEOJSON: {"schema": {"type": "object"}},
                GPX: {"schema": {"type": "string"}},
            },
        },
        **problems(401, 403, 404, 422),
    },
)
def read(
    route_id: OwnRoute,
    request: Request,
    services: ServicesDep,
    kind: Annotated[
        Literal["json", "geojson", "gpx"] | None,
        Query(alias="format", description="Wins over the Accept header."),
    ] = None,
) -> Response | RouteOut:
    """Tell a route as JSON, GeoJSON (RFC 7946) or GPX 1.1."""
    sheet = load_sheet(services, route_id)
    accept = request.headers.get("accept", "")
    if kind == "gpx" or (kind is None and GPX in accept):
        headers = {"Content-Disposition": f'attachment; filename="{sheet.route.id}.gpx"'}
        return Response(route_gpx(sheet), media_type=GPX, headers=headers)
    if kind == "geojson" or (kind is None and GEOJSON in accept):
        return JSONResponse(route_geojson(sheet), media_type=GEOJSON)
    return present_route(sheet)


@router.post(
    "/{route_id}/events",
    status_code=201,
    operation_id="tellRouteEvent",
    summary="Tell what happened at a stop, or where the van is",
    responses=problems(401, 403, 404, 409, 422),
)
def tell(route_id: OwnRoute, told: RouteEventIn, services: ServicesDep) -> RouteEventOut:
    """Record an event of the published plan; telling the same state twice changes nothing.

    A phone that does not know of a newer version yet tells what happened all the same: that is
    recorded under the van's route in the published one; if it has none there, shift, breaks and
    positions stay with the older one. `acknowledged` says that the driver has seen the route.
    """
    if told.at > services.clock.now() + CLOCK_SKEW:
        raise InvalidRequest("lies in the future; set the phone's clock", field="at")
    plan, route = _current(services, route_id, told)
    event = told.event(
        territory=plan.territory,
        day=plan.day,
        route_id=route.id,
        plan_id=plan.id,
    )
    status = None
    if told.target is None or told.request_id is None:
        once = f"acknowledged {route.id}" if told.type == "acknowledged" else None
        services.events.append(event, dedupe=once)
    elif all(stop.request_id != told.request_id for stop in route.stops):
        raise InvalidRequest("is no stop of this route", field="request_id")
    else:
        if told.type == "collected":
            event = _counted(services, event)
        changed = services.requests.transition(
            told.request_id, told.target, event, reason=told.reason
        )
        status = changed.state
    return RouteEventOut(
        type=event.type,
        at=event.at,
        route_id=route.id,
        request_id=told.request_id,
        status=status,
    )


def _counted(services: Services, event: Event) -> Event:
    """Say of a collected stop how many of its devices were, where some stay."""
    request = services.requests.get(event.request_id or "")
    if services.catalogue.territory(event.territory).labels_required:
        require_accounted(request)
    return replace(event, text=event.text or collected_words(request))


def _current(services: Services, route_id: str, told: RouteEventIn) -> tuple[Plan, Route]:
    """Find the route that an event belongs to."""
    if told.type == "acknowledged":
        plan, route = find_route(services, route_id)
        if not is_published(services, plan):
            raise Conflict("another version of the plan is published; open the new route")
        return plan, route
    return current_route(services, route_id, told.request_id, was_there=told.type in _DONE)
