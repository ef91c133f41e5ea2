"""Every message as its reader gets it, about one made-up pickup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from collection.model import (
    Address,
    Battery,
    Channel,
    Customer,
    Device,
    Event,
    EventType,
    NoticeKind,
    PickupRequest,
    Position,
    RequestState,
    Site,
    TimeWindow,
)
from collection.scheduling.notify.messages import Writer
from collection.scheduling.notify.notices import Notice
from collection.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.model import Delivery, Territory

_DAY = date(2026, 3, 3)
_LINK = "https://pickup.example.org/track/WyJtb25hY28uYTFiMiJd.Zk3w"
_DAY_LINK = "https://pickup.example.org/dispatch/monaco/2026-03-03"


def _at(hour: int, minute: int = 0, *, day: int = 3) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


_REQUEST = PickupRequest(
    id="monaco.a1b2c3",
    territory="monaco",
    day=_DAY,
    reference="R-2026-1042",
    code="KX7P2M",
    customer=Customer(
        name="Camille Roux", phone="+37799991234", email="camille@example.org", language="en"
    ),
    address=Address(
        line1="12 Rue Grimaldi",
        postcode="98000",
        city="Monaco",
        country="mc",
        position=Position(lon=7.42, lat=43.73),
    ),
    devices=(
        Device(type="phone", battery=Battery.OK, imei="490154203237518"),
        Device(type="laptop", battery=Battery.OK),
        Device(type="laptop", battery=Battery.UNKNOWN),
    ),
    windows=(TimeWindow(start=_at(9), end=_at(11)),),
    slot_id="monaco.2026-03-03.1000",
    cancel_by=_at(17, day=2),
    created_at=_at(8, day=1),
)

_SOME_LEFT = tuple(
    replace(device, label=label, left=left, scanned_for=_DAY)
    for device, label, left in zip(
        _REQUEST.devices, ("2CKWP7MHXQ", None, None), ("", "hazard: dangerous", "kept"), strict=True
    )
)

_SITE = Site(
    id="kiosk",
    name="Kiosk Moulins",
    position=_REQUEST.address.position,
    service=300,
    opening=((9 * HOUR, 12 * HOUR + HOUR // 2), (14 * HOUR, 18 * HOUR)),
    reload=False,
    address="7 Boulevard des Moulins",
    capacity=12,
)

_STATES = {
    NoticeKind.DROPPED_OFF: RequestState.COLLECTED,
    NoticeKind.PLANNED: RequestState.PLANNED,
    NoticeKind.ON_THE_WAY: RequestState.PLANNED,
    NoticeKind.NEXT_STOP: RequestState.EN_ROUTE,
    NoticeKind.DELAYED: RequestState.EN_ROUTE,
}


def _notices() -> Iterator[Notice]:
    arrival = TimeWindow(start=_at(9, 35), end=_at(10, 40))
    others = (
        TimeWindow(start=_at(13), end=_at(15)),
        TimeWindow(start=_at(7, day=4), end=_at(9, day=4)),
        TimeWindow(start=_at(9, day=4), end=_at(11, day=4)),
    )
    made = Notice(kind=NoticeKind.CONFIRMED, form="confirmed", request=_REQUEST, at=_at(10, 7))
    yield made
    yield replace(made, kind=NoticeKind.RESCHEDULED, form="rescheduled")
    planned = replace(made, kind=NoticeKind.PLANNED, form="planned", arrival=arrival)
    yield planned
    yield replace(planned, form="replanned")
    unassigned = replace(made, kind=NoticeKind.UNASSIGNED, form="unassigned", code="no_capacity")
    yield replace(unassigned, slots=others)
    yield unassigned
    yield replace(planned, kind=NoticeKind.ON_THE_WAY, form="on_the_way")
    soon = TimeWindow(start=_at(10, 3), end=_at(10, 3))
    yield replace(planned, kind=NoticeKind.NEXT_STOP, form="next_stop", arrival=soon)
    late = TimeWindow(start=_at(11, 10), end=_at(11, 35))
    yield replace(planned, kind=NoticeKind.DELAYED, form="delayed", arrival=late)
    yield replace(made, kind=NoticeKind.COLLECTED, form="collected")
    some = replace(_REQUEST, devices=_SOME_LEFT)
    yield replace(made, kind=NoticeKind.COLLECTED, form="collected", request=some)
    for code in ("not_home", "hazard", "no_skill", "no_package"):
        yield replace(made, kind=NoticeKind.FAILED, form="failed", code=code)
    yield replace(made, kind=NoticeKind.FAILED, form="refused", code="hazard")
    first = replace(_SOME_LEFT[0], received_at=_at(15))
    some = replace(_REQUEST, devices=(first, *_SOME_LEFT[1:]))
    yield replace(made, kind=NoticeKind.RECEIVED, form="received", at=_at(15), request=some)
    yield replace(made, kind=NoticeKind.CANCELLED, form="cancelled")
    yield from _dropped(made)


def _dropped(made: Notice) -> Iterator[Notice]:
    request = replace(
        _REQUEST,
        id="monaco.drop-kx7p2mhq",
        code="KX7P2MHQ",
        windows=(),
        slot_id=None,
        cancel_by=_at(9, day=10),
    )
    one = replace(made, kind=NoticeKind.ANNOUNCED, form="announced", request=request, site=_SITE)
    yield one
    device = replace(request.devices[0], label="2CKWP7MHXQ", scanned_at=_at(10, 7))
    request = replace(request, devices=(device,))
    yield replace(one, kind=NoticeKind.DROPPED_OFF, form="dropped_off", request=request)
    device = replace(device, received_at=_at(15))
    request = replace(request, devices=(device,))
    yield replace(
        one, kind=NoticeKind.RECEIVED, form="dropped_received", request=request, at=_at(15)
    )


def samples(territory: Territory, language: str) -> list[tuple[str, Delivery]]:
    """Write every message.

    Parameters
    ----------
    territory : Territory
        Whose clock counts.
    language : str
        Of the reader.

    Returns
    -------
    list of (str, Delivery)
        Each with the name of its text.
    """
    writer = Writer(territory=territory, link_of=lambda _: _LINK)
    found = []
    for notice in _notices():
        customer = replace(_REQUEST.customer, language=language)
        state = _STATES.get(notice.kind, RequestState.CONFIRMED)
        if notice.kind.value in set(RequestState):
            state = RequestState(notice.kind.value)
        request = replace(notice.request, customer=customer, state=state)
        written = writer.deliveries(
            replace(notice, request=request),
            entry_id="1772532420000-0",
            event_id="1772532420000-0",
            now=notice.at,
        )
        found += [(notice.form, delivery) for delivery in written]
    country = replace(territory.country, language=language)
    for_house = replace(writer, territory=replace(territory, country=country))
    alarm = for_house.alarm(
        [(_REQUEST, "no_capacity: no van has room any more")],
        day=_DAY,
        entry_id="1772532420000-0",
        to="dispatch@example.org",
        link=_DAY_LINK,
        now=_at(10, 7),
    )
    event = Event(
        type=EventType.UNACCOUNTED,
        territory=territory.id,
        day=_DAY,
        at=_at(19),
        vehicle_id="van-1",
        text="2CKWP7MHXQ",
    )
    search = for_house.search(event, entry_id="1-1", to=alarm.to, link=alarm.link, now=_at(19))
    return [*found, ("dispatcher", alarm), ("dispatcher_devices", search)]


def preview(territory: Territory, language: str) -> str:
    """Show every message that people read.

    Parameters
    ----------
    territory : Territory
        Whose clock counts.
    language : str
        Of the reader.

    Returns
    -------
    str
        One below the other.
    """
    parts = []
    for form, delivery in samples(territory, language):
        if delivery.channel is Channel.WEBHOOK:
            continue
        head = f"=== {form} ({delivery.channel}, to {delivery.to})"
        subject = [f"Subject: {delivery.subject}", ""] if delivery.subject else []
        parts.append("\n".join([head, *subject, delivery.text.rstrip(), ""]))
    return "\n".join(parts)
