"""Pages of the dispatcher: log in, the coming days, one day of a territory."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from collection.api.deps import ServicesDep, SignerDep, current_dispatcher
from collection.api.web.day_view import figures_of, route_row, unassigned_row
from collection.api.web.render import PageRoute, StaffRoute, page
from collection.api.web.replan_view import panel_of
from collection.api.web.texts import texts_of
from collection.api.web.views import FINISHED
from collection.errors import NotFound
from collection.model import (
    PickupRequest,
    RequestState,
    Territory,
)
from collection.scheduling.calendar import cut_off, is_working_day, zone_of
from collection.scheduling.publishing import is_running
from collection.scheduling.route_changes import acknowledged
from collection.services import Services

public = APIRouter(route_class=PageRoute, include_in_schema=False)
router = APIRouter(route_class=StaffRoute, include_in_schema=False)

Dispatcher = Annotated[str, Depends(current_dispatcher)]

_DAYS_SHOWN = 7


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
    safe = following.startswith(("/dispatch", "/hub/")) and "\\" not in following
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
    local_date = page_date(day)
    zone = zone_of(territory)
    versions = services.plans.versions(territory.id, local_date)
    published = services.plans.published(territory.id, local_date)
    wanted = request.query_params.get("plan") or published or (versions[-1] if versions else "")
    if wanted and wanted not in versions:
        raise NotFound(f"this day has no plan {wanted!r}", field="plan")
    plan = services.plans.get(wanted) if wanted else None
    requests = {r.id: r for r in services.requests.day(territory.id, local_date)}
    booked = _booked(requests.values())
    context: dict[str, Any] = {"routes": [], "unassigned": [], "made": ""}
    live = plan if published and published == wanted else None
    if plan is not None:
        seen = acknowledged(plan, services.events)
        context = {
            "routes": [
                {
                    **route_row(
                        route, index, requests, territory, signer if published == plan.id else None
                    ),
                    "seen": seen.get(route.vehicle_id, "").rpartition(".v")[2],
                }
                for index, route in enumerate(plan.routes)
            ],
            "unassigned": [
                unassigned_row(row, requests.get(row.request_id), territory)
                for row in plan.unassigned
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
        requests=booked,
        figures=figures_of(plan, booked),
        running=is_running(territory, local_date, services.night_ports()),
        replan=panel_of(live, territory, requests, services.clock.now()),
        page_data={
            "territory": territory.id,
            "date": local_date.isoformat(),
            "plan": plan.id if plan else None,
            "finished": sorted(FINISHED),
            "zone": territory.timezone,
        },
        **context,
    )


def page_date(text: str) -> date:
    """Read the date of a page's address.

    Parameters
    ----------
    text : str
        ``YYYY-MM-DD``.

    Returns
    -------
    date
        The date.

    Raises
    ------
    NotFound
        If it is none.
    """
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
        "requests": _booked(requests),
        "closed": _is_closed(services, territory, day),
        "versions": len(services.plans.versions(territory.id, day)),
        "published": published.rpartition(".v")[2] if published else "",
    }


def _is_closed(services: Services, territory: Territory, day: date) -> bool:
    past = services.clock.now() >= cut_off(territory, day)
    return past or services.requests.is_closed(territory.id, day)


def _booked(requests: Iterable[PickupRequest]) -> int:
    """Count those that are booked: neither given up nor only held."""
    others = {RequestState.CANCELLED, RequestState.REQUESTED}
    return sum(request.state not in others for request in requests)
