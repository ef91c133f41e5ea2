"""When a message may go out: people are not woken but by what they wait for."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from collection.model import Channel, NoticeKind
from collection.units import HOUR, to_utc

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = 21, 8
"""Hours of the local clock between which it is quiet."""

AT_ANY_TIME = frozenset(
    {
        # What the customer waits for,
        *(NoticeKind.ON_THE_WAY, NoticeKind.NEXT_STOP, NoticeKind.DELAYED),
        *(NoticeKind.COLLECTED, NoticeKind.ANNOUNCED, NoticeKind.DROPPED_OFF),
        # and answers to what the customer has just done.
        *(NoticeKind.CONFIRMED, NoticeKind.RESCHEDULED, NoticeKind.CANCELLED),
    }
)
"""What goes out at night too."""

_WAKES = frozenset({Channel.MAIL, Channel.SMS, Channel.PUSH})


def earliest(kind: NoticeKind, channel: Channel, instant: datetime, zone: ZoneInfo) -> datetime:
    """Say when a message may go out.

    Parameters
    ----------
    kind : NoticeKind
        What it tells.
    channel : Channel
        By which way; machines and dispatchers have no night.
    instant : datetime
        Aware instant from which on it could.
    zone : ZoneInfo
        Of the pickup's territory.

    Returns
    -------
    datetime
        Aware, in UTC: that instant, or the end of its quiet hours.
    """
    local = instant.astimezone(zone)
    quiet = local.hour >= QUIET_FROM or local.hour < QUIET_UNTIL
    if kind in AT_ANY_TIME or channel not in _WAKES or not quiet:
        return instant.astimezone(UTC)
    # Of the local day, not so many hours later: the clock may change in between.
    morning = local.date() + timedelta(days=int(local.hour >= QUIET_FROM))
    return to_utc(morning, QUIET_UNTIL * HOUR, zone)
