"""What customers are told of devices that they bring to a site."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import Address, EventType, NoticeKind, PickupRequest, RequestState
from collection.scheduling.notify.notices import HUB, News, Notice
from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import Device, DropOff, Event, Site, Territory
    from collection.ports import CustodyStore, DropOffStore

_STATES = {
    NoticeKind.ANNOUNCED: RequestState.CONFIRMED,
    NoticeKind.DROPPED_OFF: RequestState.COLLECTED,
    NoticeKind.RECEIVED: RequestState.RECEIVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOffNews:
    """Finds out what is news to who brought devices.

    Parameters
    ----------
    territories : Mapping of str to Territory
        By id.
    drop_offs : DropOffStore
        What is announced and brought.
    custody : CustodyStore
        Knows which device bears a label.
    """

    territories: Mapping[str, Territory]
    drop_offs: DropOffStore
    custody: CustodyStore

    def told(self, event: Event) -> News:
        """Tell that a drop-off is announced, or that the site has taken a device.

        Parameters
        ----------
        event : Event
            Its text is the drop-off's id.

        Returns
        -------
        News
            One notice; none if there is no such drop-off.
        """
        try:
            drop_off = self.drop_offs.get(event.text)
        except NotFound:
            return News()
        if event.type is EventType.ANNOUNCED:
            notice = self._notice(NoticeKind.ANNOUNCED, drop_off, drop_off.devices, event)
        else:
            taken = tuple(one for one in drop_off.devices if one.label == event.label)
            notice = self._notice(NoticeKind.DROPPED_OFF, drop_off, taken, event)
        return News(notices=[notice])

    def owner(self, event: Event) -> DropOff | None:
        """Look up who brought the device that an event is of.

        Parameters
        ----------
        event : Event
            With its label.

        Returns
        -------
        DropOff or None
            None where it was collected at a door.
        """
        found = self.custody.find(event.territory, event.label) if event.label else None
        brought = found.brought if found else None
        return self.drop_offs.get(brought[0]) if brought else None

    def received(self, drop_off: DropOff, pickup: PickupRequest, event: Event) -> News:
        """Tell that the hub has all devices of a drop-off that a van took.

        Parameters
        ----------
        drop_off : DropOff
            Whose devices.
        pickup : PickupRequest
            The pickup of the site that they went with, as it was then.
        event : Event
            What happened.

        Returns
        -------
        News
            One notice; none while a device is still on its way.
        """
        labels = {one.label for one in drop_off.devices if one.label}
        own = [one for one in pickup.devices if one.label in labels and not pickup.stays(one)]
        if not all(one.received_at for one in own):
            return News()
        notice = self._notice(NoticeKind.RECEIVED, drop_off, tuple(own), event)
        return News(
            notices=[replace(notice, form="dropped_received")],
            told={(drop_off.id, HUB): pickup.id},
        )

    def _notice(
        self, kind: NoticeKind, drop_off: DropOff, devices: tuple[Device, ...], event: Event
    ) -> Notice:
        territory = self.territories[drop_off.territory]
        site = next(one for one in territory.sites if one.id == drop_off.site_id)
        request = as_request(drop_off, devices, site, event, country=territory.country.code)
        return Notice(
            kind=kind,
            form=kind.value,
            request=replace(request, state=_STATES[kind]),
            at=event.at,
            site=site,
        )


def as_request(
    drop_off: DropOff, devices: tuple[Device, ...], site: Site, event: Event, *, country: str
) -> PickupRequest:
    """See a drop-off as messages see a pickup request.

    Parameters
    ----------
    drop_off : DropOff
        Whose customer and reference.
    devices : tuple of Device
        Those that are told of.
    site : Site
        Where they were brought.
    event : Event
        What happened.
    country : str
        Two-letter code.

    Returns
    -------
    PickupRequest
        Without windows: nobody comes to the customer.
    """
    line1 = site.address or site.name
    return PickupRequest(
        id=drop_off.id,
        territory=drop_off.territory,
        day=event.day,
        reference=drop_off.reference,
        code=drop_off.code,
        customer=drop_off.customer,
        address=Address(line1=line1, postcode="", city="", country=country, position=site.position),
        devices=devices,
        windows=(),
        slot_id=None,
        cancel_by=drop_off.expires_at,
        created_at=drop_off.created_at,
    )


def hours_of(site: Site) -> str:
    """Write when a site is open.

    Parameters
    ----------
    site : Site
        Which.

    Returns
    -------
    str
        Like ``09:00-12:30, 14:00-18:00``.
    """
    return ", ".join(
        f"{format_clock(start)}\u2013{format_clock(end)}" for start, end in site.opening
    )
