"""Partner points of sale: nearest ones, what customers will bring, and what was brought."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest, NotFound
from collection.model import DropOff, Event, EventType
from collection.ports import UNREACHABLE
from collection.scheduling.calendar import zone_of
from collection.scheduling.contact import reachable
from collection.scheduling.labels import ALPHABET, read_label
from collection.scheduling.triage import refuse_dangerous, rule_of
from collection.scheduling.wishes import check_devices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from collection.model import (
        Battery,
        Customer,
        Device,
        DeviceType,
        Position,
        Site,
        Territory,
    )
    from collection.ports import Clock, DropOffStore, MatrixSource
    from collection.scheduling.site_pickups import SitePickups
    from collection.units import Metres, Seconds

KEPT = timedelta(days=7)
"""How long a site keeps room for devices that are not brought."""

MOST_OFFERED = 5
"""Sites that are offered for an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOffer:
    """A site, how far it is, and what it still keeps.

    Parameters
    ----------
    site : Site
        Where.
    seconds : int
        By road, without traffic of the hour.
    metres : int
        Likewise.
    free : int
        Devices for which it has room.
    """

    site: Site
    seconds: Seconds
    metres: Metres
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOffDesk:
    """Offers sites, and takes what is announced and brought.

    Parameters
    ----------
    territories : Mapping of str to Territory
        By id.
    devices : Mapping of str to DeviceType
        By id.
    drop_offs : DropOffStore
        What is announced and brought.
    pickups : SitePickups
        Books the vans.
    source : callable
        From a territory to its streets.
    clock : Clock
        The present.
    """

    territories: Mapping[str, Territory]
    devices: Mapping[str, DeviceType]
    drop_offs: DropOffStore
    pickups: SitePickups
    source: Callable[[Territory], MatrixSource]
    clock: Clock

    def offer(self, territory: Territory, position: Position) -> tuple[SiteOffer, ...]:
        """Find the nearest sites of a place.

        Parameters
        ----------
        territory : Territory
            Whose sites.
        position : Position
            Where the customer is.

        Returns
        -------
        tuple of SiteOffer
            At most `MOST_OFFERED`, nearest by road first; full ones included.
        """
        sites = [site for site in territory.sites if site.capacity and site.opening]
        if not sites:
            return ()
        source = self.source(territory)
        today = self._today(territory)
        there = source.places([site.position for site in sites])
        rows = source.rows(position, there, day=today, classes=("",))
        seconds, metres = rows.seconds[0, 0, 0].tolist(), rows.metres[0, 0, 0].tolist()
        near = sorted((way, number) for number, way in enumerate(seconds) if way != UNREACHABLE)
        return tuple(
            SiteOffer(
                site=sites[number],
                seconds=way,
                metres=metres[number],
                free=max(0, sites[number].capacity - self.pickups.held(territory, sites[number])),
            )
            for way, number in near[:MOST_OFFERED]
        )

    def announce(
        self,
        territory: Territory,
        site_id: str,
        *,
        reference: str,
        customer: Customer,
        devices: tuple[Device, ...],
        key: str | None = None,
    ) -> DropOff:
        """Take the intention to bring devices to a site.

        Parameters
        ----------
        territory : Territory
            Whose site.
        site_id : str
            Which site.
        reference : str
            The marketplace's own number.
        customer : Customer
            Who brings them.
        devices : tuple of Device
            What.
        key : str, optional
            Of an idempotent caller: the same key is the same intention.

        Returns
        -------
        DropOff
            With the code that the customer says at the counter.

        Raises
        ------
        InvalidRequest
            If a field is wrong, or a battery is not for a shop; names the field.
        NotFound
            If there is no such site.
        Conflict
            If it has no room for them.
        """
        now = self.clock.now()
        site = site_of(territory, site_id)
        check_devices(devices, self.devices)
        for number, device in enumerate(devices):
            self._refuse_hazard(territory, device, field=f"devices.{number}.battery")
        customer = reachable(
            customer, territory.country, address_country="", day=self._today(territory)
        )
        code = _code(key)
        drop_off = DropOff(
            id=f"{territory.id}.drop-{code.lower()}",
            territory=territory.id,
            site_id=site.id,
            reference=reference,
            code=code,
            customer=customer,
            devices=devices,
            created_at=now,
            expires_at=now + KEPT,
        )
        self.pickups.settle(territory, site)
        event = Event(
            type=EventType.ANNOUNCED,
            territory=territory.id,
            day=self._today(territory),
            at=now,
            site_id=site.id,
            text=drop_off.id,
        )
        return self.drop_offs.announce(drop_off, event, capacity=site.capacity)

    def bring(
        self, drop_off_id: str, number: int, scanned: str, battery: Battery | None
    ) -> DropOff:
        """Take a device in at a site: it goes with the next van that comes there.

        Parameters
        ----------
        drop_off_id : str
            Whose device.
        number : int
            Which of its devices, from 0.
        scanned : str
            The label that was stuck on it.
        battery : Battery, optional
            What the site sees; None where nobody looked.

        Returns
        -------
        DropOff
            The changed one.

        Raises
        ------
        NotFound
            If there is no such drop-off.
        InvalidRequest
            If the label was read wrongly, there is no such device, or its battery is not for
            a shop.
        Conflict
            If the label is on another device, or the device bears another one.
        """
        drop_off = self.drop_offs.get(drop_off_id)
        territory = self.territories[drop_off.territory]
        if number >= len(drop_off.devices):
            raise InvalidRequest(f"it has {len(drop_off.devices)} devices", field="device")
        label, device = read_label(scanned), drop_off.devices[number]
        seen = ""
        if battery is not None:
            seen = self._refuse_hazard(
                territory, replace(device, battery=battery, seen=""), field="battery"
            )
        now = self.clock.now()
        event = Event(
            type=EventType.DROPPED_OFF,
            territory=territory.id,
            day=self._today(territory),
            at=now,
            site_id=drop_off.site_id,
            label=label,
            battery=seen,
            device=number,
            text=drop_off.id,
        )
        self.drop_offs.drop(drop_off, number, event)
        self.pickups.gather(territory, site_of(territory, drop_off.site_id))
        return self.drop_offs.get(drop_off_id)

    def _today(self, territory: Territory) -> date:
        return self.clock.now().astimezone(zone_of(territory)).date()

    def _refuse_hazard(self, territory: Territory, device: Device, *, field: str) -> str:
        today = self._today(territory)
        refuse_dangerous((device,), territory, self.devices, today, field=field)
        rule = rule_of(device, territory, self.devices, today)
        if rule.skill or rule.packages:
            raise InvalidRequest(
                "a damaged battery is not for a shop: book a pickup, a trained driver comes",
                field=field,
            )
        return rule.battery_class.value


def site_of(territory: Territory, site_id: str) -> Site:
    """Look up a site where devices may be dropped off.

    Parameters
    ----------
    territory : Territory
        Whose site.
    site_id : str
        Which.

    Returns
    -------
    Site
        The site.

    Raises
    ------
    NotFound
        If there is none; names those that exist.
    """
    taking = {site.id: site for site in territory.sites if site.capacity}
    if site_id not in taking:
        known = ", ".join(taking) or "none"
        raise NotFound(f"nothing can be dropped off at {site_id!r}; known: {known}", field="site")
    return taking[site_id]


def _code(key: str | None) -> str:
    if key is None:
        return "".join(secrets.choice(ALPHABET) for _ in range(8))
    digest = hashlib.sha256(key.encode()).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:8])
