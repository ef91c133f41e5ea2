"""A day as a whole: its requests, its closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.availability import available
from collection.model import Event, EventType
from collection.store.client import script
from collection.store.codec import dump_event, load_request, told_day
from collection.store.keys import DayKeys, OutboxKeys, request_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import redis

    from collection.model import PickupRequest


class RedisDays:
    """The part of a `RequestStore` that looks at whole days.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client
        self._close_day = script(client, "close_day")

    @available()
    def day(self, territory: str, day: date) -> tuple[PickupRequest, ...]:
        """All requests of a day, cancelled ones included.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        tuple of PickupRequest
            By id.
        """
        ids = sorted(self._client.smembers(DayKeys(territory, day).requests))
        pipeline = self._client.pipeline(transaction=False)
        for request_id in ids:
            pipeline.hgetall(request_key(request_id))
        # Between the two round trips one may have been moved, or freed where it was only held.
        requests = map(load_request, filter(None, pipeline.execute()))
        return tuple(request for request in requests if request.day == day)

    @available()
    def close_day(self, territory: str, day: date, *, at: datetime) -> bool:
        """Freeze a day: from now on nothing is booked, moved or cancelled in it.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        at : datetime
            Aware UTC instant of the change.

        Returns
        -------
        bool
            Whether it was open until now.
        """
        keys = DayKeys(territory, day)
        event = Event(type=EventType.CLOSED, territory=territory, day=day, at=at)
        return bool(
            self._close_day(
                [keys.closed, keys.events, OutboxKeys(territory).entries],
                [at.isoformat(), dump_event(event), told_day(event)],
            )
        )

    @available()
    def closed_days(self, territory: str, days: Sequence[date]) -> tuple[date, ...]:
        """List the days that are frozen, in one round trip.

        Parameters
        ----------
        territory : str
            Which territory.
        days : Sequence of date
            Local dates.

        Returns
        -------
        tuple of date
            In the order of `days`.
        """
        pipeline = self._client.pipeline(transaction=False)
        for day in days:
            pipeline.exists(DayKeys(territory, day).closed)
        return tuple(day for day, closed in zip(days, pipeline.execute(), strict=True) if closed)

    @available()
    def is_closed(self, territory: str, day: date) -> bool:
        """Whether a day is frozen.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        bool
            True once `close_day` was called.
        """
        return bool(self._client.exists(DayKeys(territory, day).closed))
