"""When a running day calls for a dispatcher."""

from __future__ import annotations

from dataclasses import dataclass

from collection.units import MINUTE, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRules:
    """Thresholds of alerts (``data/live.toml``, which says why).

    Parameters
    ----------
    late : int
        Seconds of a predicted start after the last window.
    late_urgent : int
        Seconds of it that are urgent.
    silent : int
        Seconds in which nothing was heard of a driver on shift.
    off_route : int
        Metres between a van and what is left of its way.
    break_ahead : int
        Seconds before the last moment at which a break may start.
    overrun : int
        Seconds of the return after shift and overtime.
    not_started : int
        Seconds after the planned departure of a driver of whom nothing was heard.
    unaccounted : int
        Seconds after a van's return in which its devices must be scanned at the hub.
    """

    late: Seconds = MINUTE
    late_urgent: Seconds = 15 * MINUTE
    silent: Seconds = 30 * MINUTE
    off_route: Metres = 1_000
    break_ahead: Seconds = 15 * MINUTE
    overrun: Seconds = 5 * MINUTE
    not_started: Seconds = 10 * MINUTE
    unaccounted: Seconds = 60 * MINUTE
