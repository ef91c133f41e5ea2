"""SMS and push by the HTTP interface of ``docs/messages.md``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from collection.senders.http import TIMEOUT, Poster

if TYPE_CHECKING:
    from collection.model import Delivery

_REFUSALS = frozenset({400, 404, 410, 413, 422})


class HttpProvider:
    """A `Sender` for a provider of SMS or push.

    Parameters
    ----------
    url : str
        Where messages are posted.
    token : str
        Of the ``Authorization: Bearer`` header; empty for none.
    timeout : float
        Seconds that each step of an answer may take.
    """

    def __init__(self, url: str, token: str, *, timeout: float = TIMEOUT) -> None:
        self._poster = Poster(url, refusals=_REFUSALS, timeout=timeout)
        self._token = token

    def send(self, delivery: Delivery) -> None:
        """Hand a message to the provider.

        Parameters
        ----------
        delivery : Delivery
            What to send; the provider knows by its id what it has already.

        Raises
        ------
        DeliveryRefused
            If the provider refuses this message for good.
        ReceiverAway
            If it does not answer, or has no time.
        NotDelivered
            If it fails otherwise.
        """
        message = {
            "id": delivery.id,
            "channel": delivery.channel.value,
            "kind": delivery.kind.value,
            "to": delivery.to,
            "title": delivery.subject,
            "text": delivery.text,
            "language": delivery.language,
        }
        headers = {"Idempotency-Key": delivery.id}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        self._poster.post(json.dumps(message, ensure_ascii=False).encode(), headers)
