"""Devices on their way: what drivers and hubs scan, and where everything is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from collection.api.fields import Instant, Name, Notes, Text, wrong
from collection.api.schemas.events import PositionIn
from collection.api.schemas.examples import REQUEST_ID, incoming, outgoing
from collection.model import Battery, BatteryClass, Position, RequestState
from collection.scheduling.door import DoorScan
from collection.scheduling.wishes import MAX_DEVICES

LABEL = "7Q2M8D0XKE"
_NUMBER = {"ge": 0, "lt": 10 * MAX_DEVICES}

Label = Annotated[Text, Field(max_length=40, description="As it was scanned or typed.")]
DeviceNumber = Annotated[int, Field(**_NUMBER, description="Which of its devices, from 0.")]


class ScanIn(BaseModel):
    """What a driver tells of one device: its label, its battery, or why it stays."""

    model_config = incoming(
        {
            "at": "2026-03-30T08:14:00Z",
            "request_id": REQUEST_ID,
            "device": 0,
            "label": LABEL,
            "battery": "ok",
            "position": {"lon": 7.4197, "lat": 43.7325},
        },
        {
            "at": "2026-03-30T08:15:00Z",
            "request_id": REQUEST_ID,
            "device": 1,
            "left": "the customer keeps it",
        },
    )

    at: Instant
    request_id: Annotated[Name, Field(max_length=100)]
    device: DeviceNumber
    label: Label = ""
    battery: Annotated[Battery, Field(strict=False)] | None = None
    left: Annotated[Notes, Field(max_length=200)] = ""
    position: PositionIn | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.label or self.battery or self.left):
            raise wrong("give a label, what the battery is like, or why it stays", field="label")
        if self.label and self.left:
            raise wrong("a device that stays gets no label", field="label")
        return self

    def scan(self) -> DoorScan:
        """Turn into the words of the door.

        Returns
        -------
        DoorScan
            The same.
        """
        return DoorScan(
            request_id=self.request_id,
            number=self.device,
            at=self.at,
            label=self.label,
            battery=self.battery,
            left=self.left,
            position=Position(**self.position.model_dump()) if self.position else None,
        )


class ScanOut(BaseModel):
    """What the driver does with the device."""

    model_config = outgoing(
        {
            "request_id": REQUEST_ID,
            "device": 0,
            "label": LABEL,
            "battery_class": "damaged_or_swollen",
            "packaging": "fire_safe_box",
            "taken": True,
            "reason": "",
            "next_step": "",
            "status": "arrived",
        }
    )

    request_id: str
    device: int
    label: str | None
    battery_class: BatteryClass
    packaging: str = Field(description="What it is packed in; empty where it stays.")
    taken: bool
    reason: str = Field(description="Why it stays: `dangerous`, `no_skill`, `no_package`, or words")
    next_step: str
    status: RequestState = Field(description="Of the request, now.")


class ReceiptIn(BaseModel):
    """A device that a hub scans."""

    model_config = incoming(
        {"label": LABEL}, {"label": LABEL, "request_id": REQUEST_ID, "device": 1}
    )

    label: Annotated[Label, Field(min_length=1)]
    depot: Annotated[Name, Field(max_length=80)] | None = None
    request_id: (
        Annotated[
            Name,
            Field(max_length=100, description="Where it came without a label and gets this one."),
        ]
        | None
    ) = None
    device: DeviceNumber | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.request_id is None) != (self.device is None):
            missing = "request_id" if self.request_id is None else "device"
            raise wrong("name the request and the device together", field=missing)
        return self


_ITEM = {
    "request_id": REQUEST_ID,
    "device": 0,
    "type": "phone",
    "label": LABEL,
    "battery_class": "fine",
    "place": "received",
    "reference": "ORDER-4711",
    "received_at": "2026-03-30T15:50:00Z",
    "left": "",
}


class HubItemOut(BaseModel):
    """A device that a van brings."""

    model_config = outgoing(_ITEM)

    request_id: str
    device: int
    type: str
    label: str | None
    battery_class: BatteryClass
    place: str = Field(
        description="`expected` (still at the customer's), `aboard`, `received`, or `left` (with "
        "the customer)."
    )
    reference: str
    received_at: datetime | None
    left: str = Field(description="Why it stayed; empty where it did not.")


class ReceiptOut(HubItemOut):
    """A device that was taken in."""

    model_config = outgoing({**_ITEM, "date": "2026-03-30", "vehicle_id": "van-1", "open": 1})

    date: date
    vehicle_id: str
    open: int = Field(description="Devices that its van still has to bring.")


class VanLoadOut(BaseModel):
    """What one van should bring."""

    vehicle_id: str
    vehicle_name: str
    back_at: datetime
    expected: int
    aboard: int
    received: int
    left: int
    items: list[HubItemOut]


class UnaccountedOut(BaseModel):
    """A device that should be at the hub and is not."""

    request_id: str
    device: int
    label: str | None
    vehicle_id: str
    since: datetime


class HubDayOut(BaseModel):
    """What a day's vans should bring, and what was scanned."""

    model_config = outgoing(
        {
            "territory": "monaco",
            "date": "2026-03-30",
            "vans": [
                {
                    "vehicle_id": "van-1",
                    "vehicle_name": "Van 1",
                    "back_at": "2026-03-30T13:40:00Z",
                    "expected": 0,
                    "aboard": 0,
                    "received": 1,
                    "left": 0,
                    "items": [_ITEM],
                }
            ],
            "unaccounted": [],
        }
    )

    territory: str
    date: date
    vans: list[VanLoadOut]
    unaccounted: list[UnaccountedOut] = Field(description="Overdue: an alert.")


class StepOut(BaseModel):
    """One thing that happened to a device."""

    what: str = Field(description="`booked`, `planned`, or the type of an event.")
    at: datetime
    who: str
    site_id: str | None
    lon: float | None
    lat: float | None
    battery: str
    label: str | None
    text: str


class ChainOut(BaseModel):
    """The whole way of one device."""

    model_config = outgoing(
        {
            "label": LABEL,
            "request_id": REQUEST_ID,
            "device": 0,
            "type": "phone",
            "imei": "490154203237518",
            "reference": "ORDER-4711",
            "status": "received",
            "place": "received",
            "battery_class": "fine",
            "vehicle_id": "van-1",
            "steps": [
                {
                    "what": "received",
                    "at": "2026-03-30T15:50:00Z",
                    "who": "ada",
                    "site_id": "fontvieille",
                    "lon": 7.4170,
                    "lat": 43.7290,
                    "battery": "",
                    "label": LABEL,
                    "text": "",
                }
            ],
        }
    )

    label: str | None
    request_id: str
    device: int
    type: str
    imei: str | None
    reference: str
    status: RequestState
    place: str = Field(description="As in the hub's list; empty where nobody comes for it.")
    battery_class: BatteryClass
    vehicle_id: str
    steps: list[StepOut]
