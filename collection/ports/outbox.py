"""The outbox, and those who take messages away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime, timedelta

    from collection.model import (
        Channel,
        DeadLetter,
        Delivery,
        OutboxEntry,
        Outcome,
        Pending,
        Told,
    )


class Outbox(Protocol):
    """What is to be told, and how far telling it is.

    The stores write the entries, each in the same step as the change that it tells of. An
    entry becomes deliveries once, in the order of the entries; a delivery is claimed, tried
    and put back, until it is over. Whoever dies on the way leaves it to the next one.
    """

    def busy(self, territories: Sequence[str], *, now: datetime) -> tuple[str, ...]:
        """Territories in which there is something to do.

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...


class Sender(Protocol):
    """Takes the messages of one channel away."""

    def send(self, delivery: Delivery) -> None:
        """Send a message, and return once somebody else is answerable for it.

        Parameters
        ----------
        delivery : Delivery
            What to send; its id is the same for every try.

        Raises
        ------
        NotDelivered
            If it was not taken.
        DeliveryRefused
            If it never will be.
        ReceiverAway
            If the receiver takes nothing at present.
        """
        ...
