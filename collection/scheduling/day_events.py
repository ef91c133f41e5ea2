"""All events of a day, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from collection.model import Event
    from collection.ports import EventLog

_PAGE = 1_000


def read_events(territory: str, day: date, log: EventLog) -> Iterator[Event]:
    """Read all events of a day.

    Parameters
    ----------
    territory : str
        Of which territory.
    day : date
        Local date.
    log : EventLog
        Where they are.

    Yields
    ------
    Event
        In their order.
    """
    last = ""
    while page := log.read(territory, day, after=last, limit=_PAGE):
        yield from page
        last = page[-1].id
