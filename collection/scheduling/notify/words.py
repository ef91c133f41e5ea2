"""Texts of the messages in each language, and dates, times and numbers as it writes them."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.numbers import format_decimal

from collection.languages import FALLBACK, LANGUAGES, LOCALES, clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime, tzinfo

    from collection.model import Address, Device, TimeWindow


_DAYS = {
    "fr": "EEEE d MMMM",
    "de": "EEEE, d. MMMM",
    "es": "EEEE, d 'de' MMMM",
    "en": "EEEE, d MMMM",
}
_JOINTS = re.compile(r"(?<=\w)([.:@])(?=[^\W\d]|/)")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    tables : Mapping
        As its file in ``texts/`` holds them.
    """

    language: str
    tables: Mapping[str, Any]

    def form(self, name: str) -> Mapping[str, str]:
        """Texts of one message.

        Parameters
        ----------
        name : str
            Its table.

        Returns
        -------
        Mapping of str to str
            ``subject``, ``text`` and, of some, ``short``; places in braces.
        """
        table: Mapping[str, str] = self.tables[name]
        return table

    def word(self, table: str, name: str) -> str:
        """Look up a word.

        Parameters
        ----------
        table : str
            A table of words.
        name : str
            Which of them.

        Returns
        -------
        str
            The word; the name itself where there is none.
        """
        return str(self.tables[table].get(name, name))

    def day(self, day: date) -> str:
        """Write a date within a sentence.

        Parameters
        ----------
        day : date
            The date.

        Returns
        -------
        str
            Like ``Monday, 30 March``.
        """
        text = str(format_date(day, _DAYS[self.language], locale=LOCALES[self.language]))
        # The first of a month alone is an ordinal in French.
        return text.replace(" 1 ", " 1er ") if self.language == "fr" else text

    def clock(self, instant: datetime, zone: tzinfo) -> str:
        """Write a time of the day.

        Parameters
        ----------
        instant : datetime
            Aware.
        zone : tzinfo
            Whose wall clock is meant.

        Returns
        -------
        str
            Like ``08:00``.
        """
        return clock(instant, zone, self.language)

    def span(self, window: TimeWindow, zone: tzinfo) -> str:
        """Write a window without its day.

        Parameters
        ----------
        window : TimeWindow
            The window.
        zone : tzinfo
            Whose wall clock is meant.

        Returns
        -------
        str
            Like ``08:00-10:00``.
        """
        return f"{self.clock(window.start, zone)}\u2013{self.clock(window.end, zone)}"

    def window(self, window: TimeWindow, zone: tzinfo) -> str:
        """Write a window with its day.

        Parameters
        ----------
        window : TimeWindow
            The window.
        zone : tzinfo
            Whose wall clock is meant.

        Returns
        -------
        str
            Like ``Monday, 30 March, 08:00-10:00``.
        """
        return f"{self.day(window.start.astimezone(zone).date())}, {self.span(window, zone)}"

    def windows(self, windows: Iterable[TimeWindow], zone: tzinfo) -> str:
        """Write windows of one day.

        Parameters
        ----------
        windows : Iterable of TimeWindow
            At least one.
        zone : tzinfo
            Whose wall clock is meant.

        Returns
        -------
        str
            The day once, then each.
        """
        first, *rest = windows
        return ", ".join([self.window(first, zone), *(self.span(one, zone) for one in rest)])

    def instant(self, instant: datetime, zone: tzinfo) -> str:
        """Write an instant in full.

        Parameters
        ----------
        instant : datetime
            Aware.
        zone : tzinfo
            Whose wall clock is meant.

        Returns
        -------
        str
            Day and time.
        """
        return f"{self.day(instant.astimezone(zone).date())}, {self.clock(instant, zone)}"

    def number(self, number: int) -> str:
        """Write a whole number.

        Parameters
        ----------
        number : int
            The number.

        Returns
        -------
        str
            With the language's own separators.
        """
        return str(format_decimal(number, locale=LOCALES[self.language]))

    def devices(self, devices: Iterable[Device]) -> str:
        """Write devices in one line.

        Parameters
        ----------
        devices : Iterable of Device
            What is collected.

        Returns
        -------
        str
            Like ``Phone, 2 x Laptop``.
        """
        counted = Counter(self.word("device", device.type) for device in devices)
        return ", ".join(
            name if count == 1 else f"{self.number(count)} \u00d7 {name}"
            for name, count in counted.items()
        )

    def receipt(self, devices: Iterable[Device]) -> str:
        """Write devices as the lines of a receipt.

        Parameters
        ----------
        devices : Iterable of Device
            What was collected.

        Returns
        -------
        str
            A line for each.
        """
        return "\n".join(
            f"- {self.word('device', device.type)}"
            + (f", IMEI {device.imei}" if device.imei else "")
            for device in devices
        )


def one_line(address: Address) -> str:
    """Write an address in one line.

    Parameters
    ----------
    address : Address
        The address.

    Returns
    -------
    str
        Street, postcode and town.
    """
    return f"{address.line1}, {address.postcode} {address.city}".strip()


def no_link(text: str) -> str:
    """Write what somebody entered so that no mail program makes a link of it.

    Parameters
    ----------
    text : str
        A name, an address or a number.

    Returns
    -------
    str
        With a space behind each sign that would join the parts of a link or a mail address.
    """
    return _JOINTS.sub(r"\1 ", text)


@cache
def words_of(language: str) -> Words:
    """Read the words of a language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`; another reads as English.

    Returns
    -------
    Words
        Read once.
    """
    language = language if language in LANGUAGES else FALLBACK
    path = resources.files("collection.scheduling.notify").joinpath("texts", f"{language}.toml")
    return Words(language, tomllib.loads(path.read_text(encoding="utf-8")))
