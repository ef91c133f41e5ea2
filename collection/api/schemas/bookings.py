"""Addresses, slots and pickup requests, as they go out."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, Field

from collection.api.schemas.examples import (
    CUSTOMER,
    DEVICE,
    FOUND_ADDRESS,
    REQUEST_ID,
    SLOT_ID,
    WINDOW,
    outgoing,
)
from collection.model import Battery, Building, RequestState

_SLOT = {
    "id": SLOT_ID,
    "date": "2026-03-30",
    "start": "08:00",
    "end": "10:00",
    "window": WINDOW,
    "offered": True,
    "reason": "",
    "cost": 412,
    "minutes": 7,
    "metres": 350,
    "grams_co2": 1,
    "green": True,
}
_BOOKED = {
    "id": REQUEST_ID,
    "url": f"/v1/pickup-requests/{REQUEST_ID}",
    "reference": "ORDER-4711",
    "status": "confirmed",
    "reason": "",
    "confirmation_code": "K7QX3M",
    "territory": "monaco",
    "date": "2026-03-30",
    "slot_id": SLOT_ID,
    "windows": [WINDOW],
    "cancel_by": "2026-03-29T16:00:00Z",
    "created_at": "2026-03-27T10:15:00Z",
    "tracking_url": "https://collect.example/track/WyJtb25hY28uMDEyMyJd.c2lnbmF0dXJl",
}


class WindowOut(BaseModel):
    """When service may start, both ends inclusive."""

    model_config = outgoing(WINDOW)

    start: datetime
    end: datetime


class SlotOut(BaseModel):
    """A window that may be chosen."""

    model_config = outgoing(_SLOT)

    id: str
    date: date
    start: str = Field(description="Local clock.")
    end: str = Field(description="Local clock.")
    window: WindowOut
    offered: bool = Field(description="Whether it can be promised.")
    reason: str = Field(
        description="Why it is not offered, empty where it is: `no_room` (no van has room on its "
        "way), or what keeps every van from coming that day."
    )
    cost: int | None = Field(
        description="Cents that the day then costs more, without prices on uneven days. Null, as "
        "the next three, where no van comes, where no address was given, and for the public."
    )
    minutes: int | None = Field(description="How much longer a van is out.")
    metres: int | None = Field(
        description="How much farther it drives; less than 0 where the new order is shorter."
    )
    grams_co2: int | None = Field(description="What that drive emits, by `data/emissions.toml`.")
    green: bool = Field(description="Whether a van passes anyway.")


class HoldOut(BaseModel):
    """A slot that is held for somebody who still writes."""

    model_config = outgoing(
        {
            "id": REQUEST_ID,
            "territory": "monaco",
            "date": "2026-03-30",
            "slot_id": SLOT_ID,
            "windows": [WINDOW],
            "held_until": "2026-03-27T10:25:00Z",
        }
    )

    id: str = Field(description="`hold_id` of POST /v1/pickup-requests.")
    territory: str
    date: date
    slot_id: str | None
    windows: list[WindowOut]
    held_until: datetime = Field(description="After that it is free again.")


class SlotsOut(BaseModel):
    """Slots of a territory."""

    model_config = outgoing(
        {
            "territory": "monaco",
            "name": "Monaco",
            "timezone": "Europe/Monaco",
            "slots": [_SLOT],
        }
    )

    territory: str
    name: str
    timezone: str
    slots: list[SlotOut]


class AddressMatchOut(BaseModel):
    """An address that was found."""

    label: str
    line1: str
    postcode: str
    city: str
    country: str
    lon: float
    lat: float
    score: float = Field(description="0 to 1; 1 is the address as written.")
    exact: bool = Field(description="Whether the house itself was found.")
    territory: str | None = Field(description="Who serves it; null: nobody yet.")


class AddressesOut(BaseModel):
    """Addresses that were found, best first."""

    model_config = outgoing(
        {
            "addresses": [
                {
                    "label": "12 Rue Grimaldi, 98000 Monaco",
                    "line1": "12 Rue Grimaldi",
                    "postcode": "98000",
                    "city": "Monaco",
                    "country": "mc",
                    "lon": 7.4197,
                    "lat": 43.7325,
                    "score": 1.0,
                    "exact": True,
                    "territory": "monaco",
                }
            ]
        }
    )

    addresses: list[AddressMatchOut]


class BookingOut(BaseModel):
    """What was promised."""

    model_config = outgoing(_BOOKED)

    id: str
    url: str
    reference: str
    status: RequestState
    reason: str = Field(description="Why it failed or is in no route; empty otherwise.")
    confirmation_code: str
    territory: str
    date: date
    slot_id: str | None
    windows: list[WindowOut]
    cancel_by: datetime
    created_at: datetime
    tracking_url: str = Field(description="Signed; opens this request and no other.")


class CustomerOut(BaseModel):
    """Who asked."""

    name: str
    phone: str
    email: str
    language: str


class AddressOut(BaseModel):
    """Where the devices are."""

    line1: str
    postcode: str
    city: str
    country: str
    building: Building
    floor: int
    lift: bool
    access_notes: str
    lon: float
    lat: float


class DeviceOut(BaseModel):
    """One thing to collect."""

    type: str
    battery: Battery
    imei: str | None
    defect: str
    label: str | None = Field(None, description="On its way; null before it bears one.")
    seen: str = Field("", description="Class of its battery, as it was seen at the door.")
    left: str = Field("", description="Why it was left with the customer.")
    received_at: datetime | None = Field(None, description="When the hub received it.")


class PickupRequestOut(BookingOut):
    """A pickup request, whole."""

    model_config = outgoing(
        {
            **_BOOKED,
            "customer": CUSTOMER,
            "address": FOUND_ADDRESS,
            "devices": [DEVICE],
            "version": 1,
        }
    )

    customer: CustomerOut
    address: AddressOut
    devices: list[DeviceOut]
    version: int
