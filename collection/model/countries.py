"""What differs by country, each row with the days on which it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from collection.dated import Dated, in_force
from collection.model.rules import DatedRule
from collection.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRule(Dated):
    """How a country's phone numbers are read.

    Parameters
    ----------
    calling_code : str
        ``+33``.
    region : str
        As package phonenumbers names it; numbers without a calling code are of it.
    example : str
        What to write, shown to people.
    """

    calling_code: str
    region: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostcodeRule(Dated):
    """How a country's postcodes look.

    Parameters
    ----------
    pattern : str
        Regular expression of the whole code, without spaces.
    example : str
        What to write, shown to people.
    prefixes : tuple of str
        What people put before it and posts drop: ``D-``.
    """

    pattern: str
    example: str
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRule(Dated):
    """The longest time that a driver may work.

    Parameters
    ----------
    per : str
        ``day`` or ``week``.
    limit : int
        Seconds of work, pauses not counted.
    """

    per: str
    limit: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissionScheme(Dated):
    """The national classes that low-emission zones refer to.

    Parameters
    ----------
    name : str
        The word people read.
    classes : tuple of str
        Cleanest first.
    """

    name: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalHoliday(Dated):
    """A holiday that package holidays does not know, or one on which vans go out.

    Parameters
    ----------
    name : str
        The word people read.
    every : tuple of (int, int), optional
        Month and day on which it comes each year; None where all days from the first to
        the last are meant.
    works : bool
        Whether vans go out, whatever the calendar says.
    """

    name: str
    every: tuple[int, int] | None = None
    works: bool = False

    def falls_on(self, day: date) -> bool:
        """Whether a day is meant.

        Parameters
        ----------
        day : date
            Local date.

        Returns
        -------
        bool
            By its dates.
        """
        return self.holds_on(day) and self.every in {None, (day.month, day.day)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What differs by country (``data/countries/*.toml``).

    Parameters
    ----------
    code : str
        ISO 3166 two-letter code in lower case.
    name : str
        The word people read.
    language : str
        Language of its customers who name none.
    working_weekdays : frozenset of int
        Monday is 0.
    break_rules : tuple of DatedRule
        What the law asks of drivers' days.
    hours : tuple of HoursRule
        How long drivers may work.
    languages : tuple of str
        Those that its customers may choose; empty for any.
    phones : tuple of PhoneRule
        At most one holds on a day.
    postcodes : tuple of PostcodeRule
        Likewise.
    emission_schemes : tuple of EmissionScheme
        Likewise; empty where a country has no classes of its own.
    holidays : tuple of LocalHoliday
        Those of the whole country that package holidays does not know.
    time_zone : str
        IANA name.
    other_time_zones : tuple of (str, str)
        Subdivisions with another one, and which.
    not_served : frozenset of str
        Subdivisions whose rules are not these.
    """

    code: str
    name: str
    language: str
    working_weekdays: frozenset[int]
    break_rules: tuple[DatedRule, ...] = ()
    hours: tuple[HoursRule, ...] = ()
    languages: tuple[str, ...] = ()
    phones: tuple[PhoneRule, ...] = ()
    postcodes: tuple[PostcodeRule, ...] = ()
    emission_schemes: tuple[EmissionScheme, ...] = ()
    holidays: tuple[LocalHoliday, ...] = ()
    time_zone: str = "UTC"
    other_time_zones: tuple[tuple[str, str], ...] = ()
    not_served: frozenset[str] = frozenset()

    def time_zone_of(self, subdivision: str | None) -> str:
        """Find the time zone of a part of the country.

        Parameters
        ----------
        subdivision : str, optional
            As package holidays names it.

        Returns
        -------
        str
            IANA name.
        """
        return dict(self.other_time_zones).get(subdivision or "", self.time_zone)

    def hours_on(self, day: date, per: str) -> HoursRule | None:
        """Find how long drivers may work.

        Parameters
        ----------
        day : date
            Local date.
        per : str
            ``day`` or ``week``.

        Returns
        -------
        HoursRule, optional
            None where the country's file states none.
        """
        return next((rule for rule in in_force(self.hours, day) if rule.per == per), None)
