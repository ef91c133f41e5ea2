"""From the model to the bodies that go out: addresses, slots, pickup requests."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from collection.api.schemas.bookings import (
    AddressMatchOut,
    AddressOut,
    BookingOut,
    CustomerOut,
    DeviceOut,
    HoldOut,
    PickupRequestOut,
    SlotOut,
    WindowOut,
)
from collection.scheduling.spans import span_of
from collection.units import MINUTE, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from collection.api.links import LinkSigner
    from collection.model import (
        Address,
        AddressMatch,
        Device,
        Emissions,
        PickupRequest,
        Territory,
        TimeWindow,
    )
    from collection.scheduling.slots import SlotOffer


def present_offer(
    offer: SlotOffer, territory: Territory, emissions: Emissions, *, exact: bool
) -> SlotOut:
    """Tell of a slot, and what a pickup in it would take.

    Parameters
    ----------
    offer : SlotOffer
        The slot.
    territory : Territory
        Whose clock counts.
    emissions : Emissions
        Of its vehicles.
    exact : bool
        Whether figures are told: they show where vans stop, which is nobody's business who
        only books.

    Returns
    -------
    SlotOut
        With local clocks and instants.
    """
    slot = offer.slot
    start, end = _clocks(slot.window, slot.day, territory.timezone)
    return SlotOut(
        id=slot.id,
        date=slot.day,
        start=start,
        end=end,
        window=_window(slot.window),
        offered=not offer.reason,
        reason=offer.reason,
        cost=offer.cost if exact else None,
        minutes=round(offer.seconds / MINUTE) if exact and offer.seconds is not None else None,
        metres=offer.metres if exact else None,
        grams_co2=_grams(offer, territory, emissions) if exact else None,
        green=offer.green,
    )


@lru_cache(maxsize=4_096)
def _clocks(window: TimeWindow, day: date, timezone: str) -> tuple[str, str]:
    start, end = span_of(window, day, timezone)
    return format_clock(start), format_clock(end)


def _grams(offer: SlotOffer, territory: Territory, emissions: Emissions) -> int | None:
    if offer.vehicle is None or offer.metres is None:
        return None
    return round(emissions.grams(offer.vehicle, offer.metres, country=territory.country.code))


def present_hold(request: PickupRequest) -> HoldOut:
    """Tell what is held.

    Parameters
    ----------
    request : PickupRequest
        Requested, not confirmed.

    Returns
    -------
    HoldOut
        And until when.
    """
    return HoldOut(
        id=request.id,
        territory=request.territory,
        date=request.day,
        slot_id=request.slot_id,
        windows=present_windows(request.windows),
        held_until=request.held_until or request.cancel_by,
    )


def present_match(match: AddressMatch, territory: Territory | None) -> AddressMatchOut:
    """Tell of an address that was found.

    Parameters
    ----------
    match : AddressMatch
        The address.
    territory : Territory or None
        Who serves it.

    Returns
    -------
    AddressMatchOut
        The same.
    """
    return AddressMatchOut(
        label=match.label,
        line1=match.line1,
        postcode=match.postcode,
        city=match.city,
        country=match.country,
        lon=match.position.lon,
        lat=match.position.lat,
        score=match.score,
        exact=match.exact,
        territory=territory.id if territory else None,
    )


def present_booking(request: PickupRequest, signer: LinkSigner) -> BookingOut:
    """Tell what was promised.

    Parameters
    ----------
    request : PickupRequest
        As stored.
    signer : LinkSigner
        Signs the tracking link.

    Returns
    -------
    BookingOut
        Without what the customer told.
    """
    return BookingOut(**_booking(request, signer))


def present_request(request: PickupRequest, signer: LinkSigner) -> PickupRequestOut:
    """Tell of a pickup request, whole.

    Parameters
    ----------
    request : PickupRequest
        As stored.
    signer : LinkSigner
        Signs the tracking link.

    Returns
    -------
    PickupRequestOut
        Everything.
    """
    customer = request.customer
    return PickupRequestOut(
        **_booking(request, signer),
        customer=CustomerOut(
            name=customer.name,
            phone=customer.phone,
            email=customer.email,
            language=customer.language,
        ),
        address=present_address(request.address),
        devices=present_devices(request.devices),
        version=request.version,
    )


def present_windows(windows: Iterable[TimeWindow]) -> list[WindowOut]:
    """Tell windows.

    Parameters
    ----------
    windows : Iterable of TimeWindow
        The windows.

    Returns
    -------
    list of WindowOut
        The same.
    """
    return [_window(window) for window in windows]


def present_address(address: Address) -> AddressOut:
    """Tell an address.

    Parameters
    ----------
    address : Address
        The address.

    Returns
    -------
    AddressOut
        The same.
    """
    return AddressOut(
        line1=address.line1,
        postcode=address.postcode,
        city=address.city,
        country=address.country,
        building=address.building,
        floor=address.floor,
        lift=address.lift,
        access_notes=address.access_notes,
        lon=address.position.lon,
        lat=address.position.lat,
    )


def present_devices(devices: Iterable[Device]) -> list[DeviceOut]:
    """Tell devices.

    Parameters
    ----------
    devices : Iterable of Device
        The devices.

    Returns
    -------
    list of DeviceOut
        The same.
    """
    return [
        DeviceOut(
            type=device.type,
            battery=device.battery,
            imei=device.imei,
            defect=device.defect,
            label=device.label,
            seen=device.seen,
            left=device.left,
            received_at=device.received_at,
        )
        for device in devices
    ]


def _booking(request: PickupRequest, signer: LinkSigner) -> dict[str, Any]:
    return {
        "id": request.id,
        "url": f"/v1/pickup-requests/{request.id}",
        "reference": request.reference,
        "status": request.state,
        "reason": request.reason,
        "confirmation_code": request.code,
        "territory": request.territory,
        "date": request.day,
        "slot_id": request.slot_id,
        "windows": present_windows(request.windows),
        "cancel_by": request.cancel_by,
        "created_at": request.created_at,
        "tracking_url": signer.tracking_url(request),
    }


def _window(window: TimeWindow) -> WindowOut:
    return WindowOut(start=window.start, end=window.end)
