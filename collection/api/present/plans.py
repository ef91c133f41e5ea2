"""From the model to the bodies that go out: plans, routes, jobs, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.api.present.bookings import present_address, present_devices, present_windows
from collection.api.present.comparisons import present_comparison
from collection.api.schemas.instructions import InstructionsOut
from collection.api.schemas.plans import (
    EventOut,
    JobOut,
    PlannedRouteOut,
    PlanOut,
    ProgressOut,
    SummaryOut,
    UnassignedOut,
    ViolationOut,
)
from collection.api.schemas.routes import (
    LoadOut,
    PauseOut,
    ReloadOut,
    RouteOut,
    RouteStopOut,
    StopOut,
)
from collection.api.sheet import find_vehicle, place_names
from collection.scheduling.calendar import zone_of
from collection.scheduling.instructions import dump_instructions
from collection.units import format_clock, to_utc

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from collection.api.links import LinkSigner
    from collection.api.sheet import RouteSheet
    from collection.model import Event, Load, Pause, Plan, ReloadVisit, Route, Stop, Territory
    from collection.ports import JobStatus


def present_job(job: JobStatus) -> JobOut:
    """Tell how far a job is.

    Parameters
    ----------
    job : JobStatus
        The job.

    Returns
    -------
    JobOut
        The same.
    """
    progress = job.progress
    return JobOut(
        id=job.id,
        url=f"/v1/jobs/{job.id}",
        status=job.status,
        progress=ProgressOut(phase=progress.phase, done=progress.done, text=progress.text)
        if progress
        else None,
        plan_id=job.plan_id,
        error=job.error,
        phases=job.phases,
        comparison=present_comparison(job.comparison) if job.comparison else None,
    )


def present_plan(
    plan: Plan, territory: Territory, signer: LinkSigner, *, published: bool
) -> PlanOut:
    """Tell of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    territory : Territory
        Whose clock counts.
    signer : LinkSigner
        Signs the drivers' links.
    published : bool
        Whether it is the published one.

    Returns
    -------
    PlanOut
        With figures, routes, stops and what is in no route.
    """
    planned = sum(len(route.stops) for route in plan.routes)
    return PlanOut(
        id=plan.id,
        url=f"/v1/plans/{plan.id}",
        territory=plan.territory,
        date=plan.day,
        version=plan.version,
        published=published,
        created_at=plan.created_at,
        seed=plan.seed,
        summary=SummaryOut(
            requests=planned + len(plan.unassigned),
            planned=planned,
            unassigned=len(plan.unassigned),
            routes=len(plan.routes),
            devices=sum(route.collected.units for route in plan.routes),
            metres=sum(route.metres for route in plan.routes),
            travel_seconds=sum(route.travel for route in plan.routes),
            duration_seconds=sum(route.end - route.start for route in plan.routes),
            cost=plan.cost,
            soft=plan.soft,
        ),
        routes=[_planned_route(route, plan.day, territory, signer) for route in plan.routes],
        unassigned=[
            UnassignedOut(request_id=left.request_id, reason=left.reason, detail=left.detail)
            for left in plan.unassigned
        ],
        violations=[
            ViolationOut(
                constraint=violation.constraint,
                detail=violation.detail,
                vehicle_id=violation.vehicle_id,
                request_id=violation.request_id,
            )
            for violation in plan.violations
        ],
        instructions=InstructionsOut(**dump_instructions(plan.instructions)),
    )


def present_route(sheet: RouteSheet) -> RouteOut:
    """Tell of a route what its driver must know.

    Parameters
    ----------
    sheet : RouteSheet
        The route.

    Returns
    -------
    RouteOut
        With addresses, names and phones.
    """
    zone = zone_of(sheet.territory)
    stops = []
    for number, stop in enumerate(sheet.route.stops, start=1):
        request = sheet.requests[stop.request_id]
        stops.append(
            RouteStopOut(
                **_stop(number, stop, sheet.plan.day, zone),
                status=request.state,
                reason=request.reason,
                confirmation_code=request.code,
                windows=present_windows(request.windows),
                customer_name=request.customer.name,
                phone=request.customer.phone,
                address=present_address(request.address),
                devices=present_devices(request.devices),
            )
        )
    return RouteOut(
        **_route(sheet.route, sheet.plan.day, sheet.territory),
        plan_id=sheet.plan.id,
        territory=sheet.plan.territory,
        date=sheet.plan.day,
        published=sheet.published,
        stops=stops,
    )


def present_event(event: Event) -> EventOut:
    """Tell of an entry of the event stream.

    Parameters
    ----------
    event : Event
        As stored.

    Returns
    -------
    EventOut
        The same.
    """
    return EventOut(
        id=event.id,
        type=event.type,
        territory=event.territory,
        date=event.day,
        at=event.at,
        request_id=event.request_id,
        route_id=event.route_id,
        plan_id=event.plan_id,
        lon=event.position.lon if event.position else None,
        lat=event.position.lat if event.position else None,
        code=event.code,
        text=event.text,
        vehicle_id=event.vehicle_id,
        label=event.label,
        battery=event.battery,
        site_id=event.site_id,
        device=event.device,
    )


def _load(load: Load) -> LoadOut:
    return LoadOut(units=load.units, litres=load.litres, grams=load.grams, hazards=load.hazards)


def _stop(number: int, stop: Stop, day: date, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "sequence": number,
        "request_id": stop.request_id,
        "arrival": format_clock(stop.arrival),
        "arrival_at": to_utc(day, stop.arrival, zone),
        "start": format_clock(stop.start),
        "start_at": to_utc(day, stop.start, zone),
        "departure": format_clock(stop.departure),
        "departure_at": to_utc(day, stop.departure, zone),
        "waiting_seconds": stop.start - stop.arrival,
        "travel_seconds": stop.travel,
        "metres": stop.metres,
        "lon": stop.position.lon,
        "lat": stop.position.lat,
        "load": _load(stop.load),
    }


def _route(route: Route, day: date, territory: Territory) -> dict[str, Any]:
    zone = zone_of(territory)
    vehicle = find_vehicle(territory, route.vehicle_id)
    return {
        "id": route.id,
        "url": f"/v1/routes/{route.id}",
        "vehicle_id": route.vehicle_id,
        "vehicle_name": vehicle.name if vehicle else route.vehicle_id,
        "start": format_clock(route.start),
        "start_at": to_utc(day, route.start, zone),
        "end": format_clock(route.end),
        "end_at": to_utc(day, route.end, zone),
        "duration_seconds": route.end - route.start,
        "travel_seconds": route.travel,
        "metres": route.metres,
        "overtime_seconds": route.overtime,
        "load": _load(route.load),
        "pauses": [_pause(pause, day, zone) for pause in route.pauses],
        "reloads": [_reload(visit, day, territory, zone) for visit in route.reloads],
    }


def _pause(pause: Pause, day: date, zone: ZoneInfo) -> PauseOut:
    return PauseOut(
        after=pause.after,
        start=format_clock(pause.start),
        start_at=to_utc(day, pause.start, zone),
        end=format_clock(pause.end),
        end_at=to_utc(day, pause.end, zone),
        seconds=pause.end - pause.start,
    )


def _reload(visit: ReloadVisit, day: date, territory: Territory, zone: ZoneInfo) -> ReloadOut:
    return ReloadOut(
        after=visit.after,
        site_id=visit.site_id,
        site_name=place_names(territory).get(visit.site_id, visit.site_id),
        arrival=format_clock(visit.arrival),
        arrival_at=to_utc(day, visit.arrival, zone),
        departure=format_clock(visit.departure),
        departure_at=to_utc(day, visit.departure, zone),
        travel_seconds=visit.travel,
        metres=visit.metres,
        lon=visit.position.lon,
        lat=visit.position.lat,
    )


def _planned_route(
    route: Route, day: date, territory: Territory, signer: LinkSigner
) -> PlannedRouteOut:
    zone = zone_of(territory)
    return PlannedRouteOut(
        **_route(route, day, territory),
        cost=route.cost,
        driver_url=signer.driver_url(route.id),
        stops=[
            StopOut(**_stop(number, stop, day, zone))
            for number, stop in enumerate(route.stops, start=1)
        ],
    )
