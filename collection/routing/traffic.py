"""Traffic by period of the day, as dated data (``data/traffic.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from collection.dated import Dated, in_force, overlap
from collection.dated_rows import DatedRow
from collection.errors import InvalidRequest
from collection.units import DAY, Seconds, parse_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A part of the day with even traffic; it lasts until the next one starts.

    Parameters
    ----------
    start : int
        Seconds of the local day.
    factor : Mapping of str to float
        Travel time over that of the network, by OSM highway class; ``default`` for the rest.
    """

    start: Seconds
    factor: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficTable(Dated):
    """Traffic of a week, and where and when it holds.

    Parameters
    ----------
    countries : frozenset of str
        Country codes in lower case; empty for all, where no table of their own holds.
    weekday, saturday, sunday : tuple of Period
        Ascending from 0; empty for a day without traffic.
    """

    countries: frozenset[str]
    weekday: tuple[Period, ...]
    saturday: tuple[Period, ...]
    sunday: tuple[Period, ...]

    def of_weekday(self, weekday: int) -> tuple[Period, ...]:
        """Periods of a day of the week.

        Parameters
        ----------
        weekday : int
            Monday is 0.

        Returns
        -------
        tuple of Period
            May be empty.
        """
        return {5: self.saturday, 6: self.sunday}.get(weekday, self.weekday)


_FREE = (Period(start=0, factor={"default": 1.0}),)


def periods_on(tables: tuple[TrafficTable, ...], day: date) -> tuple[Period, ...]:
    """Periods of a day.

    Parameters
    ----------
    tables : tuple of TrafficTable
        Of one territory; the first one that holds on the day counts.
    day : date
        Which.

    Returns
    -------
    tuple of Period
        At least one; the travel times of the network itself where no table holds.
    """
    for table in in_force(tables, day):
        return table.of_weekday(day.weekday()) or _FREE
    return _FREE


def traffic_in(tables: tuple[TrafficTable, ...], country: str) -> tuple[TrafficTable, ...]:
    """Tables of a country.

    Parameters
    ----------
    tables : tuple of TrafficTable
        As `read_traffic` gives them.
    country : str
        Its code in lower case.

    Returns
    -------
    tuple of TrafficTable
        Those that name it, then those for all.
    """
    own = tuple(table for table in tables if country in table.countries)
    return own + tuple(table for table in tables if not table.countries)


def read_traffic(path: Path) -> tuple[TrafficTable, ...]:
    """Read traffic tables.

    Parameters
    ----------
    path : Path
        A TOML file with one ``[[table]]`` for each table: ``countries`` (may be left out),
        ``valid_from``, ``valid_until`` (may be left out), ``source``, and ``weekday``,
        ``saturday`` and ``sunday``, lists of ``{start = "HH:MM", factor = {default = 1.2}}``.

    Returns
    -------
    tuple of TrafficTable
        In the order of the file.

    Raises
    ------
    InvalidRequest
        If the file cannot be read or is wrong, or two of its tables hold at once; names the
        field.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidRequest(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InvalidRequest(f"{path}: is not TOML ({error})") from error
    try:
        rows = _File.model_validate(document).table
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidRequest(f"{path}: {field}: {first['msg']}", field=field) from error
    tables = tuple(row.table() for row in rows)
    _refuse_overlaps(tables, path)
    return tables


def _refuse_overlaps(tables: tuple[TrafficTable, ...], path: Path) -> None:
    for country in {code for table in tables for code in table.countries or {""}}:
        of_one = [t for t in tables if (country in t.countries if country else not t.countries)]
        if both := overlap(of_one):
            whose = f"of {country!r}" if country else "without countries"
            raise InvalidRequest(
                f"{path}: two tables {whose} hold on {both[1].valid_from};"
                " end the earlier one with valid_until",
                field="table.valid_until",
            )


def _clock(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError('write a wall clock in quotes, like "08:00"')  # noqa: TRY004
    return parse_clock(value)


def _in_order(periods: list[_Period]) -> list[_Period]:
    starts = [period.start for period in periods]
    if starts and (starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] >= DAY):
        raise ValueError('periods must start at "00:00" and ascend')
    return periods


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Period(_Strict):
    start: Annotated[int, BeforeValidator(_clock)]
    factor: dict[str, Annotated[float, Field(ge=0.1, le=10)]]

    @model_validator(mode="after")
    def _has_default(self) -> Self:
        if "default" not in self.factor:
            raise ValueError("factor lacks default, which holds for all other streets")
        return self


_Periods = Annotated[list[_Period], AfterValidator(_in_order)]


class _Table(_Strict, DatedRow):
    countries: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] = []
    weekday: _Periods
    saturday: _Periods
    sunday: _Periods

    def table(self) -> TrafficTable:
        days = {
            name: tuple(
                Period(start=period.start, factor=period.factor) for period in getattr(self, name)
            )
            for name in ("weekday", "saturday", "sunday")
        }
        return TrafficTable(
            countries=frozenset(self.countries),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            source=self.source,
            **days,
        )


class _File(_Strict):
    table: list[_Table] = []
