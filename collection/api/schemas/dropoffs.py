"""Partner points of sale, and what customers bring there."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from collection.api.fields import Name
from collection.api.schemas.custody import LABEL, DeviceNumber, Label
from collection.api.schemas.examples import CUSTOMER, DEVICE, REQUEST_ID, incoming, outgoing
from collection.api.schemas.wishes import CustomerIn, DeviceIn
from collection.model import Battery, Customer, Device
from collection.scheduling.wishes import MAX_DEVICES

_ID = "monaco.drop-7q2m8d0x"
_SITE = {
    "id": "moulins",
    "name": "Moulins Phone Shop",
    "address": "20 Boulevard des Moulins",
    "lon": 7.4281,
    "lat": 43.7418,
    "opening": ["09:00-12:30", "14:00-19:00"],
    "minutes": 4,
    "metres": 1250,
    "free": 12,
}


class SiteOut(BaseModel):
    """A partner point of sale."""

    model_config = outgoing(_SITE)

    id: str
    name: str
    address: str
    lon: float
    lat: float
    opening: list[str] = Field(description="Local clock, on working days.")
    minutes: int = Field(description="By road.")
    metres: int = Field(description="By road.")
    free: int = Field(description="Devices for which it has room; 0 where full.")


class SitesOut(BaseModel):
    """Partner points of sale, nearest by road first."""

    model_config = outgoing({"territory": "monaco", "sites": [_SITE]})

    territory: str
    sites: list[SiteOut]


class DropOffIn(BaseModel):
    """A customer's intention to bring devices to a site."""

    model_config = incoming(
        {
            "territory": "monaco",
            "site_id": "moulins",
            "reference": "ORDER-4711",
            "customer": CUSTOMER,
            "devices": [DEVICE],
        }
    )

    territory: Annotated[Name, Field(max_length=80)]
    site_id: Annotated[Name, Field(max_length=80)]
    reference: Annotated[Name, Field(max_length=64)]
    customer: CustomerIn
    devices: Annotated[list[DeviceIn], Field(min_length=1, max_length=MAX_DEVICES)]

    def model_customer(self) -> Customer:
        """Turn the customer into the model's.

        Returns
        -------
        Customer
            The same.
        """
        return Customer(**self.customer.model_dump())

    def model_devices(self) -> tuple[Device, ...]:
        """Turn the devices into the model's.

        Returns
        -------
        tuple of Device
            The same.
        """
        return tuple(Device(**device.model_dump()) for device in self.devices)


class BroughtIn(BaseModel):
    """A device that a site takes in."""

    model_config = incoming({"device": 0, "label": LABEL, "battery": "ok"})

    device: DeviceNumber
    label: Annotated[Label, Field(min_length=1)]
    battery: Annotated[Battery, Field(strict=False)] | None = None


class BroughtOut(BaseModel):
    """One device of a drop-off."""

    device: int
    type: str
    label: str | None
    brought_at: datetime | None = Field(description="Null before the customer has brought it.")
    pickup_id: str | None = Field(description="Pickup request of the site that it goes with.")


class DropOffOut(BaseModel):
    """What a customer brings, and what became of it."""

    model_config = outgoing(
        {
            "id": _ID,
            "url": f"/v1/drop-offs/{_ID}",
            "code": "7Q2M8D0X",
            "reference": "ORDER-4711",
            "territory": "monaco",
            "site_id": "moulins",
            "site_name": "Moulins Phone Shop",
            "address": "20 Boulevard des Moulins",
            "opening": ["09:00-12:30", "14:00-19:00"],
            "created_at": "2026-03-27T10:15:00Z",
            "expires_at": "2026-04-03T10:15:00Z",
            "devices": [
                {
                    "device": 0,
                    "type": "phone",
                    "label": LABEL,
                    "brought_at": "2026-03-28T09:00:00Z",
                    "pickup_id": REQUEST_ID,
                }
            ],
        }
    )

    id: str
    url: str
    code: str = Field(description="What the customer says at the counter.")
    reference: str
    territory: str
    site_id: str
    site_name: str
    address: str
    opening: list[str]
    created_at: datetime
    expires_at: datetime = Field(description="Until then the site keeps room.")
    devices: list[BroughtOut]
