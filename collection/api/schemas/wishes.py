"""A customer's wishes, as they come in."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, Field, model_validator

from collection.api.fields import (
    CountryCode,
    Email,
    Imei,
    Instant,
    Language,
    Latitude,
    Longitude,
    Name,
    Notes,
    Phone,
    SlotId,
    Text,
    wrong,
)
from collection.api.schemas.examples import (
    ADDRESS,
    CUSTOMER,
    DEVICE,
    SLOT_ID,
    WINDOW,
    incoming,
)
from collection.model import Battery, Building, Customer, Device, Position, TimeWindow
from collection.scheduling.locating import AddressWish
from collection.scheduling.wishes import MAX_DEVICES, BookingWish

MAX_WINDOWS = 5


class CustomerIn(BaseModel):
    """Who asks for the pickup."""

    model_config = incoming(CUSTOMER)

    name: Name
    phone: Phone
    email: Email
    language: Annotated[
        Language | None, Field(description="Left out: the language of the territory's country.")
    ] = None

    def customer(self) -> Customer:
        """Turn into the model's customer.

        Returns
        -------
        Customer
            As written.
        """
        return Customer(
            name=self.name, phone=self.phone, email=self.email, language=self.language or ""
        )


class AddressIn(BaseModel):
    """Where the devices are: words, a position, or both."""

    model_config = incoming(ADDRESS, {"lon": 7.4197, "lat": 43.7325})

    line1: Text = ""
    postcode: Annotated[Text, Field(max_length=12)] = ""
    city: Annotated[Text, Field(max_length=80)] = ""
    country: CountryCode = ""
    building: Annotated[Building, Field(strict=False)] = Building.HOUSE
    floor: Annotated[int, Field(ge=-9, le=200, description="0 is the ground floor.")] = 0
    lift: Annotated[bool, Field(description="Whether a lift goes there.")] = True
    access_notes: Notes = ""
    lon: Longitude | None = None
    lat: Latitude | None = None

    @model_validator(mode="after")
    def _words_or_position(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            missing = "lon" if self.lon is None else "lat"
            raise wrong("give lon and lat together", field=missing)
        if not self.line1 and self.lon is None:
            raise wrong("give the street and house number, or lon and lat", field="line1")
        return self

    def wish(self) -> AddressWish:
        """Turn into the words of the booking desk.

        Returns
        -------
        AddressWish
            The same.
        """
        position = (
            Position(lon=self.lon, lat=self.lat)
            if self.lon is not None and self.lat is not None
            else None
        )
        return AddressWish(
            line1=self.line1,
            postcode=self.postcode,
            city=self.city,
            country=self.country,
            building=self.building,
            floor=self.floor,
            lift=self.lift,
            access_notes=self.access_notes,
            position=position,
        )


class DeviceIn(BaseModel):
    """One thing to collect."""

    model_config = incoming(DEVICE)

    type: Annotated[Name, Field(max_length=40)]
    imei: Imei | None = None
    battery: Annotated[Battery, Field(strict=False)] = Battery.UNKNOWN
    defect: Notes = ""


class WindowIn(BaseModel):
    """When service may start, both ends inclusive."""

    model_config = incoming(WINDOW)

    start: Instant
    end: Instant


class _WithTimes(BaseModel):
    slot_id: SlotId | None = None
    windows: Annotated[list[WindowIn], Field(max_length=MAX_WINDOWS)] = []

    _others: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        ways = ("slot_id", "windows", *self._others)
        if sum(bool(getattr(self, way)) for way in ways) != 1:
            raise wrong(f"give one of {', '.join(ways)}", field="slot_id")
        return self

    def time_windows(self) -> tuple[TimeWindow, ...]:
        """Turn the windows into the model's.

        Returns
        -------
        tuple of TimeWindow
            Empty where a slot was chosen.
        """
        return tuple(TimeWindow(start=window.start, end=window.end) for window in self.windows)


class HoldIn(_WithTimes):
    """A slot to be held, and for what."""

    model_config = incoming({"address": ADDRESS, "devices": [DEVICE], "slot_id": SLOT_ID})

    address: AddressIn
    devices: Annotated[list[DeviceIn], Field(min_length=1, max_length=MAX_DEVICES)]

    def wish(self) -> BookingWish:
        """Turn into the words of the booking desk.

        Returns
        -------
        BookingWish
            Of a customer who is not known yet.
        """
        return BookingWish(
            reference="",
            customer=Customer(name="", phone="", email="", language=""),
            address=self.address.wish(),
            devices=tuple(Device(**device.model_dump()) for device in self.devices),
            slot_id=self.slot_id,
            windows=self.time_windows(),
        )


class PickupRequestIn(_WithTimes):
    """A customer's wish to have devices collected at home."""

    model_config = incoming(
        {
            "reference": "ORDER-4711",
            "customer": CUSTOMER,
            "address": ADDRESS,
            "devices": [DEVICE],
            "slot_id": SLOT_ID,
        },
        {
            "reference": "ORDER-4712",
            "customer": CUSTOMER,
            "address": {"lon": 7.4197, "lat": 43.7325},
            "devices": [{"type": "laptop", "battery": "swollen"}],
            "windows": [WINDOW],
        },
    )

    _others = ("hold_id",)

    reference: Annotated[Name, Field(max_length=64)]
    customer: CustomerIn
    address: AddressIn
    devices: Annotated[list[DeviceIn], Field(min_length=1, max_length=MAX_DEVICES)]
    hold_id: Annotated[
        Name | None,
        Field(max_length=100, description="What POST /v1/holds gave for this address and these."),
    ] = None

    def wish(self) -> BookingWish:
        """Turn into the words of the booking desk.

        Returns
        -------
        BookingWish
            The same.
        """
        return BookingWish(
            reference=self.reference,
            customer=self.customer.customer(),
            address=self.address.wish(),
            devices=tuple(Device(**device.model_dump()) for device in self.devices),
            slot_id=self.slot_id,
            windows=self.time_windows(),
            hold_id=self.hold_id,
        )


class RescheduleIn(_WithTimes):
    """Another slot, or other windows."""

    model_config = incoming({"slot_id": "monaco.2026-03-31.1000"}, {"windows": [WINDOW]})
