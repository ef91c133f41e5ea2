"""Pages of the dispatcher: log in, the coming days, one day of a territory."""

import io
from datetime import date, timedelta
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from collection.api.deps import ServicesDep, SignerDep, current_dispatcher
from collection.api.links import LinkSigner
from collection.api.web.render import PageRoute, StaffRoute, page
from collection.api.web.texts import texts_of
from collection.api.web.views import FINISHED, requests_of, tone, vehicle_name
from collection.errors import NotFound
from collection.model import (
    NO_LOAD,
    Load,
    PickupRequest,
    Plan,
    RequestState,
    Route,
    Territory,
    Unassigned,
    UnassignedReason,
)
from collection.routing.maps import clock_windows, route_colours
from collection.scheduling.calendar import cut_off, is_working_day, zone_of
from collection.units import HOUR, MINUTE, format_clock
from collection.wiring import Services

public = APIRouter(route_class=PageRoute, include_in_schema=False)
router = APIRouter(route_class=StaffRoute, include_in_schema=False)

Dispatcher = Annotated[str, Depends(current_dispatcher)]

_DAYS_SHOWN = 7
_REASONS = {
    UnassignedReason.UNREACHABLE: "No street leads there",
    UnassignedReason.OUTSIDE_TERRITORY: "Outside the territory",
    UnassignedReason.OUTSIDE_SHIFTS: "No van is out then",
    UnassignedReason.TOO_LARGE: "Too large for every van",
    UnassignedReason.NO_SKILL: "No van may carry it",
    UnassignedReason.WINDOW_TOO_TIGHT: "Window too tight",
    UnassignedReason.NO_CAPACITY: "No room left",
}


@public.get("/login")
def login(request: Request) -> HTMLResponse:
    """Page on which a dispatcher logs in.

    Parameters
    ----------
    request : Request
        With ``next``, the page to go on to.

    Returns
    -------
    HTMLResponse
        The page.
    """
    following = request.query_params.get("next", "")
    # Nowhere but to our own pages: "//host" and "/\host" lead away.
    safe = following.startswith("/dispatch") and "\\" not in following
    return page(request, "login.html", language="en", next=following if safe else "/dispatch")


@router.get("/dispatch")
def days(request: Request, dispatcher: Dispatcher, services: ServicesDep) -> HTMLResponse:
    """Territories and their coming working days.

    Parameters
    ----------
    request : Request
        From the dispatcher.
    dispatcher : str
        Who is logged in.
    services : Services
        With the stores.

    Returns
    -------
    HTMLResponse
        The page.
    """
    shown = [
        {
            "id": territory.id,
            "name": territory.name,
            "days": [_day_row(services, territory, day) for day in _coming(services, territory)],
        }
        for territory in services.catalogue.territories.values()
    ]
    return page(request, "days.html", language="en", dispatcher=dispatcher, territories=shown)


@router.get("/dispatch/{territory_id}/{day}")
def one_day(
    *,
    request: Request,
    territory_id: str,
    day: str,
    dispatcher: Dispatcher,
    services: ServicesDep,
    signer: SignerDep,
) -> HTMLResponse:
    """One day of a territory: its plan, routes, stops, and who is in no route.

    Parameters
    ----------
    request : Request
        With ``plan``, a version other than the published or newest one.
    territory_id : str
        Which territory.
    day : str
        Local date.
    dispatcher : str
        Who is logged in.
    services : Services
        With the stores.
    signer : LinkSigner
        For the drivers' links.

    Returns
    -------
    HTMLResponse
        The page.
    """
    t = texts_of("en")
    territory = services.catalogue.territory(territory_id)
    local_date = _date(day)
    zone = zone_of(territory)
    versions = services.plans.versions(territory.id, local_date)
    published = services.plans.published(territory.id, local_date)
    wanted = request.query_params.get("plan") or published or (versions[-1] if versions else "")
    if wanted and wanted not in versions:
        raise NotFound(f"this day has no plan {wanted!r}", field="plan")
    plan = services.plans.get(wanted) if wanted else None
    requests = {r.id: r for r in services.requests.day(territory.id, local_date)}
    waiting = [r for r in requests.values() if r.state is not RequestState.CANCELLED]
    context: dict[str, Any] = {"routes": [], "unassigned": [], "made": ""}
    if plan is not None:
        requests = requests_of(services, plan)
        context = {
            "routes": [
                _route(route, index, requests, territory, signer if published == plan.id else None)
                for index, route in enumerate(plan.routes)
            ],
            "unassigned": [
                _unassigned(row, requests.get(row.request_id), territory) for row in plan.unassigned
            ],
            "made": t.instant(plan.created_at, zone),
        }
    return page(
        request,
        "day.html",
        language="en",
        dispatcher=dispatcher,
        territory=territory,
        date_words=t.day(local_date),
        plan=plan,
        published=published,
        versions=[(name, name.rpartition(".v")[2]) for name in reversed(versions)],
        closed=_is_closed(services, territory, local_date),
        cut_off=t.instant(cut_off(territory, local_date), zone),
        requests=len(waiting),
        figures=_figures(plan, len(waiting)),
        page_data={
            "territory": territory.id,
            "date": local_date.isoformat(),
            "plan": plan.id if plan else None,
            "finished": sorted(FINISHED),
        },
        **context,
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound(f"{text!r} is no date; write YYYY-MM-DD", field="date") from None


def _coming(services: Services, territory: Territory) -> list[date]:
    today = services.clock.now().astimezone(zone_of(territory)).date()
    ahead = (today + timedelta(days=n) for n in range(territory.booking_days + 1))
    return [day for day in ahead if is_working_day(territory, day)][:_DAYS_SHOWN]


def _day_row(services: Services, territory: Territory, day: date) -> dict[str, Any]:
    requests = services.requests.day(territory.id, day)
    published = services.plans.published(territory.id, day)
    return {
        "date": day.isoformat(),
        "words": texts_of("en").day(day),
        "requests": sum(r.state is not RequestState.CANCELLED for r in requests),
        "closed": _is_closed(services, territory, day),
        "versions": len(services.plans.versions(territory.id, day)),
        "published": published.rpartition(".v")[2] if published else "",
    }


def _is_closed(services: Services, territory: Territory, day: date) -> bool:
    past = services.clock.now() >= cut_off(territory, day)
    return past or services.requests.is_closed(territory.id, day)


def _figures(plan: Plan | None, requests: int) -> list[tuple[str, str, bool]]:
    figures = [("Requests", str(requests), False)]
    if plan is None:
        return figures
    seconds = sum(route.end - route.start for route in plan.routes)
    return [
        *figures,
        ("Planned", str(sum(len(route.stops) for route in plan.routes)), False),
        ("Unassigned", str(len(plan.unassigned)), bool(plan.unassigned)),
        ("Routes", str(len(plan.routes)), False),
        ("km", f"{sum(route.metres for route in plan.routes) / 1_000:.1f}", False),
        ("Hours", f"{seconds / HOUR:.1f}", False),
        ("Cost", f"€ {plan.cost / 100:,.2f}", False),
    ]


def _route(
    route: Route,
    index: int,
    requests: dict[str, PickupRequest],
    territory: Territory,
    signer: LinkSigner | None,
) -> dict[str, Any]:
    stops = []
    for stop in route.stops:
        request = requests.get(stop.request_id)
        # One that is no longer in the day was moved to another.
        state = request.state if request else RequestState.RESCHEDULED
        stops.append(
            {
                **_who(stop.request_id, request, territory),
                "arrival": format_clock(stop.arrival),
                "wait": _minutes(stop.start - stop.arrival),
                "load": f"{stop.load.litres} l",
                "state": state.value,
                "tone": tone(state),
            }
        )
    link = signer.driver_url(route.id) if signer else ""
    return {
        "vehicle_id": route.vehicle_id,
        "name": vehicle_name(territory, route.vehicle_id),
        "colour": route_colours(index)[0],
        "start": format_clock(route.start),
        "end": format_clock(route.end),
        "km": f"{route.metres / 1_000:.1f}",
        "load": _load_words(route, territory),
        "stops": stops,
        "done": sum(stop["state"] in FINISHED for stop in stops),
        "link": link,
        "qr": _qr(link) if link else "",
    }


def _load_words(route: Route, territory: Territory) -> str:
    room = next((v.capacity for v in territory.vehicles if v.id == route.vehicle_id), NO_LOAD)
    return f"{_share(route.load, room)} % full" if room != NO_LOAD else f"{route.load.litres} l"


def _share(load: Load, room: Load) -> int:
    pairs = zip(load.as_tuple(), room.as_tuple(), strict=True)
    return max(round(100 * used / most) for used, most in pairs if most)


def _minutes(seconds: int) -> str:
    return f"{round(seconds / MINUTE)} min" if seconds >= MINUTE else ""


def _unassigned(
    row: Unassigned, request: PickupRequest | None, territory: Territory
) -> dict[str, Any]:
    who = _who(row.request_id, request, territory)
    return {**who, "reason": _REASONS[row.reason], "detail": row.detail}


def _who(request_id: str, request: PickupRequest | None, territory: Territory) -> dict[str, str]:
    return {
        "id": request_id,
        "name": request.customer.name if request else request_id,
        "line1": request.address.line1 if request else "moved to another day",
        "window": clock_windows(request, zone_of(territory)) if request else "",
    }


def _qr(link: str) -> str:
    drawing = io.BytesIO()
    segno.make(link, error="m").save(
        drawing, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=2, title="QR code"
    )
    return drawing.getvalue().decode()
