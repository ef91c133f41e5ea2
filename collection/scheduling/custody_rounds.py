"""Looks after devices each minute, whether or not anybody follows their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from collection.errors import CollectionError, StoreUnavailable
from collection.model import Event, EventType
from collection.scheduling.calendar import zone_of
from collection.scheduling.custody import ABOARD, place_of

if TYPE_CHECKING:
    from datetime import date

    from collection.model import Device, Site, Territory
    from collection.scheduling.custody import Unaccounted
    from collection.scheduling.hub import Hub
    from collection.scheduling.site_pickups import SitePickups

DAYS_BACK = 3
"""How long ago a day may be of which devices are looked for."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyRounds:
    """Books vans to sites, and tells of devices that are nowhere or that no van comes for.

    Parameters
    ----------
    hub : Hub
        Knows what each van should have brought.
    pickups : SitePickups
        Knows what waits at sites.
    """

    hub: Hub
    pickups: SitePickups

    def run(self) -> None:
        """Look once; what was told before is not told again."""
        for territory in self.hub.territories.values():
            today = self.hub.clock.now().astimezone(zone_of(territory)).date()
            for site in territory.sites:
                if site.capacity:
                    self._gather(territory, site, today)
            for ago in range(DAYS_BACK + 1):
                self._tell_missing(territory, today - timedelta(days=ago))

    def _gather(self, territory: Territory, site: Site, day: date) -> None:
        """Have vans come for what waits at a site, and tell each day what waits for long."""
        try:
            self.pickups.gather(territory, site)
        except StoreUnavailable:
            raise
        except CollectionError as error:
            # As without streets; other sites must not wait for this one.
            _log.warning("site_not_gathered", site=site.id, error=str(error))
        now = self.hub.clock.now()
        long: dict[str, list[Device]] = {}
        for drop_off, number in self.pickups.waiting(territory, site):
            device = drop_off.devices[number]
            if device.scanned_at and now >= device.scanned_at + self.hub.grace:
                long.setdefault(drop_off.id, []).append(device)
        for name, devices in long.items():
            event = Event(
                type=EventType.UNACCOUNTED,
                territory=territory.id,
                day=day,
                at=now,
                site_id=site.id,
                text=", ".join(device.label or "" for device in devices),
            )
            self.hub.events.append(event, dedupe=f"unaccounted|{name}")

    def _tell_missing(self, territory: Territory, day: date) -> None:
        """Tell of each request of which a van did not bring a device in time."""
        requests = self.hub.requests.day(territory.id, day)
        # Only then is the day's stream worth reading.
        if not any(place_of(one, device) == ABOARD for one in requests for device in one.devices):
            return
        missing: dict[str, list[Unaccounted]] = {}
        for one in self.hub.day(territory, day).unaccounted:
            missing.setdefault(one.request_id, []).append(one)
        for name, devices in missing.items():
            event = Event(
                type=EventType.UNACCOUNTED,
                territory=territory.id,
                day=day,
                at=self.hub.clock.now(),
                request_id=name,
                vehicle_id=devices[0].vehicle_id,
                text=", ".join(one.label or "-" for one in devices),
            )
            self.hub.events.append(event, dedupe=f"unaccounted|{name}")
