"""Pages of the customer: book and track."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import phonenumbers
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from icalendar import Calendar, Event

from collection.api.deps import ServicesDep, request_of_token
from collection.api.web.render import PageRoute, page, texts
from collection.api.web.texts import Texts
from collection.model import (
    Battery,
    Building,
    PickupRequest,
    RequestState,
    Stop,
    Territory,
    TimeWindow,
    sources_of,
    territory_of,
)
from collection.scheduling.calendar import zone_of
from collection.services import Services
from collection.units import MINUTE, to_utc

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# Most people live in one.
_BUILDINGS = sorted(Building, key=lambda kind: kind is not Building.APARTMENT)

RequestId = Annotated[str, Depends(request_of_token)]

# A planned time is no promise: shown as a range, a little early to rather late, in whole
# five minutes, and never outside the promise itself.
_EARLIER, _LATER, _GRAIN = 15 * MINUTE, 30 * MINUTE, 5 * MINUTE
_STEP = {
    RequestState.CONFIRMED: 0,
    RequestState.RESCHEDULED: 0,
    RequestState.PLANNED: 1,
    RequestState.EN_ROUTE: 2,
    RequestState.ARRIVED: 2,
    RequestState.COLLECTED: 3,
    RequestState.RECEIVED: 4,
}


@router.get("/")
@router.get("/book")
def book(request: Request, services: ServicesDep) -> HTMLResponse:
    """Page on which a customer books.

    Parameters
    ----------
    request : Request
        From the customer.
    services : Services
        With the device types.

    Returns
    -------
    HTMLResponse
        The page.
    """
    t = texts(request)
    types = services.catalogue.devices.values()
    return page(
        request,
        "book.html",
        device_types=[(kind.id, t.get(f"device_type.{kind.id}", kind.label)) for kind in types],
        buildings=[(kind.value, t(f"building.{kind}")) for kind in _BUILDINGS],
        batteries=[(battery.value, t(f"battery.{battery}")) for battery in Battery],
        page_data={
            **_slot_data(services, t),
            "calling": _calling_codes(services),
            "device": t("book.device"),
            "language": t.language,
        },
    )


@router.get("/track/{token}")
def track(
    request: Request, token: str, request_id: RequestId, services: ServicesDep
) -> HTMLResponse:
    """Page on which a customer follows, moves or cancels a pickup.

    Parameters
    ----------
    request : Request
        From the customer.
    token : str
        Signed.
    request_id : str
        What it opens.
    services : Services
        With the stores.

    Returns
    -------
    HTMLResponse
        The page.
    """
    t = texts(request)
    pickup = services.requests.get(request_id)
    territory = services.catalogue.territory(pickup.territory)
    zone = zone_of(territory)
    expected = _expected(services, pickup, territory)
    late_is_fine = pickup.state in {RequestState.FAILED, RequestState.UNASSIGNED}
    in_time = late_is_fine or services.clock.now() < pickup.cancel_by
    return page(
        request,
        "track.html",
        token=token,
        pickup=pickup,
        reason=_reason(pickup, t),
        windows=[t.window(window, zone) for window in pickup.windows],
        expected=(
            f"{t.clock(expected[0], zone)}\u2013{t.clock(expected[1], zone)}" if expected else ""
        ),
        devices=[t.get(f"device_type.{d.type}", d.type) for d in pickup.devices],
        step=_STEP.get(pickup.state),
        changeable=in_time and pickup.state in sources_of(RequestState.RESCHEDULED),
        cancellable=in_time and pickup.state in sources_of(RequestState.CANCELLED),
        cancel_by=t.instant(pickup.cancel_by, zone),
        moved="moved" in request.query_params,
        page_data={
            **_slot_data(services, t),
            "token": token,
            "request": pickup.id,
            "cancelled": t("track.cancelled"),
        },
    )


@router.get("/track/{token}/calendar.ics")
def calendar_file(
    request: Request, token: str, request_id: RequestId, services: ServicesDep
) -> Response:
    """Pickup as an iCalendar file.

    Parameters
    ----------
    request : Request
        From the customer.
    token : str
        Signed.
    request_id : str
        What it opens.
    services : Services
        With the stores.

    Returns
    -------
    Response
        With media type ``text/calendar``.
    """
    t = texts(request)
    pickup = services.requests.get(request_id)
    link = str(request.url_for("track", token=token))
    calendar = Calendar()
    calendar.add("prodid", "-//collection//pickup//")
    calendar.add("version", "2.0")
    for number, window in enumerate(pickup.windows):
        event = Event()
        event.add("uid", f"{pickup.id}-{number}@collection")
        event.add("dtstamp", services.clock.now())
        event.add("dtstart", window.start)
        event.add("dtend", window.end)
        event.add("sequence", pickup.version)
        cancelled = pickup.state is RequestState.CANCELLED
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        event.add("summary", f"{t('track.title')} ({pickup.code})")
        event.add("location", f"{pickup.address.line1}, {pickup.address.city}".strip(", "))
        event.add("description", f"{t('track.code')}: {pickup.code}\n{link}")
        event.add("url", link)
        calendar.add_component(event)
    return Response(
        calendar.to_ical(),
        media_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="pickup.ics"',
            "Cache-Control": "no-store",
        },
    )


def _slot_data(services: Services, t: Texts) -> dict[str, Any]:
    territories = services.catalogue.territories.values()
    return {
        "zones": {territory.id: territory.timezone for territory in territories},
        "locale": {"en": "en-GB"}.get(t.language, t.language),
        "words": {
            **t.words["js"],
            "day": t("book.day"),
            "time": t("book.time"),
            "full": t("book.full"),
            "green": t("book.green"),
            "slotFirst": t("book.slot_first"),
            "slotLoading": t("book.slot_loading"),
            "slotNone": t("book.slot_none"),
            "submitting": t("book.submitting"),
            "choose": t("book.choose"),
        },
    }


def _calling_codes(services: Services) -> dict[str, str]:
    return {
        code: f"+{phonenumbers.country_code_for_region(code.upper())}"
        for code in services.catalogue.countries
    }


def _reason(pickup: PickupRequest, t: Texts) -> str:
    if pickup.state is not RequestState.FAILED:
        return ""
    code = pickup.reason.partition(":")[0]
    return t.get(f"code.{code}", "")


def _expected(
    services: Services, pickup: PickupRequest, territory: Territory
) -> tuple[datetime, datetime] | None:
    if pickup.state not in {RequestState.PLANNED, RequestState.EN_ROUTE}:
        return None
    plan_id = services.plans.published(territory_of(pickup.id), pickup.day)
    if plan_id is None:
        return None
    for route in services.plans.get(plan_id).routes:
        for stop in route.stops:
            if stop.request_id == pickup.id:
                return _range(stop, pickup.windows, pickup, territory)
    return None


def _range(
    stop: Stop, windows: tuple[TimeWindow, ...], pickup: PickupRequest, territory: Territory
) -> tuple[datetime, datetime]:
    zone = zone_of(territory)
    early = (stop.start - _EARLIER) // _GRAIN * _GRAIN
    late = -(-(stop.start + _LATER) // _GRAIN) * _GRAIN
    start, end = to_utc(pickup.day, early, zone), to_utc(pickup.day, late, zone)
    planned = to_utc(pickup.day, stop.start, zone)
    for window in windows:
        # Whole seconds of the plan may stand a moment before or after the promise.
        if window.start - timedelta(minutes=1) <= planned <= window.end + timedelta(minutes=1):
            return max(start, window.start), min(end, window.end)
    return start, end
