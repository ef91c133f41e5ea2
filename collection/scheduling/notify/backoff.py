"""How long to wait before a message is tried again."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST = timedelta(seconds=10)
LONGEST = timedelta(hours=3)
MAX_ATTEMPTS = 18
"""Tries of one delivery, spread over most of a day; then it is a dead letter."""

_DOUBLINGS = 11


def pause(attempt: int, *, retry_after: float | None = None) -> timedelta:
    """Say how long to wait after a failed attempt.

    Parameters
    ----------
    attempt : int
        Its number, from 1.
    retry_after : float, optional
        Seconds that the receiver asks for.

    Returns
    -------
    timedelta
        Twice as long after each, up to three hours, less up to a half that is drawn: those
        that failed together do not come back together. Never sooner than asked for, though
        nobody can ask for more than a day.
    """
    longest = min(LONGEST, FIRST * float(1 << min(attempt - 1, _DOUBLINGS)))
    asked = timedelta(seconds=min(max(retry_after or 0.0, 0.0), 86_400.0))
    return max(longest * random.uniform(0.5, 1.0), asked)
