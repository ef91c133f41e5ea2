"""Shifts against the hours that a country's drivers may work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from collection.routing.working_time import longest_day
from collection.units import HOUR, MINUTE

if TYPE_CHECKING:
    from datetime import date

    from collection.catalogue.files import Reject
    from collection.model import Country, Vehicle
    from collection.units import Seconds

_log = structlog.get_logger(__name__)


def check_hours(
    vehicle: Vehicle, country: Country, field: str, reject: Reject, *, today: date
) -> None:
    """Refuse a shift that is longer than the law of today allows.

    Plans keep to the law of their own day whatever the shift is; so a shift that a coming
    law forbids is warned of, and so is the week of a driver who comes on all working days.

    Parameters
    ----------
    vehicle : Vehicle
        With its shift.
    country : Country
        Whose hours hold.
    field : str
        Where the vehicle stands.
    reject : callable
        Makes the errors.
    today : date
        Local date.

    Raises
    ------
    InvalidRequest
        If it is; names the law.
    """
    shift = vehicle.shift.end + vehicle.overtime - vehicle.shift.start
    out = shift if vehicle.max_seconds is None else min(shift, vehicle.max_seconds)
    changes = {rule.valid_from for rule in (*country.hours, *country.break_rules)}
    for day in (today, *sorted(day for day in changes if day > today)):
        hours, longest = country.hours_on(day, "day"), longest_day(country, vehicle, day)
        if hours is None or longest is None or out <= longest:
            continue
        message = (
            f"lasts {_hours(out)} with its overtime; {hours.source} allows {_hours(hours.limit)} "
            f"of work a day, with pauses {_hours(longest)} from departure to return: shorten it, "
            f"or set max_seconds = {longest}"
        )
        if day == today:
            raise reject(f"{field}.shift", message)
        _log.warning("shift_too_long", vehicle=vehicle.id, valid_from=str(day), detail=message)
        break
    week, days = country.hours_on(today, "week"), len(country.working_weekdays)
    work = (out - sum(pause.seconds for pause in vehicle.breaks)) * days
    if vehicle.driver and week is not None and work > week.limit:
        _log.warning(
            "week_too_long",
            vehicle=vehicle.id,
            driver=vehicle.driver,
            detail=f"{days} such days are {_hours(work)}; {week.source} allows "
            f"{_hours(week.limit)} a week",
        )


def _hours(seconds: Seconds) -> str:
    hours, rest = divmod(seconds, HOUR)
    return f"{hours} h {rest // MINUTE} min" if rest else f"{hours} h"
