"""Counts of how far predictions lay from what happened, one per territory and day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from collection.availability import available
from collection.model import EtaDay
from collection.store.keys import eta_key

if TYPE_CHECKING:
    import redis

_DAY = TypeAdapter(EtaDay)


class RedisEtaStore:
    """An `EtaStore` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client

    @available()
    def keep(self, territory: str, day: date, shown: EtaDay, *, most: int = 60) -> None:
        """Put a day's count, in place of one that is there.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        shown : EtaDay
            Its errors.
        most : int
            How many days are kept; the oldest go.
        """
        key = eta_key(territory)
        self._client.hset(key, day.isoformat(), _DAY.dump_json(shown).decode())
        # Dates in ISO's way sort as text. Two workers that tidy at once delete the same days.
        old = sorted(self._client.hkeys(key))[:-most]
        if old:
            self._client.hdel(key, *old)

    @available()
    def days(self, territory: str) -> dict[date, EtaDay]:
        """Read the counts of a territory.

        Parameters
        ----------
        territory : str
            Which territory.

        Returns
        -------
        dict of date to EtaDay
            By local date.
        """
        kept = self._client.hgetall(eta_key(territory))
        return {date.fromisoformat(day): _DAY.validate_json(body) for day, body in kept.items()}
