"""Words of the pages in four languages, and dates and times as each writes them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from babel import negotiate_locale
from babel.dates import format_date, format_datetime

from collection.languages import FALLBACK, LANGUAGES, LOCALES, clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime, tzinfo

    from fastapi import Request

    from collection.model import TimeWindow

LANGUAGE_COOKIE = "collection_language"


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    words : Mapping
        As its file in ``texts/`` holds them.
    """

    language: str
    words: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """Look up a text.

        Parameters
        ----------
        key : str
            Table and name, like ``book.title``.
        **values : object
            For the places in braces.

        Returns
        -------
        str
            The text.
        """
        table, _, name = key.partition(".")
        text: str = self.words[table][name]
        return text.format(**values) if values else text

    def get(self, key: str, default: str) -> str:
        """Look up a text that may be absent.

        Parameters
        ----------
        key : str
            Table and name.
        default : str
            What to say then.

        Returns
        -------
        str
            One of both.
        """
        table, _, name = key.partition(".")
        return str(self.words[table].get(name, default))

    def day(self, day: date) -> str:
        """Write a date.

        Parameters
        ----------
        day : date
            The date.

        Returns
        -------
        str
            Like ``Monday, 30 March``.
        """
        pattern = {"en": "EEEE, d MMMM", "de": "EEEE, d. MMMM"}.get(self.language, "EEEE d MMMM")
        return _upper(format_date(day, pattern, locale=LOCALES[self.language]))

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
        day = self.day(window.start.astimezone(zone).date())
        return f"{day}, {self.clock(window.start, zone)}\u2013{self.clock(window.end, zone)}"

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
        pattern = {"en": "EEEE, d MMMM, HH:mm", "de": "EEEE, d. MMMM, HH:mm"}.get(
            self.language, "EEEE d MMMM, HH:mm"
        )
        locale = LOCALES[self.language]
        return str(format_datetime(instant, pattern, tzinfo=zone, locale=locale))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def texts_of(language: str) -> Texts:
    """Read the words of a language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`; another reads as English.

    Returns
    -------
    Texts
        Read once.
    """
    language = language if language in LANGUAGES else FALLBACK
    path = resources.files("collection.api").joinpath("texts", f"{language}.toml")
    return Texts(language, tomllib.loads(path.read_text(encoding="utf-8")))


def choose_language(request: Request) -> str:
    """Language that a reader wants: asked for, chosen before, or of the browser.

    Parameters
    ----------
    request : Request
        With ``?lang=``, the cookie or Accept-Language.

    Returns
    -------
    str
        One of `LANGUAGES`.
    """
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return str(chosen)
    wanted = _accepted(request.headers.get("accept-language", ""))
    found = negotiate_locale(wanted, LANGUAGES, sep="-")
    return str(found) if found else FALLBACK


def _accepted(header: str) -> Iterable[str]:
    weighted = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            quality = 0.0
        if tag and quality > 0:
            weighted.append((-quality, place, tag.lower()))
    return [tag for _, _, tag in sorted(weighted)]
