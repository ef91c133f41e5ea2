"""Devices that customers bring to a partner point of sale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from collection.model.requests import Customer, Device, PickupRequest

_SITE = "SITE-"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOff:
    """A customer's intention to bring devices to a site, and what became of it.

    Parameters
    ----------
    id : str
        ``<territory>.drop-<code>``.
    territory : str
        Id of the territory.
    site_id : str
        Where they are brought to.
    reference : str
        The marketplace's own number.
    code : str
        What the customer says at the counter.
    customer : Customer
        Who brings them.
    devices : tuple of Device
        What, at least one; ``scanned_at`` tells when the site took a device.
    created_at : datetime
        Aware UTC instant.
    expires_at : datetime
        Aware UTC instant until which the site keeps room for devices that are not brought.
    pickups : Mapping of int to str
        By number of the device the pickup request of the site that it goes with.
    """

    id: str
    territory: str
    site_id: str
    reference: str
    code: str
    customer: Customer
    devices: tuple[Device, ...]
    created_at: datetime
    expires_at: datetime
    pickups: Mapping[int, str] = field(default_factory=dict)


def site_reference(site_id: str) -> str:
    """Give the number that the pickups of a site have in place of the marketplace's.

    Parameters
    ----------
    site_id : str
        Which site.

    Returns
    -------
    str
        The reference.
    """
    return _SITE + site_id


def is_of_site(request: PickupRequest) -> bool:
    """Tell whether a request is the house's own, for what waits at a site.

    Parameters
    ----------
    request : PickupRequest
        Any.

    Returns
    -------
    bool
        True where no customer and no marketplace asked for it.
    """
    nobody = not (request.customer.email or request.customer.phone)
    return nobody and request.reference.startswith(_SITE)
