"""Windows on the clock of a local day."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from collection.model import TimeWindow
    from collection.units import Seconds


@lru_cache(maxsize=4_096)
def span_of(window: TimeWindow, day: date, timezone: str) -> tuple[Seconds, Seconds]:
    """Put a window on the clock of a day; kept, as slots are asked for again and again.

    Parameters
    ----------
    window : TimeWindow
        Instants in UTC.
    day : date
        The local date whose midnight counts as zero.
    timezone : str
        Name of its zone.

    Returns
    -------
    (int, int)
        Seconds of the local day.
    """
    zone = ZoneInfo(timezone)
    return to_seconds(window.start, day, zone), to_seconds(window.end, day, zone)


def hull(spans: Sequence[tuple[Seconds, Seconds]]) -> tuple[Seconds, Seconds]:
    """Find the one window that holds all: who cannot come in it can come in none.

    Parameters
    ----------
    spans : Sequence of (int, int)
        Seconds of the local day, at least one.

    Returns
    -------
    (int, int)
        From the first to the last.
    """
    return min(first for first, _ in spans), max(last for _, last in spans)
