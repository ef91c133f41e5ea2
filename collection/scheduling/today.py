"""What a dispatcher may still do on a day that is closed: take in what is urgent, cancel."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest, NotFound
from collection.model import Event, EventType, PickupRequest, RequestState
from collection.scheduling.calendar import zone_of
from collection.scheduling.contact import reachable
from collection.scheduling.wishes import check_devices, confirmation_code

if TYPE_CHECKING:
    from datetime import date

    from collection.model import Territory, TimeWindow
    from collection.scheduling.booking import BookingDesk
    from collection.scheduling.wishes import BookingWish


def take_in(
    wish: BookingWish, territory: Territory, desk: BookingDesk, *, key: str | None = None
) -> PickupRequest:
    """Book a pickup of today; it has no van until the rest of the day is planned again.

    Parameters
    ----------
    wish : BookingWish
        What is wanted, in windows of today.
    territory : Territory
        Whose day it is.
    desk : BookingDesk
        Where requests are booked.
    key : str, optional
        The same key is the same request.

    Returns
    -------
    PickupRequest
        Confirmed.

    Raises
    ------
    InvalidRequest
        If the address is another territory's, a device is unknown, or a window is missing, over,
        or of another day.
    AmbiguousAddress
        If several addresses match; carries them.
    """
    check_devices(wish.devices, desk.devices)
    address, home = desk.locate(wish.address)
    if home.id != territory.id:
        raise InvalidRequest(f"the address is one of {home.name}", field="address")
    now = desk.clock.now()
    day = now.astimezone(zone_of(territory)).date()
    _refuse_other_windows(wish.windows, territory, day, desk)
    customer = reachable(wish.customer, territory.country, address_country=address.country, day=day)
    digest = hashlib.sha256(key.encode()).digest()[:10] if key else secrets.token_bytes(10)
    request_id = f"{territory.id}.{digest.hex()}"
    with suppress(NotFound):
        return desk.requests.get(request_id)
    request = PickupRequest(
        id=request_id,
        territory=territory.id,
        day=day,
        reference=wish.reference,
        code=confirmation_code(),
        customer=customer,
        address=address,
        devices=wish.devices,
        windows=wish.windows,
        slot_id=None,
        cancel_by=now,
        created_at=now,
    )
    return desk.requests.book(request, late=True)


def cancel_late(request_id: str, desk: BookingDesk) -> PickupRequest:
    """Cancel a request whatever the hour: its customer has said so.

    Parameters
    ----------
    request_id : str
        Which.
    desk : BookingDesk
        Where requests are kept.

    Returns
    -------
    PickupRequest
        Cancelled.

    Raises
    ------
    NotFound
        If there is none.
    Conflict
        If its state forbids it: the driver is at the door, or was.
    """
    request = desk.requests.get(request_id)
    event = Event(
        type=EventType.CANCELLED,
        territory=request.territory,
        day=request.day,
        at=desk.clock.now(),
        request_id=request_id,
    )
    return desk.requests.transition(request_id, RequestState.CANCELLED, event)


def _refuse_other_windows(
    windows: tuple[TimeWindow, ...], territory: Territory, day: date, desk: BookingDesk
) -> None:
    zone, now = zone_of(territory), desk.clock.now()
    if not windows:
        raise InvalidRequest("say when somebody may come today", field="windows")
    for number, window in enumerate(windows):
        days = {instant.astimezone(zone).date() for instant in (window.start, window.end)}
        if days != {day} or window.end <= now:
            message = f"must lie on {day} and not be over"
            raise InvalidRequest(message, field=f"windows.{number}")
