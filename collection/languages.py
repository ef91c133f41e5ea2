"""The languages that people are spoken to in, and a clock as each writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_time

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

LANGUAGES = ("fr", "de", "es", "en")
FALLBACK = "en"

LOCALES = {"fr": "fr_FR", "de": "de_DE", "es": "es_ES", "en": "en_GB"}
"""English alone would be American: months first and a twelve-hour clock."""


def clock(instant: datetime, zone: tzinfo, language: str) -> str:
    """Write a time of the day.

    Parameters
    ----------
    instant : datetime
        Aware.
    zone : tzinfo
        Whose wall clock is meant.
    language : str
        One of `LANGUAGES`.

    Returns
    -------
    str
        Like ``08:00``.
    """
    return str(format_time(instant, "HH:mm", tzinfo=zone, locale=LOCALES[language]))
