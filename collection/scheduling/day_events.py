"""All events of a day, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from collection.model import Event
    from collection.ports import EventLog

_PAGE = 1_000


def read_events(territory: str, day: date, log: EventLog, *, after: str = "") -> Iterator[Event]:
    """Read all events of a day.

    Parameters
    ----------
    territory : str
        Of which territory.
    day : date
        Local date.
    log : EventLog
        Where they are.
    after : str
        Id of the last event already seen; empty for all.

    Yields
    ------
    Event
        In their order.
    """
    while page := log.read(territory, day, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id
