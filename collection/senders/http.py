"""One POST, and what its answer means for the message."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import httpx

from collection.errors import DeliveryRefused, NotDelivered, ReceiverAway

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 10.0
"""Seconds that a receiver may take for each step of an answer."""

_BUSY = frozenset({429, 502, 503, 504})


class Poster:
    """Sends bodies to one address.

    Parameters
    ----------
    url : str
        The address.
    refusals : frozenset of int
        Statuses by which the receiver refuses a message for good.
    timeout : float
        Seconds that each step may take.
    """

    def __init__(self, url: str, *, refusals: frozenset[int], timeout: float = TIMEOUT) -> None:
        self._url = url
        self._refusals = refusals
        # A redirect would carry the message, and the right to send it, to somebody else.
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def post(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a body.

        Parameters
        ----------
        body : bytes
            JSON.
        headers : Mapping of str to str
            Beside the content type.

        Raises
        ------
        DeliveryRefused
            If the receiver refuses this one for good.
        ReceiverAway
            If it does not answer, or has no time.
        NotDelivered
            If it answers anything but success otherwise.
        """
        whole = {"Content-Type": "application/json", "User-Agent": "collection", **headers}
        try:
            # The answer's body is of no use, and nobody says how long it is: leave it unread.
            with self._client.stream("POST", self._url, content=body, headers=whole) as answer:
                status, wait = answer.status_code, _retry_after(answer.headers)
        except httpx.HTTPError as error:
            # The error's own text may hold the address, and that a secret.
            raise ReceiverAway(f"no answer: {type(error).__name__}") from error
        if 200 <= status < 300:
            return
        if status in self._refusals:
            raise DeliveryRefused(f"refused with {status}")
        if status in _BUSY:
            raise ReceiverAway(f"answered {status}", retry_after=wait)
        raise NotDelivered(f"answered {status}", retry_after=wait)


def _retry_after(headers: httpx.Headers) -> float | None:
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
