"""Parts of countries, and holidays that package holidays does not know."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import holidays
from pydantic import BeforeValidator

from collection.catalogue.files import Strict
from collection.dated_rows import DatedRow
from collection.model import LocalHoliday

if TYPE_CHECKING:
    from collection.catalogue.files import Reject
    from collection.model import Country


def _every(text: object) -> tuple[int, int]:
    try:
        # Of a leap year, so that the 29th of February is a day.
        day = datetime.strptime(f"2000-{text}", "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise ValueError(f'{text!r} is no day of the year; write it like "08-15"') from None
    return day.month, day.day


class HolidayRow(Strict, DatedRow):
    """A holiday that comes each year, or that lasts from its first to its last day."""

    name: str
    every: Annotated[tuple[int, int] | None, BeforeValidator(_every)] = None
    works: bool = False


def local_holidays(rows: list[HolidayRow], reject: Reject) -> tuple[LocalHoliday, ...]:
    """Check the holidays of a country or a territory.

    Parameters
    ----------
    rows : list of HolidayRow
        As read.
    reject : callable
        Makes the errors.

    Returns
    -------
    tuple of LocalHoliday
        In the file's order.

    Raises
    ------
    InvalidRequest
        If one would last for ever; names it.
    """
    for index, row in enumerate(rows):
        if row.every is None and row.valid_until is None:
            message = "is missing; or say on which day of each year with every"
            raise reject(f"holidays.{index}.valid_until", message)
    return tuple(LocalHoliday(**row.model_dump()) for row in rows)


def subdivision_of(country: Country, text: str | None, reject: Reject) -> str | None:
    """Check the part of a country whose holidays a territory has.

    Parameters
    ----------
    country : Country
        Which.
    text : str, optional
        A code or another name of it, as package holidays knows them.
    reject : callable
        Makes the errors.

    Returns
    -------
    str, optional
        Its code.

    Raises
    ------
    InvalidRequest
        If the country has no such part, or none that is served; names the known ones.
    """
    if text is None:
        return None
    known = holidays.country_holidays(country.code.upper())
    code = known.subdivisions_aliases.get(text, text)
    if code in country.not_served:
        raise reject("subdivision", f"{text!r} of {country.name} is not served")
    try:
        holidays.country_holidays(country.code.upper(), subdiv=code)
    except NotImplementedError:
        served = [part for part in known.subdivisions if part not in country.not_served]
        names = ", ".join(served) or "none, leave it out"
        message = f"package holidays knows no {text!r} in {country.name}; known: {names}"
        raise reject("subdivision", message) from None
    return code
