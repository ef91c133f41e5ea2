"""What a customer asks for, and what is promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from collection.model.places import Address
from collection.model.states import PLANNABLE, RequestState
from collection.units import Seconds

LOAD_DIMENSIONS: tuple[str, ...] = ("units", "litres", "grams", "hazards")
"""What a `Load` counts, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much room something takes, or a vehicle has.

    Parameters
    ----------
    units : int
        Devices.
    litres : int
        Volume, packaged.
    grams : int
        Weight, packaged.
    hazards : int
        Packages with a damaged battery.
    """

    units: int
    litres: int
    grams: int
    hazards: int = 0

    def __add__(self, other: Load) -> Load:
        """Sum of two loads, dimension by dimension."""
        return Load(
            units=self.units + other.units,
            litres=self.litres + other.litres,
            grams=self.grams + other.grams,
            hazards=self.hazards + other.hazards,
        )

    def as_tuple(self) -> tuple[int, int, int, int]:
        """Amounts in the order of `LOAD_DIMENSIONS`.

        Returns
        -------
        tuple of int
            Units, litres, grams and hazards.
        """
        return (self.units, self.litres, self.grams, self.hazards)


NO_LOAD = Load(units=0, litres=0, grams=0)


class Battery(StrEnum):
    """What the customer says of a device's battery: the worst that is true."""

    OK = "ok"
    SWOLLEN = "swollen"
    DAMAGED = "damaged"
    LEAKING = "leaking"
    HOT = "hot"
    REMOVED = "removed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """What the house knows of a type of device (``data/devices.toml``).

    Parameters
    ----------
    id : str
        The word requests use.
    label : str
        The word people read.
    load : Load
        One device, packaged.
    service : int
        Seconds that one device adds at the door.
    battery_class : str
        ``lithium_ion`` or ``none``.
    """

    id: str
    label: str
    load: Load
    service: Seconds
    battery_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One thing to collect.

    Parameters
    ----------
    type : str
        A type of ``data/devices.toml``: ``phone``, ``laptop``, ...
    battery : Battery
        What the customer says of it.
    imei : str, optional
        15 digits, Luhn-checked.
    defect : str
        The customer's words.
    label : str, optional
        Code of the label that was stuck on it.
    seen : str
        Class of its battery, as somebody of the house saw it; empty where nobody looked.
    scanned_at : datetime, optional
        Aware UTC instant when somebody of the house last scanned it.
    scanned_for : date, optional
        Day of the pickup for which that was.
    left : str
        Why it was left with the customer; empty where it was not.
    received_at : datetime, optional
        Aware UTC instant when the hub received it.
    """

    type: str
    battery: Battery = Battery.UNKNOWN
    imei: str | None = None
    defect: str = ""
    label: str | None = None
    seen: str = ""
    scanned_at: datetime | None = None
    scanned_for: date | None = None
    left: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who asks for the pickup.

    Parameters
    ----------
    name : str
        As it stands at the door bell.
    phone : str
        E.164, like ``+37799991234``.
    email : str
        Where confirmations go.
    language : str
        Two-letter code: ``fr``, ``de``, ``es`` or ``en``.
    """

    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """When service may start, both ends inclusive.

    Parameters
    ----------
    start : datetime
        Aware UTC instant.
    end : datetime
        Aware UTC instant, not before `start`.
    """

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRequest:
    """A customer's wish to have devices collected at home.

    Parameters
    ----------
    id : str
        ``<territory>.<token>``.
    territory : str
        Id of the territory whose vans collect it.
    day : date
        Local date of the pickup.
    reference : str
        The marketplace's own number.
    code : str
        Confirmation code that a customer can say on the phone.
    customer : Customer
        Who asks.
    address : Address
        Where.
    devices : tuple of Device
        What, at least one.
    windows : tuple of TimeWindow
        When service may start; one of them is enough.
    slot_id : str, optional
        The slot that was chosen; None where windows were.
    cancel_by : datetime
        Aware UTC instant after which it can no longer be cancelled or moved.
    created_at : datetime
        Aware UTC instant of the booking.
    state : RequestState
        Where it is on its way.
    reason : str
        The failure code or the reason of being unassigned, with its text; empty otherwise.
    priority : int
        0 is usual; each step up doubles the price of leaving it unassigned.
    version : int
        Counts changes, from 1.
    held_until : datetime, optional
        Aware UTC instant at which a slot that is only held is free again; None once it is
        confirmed.
    """

    id: str
    territory: str
    day: date
    reference: str
    code: str
    customer: Customer
    address: Address
    devices: tuple[Device, ...]
    windows: tuple[TimeWindow, ...]
    slot_id: str | None
    cancel_by: datetime
    created_at: datetime
    state: RequestState = RequestState.CONFIRMED
    reason: str = ""
    priority: int = 0
    version: int = 1
    held_until: datetime | None = None

    def standing(self, now: datetime) -> bool:
        """Whether it has a place in the plan of its day.

        Parameters
        ----------
        now : datetime
            Aware present.

        Returns
        -------
        bool
            True if a night would plan it, or its slot is held for it now.
        """
        if self.state is RequestState.REQUESTED:
            return self.held_until is not None and now < self.held_until
        return self.state in PLANNABLE

    def taken(self, device: Device) -> bool:
        """Tell whether a device was labelled by who came for it.

        Parameters
        ----------
        device : Device
            One of its own.

        Returns
        -------
        bool
            False too where that was on an earlier day, or at a shop.
        """
        return bool(device.label) and not device.left and device.scanned_for == self.day

    def stays(self, device: Device) -> str:
        """Tell why a device was left with the customer.

        Parameters
        ----------
        device : Device
            One of its own.

        Returns
        -------
        str
            Empty where it was not, or on an earlier day.
        """
        return device.left if device.scanned_for == self.day else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A window of a territory's grid that may be promised.

    Parameters
    ----------
    id : str
        ``<territory>.<date>.<HHMM>``.
    territory : str
        Id of the territory.
    day : date
        Local date.
    window : TimeWindow
        When service may start.
    """

    id: str
    territory: str
    day: date
    window: TimeWindow
