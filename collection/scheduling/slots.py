"""Which slots can be promised: the territory's grid with a capacity count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.scheduling import calendar

if TYPE_CHECKING:
    from datetime import date, datetime

    from collection.model import Slot, Territory
    from collection.ports import RequestStore


def offer(
    territory: Territory, requests: RequestStore, now: datetime, *, day: date | None = None
) -> tuple[Slot, ...]:
    """Slots of the coming working days, full ones included.

    Parameters
    ----------
    territory : Territory
        Whose grid.
    requests : RequestStore
        Knows what is taken and which days are frozen.
    now : datetime
        Aware present.
    day : date, optional
        Only this local date.

    Returns
    -------
    tuple of Slot
        By time; ``left`` is 0 where full.
    """
    slots: list[Slot] = []
    for bookable in calendar.bookable_days(territory, now):
        if (day is not None and bookable != day) or requests.is_closed(territory.id, bookable):
            continue
        taken = requests.slots_taken(territory.id, bookable)
        slots.extend(
            calendar.make_slot(
                territory,
                bookable,
                row,
                taken=taken.get(calendar.slot_id(territory, bookable, row), 0),
            )
            for row in territory.slots
        )
    return tuple(slots)
