"""All that was told of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from collection.model import Event
    from collection.ports import EventLog

_PAGE = 1_000


def read_all(events: EventLog, territory: str, day: date, *, after: str = "") -> Iterator[Event]:
    """Read all events of a day, page by page.

    Parameters
    ----------
    events : EventLog
        Where they are.
    territory : str
        Which territory.
    day : date
        Local date.
    after : str
        Id of the last event already seen; empty for all.

    Yields
    ------
    Event
        Oldest first.
    """
    while page := events.read(territory, day, after=after, limit=_PAGE):
        yield from page
        after = page[-1].id
