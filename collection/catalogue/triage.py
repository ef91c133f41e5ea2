"""What the answers about batteries mean (``data/triage.toml``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from collection.catalogue.files import Strict, parse, read_toml, rejector
from collection.dated_rows import DatedRow
from collection.model import Battery, BatteryClass, TriageRule

if TYPE_CHECKING:
    from pathlib import Path

    from collection.catalogue.files import Reject


class _TriageRow(Strict, DatedRow):
    battery_class: Annotated[BatteryClass, Field(alias="class", strict=False)]
    answers: list[Annotated[Battery, Field(strict=False)]]
    packaging: str = ""
    skill: str = ""
    packages: int = Field(0, ge=0)
    refused: bool = False
    advice: str = ""


class _TriageFile(Strict):
    hazard_packages: int = Field(ge=0)
    rules: list[_TriageRow] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Triage:
    """What stands in ``data/triage.toml``.

    Parameters
    ----------
    rules : tuple of TriageRule
        In the file's order.
    hazard_packages : int
        How many damaged batteries a vehicle carries that says nothing else.
    """

    rules: tuple[TriageRule, ...]
    hazard_packages: int


def read_triage(path: Path) -> Triage:
    """Read the triage.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Triage
        With a rule for every answer.

    Raises
    ------
    InvalidRequest
        If the file is missing or wrong, or an answer leads nowhere; names the field.
    """
    row = parse(_TriageFile, read_toml(path), path)
    reject = rejector(path)
    for index, rule in enumerate(row.rules):
        _check(rule, f"rules.{index}", reject)
    lasting = [rule for rule in row.rules if rule.valid_until is None]
    for answer in Battery:
        if not any(answer in rule.answers for rule in lasting):
            raise reject("rules", f"none without valid_until has the answer {answer.value!r}")
    for battery_class in BatteryClass:
        if not any(rule.battery_class is battery_class for rule in lasting):
            raise reject("rules", f"none without valid_until is of class {battery_class.value!r}")
    return Triage(
        rules=tuple(
            TriageRule(
                **rule.model_dump(exclude={"answers"}),
                answers=frozenset(rule.answers),
            )
            for rule in row.rules
        ),
        hazard_packages=row.hazard_packages,
    )


def _check(rule: _TriageRow, field: str, reject: Reject) -> None:
    if rule.refused:
        if not rule.advice:
            raise reject(f"{field}.advice", "say what to do with what is refused")
        if rule.packaging or rule.skill or rule.packages:
            raise reject(field, "what is refused is neither packed nor carried")
    elif not rule.packaging:
        raise reject(f"{field}.packaging", "say what it is packed in")
