"""Units of the whole house, and the clock of a local day.

Costs are integer cents, times integer seconds, distances integer metres. Inside a plan a
time is *seconds of the local day*: seconds on the wall clock of the territory since local
midnight of the plan's date. Outside it is an aware UTC ``datetime``.

On a day of a clock change the wall clock skips or repeats an hour, always at night. A wall
clock that is skipped is read as the same instant one hour later and a repeated one as its
first pass, as ``zoneinfo`` does with ``fold=0``.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Seconds: TypeAlias = int
Metres: TypeAlias = int
Cents: TypeAlias = int

MINUTE: Seconds = 60
HOUR: Seconds = 3_600
DAY: Seconds = 86_400


def to_utc(day: date, seconds: Seconds, zone: ZoneInfo) -> datetime:
    """Turn seconds of a local day into an instant.

    Parameters
    ----------
    day : date
        The local date.
    seconds : int
        Seconds on the wall clock since local midnight; 86 400 and more reach into the
        following days, negative ones into the days before.
    zone : ZoneInfo
        The zone whose wall clock is meant.

    Returns
    -------
    datetime
        The aware instant in UTC.
    """
    days, rest = divmod(seconds, DAY)
    wall = datetime.combine(day + timedelta(days=days), time(), zone) + timedelta(seconds=rest)
    return wall.astimezone(UTC)


def to_seconds(instant: datetime, day: date, zone: ZoneInfo) -> Seconds:
    """Turn an instant into seconds of a local day; the inverse of `to_utc`.

    Parameters
    ----------
    instant : datetime
        An aware instant.
    day : date
        The local date whose midnight counts as zero.
    zone : ZoneInfo
        The zone whose wall clock is meant.

    Returns
    -------
    int
        Seconds on the wall clock since local midnight of `day`, rounded down.

    Raises
    ------
    ValueError
        If `instant` is naive.
    """
    if instant.tzinfo is None:
        msg = "instant must be aware, like 2026-03-29T08:00:00+02:00"
        raise ValueError(msg)
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return int((wall - datetime.combine(day, time())).total_seconds() // 1)


class DayClock:
    """`to_utc` and `to_seconds` of one local day, for thousands of calls.

    Where no clock changes from the day before to the day after both are plain sums.

    Parameters
    ----------
    day : date
        The local date whose midnight counts as zero.
    zone : ZoneInfo
        The zone whose wall clock is meant.
    """

    def __init__(self, day: date, zone: ZoneInfo) -> None:
        self.day, self.zone = day, zone
        self._midnight = to_utc(day, 0, zone)
        self._first, self._last = to_utc(day, -DAY, zone), to_utc(day, 2 * DAY, zone)
        self._even = self._last - self._first == timedelta(seconds=3 * DAY)

    def instant(self, seconds: Seconds) -> datetime:
        """Turn seconds of the day into an instant.

        Parameters
        ----------
        seconds : int
            As of `to_utc`.

        Returns
        -------
        datetime
            The same.
        """
        if self._even and -DAY <= seconds <= 2 * DAY:
            return self._midnight + timedelta(seconds=seconds)
        return to_utc(self.day, seconds, self.zone)

    def seconds(self, instant: datetime) -> Seconds:
        """Turn an instant into seconds of the day.

        Parameters
        ----------
        instant : datetime
            As of `to_seconds`.

        Returns
        -------
        int
            The same.

        Raises
        ------
        ValueError
            If `instant` is naive.
        """
        if instant.tzinfo is not None and self._even and self._first <= instant <= self._last:
            since = instant - self._midnight
            return since.days * DAY + since.seconds
        return to_seconds(instant, self.day, self.zone)


def parse_clock(text: str) -> Seconds:
    """Read ``"HH:MM"`` as seconds of the day.

    Parameters
    ----------
    text : str
        A wall clock from ``00:00`` to ``24:00``.

    Returns
    -------
    int
        Seconds since midnight, 0 to 86 400.

    Raises
    ------
    ValueError
        If `text` is not such a clock.
    """
    hours, separator, minutes = text.partition(":")
    if separator and len(hours) == len(minutes) == 2 and (hours + minutes).isdigit():
        seconds = int(hours) * HOUR + int(minutes) * MINUTE
        if int(minutes) < 60 and seconds <= DAY:
            return seconds
    msg = f"{text!r} is not a wall clock; write HH:MM from 00:00 to 24:00"
    raise ValueError(msg)


def format_clock(seconds: Seconds) -> str:
    """Write seconds of the day as ``HH:MM``, rounded to the nearest minute.

    Parameters
    ----------
    seconds : int
        Seconds since local midnight.

    Returns
    -------
    str
        The wall clock; past midnight it goes on counting within the next day.
    """
    minutes = (seconds + 30) // 60 % 1_440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
