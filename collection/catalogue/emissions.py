"""Grams of CO2 (``data/emissions.toml``)."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from collection.catalogue.files import Strict, parse, read_toml
from collection.model import Emissions

if TYPE_CHECKING:
    from pathlib import Path

_Range = Annotated[list[int], Field(min_length=2, max_length=2)]


class _VehicleRow(Strict):
    grams_per_km: int = Field(ge=0)
    range: _Range
    by_country: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    valid_from: date
    source: str = Field(min_length=1)


class _ParcelRow(Strict):
    grams: int = Field(ge=0)
    range: _Range
    valid_from: date
    source: str = Field(min_length=1)


class _EmissionsFile(Strict):
    vehicle: dict[str, _VehicleRow]
    parcel: _ParcelRow


def read_emissions(path: Path) -> Emissions:
    """Read what driving and posting emit.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Emissions
        By class of vehicle.

    Raises
    ------
    InvalidRequest
        If the file is missing or wrong; names the field.
    """
    row = parse(_EmissionsFile, read_toml(path), path)
    return Emissions(
        vehicles={name: vehicle.grams_per_km for name, vehicle in row.vehicle.items()},
        countries={
            (name, country): grams
            for name, vehicle in row.vehicle.items()
            for country, grams in vehicle.by_country.items()
        },
        parcel=row.parcel.grams,
        sources={name: vehicle.source for name, vehicle in row.vehicle.items()}
        | {"parcel": row.parcel.source},
    )
