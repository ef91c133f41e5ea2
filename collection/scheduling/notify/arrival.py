"""The range of time that is announced for a planned stop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from collection.model import TimeWindow
from collection.scheduling.calendar import zone_of
from collection.units import MINUTE, to_utc

if TYPE_CHECKING:
    from collection.model import PickupRequest, Stop, Territory

GRAIN = 5 * MINUTE
"""Announced times are whole multiples of it."""

_SLACK = timedelta(minutes=1)


def announced_range(stop: Stop, request: PickupRequest, territory: Territory) -> TimeWindow:
    """Put a range around the planned start of a stop.

    Parameters
    ----------
    stop : Stop
        As planned.
    request : PickupRequest
        Whose promise it is.
    territory : Territory
        Says within how many seconds a start may move without being another one.

    Returns
    -------
    TimeWindow
        In whole five minutes, and never outside what was promised.
    """
    zone, within = zone_of(territory), territory.weights.announced_within
    early = (stop.start - within) // GRAIN * GRAIN
    late = -(-(stop.start + within) // GRAIN) * GRAIN
    start, end = to_utc(request.day, early, zone), to_utc(request.day, late, zone)
    planned = to_utc(request.day, stop.start, zone)
    for window in request.windows:
        # Whole seconds of the plan may stand a moment before or after the promise.
        if window.start - _SLACK <= planned <= window.end + _SLACK:
            return TimeWindow(start=max(start, window.start), end=min(end, window.end))
    return TimeWindow(start=start, end=end)


def holds(announced: str, planned: datetime) -> bool:
    """Whether what was announced is still true.

    Parameters
    ----------
    announced : str
        As `dump_range` wrote it; empty where nothing was.
    planned : datetime
        Aware instant of the planned start.

    Returns
    -------
    bool
        True if it lies in that range.
    """
    window = load_range(announced)
    return window is not None and window.start - _SLACK <= planned <= window.end + _SLACK


def dump_range(window: TimeWindow) -> str:
    """Write a range.

    Parameters
    ----------
    window : TimeWindow
        The range.

    Returns
    -------
    str
        Two instants with a slash between them.
    """
    return f"{window.start.isoformat()}/{window.end.isoformat()}"


def load_range(text: str) -> TimeWindow | None:
    """Read a range.

    Parameters
    ----------
    text : str
        As `dump_range` wrote it; empty for none.

    Returns
    -------
    TimeWindow or None
        The range.
    """
    if not text:
        return None
    start, _, end = text.partition("/")
    return TimeWindow(start=datetime.fromisoformat(start), end=datetime.fromisoformat(end))
