"""Which slots can be promised, by insertion into the tentative plan of their day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.model import Customer, PickupRequest, RequestState
from collection.scheduling import calendar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from collection.model import Address, Device, Slot, Territory, Vehicle
    from collection.ports import RequestStore
    from collection.scheduling.tentative import TentativeDays
    from collection.units import Cents, Metres, Seconds

GREEN_METRES: Metres = 500
"""Up to so many metres of detour a van passes anyway."""

NO_ROOM = "no_room"
"""Why a slot is not offered: no van has room on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOffer:
    """A slot, and what a pickup in it would take.

    Parameters
    ----------
    slot : Slot
        The slot.
    reason : str
        Why it is not offered; empty where it is.
    cost : int, optional
        Cents that the day then costs more; None where that was not asked or no van comes.
    seconds : int, optional
        How much longer the van would be out, likewise.
    metres : int, optional
        How much farther it would drive, likewise.
    vehicle : Vehicle, optional
        Who would come, likewise.
    """

    slot: Slot
    reason: str = ""
    cost: Cents | None = None
    seconds: Seconds | None = None
    metres: Metres | None = None
    vehicle: Vehicle | None = None

    @property
    def green(self) -> bool:
        """Whether a van passes anyway."""
        return not self.reason and self.metres is not None and self.metres <= GREEN_METRES


def grid(
    territory: Territory, requests: RequestStore, now: datetime, *, day: date | None = None
) -> Iterator[tuple[date, tuple[Slot, ...]]]:
    """Slots of the coming working days.

    Parameters
    ----------
    territory : Territory
        Whose grid.
    requests : RequestStore
        Knows which days are frozen.
    now : datetime
        Aware present.
    day : date, optional
        Only this local date.

    Yields
    ------
    tuple of date and tuple of Slot
        By time.
    """
    days = [one for one in calendar.bookable_days(territory, now) if day in {None, one}]
    closed = requests.closed_days(territory.id, days)
    for bookable in days:
        if bookable not in closed:
            yield (
                bookable,
                tuple(calendar.make_slot(territory, bookable, row) for row in territory.slots),
            )


def offer(
    territory: Territory, requests: RequestStore, now: datetime, *, day: date | None = None
) -> tuple[SlotOffer, ...]:
    """Slots of the coming working days for nobody in particular.

    Parameters
    ----------
    territory : Territory
        Whose grid.
    requests : RequestStore
        Knows which days are frozen.
    now : datetime
        Aware present.
    day : date, optional
        Only this local date.

    Returns
    -------
    tuple of SlotOffer
        By time, not tried in any plan.
    """
    return tuple(
        SlotOffer(slot=slot)
        for _, slots in grid(territory, requests, now, day=day)
        for slot in slots
    )


def offer_to(
    territory: Territory,
    requests: RequestStore,
    days: TentativeDays,
    now: datetime,
    *,
    address: Address,
    devices: tuple[Device, ...],
    day: date | None = None,
    without: str = "",
) -> tuple[SlotOffer, ...]:
    """Slots of the coming working days for one address, each tried in the plan of its day.

    Parameters
    ----------
    territory : Territory
        Whose grid.
    requests : RequestStore
        Knows which days are frozen.
    days : TentativeDays
        The plans.
    now : datetime
        Aware present.
    address : Address
        Where a van would come to.
    devices : tuple of Device
        What it would collect.
    day : date, optional
        Only this local date.
    without : str
        Id of a request that would leave its place for this.

    Returns
    -------
    tuple of SlotOffer
        By time, with what each would take.
    """
    found = dict(grid(territory, requests, now, day=day))
    answers = days.ask(
        _wish(territory, now, address, devices),
        territory,
        {bookable: [slot.window for slot in slots] for bookable, slots in found.items()},
        without=without,
    )
    offers = []
    for bookable, slots in found.items():
        asked = answers[bookable]
        for slot, quote in zip(slots, asked.quotes, strict=True):
            if quote is None:
                offers.append(SlotOffer(slot=slot, reason=asked.reason or NO_ROOM))
            else:
                offers.append(
                    SlotOffer(
                        slot=slot,
                        cost=quote.cost,
                        seconds=quote.seconds,
                        metres=quote.metres,
                        vehicle=territory.vehicles[quote.vehicle],
                    )
                )
    return tuple(offers)


def _wish(
    territory: Territory, now: datetime, address: Address, devices: tuple[Device, ...]
) -> PickupRequest:
    """Make the request that somebody who asks would book."""
    return PickupRequest(
        id=f"{territory.id}.asked",
        territory=territory.id,
        day=now.date(),
        reference="",
        code="",
        customer=Customer(name="", phone="", email="", language=territory.country.language),
        address=address,
        devices=devices,
        windows=(),
        slot_id=None,
        cancel_by=now,
        created_at=now,
        state=RequestState.REQUESTED,
    )
