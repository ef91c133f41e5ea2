"""Webhooks to the marketplace, signed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from collection.senders.http import TIMEOUT, Poster
from collection.senders.signing import HEADER, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from collection.model import Delivery

_GONE = frozenset({410})


class WebhookSender:
    """A `Sender` for one receiver of webhooks.

    Parameters
    ----------
    url : str
        Where events are posted.
    keys : Mapping of str to str
        Secrets by id; each of them signs.
    timeout : float
        Seconds that each step of an answer may take.
    clock : callable
        Seconds since 1970.
    """

    def __init__(
        self,
        url: str,
        keys: Mapping[str, str],
        *,
        timeout: float = TIMEOUT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._poster = Poster(url, refusals=_GONE, timeout=timeout)
        self._keys = dict(keys)
        self._clock = clock

    def send(self, delivery: Delivery) -> None:
        """Post an event.

        Parameters
        ----------
        delivery : Delivery
            The event; its text is the body.

        Raises
        ------
        DeliveryRefused
            If the receiver answers 410: it wants no such events any more.
        ReceiverAway
            If it does not answer, or has no time.
        NotDelivered
            If it fails otherwise.
        """
        body = delivery.text.encode()
        headers = {
            # Of this try, so that a receiver need not take old ones.
            HEADER: sign(body, self._keys, at=int(self._clock())),
            "Idempotency-Key": delivery.id,
            "Collection-Event": f"pickup.{delivery.kind}",
        }
        self._poster.post(body, headers)
