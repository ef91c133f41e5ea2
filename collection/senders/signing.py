"""Signatures of webhooks: HMAC-SHA256 over the time of sending and the body.

This file stands alone, so that receivers may copy it: Python's own library is all it needs.

The header ``Collection-Signature`` is ``t=1767225600,2026a=5f0c...,2026b=91d3...``: seconds
since 1970, then a signature for each key that is in use, under the key's id. A receiver takes
a message if any of its own keys made one of them. So keys change without a gap: the sender
adds the new key, the receiver changes over, the sender drops the old one.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = "Collection-Signature"
TOLERANCE = 300
"""Seconds by which a message may be old, or the clocks apart."""


def sign(body: bytes, keys: Mapping[str, str], *, at: int) -> str:
    """Sign a body with every key.

    Parameters
    ----------
    body : bytes
        As it is sent.
    keys : Mapping of str to str
        Secrets by id.
    at : int
        Seconds since 1970.

    Returns
    -------
    str
        Value of the header.
    """
    signatures = [f"{key_id}={_mac(body, secret, at)}" for key_id, secret in keys.items()]
    return ",".join([f"t={at}", *signatures])


def verify(
    header: str, body: bytes, keys: Mapping[str, str], *, now: float, tolerance: int = TOLERANCE
) -> bool:
    """Check who sent a body, and that it is no old one sent again.

    Parameters
    ----------
    header : str
        Value of ``Collection-Signature``.
    body : bytes
        As it came, before anything reads it.
    keys : Mapping of str to str
        Secrets by id; one of them is enough.
    now : float
        Seconds since 1970.
    tolerance : int
        Seconds by which its time may differ from `now`.

    Returns
    -------
    bool
        False if it is forged, changed or too old: answer 400 and do nothing.
    """
    parts = [part.partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdecimal():
        return False
    at = int(times[0][:18])
    if abs(now - at) > tolerance:
        return False
    good = [
        # Compared in constant time: how long it takes tells nothing of how much was right.
        hmac.compare_digest(_mac(body, keys[name.strip()], at).encode(), value.strip().encode())
        for name, _, value in parts
        if name.strip() in keys
    ]
    return any(good)


def _mac(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
