"""The outbox of each territory: a stream of entries, which become deliveries once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.availability import available
from collection.model import Channel
from collection.store.client import script
from collection.store.deliveries import RedisDeliveries
from collection.store.keys import DayKeys, OutboxKeys
from collection.store.outbox_codec import (
    dump_delivery,
    dump_letter,
    load_entry,
    load_letter,
    milliseconds,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    import redis

    from collection.model import DeadLetter, Delivery, OutboxEntry, Told

_QUEUES = {channel: place for place, channel in enumerate(Channel, start=1)}


class RedisOutbox(RedisDeliveries):
    """An `Outbox` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        super().__init__(client)
        self._settle = script(client, "settle")
        self._set_aside = script(client, "set_aside")
        self._replay = script(client, "replay")

    @available()
    def busy(self, territories: Sequence[str], *, now: datetime) -> tuple[str, ...]:
        """Territories in which there is something to do, in one round trip.

        Parameters
        ----------
        territories : Sequence of str
            Ids of those that are meant.
        now : datetime
            Aware present.

        Returns
        -------
        tuple of str
            Those with an entry, or with a delivery that is due.
        """
        pipeline = self._client.pipeline(transaction=False)
        for territory in territories:
            keys = OutboxKeys(territory)
            pipeline.xlen(keys.entries)
            for channel in Channel:
                pipeline.zcount(keys.due(channel), "-inf", milliseconds(now))
        answers, width = pipeline.execute(), 1 + len(Channel)
        return tuple(
            territory
            for place, territory in enumerate(territories)
            if any(answers[place * width : (place + 1) * width])
        )

    @available()
    def entries(
        self, territory: str, *, now: datetime, limit: int = 100
    ) -> tuple[OutboxEntry, ...]:
        """Read the oldest entries; one that cannot be read becomes a dead letter.

        Parameters
        ----------
        territory : str
            Which territory.
        now : datetime
            Aware present.
        limit : int
            How many at most.

        Returns
        -------
        tuple of OutboxEntry
            Oldest first.
        """
        keys, found = OutboxKeys(territory), []
        for entry in self._client.xrange(keys.entries, count=limit):
            try:
                found.append(load_entry(territory, entry))
            except ValueError as error:
                letter = dump_letter(f"unreadable: {error}", at=now, entry=entry[1])
                self._set_aside([keys.entries, keys.dead], [entry[0], letter])
        return tuple(found)

    @available()
    def told(self, territory: str, day: date, topics: Iterable[tuple[str, str]]) -> Told:
        """Read what customers were told of a day.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        topics : Iterable of (str, str)
            Request ids and topics.

        Returns
        -------
        dict
            Of those of them that something was told of.
        """
        asked = list(topics)
        if not asked:
            return {}
        news = self._client.hmget(
            DayKeys(territory, day).told, [" ".join(topic) for topic in asked]
        )
        return {topic: text for topic, text in zip(asked, news, strict=True) if text is not None}

    @available()
    def settle(self, entry: OutboxEntry, deliveries: Sequence[Delivery], told: Told) -> bool:
        """Put deliveries in the place of the oldest entry, in one step.

        Parameters
        ----------
        entry : OutboxEntry
            The oldest entry of its territory.
        deliveries : Sequence of Delivery
            What it becomes.
        told : dict
            What its day's customers are told thereby, by request id and topic.

        Returns
        -------
        bool
            False if it is not the oldest any more: nothing is changed.
        """
        territory, day = entry.event.territory, entry.event.day
        keys = OutboxKeys(territory)
        return bool(
            self._settle(
                [
                    *(keys.entries, keys.deliveries, DayKeys(territory, day).told),
                    *map(keys.due, Channel),
                ],
                [
                    *(entry.id, len(told)),
                    *(text for topic, news in told.items() for text in (" ".join(topic), news)),
                    *(
                        text
                        for one in deliveries
                        for text in (
                            *(_QUEUES[one.channel], one.id),
                            *(dump_delivery(one), milliseconds(one.due)),
                        )
                    ),
                ],
            )
        )

    @available()
    def set_aside(self, entry: OutboxEntry, reason: str, *, at: datetime) -> None:
        """Make a dead letter of the oldest entry.

        Parameters
        ----------
        entry : OutboxEntry
            The entry.
        reason : str
            Why it becomes no delivery.
        at : datetime
            Aware UTC instant.
        """
        keys = OutboxKeys(entry.event.territory)
        for _, fields in self._client.xrange(keys.entries, entry.id, entry.id):
            letter = dump_letter(reason, at=at, entry=fields)
            self._set_aside([keys.entries, keys.dead], [entry.id, letter])

    @available()
    def dead(self, territory: str) -> tuple[DeadLetter, ...]:
        """Read what was given up.

        Parameters
        ----------
        territory : str
            Which territory.

        Returns
        -------
        tuple of DeadLetter
            Oldest first.
        """
        letters = self._client.hgetall(OutboxKeys(territory).dead)
        found = [load_letter(territory, name, body)[0] for name, body in letters.items()]
        return tuple(sorted(found, key=lambda letter: (letter.at, letter.id)))

    @available()
    def replay(self, territory: str, letter_id: str, *, at: datetime) -> bool:
        """Try a dead letter anew, with all its attempts before it.

        Parameters
        ----------
        territory : str
            Which territory.
        letter_id : str
            Of the dead letter.
        at : datetime
            Aware UTC instant from which it is due.

        Returns
        -------
        bool
            False where there is no such letter.
        """
        keys = OutboxKeys(territory)
        body = self._client.hget(keys.dead, letter_id)
        if body is None:
            return False
        letter, fields = load_letter(territory, letter_id, body)
        if letter.delivery is None:
            channel, rest = Channel.MAIL, ["", *(text for pair in fields.items() for text in pair)]
        else:
            channel = letter.delivery.channel
            rest = [dump_delivery(letter.delivery), str(milliseconds(at))]
        queue = keys.due(channel)
        return bool(
            self._replay([keys.dead, keys.entries, keys.deliveries, queue], [letter_id, *rest])
        )
