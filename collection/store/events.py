"""The event stream of each day, in a Redis stream."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from collection.availability import available
from collection.errors import InvalidRequest
from collection.model import territory_of
from collection.store.client import script
from collection.store.codec import dump_event, fields_of, load_event, told_day
from collection.store.keys import DayKeys, OutboxKeys, request_key

if TYPE_CHECKING:
    from datetime import date

    import redis

    from collection.model import Event

_ENTRY_ID = re.compile(r"\d{1,19}-\d{1,19}", re.ASCII)


class RedisEventLog:
    """An `EventLog` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client
        self._append = script(client, "append")

    @available()
    def append(self, event: Event, *, dedupe: str | None = None) -> Event:
        """Add an event.

        Parameters
        ----------
        event : Event
            What happened.
        dedupe : str, optional
            A key under which it is stored once only.

        Returns
        -------
        Event
            With its id; the first one, if `dedupe` was seen before.
        """
        keys = DayKeys(event.territory, event.day)
        own = event.request_id and territory_of(event.request_id) == event.territory
        request = [request_key(event.request_id)] if event.request_id and own else []
        event_id, flat = self._append(
            [keys.events, keys.dedupe, OutboxKeys(event.territory).entries, *request],
            [dedupe or "", dump_event(event), told_day(event)],
        )
        return load_event(event.territory, event.day, (event_id, fields_of(flat)))

    @available()
    def read(
        self, territory: str, day: date, *, after: str = "", limit: int = 1_000
    ) -> tuple[Event, ...]:
        """Read events of a day in their order.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        after : str
            Id of the last event already seen; empty for all.
        limit : int
            How many at most.

        Returns
        -------
        tuple of Event
            Oldest first.

        Raises
        ------
        InvalidRequest
            If `after` is not the id of an event.
        """
        if after and not _ENTRY_ID.fullmatch(after):
            raise InvalidRequest(
                "after must be the id of an event, as this stream gave it", field="after"
            )
        first = f"({after}" if after else "-"
        entries = self._client.xrange(DayKeys(territory, day).events, first, "+", count=limit)
        return tuple(load_event(territory, day, entry) for entry in entries)
