"""What a customer wants, and the checks of it that need no clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from collection.model import Address, Customer, Device, DeviceType, TimeWindow
    from collection.scheduling.locating import AddressWish

MAX_DEVICES = 20
"""Devices of one request; more is a business customer, who needs another conversation."""

_CODE_ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"  # nothing that sounds or looks alike


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingWish:
    """What comes in.

    Parameters
    ----------
    reference : str
        The marketplace's own number.
    customer : Customer
        Who asks.
    address : AddressWish
        Where.
    devices : tuple of Device
        What.
    slot_id : str, optional
        A slot of the grid; or else
    windows : tuple of TimeWindow
        when service may start; or else
    hold_id : str, optional
        what `BookingDesk.hold` held for the same address and devices.
    """

    reference: str
    customer: Customer
    address: AddressWish
    devices: tuple[Device, ...]
    slot_id: str | None = None
    windows: tuple[TimeWindow, ...] = ()
    hold_id: str | None = None


def check_devices(devices: tuple[Device, ...], known: Mapping[str, DeviceType]) -> None:
    """Make sure that there are devices, not too many, and of known types.

    Parameters
    ----------
    devices : tuple of Device
        What is to be collected.
    known : Mapping of str to DeviceType
        By id.

    Raises
    ------
    InvalidRequest
        If not; names the device.
    """
    if not 1 <= len(devices) <= MAX_DEVICES:
        raise InvalidRequest(f"{len(devices)} devices; give 1 to {MAX_DEVICES}", field="devices")
    for index, device in enumerate(devices):
        check_type(device.type, known, f"devices.{index}.type")


def check_type(name: str, known: Collection[str], field: str) -> None:
    """Make sure that a type of device is known.

    Parameters
    ----------
    name : str
        Of the type.
    known : Collection of str
        The ids that there are.
    field : str
        Where it is written.

    Raises
    ------
    InvalidRequest
        If not; names those that are.
    """
    if name not in known:
        message = f"unknown type {name!r}; known: {', '.join(sorted(known))}"
        raise InvalidRequest(message, field=field)


def burden(address: Address, devices: tuple[Device, ...]) -> tuple[object, ...]:
    """Tell what a van's time and room depend on; words for the driver may still change.

    Parameters
    ----------
    address : Address
        Where.
    devices : tuple of Device
        What.

    Returns
    -------
    tuple
        Equal where one place in a plan does for both.
    """
    place = (address.position, address.building, address.floor, address.lift)
    return (*place, tuple((device.type, device.battery) for device in devices))


def confirmation_code() -> str:
    """Draw a code that a customer can say on the phone.

    Returns
    -------
    str
        Six letters and digits. Drawn, not derived: the id stands in links and logs, and must
        not tell the code.
    """
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(6))
