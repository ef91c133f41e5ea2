"""Countries and the laws on their drivers' days (``data/countries/``, ``data/regulations/``)."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from collection.catalogue.files import Strict, parse, read_toml, rejector
from collection.model import BreakRule, Country, DatedRule
from collection.units import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class _RuleRow(Strict):
    counts: Literal["work", "driving"]
    over: int = Field(ge=0, le=DAY)
    stretch: int = Field(ge=1, le=DAY)
    pause: int = Field(ge=1, le=DAY)
    least: int = Field(ge=1, le=DAY)
    valid_from: date
    valid_until: date | None = None
    source: str = Field(min_length=1)


class _CountryFile(Strict):
    code: str
    name: str
    language: str
    working_weekdays: list[Annotated[int, Field(ge=0, le=6)]]
    regulations: list[str] = Field(default_factory=list)
    break_rules: list[_RuleRow] = Field(default_factory=list)


class _RegulationFile(Strict):
    break_rules: list[_RuleRow]


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
    row = parse(_CountryFile, read_toml(path), path)
    for index, name in enumerate(row.regulations):
        if name not in regulations:
            known = ", ".join(regulations) or "none"
            message = f"no regulations/{name}.toml; known: {known}"
            raise rejector(path)(f"regulations.{index}", message)
    own = _rules(row.break_rules, "everybody", path)
    return Country(
        code=row.code,
        name=row.name,
        language=row.language,
        working_weekdays=frozenset(row.working_weekdays),
        break_rules=(*own, *(rule for name in row.regulations for rule in regulations[name])),
    )


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


def _rules(rows: list[_RuleRow], applies_to: str, path: Path) -> tuple[DatedRule, ...]:
    rules = []
    for index, row in enumerate(rows):
        reject, field = rejector(path), f"break_rules.{index}"
        if row.least > row.pause:
            raise reject(f"{field}.least", "must be at most pause: a part is not longer than all")
        if row.valid_until is not None and row.valid_until < row.valid_from:
            raise reject(f"{field}.valid_until", "must not be before valid_from")
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
