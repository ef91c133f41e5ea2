"""The first answer to each Idempotency-Key, in one hash per key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.availability import available
from collection.errors import Conflict, InvalidRequest
from collection.ports import StoredAnswer
from collection.store.client import script
from collection.store.keys import idempotency_key
from collection.units import DAY, Seconds

if TYPE_CHECKING:
    import redis

CLAIM: Seconds = 20  # longer than the slowest POST: a geocoder that is tried three times
"""How long a key without an answer is held: a caller that died frees it so."""
KEEP: Seconds = DAY
"""How long an answer is kept."""


class RedisIdempotency:
    """An `IdempotencyStore` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        self._begin = script(client, "begin")
        self._finish = script(client, "finish")
        self._abandon = script(client, "abandon")

    @available()
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
        outcome, *answer = self._begin([idempotency_key(key)], [fingerprint, CLAIM])
        match outcome:
            case "claimed":
                return None
            case "other":
                raise InvalidRequest(
                    "this Idempotency-Key was used for another request: take a new one",
                    field="Idempotency-Key",
                )
            case "in flight":
                raise Conflict(
                    "the first request with this Idempotency-Key is still in flight: "
                    "send it again in a moment",
                    field="Idempotency-Key",
                )
        status, body, media_type = answer
        return StoredAnswer(status=int(status), body=body, media_type=media_type)

    @available()
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
        self._finish(
            [idempotency_key(key)],
            [fingerprint, answer.status, answer.body, answer.media_type, KEEP],
        )

    @available()
    def abandon(self, key: str) -> None:
        """Free a claimed key without an answer, so that a retry does the work.

        Parameters
        ----------
        key : str
            As claimed.
        """
        self._abandon([idempotency_key(key)])
