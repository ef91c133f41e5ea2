"""What one day has shown of the predictions of a territory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Counts = Mapping[int, int]
"""From the number of a bin to how often it was hit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaDay:
    """A day's errors, counted; small enough to keep one of every day.

    Parameters
    ----------
    errors : Mapping of int to Counts
        By bucket of lead time: real minus predicted starts, in whole minutes.
    travel : Counts
        Real over planned travel, in whole per cent.
    service : Counts
        Real over planned service, in whole per cent.
    """

    errors: Mapping[int, Counts] = field(default_factory=dict)
    travel: Counts = field(default_factory=dict)
    service: Counts = field(default_factory=dict)
