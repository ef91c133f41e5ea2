"""The queues of deliveries: claimed, tried, put back, until each is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.availability import available
from collection.model import Channel, Outcome, Pending
from collection.store.client import script
from collection.store.keys import OutboxKeys
from collection.store.outbox_codec import (
    dump_letter,
    instant_of,
    load_delivery,
    milliseconds,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    import redis

    from collection.model import Delivery

JOURNAL = 10_000
"""Entries of the journal that are kept, more or less."""


class RedisDeliveries:
    """The part of an `Outbox` that keeps deliveries.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client
        self._claim = script(client, "claim")
        self._put_back = script(client, "put_back")
        self._finish = script(client, "finish_delivery")

    @available()
    def claim(
        self, territory: str, channel: Channel, *, now: datetime, lease: timedelta
    ) -> tuple[Delivery, int] | None:
        """Take the delivery that has been due longest, and count the attempt.

        Parameters
        ----------
        territory : str
            Which territory.
        channel : Channel
            By which way.
        now : datetime
            Aware present.
        lease : timedelta
            After which it is due again if nothing more is heard of it.

        Returns
        -------
        tuple of Delivery and int, or None
            With the number of its attempt, from 1; None where nothing is due.
        """
        keys = OutboxKeys(territory)
        claimed = self._claim(
            [keys.due(channel), keys.deliveries, keys.attempts],
            [milliseconds(now), milliseconds(now + lease)],
        )
        return (load_delivery(claimed[0]), int(claimed[1])) if claimed else None

    @available()
    def finish(self, delivery: Delivery, outcome: Outcome, *, at: datetime) -> None:
        """End a delivery.

        Parameters
        ----------
        delivery : Delivery
            As claimed.
        outcome : Outcome
            How it ended.
        at : datetime
            Aware UTC instant.
        """
        self._end(delivery, outcome, at=at)

    @available()
    def put_back(
        self, delivery: Delivery, *, due: datetime, error: str = "", counts: bool = True
    ) -> None:
        """Have a delivery tried later.

        Parameters
        ----------
        delivery : Delivery
            As claimed.
        due : datetime
            Aware UTC instant of the next attempt.
        error : str
            What went wrong.
        counts : bool
            Whether this attempt was one.
        """
        keys = OutboxKeys(delivery.territory)
        self._put_back(
            [keys.due(delivery.channel), keys.attempts, keys.errors],
            [delivery.id, milliseconds(due), error, int(counts)],
        )

    @available()
    def bury(self, delivery: Delivery, reason: str, *, at: datetime) -> None:
        """Give a delivery up.

        Parameters
        ----------
        delivery : Delivery
            As claimed.
        reason : str
            Why.
        at : datetime
            Aware UTC instant.
        """
        attempts = self._client.hget(OutboxKeys(delivery.territory).attempts, delivery.id)
        letter = dump_letter(reason, at=at, attempts=int(attempts or 0), delivery=delivery)
        self._end(delivery, Outcome.DEAD, at=at, letter=letter)

    def _end(self, delivery: Delivery, outcome: Outcome, *, at: datetime, letter: str = "") -> None:
        keys = OutboxKeys(delivery.territory)
        journal = {
            "id": delivery.id,
            "request_id": delivery.request_id or "",
            "kind": delivery.kind,
            "channel": delivery.channel,
            "outcome": outcome,
            "at": at.isoformat(),
        }
        self._finish(
            [
                *(keys.due(delivery.channel), keys.deliveries, keys.attempts, keys.errors),
                *(keys.counts, keys.journal, keys.dead),
            ],
            [
                *(delivery.id, f"{delivery.channel} {outcome}", JOURNAL, letter),
                *(text for pair in journal.items() for text in pair),
            ],
        )

    @available()
    def pending(
        self, territory: str, channel: Channel, *, limit: int = 1_000
    ) -> tuple[Pending, ...]:
        """Read the deliveries of a channel that are not over.

        Parameters
        ----------
        territory : str
            Which territory.
        channel : Channel
            By which way.
        limit : int
            How many at most.

        Returns
        -------
        tuple of Pending
            By their next attempt.
        """
        keys = OutboxKeys(territory)
        queue = self._client.zrange(keys.due(channel), 0, limit - 1, withscores=True)
        if not queue:
            return ()
        ids = [delivery_id for delivery_id, _ in queue]
        bodies, attempts, errors = (
            self._client.hmget(key, ids) for key in (keys.deliveries, keys.attempts, keys.errors)
        )
        found = zip(queue, bodies, attempts, errors, strict=True)
        return tuple(
            Pending(
                delivery=load_delivery(body),
                attempts=int(count or 0),
                due=instant_of(score),
                error=error or "",
            )
            for (_, score), body, count, error in found
            # One of them may have ended between the round trips.
            if body is not None
        )

    @available()
    def counts(self, territory: str) -> Mapping[tuple[Channel, Outcome], int]:
        """How many deliveries ended how.

        Parameters
        ----------
        territory : str
            Which territory.

        Returns
        -------
        Mapping
            By channel and outcome.
        """
        found = {}
        for name, count in self._client.hgetall(OutboxKeys(territory).counts).items():
            channel, _, outcome = name.partition(" ")
            found[Channel(channel), Outcome(outcome)] = int(count)
        return found

    @available()
    def journal(self, territory: str, *, limit: int = 1_000) -> tuple[Mapping[str, str], ...]:
        """Read how the latest deliveries ended.

        Parameters
        ----------
        territory : str
            Which territory.
        limit : int
            How many at most.

        Returns
        -------
        tuple of Mapping of str to str
            Newest first: ``id``, ``request_id``, ``kind``, ``channel``, ``outcome`` and
            ``at``.
        """
        entries = self._client.xrevrange(OutboxKeys(territory).journal, count=limit)
        return tuple(fields for _, fields in entries)
