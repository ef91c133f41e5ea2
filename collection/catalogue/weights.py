"""What a plan weighs beside its bill (``data/weights.toml``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from collection.catalogue.files import Strict, parse, read_toml
from collection.model import Fairness, Weights
from collection.units import MINUTE

if TYPE_CHECKING:
    from pathlib import Path

MAX_CENTS = 100_000_000
"""No weight is heavier."""


class _FairnessTable(Strict):
    measure: Literal["time", "stops"]
    price: int = Field(ge=0, le=MAX_CENTS)


class _WeightsFile(Strict):
    unassigned: int = Field(ge=1, le=MAX_CENTS)
    priority_factor: int = Field(ge=1, le=10)
    unfamiliar_driver: int = Field(ge=0, le=MAX_CENTS)
    change_of_driver: int = Field(ge=0, le=MAX_CENTS)
    change_of_time: int = Field(ge=0, le=MAX_CENTS)
    announced_minutes: int = Field(ge=0, le=1_440)
    per_km_from_home: int = Field(ge=0, le=MAX_CENTS)
    home_radius: int = Field(ge=0)
    fairness: _FairnessTable


def read_weights(path: Path) -> Weights:
    """Read the weights.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Weights
        Without fairness where its price is 0.

    Raises
    ------
    InvalidRequest
        If the file is missing or wrong; names the field.
    """
    row = parse(_WeightsFile, read_toml(path), path)
    return Weights(
        unassigned=row.unassigned,
        priority_factor=row.priority_factor,
        unfamiliar_driver=row.unfamiliar_driver,
        change_of_driver=row.change_of_driver,
        change_of_time=row.change_of_time,
        announced_within=row.announced_minutes * MINUTE,
        per_km_from_home=row.per_km_from_home,
        home_radius=row.home_radius,
        fairness=Fairness(**row.fairness.model_dump()) if row.fairness.price else None,
    )
