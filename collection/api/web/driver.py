"""The driver's page: one route on a phone."""

from collections.abc import Mapping
from datetime import date, tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse

from collection.api.deps import ServicesDep, SignerDep, route_of_token
from collection.api.sheet import find_vehicle, newest_route, place_names
from collection.api.web.render import PageRoute, page, texts
from collection.api.web.texts import Texts
from collection.api.web.views import (
    FINISHED,
    between,
    find_route,
    requests_of,
    tone,
    vehicle_name,
)
from collection.model import (
    Battery,
    Device,
    FailureCode,
    PickupRequest,
    Plan,
    RequestState,
    Route,
    Stop,
    Territory,
    plan_of,
    triaged,
    van_day,
)
from collection.routing.maps import clock_windows
from collection.scheduling.calendar import zone_of
from collection.scheduling.live_day import LiveDay
from collection.scheduling.route_changes import acknowledged, known_route, route_change
from collection.services import Services
from collection.units import format_clock

router = APIRouter(route_class=PageRoute, include_in_schema=False)

RouteId = Annotated[str, Depends(route_of_token)]


@router.get("/driver/{token}")  # noqa: FAST003 - the dependency reads it
def drive(
    request: Request, route_id: RouteId, services: ServicesDep, signer: SignerDep
) -> HTMLResponse:
    """Page on which a driver works through a route.

    A link of an earlier version shows the van's route in the published one.

    Parameters
    ----------
    request : Request
        From the driver's phone.
    route_id : str
        What its token opens.
    services : Services
        With the stores.
    signer : LinkSigner
        For the token of the version that is shown.

    Returns
    -------
    HTMLResponse
        The page.
    """
    t = texts(request)
    route_id = newest_route(services, route_id) or route_id
    plan = services.plans.get(plan_of(route_id))
    route, _ = find_route(plan, route_id)
    territory = services.catalogue.territory(plan.territory)
    requests = requests_of(services, plan)
    zone = zone_of(territory)
    names, words = place_names(territory), (t("driver.pause"), t("driver.reload"))
    stops: list[dict[str, Any]] = []
    next_found = False
    standing = _standing(services, plan)
    # A van that has no route any more has no stops either; they are other vans' by now.
    for number, stop in enumerate(() if standing == "superseded" else route.stops, start=1):
        row = _stop(number, stop, requests.get(stop.request_id), zone, t)
        row["before"] = between(route, number - 1, names, *words)
        done = row["state"] in FINISHED
        row["section"] = "done" if done else "later" if next_found else "next"
        next_found = next_found or not done
        stops.append(row)
    news = _news(services, plan, route, requests, t) if standing == "current" else _NO_NEWS
    token = signer.driver_token(route_id)
    return page(
        request,
        "driver.html",
        token=token,
        route_id=route_id,
        vehicle=vehicle_name(territory, route.vehicle_id),
        depot=_end_depot(territory.depots, territory.vehicles, route.vehicle_id),
        stops=stops,
        shift=_shift(request.app.state.live.of(territory, plan.day), route.vehicle_id),
        at_the_end=between(route, len(route.stops), names, *words) if stops else [],
        superseded=standing == "superseded",
        stale=t(f"driver.{standing}") if standing != "current" else "",
        answers=[(battery.value, t(f"battery.{battery}")) for battery in _ANSWERS],
        news=news["lines"],
        codes=[(code.value, t(f"code.{code}")) for code in FailureCode],
        page_data={
            "token": token,
            "route": route_id,
            "van": ".".join(van_day(route_id)),
            "acknowledge": news["acknowledge"],
            "standing": standing,
            "finished": sorted(FINISHED),
            **_door_data(territory, route.vehicle_id, plan.day, t),
            "words": {
                **t.words["js"],
                "door": t.words["door"],
                **{key: t.words["driver"][key] for key in _DRIVER_WORDS},
            },
            "states": t.words["state"],
        },
    )


_ANSWERS = tuple(battery for battery in Battery if battery is not Battery.UNKNOWN)
"""Who looks knows."""

_DRIVER_WORDS = ("progress", "waiting", "waiting_one", "superseded", "withdrawn")


@router.get("/driver/{token}/state")  # noqa: FAST003 - the dependency reads it
def state(route_id: RouteId, services: ServicesDep) -> JSONResponse:
    """Tell what may have changed since the driver's page was opened.

    Parameters
    ----------
    route_id : str
        What it opens.
    services : Services
        With the stores.

    Returns
    -------
    JSONResponse
        ``standing`` (``current``, ``superseded`` or ``withdrawn``), the id of the van's
        ``route`` in the published plan, and the ``states`` of its stops by request id.
    """
    route_id = newest_route(services, route_id) or route_id
    plan = services.plans.get(plan_of(route_id))
    route, _ = find_route(plan, route_id)
    requests = requests_of(services, plan)
    states = {
        stop.request_id: requests[stop.request_id].state.value
        for stop in route.stops
        if stop.request_id in requests
    }
    return JSONResponse(
        {"standing": _standing(services, plan), "route": route_id, "states": states},
        headers={"Cache-Control": "no-store"},
    )


def _door_data(territory: Territory, vehicle_id: str, day: date, t: Texts) -> dict[str, Any]:
    """Tell the phone what it takes to judge a battery where there is no network."""
    vehicle = find_vehicle(territory, vehicle_id)
    rules = {
        battery.value: triaged(Device(type="", battery=battery), territory.triage, day)
        for battery in _ANSWERS
    }
    packaging = t.words["packaging"]
    return {
        "skills": sorted(vehicle.skills) if vehicle else [],
        "packaging": packaging,
        "triage": {
            answer: {
                "refused": rule.refused,
                "skill": rule.skill,
                "packaging": packaging.get(rule.packaging, rule.packaging),
            }
            for answer, rule in rules.items()
        },
    }


def _shift(day: LiveDay, vehicle_id: str) -> str:
    """Tell how the driver's shift stands: ``none``, ``on``, ``break`` or ``over``."""
    progress = day.look().progress
    route = (
        next((r for r in progress.routes if r.vehicle_id == vehicle_id), None) if progress else None
    )
    if route is None or route.shift_started is None:
        return "none"
    if route.shift_ended is not None:
        return "over"
    return "break" if route.resting else "on"


_NO_NEWS: dict[str, Any] = {"lines": [], "acknowledge": False}


def _news(
    services: Services, plan: Plan, route: Route, requests: Mapping[str, PickupRequest], t: Texts
) -> dict[str, Any]:
    """Tell what the driver does not know yet, and whether opening the page is enough."""
    seen = acknowledged(plan, services.events)
    if seen.get(route.vehicle_id) == plan.id:
        return _NO_NEWS
    over = {name for name, request in requests.items() if request.state.value in FINISHED}
    over -= {name for name in over if requests[name].state is RequestState.CANCELLED}
    before = known_route(plan, route.vehicle_id, seen, services.plans)
    if before is None:
        return {"lines": [], "acknowledge": True}
    change = route_change(before, route, over=over)

    def where(stop: Stop) -> str:
        request = requests.get(stop.request_id)
        return request.address.line1 if request else stop.request_id

    lines = [
        *(t("driver.added", time=format_clock(s.start), where=where(s)) for s in change.added),
        *(t("driver.removed", where=where(stop)) for stop in change.removed),
        *(
            t("driver.moved", time=format_clock(s.start), before=format_clock(old), where=where(s))
            for s, old in change.moved
        ),
    ]
    return {"lines": lines, "acknowledge": not lines}


def _standing(services: Services, plan: Plan) -> str:
    published = services.plans.published(plan.territory, plan.day)
    if published == plan.id:
        return "current"
    return "superseded" if published else "withdrawn"


def _end_depot(depots: Any, vehicles: Any, vehicle_id: str) -> str:
    ends = {vehicle.id: vehicle.end_depot for vehicle in vehicles}
    names = {depot.id: depot.name for depot in depots}
    return str(names.get(ends.get(vehicle_id, ""), depots[0].name))


def _stop(
    number: int, stop: Stop, request: PickupRequest | None, zone: tzinfo, t: Texts
) -> dict[str, Any]:
    common = {
        "id": stop.request_id,
        "number": number,
        "arrival": format_clock(stop.start),
        "lat": round(stop.position.lat, 6),
        "lon": round(stop.position.lon, 6),
    }
    if request is None:
        # It was moved to another day after the night.
        moved = {
            "name": t("state.rescheduled"),
            "line1": "",
            "city": "",
            "building": "",
            "notes": "",
            "phone": "",
        }
        return {**common, **moved, "window": "", "devices": [], "state": "rescheduled", "tone": ""}
    address = request.address
    return {
        **common,
        "name": request.customer.name,
        "line1": address.line1,
        "city": f"{address.postcode} {address.city}".strip(),
        "building": t(f"building.{address.building}"),
        "notes": address.access_notes,
        "phone": request.customer.phone,
        "window": clock_windows(request, zone),
        "state": request.state.value,
        "tone": tone(request.state),
        "devices": [
            {
                "label": t.get(f"device_type.{device.type}", device.type),
                "battery": t(f"battery.{device.battery}"),
                "swollen": device.battery in {Battery.SWOLLEN, Battery.DAMAGED},
                "code": device.label,
                "left": request.stays(device),
                "imei": device.imei,
                "defect": device.defect,
            }
            for device in request.devices
        ],
    }
