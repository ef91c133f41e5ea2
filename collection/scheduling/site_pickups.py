"""What was dropped off at a site becomes one pickup of the site on a coming route."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import Conflict, SlotUnavailable
from collection.model import Customer, RequestState, TimeWindow, site_reference
from collection.scheduling.calendar import bookable_days, zone_of
from collection.scheduling.locating import AddressWish
from collection.scheduling.wishes import MAX_DEVICES, BookingWish
from collection.units import to_utc

if TYPE_CHECKING:
    from datetime import date

    from collection.model import Device, DropOff, PickupRequest, Site, Territory
    from collection.ports import Clock, DropOffStore, RequestStore
    from collection.scheduling.booking import BookingDesk

_CHANGEABLE = frozenset({RequestState.CONFIRMED, RequestState.RESCHEDULED})
_GONE = frozenset({RequestState.COLLECTED, RequestState.RECEIVED})
_LOST = frozenset(
    {
        RequestState.FAILED,
        RequestState.UNASSIGNED,
        RequestState.CANCELLED,
        RequestState.REFUSED,
    }
)
"""States of a pickup after which its devices still stand at the site and wait for another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePickups:
    """Books vans to sites.

    Parameters
    ----------
    drop_offs : DropOffStore
        What stands at the sites.
    requests : RequestStore
        The system of record.
    desk : BookingDesk
        Tries every promise in the plan of its day.
    clock : Clock
        The present.
    """

    drop_offs: DropOffStore
    requests: RequestStore
    desk: BookingDesk
    clock: Clock

    def held(self, territory: Territory, site: Site) -> int:
        """Count the devices that a site holds or keeps room for.

        Parameters
        ----------
        territory : Territory
            Whose site.
        site : Site
            Which.

        Returns
        -------
        int
            How many, without what a van has taken.
        """
        gone = {one.id for one in self._kept(territory, site) if self._is_over(one)}
        held = self.drop_offs.held(territory.id, site.id, now=self.clock.now())
        return sum(count for name, count in held.items() if name not in gone)

    def settle(self, territory: Territory, site: Site) -> None:
        """Give the room back of what a van has taken.

        Parameters
        ----------
        territory : Territory
            Whose site.
        site : Site
            Which.
        """
        for drop_off in self._kept(territory, site):
            if self._is_over(drop_off):
                self.drop_offs.release(drop_off)

    def gather(self, territory: Territory, site: Site) -> tuple[PickupRequest, ...]:
        """Book vans for what waits at a site, or let it come along with one that is booked.

        Doing it again books nothing twice, and of two processes one does it.

        Parameters
        ----------
        territory : Territory
            Whose site.
        site : Site
            Which.

        Returns
        -------
        tuple of PickupRequest
            Empty where nothing waits, no van has room on any coming day, or another process
            gathers there.
        """
        found: list[PickupRequest] = []
        # Whoever holds the lock goes on until nothing waits; what comes at the very end waits
        # for the next minute.
        with suppress(Conflict), self.drop_offs.gathering(territory.id, site.id):
            while waiting := self.waiting(territory, site):
                pickup = self._join(territory, site, waiting) or self._book(
                    territory, site, waiting
                )
                if pickup is None or not self._assign(pickup, waiting):
                    break
                found.append(pickup)
        return tuple(found)

    def waiting(self, territory: Territory, site: Site) -> list[tuple[DropOff, int]]:
        """List the devices that stand at a site and that no van comes for.

        Parameters
        ----------
        territory : Territory
            Whose site.
        site : Site
            Which.

        Returns
        -------
        list of tuple of DropOff and int
            Each with its number in its drop-off.
        """
        return [
            (drop_off, number)
            for drop_off in self._kept(territory, site)
            for number in range(len(drop_off.devices))
            if self._waits(drop_off, number)
        ]

    def _kept(self, territory: Territory, site: Site) -> list[DropOff]:
        names = self.drop_offs.held(territory.id, site.id, now=self.clock.now())
        return sorted((self.drop_offs.get(name) for name in names), key=lambda one: one.created_at)

    def _is_over(self, drop_off: DropOff) -> bool:
        """Whether a van has taken all that was brought, and nothing more is expected."""
        brought = [number for number, one in enumerate(drop_off.devices) if one.label]
        late = self.clock.now() >= drop_off.expires_at
        return (
            bool(brought)
            and (late or len(brought) == len(drop_off.devices))
            and all(self._is_gone(drop_off, number) for number in brought)
        )

    def _is_gone(self, drop_off: DropOff, number: int) -> bool:
        pickup = self._pickup(drop_off, number)
        if pickup is None or pickup.state not in _GONE:
            return False
        label = drop_off.devices[number].label
        return not any(one.label == label and pickup.stays(one) for one in pickup.devices)

    def _waits(self, drop_off: DropOff, number: int) -> bool:
        if not drop_off.devices[number].label:
            return False
        pickup = self._pickup(drop_off, number)
        if pickup is None or pickup.state in _LOST:
            return True
        # A van that came and left it behind.
        return pickup.state in _GONE and not self._is_gone(drop_off, number)

    def _pickup(self, drop_off: DropOff, number: int) -> PickupRequest | None:
        name = drop_off.pickups.get(number)
        return self.requests.get(name) if name else None

    def _join(
        self, territory: Territory, site: Site, waiting: list[tuple[DropOff, int]]
    ) -> PickupRequest | None:
        """Let devices come along with a pickup of the site that may still change."""
        now, kept = self.clock.now(), self._kept(territory, site)
        names = {name for drop_off in kept for name in drop_off.pickups.values()}
        for pickup in sorted((self.requests.get(name) for name in names), key=lambda one: one.day):
            devices = _together(pickup.devices, waiting)
            open_ = pickup.state in _CHANGEABLE and now < pickup.cancel_by
            if not open_ or len(devices) > MAX_DEVICES:
                continue
            with suppress(SlotUnavailable, Conflict):
                return self._amend(territory, replace(pickup, devices=devices))
        return None

    def _amend(self, territory: Territory, pickup: PickupRequest) -> PickupRequest:
        # A move to where it is already, with more to carry: tried in the plan like any other.
        now = self.clock.now()
        return self.desk.days.place(
            pickup,
            territory,
            lambda plan: self.requests.reschedule(pickup, at=now, tentative=plan),
            field="windows",
        )

    def _book(
        self, territory: Territory, site: Site, waiting: list[tuple[DropOff, int]]
    ) -> PickupRequest | None:
        for drop_off, number in waiting:
            pickup = self._pickup(drop_off, number)
            if pickup is not None and pickup.state in _LOST - {RequestState.CANCELLED}:
                # Nobody may bring it back to life: its devices go with another.
                with suppress(Conflict):
                    self.requests.cancel(pickup.id, at=self.clock.now())
        devices = _together((), waiting)[:MAX_DEVICES]
        first, number = waiting[0]
        before = first.pickups.get(number, "")
        for day in bookable_days(territory, self.clock.now()):
            wish = _wish(territory, site, day, devices)
            if self.requests.is_closed(territory.id, day) or not wish.windows:
                continue
            with suppress(SlotUnavailable):
                # Killed before it is noted below, the same pickup is found again.
                key = f"site {territory.id} {site.id} {day} {devices[0].label} {before}"
                return self.desk.accept_own(wish, key=key)
        return None

    def _assign(self, pickup: PickupRequest, waiting: list[tuple[DropOff, int]]) -> bool:
        """Note what goes with a pickup; False where nothing does."""
        there = {device.label: number for number, device in enumerate(pickup.devices)}
        by_drop_off: dict[str, tuple[DropOff, dict[int, int]]] = {}
        for drop_off, number in waiting:
            label = drop_off.devices[number].label
            if label in there:
                _, numbers = by_drop_off.setdefault(drop_off.id, (drop_off, {}))
                numbers[number] = there[label]
        for drop_off, numbers in by_drop_off.values():
            self.drop_offs.assign(drop_off, pickup.id, numbers)
        return bool(by_drop_off)


def _together(
    devices: tuple[Device, ...], waiting: list[tuple[DropOff, int]]
) -> tuple[Device, ...]:
    labels = {device.label for device in devices}
    return devices + tuple(
        replace(drop_off.devices[number], scanned_at=None)
        for drop_off, number in waiting
        if drop_off.devices[number].label not in labels
    )


def _wish(territory: Territory, site: Site, day: date, devices: tuple[Device, ...]) -> BookingWish:
    zone = zone_of(territory)
    opens = min(row.start for row in territory.slots)
    closes = max(row.end for row in territory.slots)
    windows = tuple(
        TimeWindow(
            start=to_utc(day, max(start, opens), zone), end=to_utc(day, min(end, closes), zone)
        )
        for start, end in site.opening
        if start <= closes and end >= opens
    )
    return BookingWish(
        reference=site_reference(site.id),
        customer=Customer(name=site.name, phone="", email="", language=territory.country.language),
        address=AddressWish(
            line1=site.address or site.name,
            country=territory.country.code,
            position=site.position,
        ),
        devices=devices,
        windows=windows,
    )
