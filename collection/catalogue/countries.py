"""Countries and the laws on their drivers' days (``data/countries/``, ``data/regulations/``)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import holidays
import phonenumbers
from pydantic import AfterValidator, Field

from collection.catalogue.files import Strict, TimeZone, parse, read_toml, rejector
from collection.catalogue.holidays import HolidayRow, local_holidays
from collection.dated import overlap
from collection.dated_rows import DatedRow
from collection.model import (
    BreakRule,
    Country,
    DatedRule,
    EmissionScheme,
    HoursRule,
    PhoneRule,
    PostcodeRule,
)
from collection.units import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from collection.catalogue.files import Reject
    from collection.dated import Dated

_Language = Literal["fr", "de", "es", "en"]  # those that messages are written in


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression ({error})") from None
    return text


class _BreakRow(Strict, DatedRow):
    counts: Literal["work", "driving"]
    over: int = Field(ge=0, le=DAY)
    stretch: int = Field(ge=1, le=DAY)
    pause: int = Field(ge=1, le=DAY)
    least: int = Field(ge=1, le=DAY)


class _HoursRow(Strict, DatedRow):
    per: Literal["day", "week"]
    limit: int = Field(ge=1, le=7 * DAY)


class _PhoneRow(Strict, DatedRow):
    calling_code: str
    region: str
    example: str


class _PostcodeRow(Strict, DatedRow):
    pattern: Annotated[str, AfterValidator(_pattern)]
    example: str
    prefixes: list[str] = Field(default_factory=list)


class _EmissionRow(Strict, DatedRow):
    name: str = Field(min_length=1)
    classes: list[Annotated[str, Field(min_length=1)]] = Field(min_length=1)


class _CountryFile(Strict):
    code: str
    name: str
    language: _Language
    languages: list[_Language]
    time_zone: TimeZone
    other_time_zones: dict[str, TimeZone] = Field(default_factory=dict)
    not_served: list[str] = Field(default_factory=list)
    working_weekdays: list[Annotated[int, Field(ge=0, le=6)]]
    regulations: list[str] = Field(default_factory=list)
    break_rules: list[_BreakRow] = Field(default_factory=list)
    working_hours: list[_HoursRow] = Field(default_factory=list)
    phones: list[_PhoneRow] = Field(default_factory=list)
    postcodes: list[_PostcodeRow] = Field(default_factory=list)
    emission_classes: list[_EmissionRow] = Field(default_factory=list)
    holidays: list[HolidayRow] = Field(default_factory=list)


class _RegulationFile(Strict):
    break_rules: list[_BreakRow]


def read_country(path: Path, regulations: Mapping[str, tuple[DatedRule, ...]]) -> Country:
    """Read a country.

    Parameters
    ----------
    path : Path
        The file.
    regulations : Mapping of str to tuple of DatedRule
        Those that countries share, by name.

    Returns
    -------
    Country
        With its own rules, then those of its regulations.

    Raises
    ------
    InvalidRequest
        If the file is wrong; names the field.
    """
    row, reject = parse(_CountryFile, read_toml(path), path), rejector(path)
    _check_names(row, path.stem, regulations, reject)
    own = _rules(row.break_rules, "everybody", path)
    country = Country(
        code=row.code,
        name=row.name,
        language=row.language,
        languages=tuple(row.languages),
        time_zone=row.time_zone,
        other_time_zones=tuple(row.other_time_zones.items()),
        not_served=frozenset(row.not_served),
        working_weekdays=frozenset(row.working_weekdays),
        break_rules=(*own, *(rule for name in row.regulations for rule in regulations[name])),
        hours=tuple(HoursRule(**hours.model_dump()) for hours in row.working_hours),
        phones=tuple(PhoneRule(**phone.model_dump()) for phone in row.phones),
        postcodes=tuple(
            PostcodeRule(**{**code.model_dump(), "prefixes": tuple(code.prefixes)})
            for code in row.postcodes
        ),
        emission_schemes=tuple(
            EmissionScheme(**{**scheme.model_dump(), "classes": tuple(scheme.classes)})
            for scheme in row.emission_classes
        ),
        holidays=local_holidays(row.holidays, reject),
    )
    for per in ("day", "week"):
        hours = [rule for rule in country.hours if rule.per == per]
        _refuse_overlap(hours, "working_hours", reject)
    _refuse_overlap(country.phones, "phones", reject)
    _refuse_overlap(country.postcodes, "postcodes", reject)
    _refuse_overlap(country.emission_schemes, "emission_classes", reject)
    _check_examples(country, reject)
    return country


def read_regulation(path: Path) -> tuple[DatedRule, ...]:
    """Read a law that several countries share and some vehicles fall under.

    Parameters
    ----------
    path : Path
        The file, whose name without its ending vehicles are marked with.

    Returns
    -------
    tuple of DatedRule
        Its rules.

    Raises
    ------
    InvalidRequest
        If the file is wrong; names the field.
    """
    return _rules(parse(_RegulationFile, read_toml(path), path).break_rules, path.stem, path)


def _check_names(
    row: _CountryFile, stem: str, regulations: Mapping[str, object], reject: Reject
) -> None:
    if row.code != stem or row.code.upper() not in holidays.list_supported_countries():
        raise reject(
            "code", f"must be the file's name {stem!r}, a code that package holidays knows"
        )
    if row.language not in row.languages:
        raise reject("languages", f"lacks language, which is {row.language!r}")
    for index, name in enumerate(row.regulations):
        if name not in regulations:
            known = ", ".join(regulations) or "none"
            message = f"no regulations/{name}.toml; known: {known}"
            raise reject(f"regulations.{index}", message)


def _check_examples(country: Country, reject: Reject) -> None:
    """Require that what people are told to write is right."""
    for index, phone in enumerate(country.phones):
        code = phonenumbers.country_code_for_region(phone.region)
        if phone.calling_code != f"+{code}":
            message = f"must be '+{code}', which belongs to region {phone.region!r}"
            raise reject(f"phones.{index}.calling_code", message)
        if not _is_number(phone.example, phone.region):
            raise reject(f"phones.{index}.example", f"is no number of region {phone.region!r}")
    for index, postcode in enumerate(country.postcodes):
        if not re.fullmatch(postcode.pattern, postcode.example):
            raise reject(f"postcodes.{index}.example", "does not match pattern")


def _is_number(text: str, region: str) -> bool:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number_for_region(number, region)


def _refuse_overlap(rows: Sequence[Dated], field: str, reject: Reject) -> None:
    if both := overlap(rows):
        message = f"two rows hold on {both[1].valid_from}; end the earlier one with valid_until"
        raise reject(f"{field}.valid_until", message)


def _rules(rows: list[_BreakRow], applies_to: str, path: Path) -> tuple[DatedRule, ...]:
    rules = []
    for index, row in enumerate(rows):
        if row.least > row.pause:
            message = "must be at most pause: a part is not longer than all"
            raise rejector(path)(f"break_rules.{index}.least", message)
        rules.append(
            DatedRule(
                rule=BreakRule(
                    counts=row.counts,
                    over=row.over,
                    stretch=row.stretch,
                    pause=row.pause,
                    least=row.least,
                ),
                applies_to=applies_to,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                source=row.source,
            )
        )
    return tuple(rules)
