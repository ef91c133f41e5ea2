"""Pages of the customer: book and track."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from icalendar import Calendar, Event

from collection.api.deps import ServicesDep, request_of_token
from collection.api.present.progress import present_own
from collection.api.web.render import PageRoute, page, texts
from collection.api.web.texts import Texts
from collection.model import (
    Battery,
    Building,
    Device,
    PickupRequest,
    RequestState,
    sources_of,
    triaged,
)
from collection.scheduling.calendar import zone_of
from collection.scheduling.live import OVER
from collection.services import Services

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# Most people live in one.
_BUILDINGS = sorted(Building, key=lambda kind: kind is not Building.APARTMENT)

RequestId = Annotated[str, Depends(request_of_token)]

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
            "device": t("book.device"),
            **_battery_data(services, t),
            "words": {**_slot_data(services, t)["words"], "shop": t.words["shop"]},
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
    live = request.app.state.live.of(territory, pickup.day)
    own = present_own(pickup, live.look())
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
            f"{t.clock(own.earliest_at, zone)}\u2013{t.clock(own.latest_at, zone)}"
            if own.earliest_at and own.latest_at
            else ""
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
            "live": pickup.state not in OVER,
            "zone": territory.timezone,
            "coming": {
                "expected": t("track.expected"),
                "next": t("track.next"),
                "van": t("track.van"),
            },
            "position": {"lon": pickup.address.position.lon, "lat": pickup.address.position.lat},
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


def _battery_data(services: Services, t: Texts) -> dict[str, Any]:
    """Words for the answers about a battery that need any, and the answers that are refused."""
    # Where the customer lives is not known yet; all territories read one file.
    rules = next(iter(services.catalogue.territories.values())).triage
    today = services.clock.now().date()
    advice, refused = {}, []
    for battery in Battery:
        rule = triaged(Device(type="", battery=battery), rules, today)
        if rule.refused:
            advice[battery.value] = t(f"advice.{rule.advice}")
            refused.append(battery.value)
        elif rule.skill:
            advice[battery.value] = t("book.swollen")
    return {"advice": advice, "refused": refused}


def _reason(pickup: PickupRequest, t: Texts) -> str:
    if pickup.state is not RequestState.FAILED:
        return ""
    code = pickup.reason.partition(":")[0]
    return t.get(f"code.{code}", "")
