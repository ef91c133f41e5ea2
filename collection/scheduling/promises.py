"""What may be promised on which day, and what is refused with its field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest, SlotUnavailable
from collection.scheduling import calendar
from collection.units import to_seconds

if TYPE_CHECKING:
    from datetime import date, datetime

    from collection.model import Territory, TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a customer is promised.

    Parameters
    ----------
    day : date
        Local date.
    windows : tuple of TimeWindow
        When service may start, in order.
    slot_id : str, optional
        The slot that was chosen; None where windows were.
    """

    day: date
    windows: tuple[TimeWindow, ...]
    slot_id: str | None = None


def promise_of(
    territory: Territory,
    now: datetime,
    *,
    slot_id: str | None,
    windows: tuple[TimeWindow, ...],
) -> Promise:
    """Check what a customer chose, and say what is promised by it.

    Parameters
    ----------
    territory : Territory
        Whose grid and calendar.
    now : datetime
        Aware present.
    slot_id : str, optional
        A slot of the grid; or else
    windows : tuple of TimeWindow
        when service may start.

    Returns
    -------
    Promise
        Whether a van has room then is for the plan of the day to say.

    Raises
    ------
    InvalidRequest
        If neither is given or a window is wrong.
    SlotUnavailable
        If the day cannot be booked or the grid has no such slot.
    """
    if slot_id is not None:
        day, row = calendar.parse_slot_id(territory, slot_id)
        _require_bookable(territory, day, now, field="slot_id")
        window = calendar.slot_window(territory, day, row)
        return Promise(day=day, windows=(window,), slot_id=slot_id)
    if not windows:
        raise InvalidRequest("give a slot_id or at least one window", field="slot_id")
    day = _day_of_windows(territory, windows, now)
    return Promise(day=day, windows=tuple(sorted(windows, key=lambda window: window.start)))


def _require_bookable(territory: Territory, day: date, now: datetime, *, field: str) -> None:
    local_today = now.astimezone(calendar.zone_of(territory)).date()
    holiday = calendar.holiday_name(territory, day)
    if holiday is not None:
        raise SlotUnavailable(f"{day} is a holiday ({holiday})", field=field)
    if not calendar.is_working_day(territory, day):
        raise SlotUnavailable(f"no van goes out on {day:%A}, {day}", field=field)
    if now >= calendar.cut_off(territory, day):
        raise SlotUnavailable(f"bookings for {day} are closed", field=field)
    if (day - local_today).days > territory.booking_days:
        raise SlotUnavailable(
            f"{day} is more than {territory.booking_days} days ahead", field=field
        )


def _day_of_windows(territory: Territory, windows: tuple[TimeWindow, ...], now: datetime) -> date:
    zone = calendar.zone_of(territory)
    for index, window in enumerate(windows):
        field = f"windows.{index}"
        if window.end < window.start:
            raise InvalidRequest("the window ends before it starts", field=field)
        if window.end <= now:
            raise InvalidRequest("the window is in the past", field=field)
    days = {window.start.astimezone(zone).date() for window in windows}
    days |= {window.end.astimezone(zone).date() for window in windows}
    if len(days) > 1:
        raise InvalidRequest("all windows must lie on one local day", field="windows")
    day = days.pop()
    _require_bookable(territory, day, now, field="windows")
    opens = min(row.start for row in territory.slots)
    closes = max(row.end for row in territory.slots)
    for index, window in enumerate(windows):
        if (
            to_seconds(window.end, day, zone) < opens
            or to_seconds(window.start, day, zone) > closes
        ):
            raise InvalidRequest("no van is out at that time of the day", field=f"windows.{index}")
    return day
