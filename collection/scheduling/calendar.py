"""Working days, cut-offs and the slot grid of a territory, in its own time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import holidays

from collection.errors import InvalidRequest, SlotUnavailable
from collection.model import Slot, SlotWindow, Territory, TimeWindow
from collection.units import format_clock, parse_clock, to_utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.units import Seconds


def zone_of(territory: Territory) -> ZoneInfo:
    """Time zone of a territory.

    Parameters
    ----------
    territory : Territory
        Which.

    Returns
    -------
    ZoneInfo
        The zone.
    """
    return ZoneInfo(territory.timezone)


@lru_cache(maxsize=256)
def _holidays(country: str, subdivision: str | None, year: int) -> dict[date, str]:
    # A plain dict of one year: the library's own object fills itself on look-up, and another
    # thread that looks meanwhile finds no holiday. In the country's language: the library
    # would take that of the process.
    code = country.upper()
    language = holidays.country_holidays(code).default_language
    return dict(holidays.country_holidays(code, subdiv=subdivision, years=year, language=language))


def holiday_name(territory: Territory, day: date) -> str | None:
    """Public holiday of a day.

    Parameters
    ----------
    territory : Territory
        Whose country and subdivision count, and its own lines before them.
    day : date
        Local date.

    Returns
    -------
    str or None
        Its name in the country's language; None on other days.
    """
    for row in territory.holidays:
        if row.falls_on(day):
            return None if row.works else row.name
    return _holidays(territory.country.code, territory.subdivision, day.year).get(day)


def is_working_day(territory: Territory, day: date) -> bool:
    """Whether vans go out.

    Parameters
    ----------
    territory : Territory
        Which.
    day : date
        Local date.

    Returns
    -------
    bool
        False on holidays and on weekdays that the country does not work.
    """
    return (
        day.weekday() in territory.country.working_weekdays and holiday_name(territory, day) is None
    )


def cut_off(territory: Territory, day: date) -> datetime:
    """Instant after which a day is frozen.

    Parameters
    ----------
    territory : Territory
        Which.
    day : date
        Local date of the pickups.

    Returns
    -------
    datetime
        Aware, in UTC: the territory's cut-off clock on the day before.
    """
    return to_utc(day - timedelta(days=1), territory.cut_off, zone_of(territory))


def bookable_days(territory: Territory, now: datetime) -> Iterator[date]:
    """Working days whose cut-off is still to come.

    Parameters
    ----------
    territory : Territory
        Which.
    now : datetime
        Aware present.

    Yields
    ------
    date
        In order, at most `Territory.booking_days` days ahead.
    """
    today = now.astimezone(zone_of(territory)).date()
    for ahead in range(1, territory.booking_days + 1):
        day = today + timedelta(days=ahead)
        if is_working_day(territory, day) and now < cut_off(territory, day):
            yield day


def due_days(territory: Territory, now: datetime, *, catch_up_days: int = 1) -> Iterator[date]:
    """Working days that should be planned by now and are not over.

    Parameters
    ----------
    territory : Territory
        Which.
    now : datetime
        Aware present.
    catch_up_days : int
        How many days ahead a cut-off may lie behind us.

    Yields
    ------
    date
        Today, until its last shift ends, and the following days, where the cut-off has
        passed.
    """
    zone = zone_of(territory)
    today = now.astimezone(zone).date()
    last_return = max((vehicle.shift.end for vehicle in territory.vehicles), default=0)
    for ahead in range(catch_up_days + 1):
        day = today + timedelta(days=ahead)
        over = now >= to_utc(day, last_return, zone)
        if is_working_day(territory, day) and now >= cut_off(territory, day) and not over:
            yield day


def require_plannable(territory: Territory, day: date, now: datetime) -> None:
    """Refuse to freeze and plan a day on which nobody drives.

    Parameters
    ----------
    territory : Territory
        Which.
    day : date
        Local date.
    now : datetime
        Aware present.

    Raises
    ------
    InvalidRequest
        If the day is over, too far ahead to be booked, or no working day.
    """
    today = now.astimezone(zone_of(territory)).date()
    if day < today:
        raise InvalidRequest(f"{day} is over; today is {today}", field="date")
    if (day - today).days > territory.booking_days:
        message = f"{day} is more than {territory.booking_days} days ahead"
        raise InvalidRequest(message, field="date")
    if not is_working_day(territory, day):
        why = holiday_name(territory, day) or f"{day:%A}"
        raise InvalidRequest(f"no van goes out on {day} ({why})", field="date")


def slot_id(territory: Territory, day: date, row: SlotWindow) -> str:
    """Id of a slot.

    Parameters
    ----------
    territory : Territory
        Which.
    day : date
        Local date.
    row : SlotWindow
        Row of the grid.

    Returns
    -------
    str
        ``<territory>.<date>.<HHMM>``.
    """
    return f"{territory.id}.{day.isoformat()}.{format_clock(row.start).replace(':', '')}"


def slot_window(territory: Territory, day: date, row: SlotWindow) -> TimeWindow:
    """Window of a slot as instants.

    Parameters
    ----------
    territory : Territory
        Which.
    day : date
        Local date.
    row : SlotWindow
        Row of the grid.

    Returns
    -------
    TimeWindow
        When service may start.
    """
    return _window(day, row.start, row.end, territory.timezone)


@lru_cache(maxsize=4_096)
def _window(day: date, start: Seconds, end: Seconds, timezone: str) -> TimeWindow:
    # The grid of the coming days is asked for again and again.
    zone = ZoneInfo(timezone)
    return TimeWindow(start=to_utc(day, start, zone), end=to_utc(day, end, zone))


def parse_slot_id(territory: Territory, identifier: str) -> tuple[date, SlotWindow]:
    """Day and grid row in a slot's id.

    Parameters
    ----------
    territory : Territory
        Whose grid.
    identifier : str
        As `slot_id` writes it.

    Returns
    -------
    tuple of date and SlotWindow
        What it names.

    Raises
    ------
    SlotUnavailable
        If the grid has no such slot.
    """
    unknown = SlotUnavailable(
        f"there is no slot {identifier!r}; take one from GET /v1/slots", field="slot_id"
    )
    parts = identifier.split(".")
    if len(parts) != 3 or parts[0] != territory.id or len(parts[2]) != 4:
        raise unknown
    try:
        day = date.fromisoformat(parts[1])
        start = parse_clock(f"{parts[2][:2]}:{parts[2][2:]}")
    except ValueError:
        raise unknown from None
    for row in territory.slots:
        if row.start == start:
            return day, row
    raise unknown


def make_slot(territory: Territory, day: date, row: SlotWindow) -> Slot:
    """Build a slot of a day from its grid row.

    Parameters
    ----------
    territory : Territory
        Which.
    day : date
        Local date.
    row : SlotWindow
        Row of the grid.

    Returns
    -------
    Slot
        The slot as it is offered.
    """
    return Slot(
        id=slot_id(territory, day, row),
        territory=territory.id,
        day=day,
        window=slot_window(territory, day, row),
    )
