"""Field types of the JSON bodies: each checks one thing and says how to mend it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError
from stdnum import imei
from stdnum.exceptions import ValidationError as NumberError

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"\\]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_SLOT_ID = re.compile(r"[a-z0-9-]+\.20\d\d-\d\d-\d\d\.\d{4}", re.ASCII)
_YEARS = range(2000, 2100)
# Marks that turn the reading direction make a text look like another one.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def wrong(message: str, *, field: str | None = None) -> PydanticCustomError:
    """Build a validation error.

    Parameters
    ----------
    message : str
        What is wrong and how to mend it.
    field : str, optional
        The field below the validated value that is meant.

    Returns
    -------
    PydanticCustomError
        To be raised inside a validator.
    """
    # The message is a template in which braces would be looked up.
    text = message.replace("{", "(").replace("}", ")")
    return PydanticCustomError("invalid", text, {"field": field} if field else None)


def _refuse_control(value: str) -> str:
    for character in value:
        if unicodedata.category(character) in {"Cc", "Cs"} or character in _TURNING:
            raise wrong(f"holds the control character U+{ord(character):04X}; remove it")
    return value


def _refuse_control_but_newlines(value: str) -> str:
    _refuse_control(value.replace("\n", ""))
    return value


def _unix_newlines(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise wrong("is no email address; write it like name@example.org")
    return value


def _imei(value: str) -> str:
    # The library also takes the 14 and 16 digit forms, which carry no check digit.
    if not re.fullmatch(r"\d{15}", value, re.ASCII):
        raise wrong("an IMEI is 15 digits without spaces; dial *#06# to see it")
    try:
        imei.validate(value)
    except NumberError:
        raise wrong("the check digit of the IMEI is wrong; dial *#06# to see it") from None
    return value


def _slot_id(value: str) -> str:
    if not _SLOT_ID.fullmatch(value):
        raise wrong("is no slot; take an id from GET /v1/slots")
    return value


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise wrong("write an instant with its offset, like 2026-03-30T08:00:00Z")
    try:
        instant = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise wrong("there is no such date or time") from None
    if instant.year not in _YEARS:
        raise wrong(f"the year must be {_YEARS[0]} to {_YEARS[-1]}")
    return instant


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise wrong("write a date like 2026-03-30")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise wrong("there is no such date") from None
    if day.year not in _YEARS:
        raise wrong(f"the year must be {_YEARS[0]} to {_YEARS[-1]}")
    return day


_TRIMMED = StringConstraints(strip_whitespace=True)

Text = Annotated[str, _TRIMMED, Field(max_length=200), AfterValidator(_refuse_control)]
"""One line, possibly empty."""
Name = Annotated[
    str, _TRIMMED, Field(min_length=1, max_length=100), AfterValidator(_refuse_control)
]
"""One line with something in it."""
Notes = Annotated[
    str,
    BeforeValidator(_unix_newlines),
    _TRIMMED,
    Field(max_length=500),
    AfterValidator(_refuse_control_but_newlines),
]
"""Some lines."""
Phone = Annotated[
    str, _TRIMMED, Field(min_length=1, max_length=32), AfterValidator(_refuse_control)
]
"""As people write it: with its calling code, or as it is dialled at the address."""
Email = Annotated[
    str,
    Field(max_length=254, json_schema_extra={"format": "email"}),
    AfterValidator(_refuse_control),
    AfterValidator(_email),
]
"""Something that can be an address of the internet."""
Imei = Annotated[str, Field(max_length=20, examples=["490154203237518"]), AfterValidator(_imei)]
"""15 digits with a right check digit."""
SlotId = Annotated[str, Field(max_length=80), AfterValidator(_slot_id)]
"""Of the slot grid."""
Instant = Annotated[datetime, BeforeValidator(_instant)]
"""Aware; taken with any offset, kept in UTC."""
LocalDate = Annotated[date, BeforeValidator(_date)]
"""Local date of a territory."""
Clock = Annotated[str, Field(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
"""Wall clock of a local day, ``HH:MM``."""
CountryCode = Annotated[str, Field(pattern="^([A-Za-z]{2})?$")]
"""ISO 3166, two letters, or nothing."""
Language = Literal["fr", "de", "es", "en"]
"""Languages that customers are written to in."""
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
"""WGS 84 degrees."""
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
"""WGS 84 degrees."""
