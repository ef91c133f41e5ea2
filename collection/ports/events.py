"""Event streams and first answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from collection.model import Event


class EventLog(Protocol):
    """The append-only event stream of each day."""

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
        ...

    def read(
        self, territory: str, day: date, *, after: str = "", limit: int = 1_000
    ) -> tuple[Event, ...]:
        """Events of a day in their order.

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
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The first answer to an idempotent request.

    Parameters
    ----------
    status : int
        HTTP status.
    body : str
        As it was sent.
    media_type : str
        Its content type.
    """

    status: int
    body: str
    media_type: str


class IdempotencyStore(Protocol):
    """The first answer to each Idempotency-Key, kept 24 hours."""

    def begin(self, key: str, fingerprint: str) -> StoredAnswer | None:
        """Claim a key before the work starts.

        Parameters
        ----------
        key : str
            Caller and Idempotency-Key.
        fingerprint : str
            Hash of method, path and body.

        Returns
        -------
        StoredAnswer or None
            The first answer, or None where this caller is to do the work.

        Raises
        ------
        InvalidRequest
            If the key was used with another fingerprint.
        Conflict
            If the first request with this key is still in flight.
        """
        ...

    def finish(self, key: str, fingerprint: str, answer: StoredAnswer) -> None:
        """Keep the answer.

        Parameters
        ----------
        key : str
            As claimed.
        fingerprint : str
            As claimed.
        answer : StoredAnswer
            What was answered.
        """
        ...

    def abandon(self, key: str) -> None:
        """Free a claimed key without an answer, so that a retry does the work.

        Parameters
        ----------
        key : str
            As claimed.
        """
        ...
