"""Reads ``data/`` into the model, once, at start."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from collection.catalogue.countries import read_country, read_regulation
from collection.catalogue.devices import read_devices
from collection.catalogue.emissions import read_emissions
from collection.catalogue.files import rejector
from collection.catalogue.live import read_live
from collection.catalogue.territories import read_territory
from collection.catalogue.triage import read_triage
from collection.catalogue.weights import read_weights
from collection.errors import InvalidRequest, NotFound
from collection.model import Emissions, LiveRules

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from collection.model import Country, DeviceType, Territory

__all__ = ["Catalogue", "load_catalogue"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that stands in ``data/``.

    Parameters
    ----------
    countries : Mapping of str to Country
        By code.
    devices : Mapping of str to DeviceType
        By id.
    territories : Mapping of str to Territory
        By id.
    emissions : Emissions
        Grams of CO2 of driving and posting.
    live : LiveRules
        When a running day calls for a dispatcher.
    """

    countries: Mapping[str, Country]
    devices: Mapping[str, DeviceType]
    territories: Mapping[str, Territory]
    emissions: Emissions = field(default_factory=lambda: Emissions(vehicles={}, parcel=0))
    live: LiveRules = field(default_factory=LiveRules)

    def territory(self, territory_id: str) -> Territory:
        """Look up a territory.

        Parameters
        ----------
        territory_id : str
            Its id.

        Returns
        -------
        Territory
            The territory.

        Raises
        ------
        NotFound
            If there is none; names those that exist.
        """
        try:
            return self.territories[territory_id]
        except KeyError:
            known = ", ".join(sorted(self.territories)) or "none"
            message = f"there is no territory {territory_id!r}; known: {known}"
            raise NotFound(message, field="territory") from None


def load_catalogue(folder: Path, *, today: date | None = None) -> Catalogue:
    """Read a data folder.

    Parameters
    ----------
    folder : Path
        Holds ``devices.toml``, ``triage.toml``, ``weights.toml``, ``emissions.toml``,
        ``live.toml``, ``regulations/``, ``countries/`` and ``territories/``.
    today : date, optional
        Date on whose laws the fleets must be able to go out; by default, today's.

    Returns
    -------
    Catalogue
        All of it, validated.

    Raises
    ------
    InvalidRequest
        If a file is missing or wrong; names file and field.
    """
    regulations = {
        path.stem: read_regulation(path) for path in sorted(folder.glob("regulations/*.toml"))
    }
    countries = {
        path.stem: read_country(path, regulations)
        for path in sorted(folder.glob("countries/*.toml"))
    }
    devices = read_devices(folder / "devices.toml")
    weights = read_weights(folder / "weights.toml")
    triage = read_triage(folder / "triage.toml")
    emissions = read_emissions(folder / "emissions.toml")
    territories = {
        path.parent.name: read_territory(
            path, countries, weights, triage, today=today or datetime.now(UTC).date()
        )
        for path in sorted(folder.glob("territories/*/territory.toml"))
    }
    if not territories:
        raise InvalidRequest(f"{folder / 'territories'}: holds no territory")
    _require_co2_classes(folder, territories, emissions)
    return Catalogue(
        countries=countries,
        devices=devices,
        territories=territories,
        emissions=emissions,
        live=read_live(folder / "live.toml"),
    )


def _require_co2_classes(
    folder: Path, territories: Mapping[str, Territory], emissions: Emissions
) -> None:
    for territory in territories.values():
        path = folder / "territories" / territory.id / "territory.toml"
        for index, vehicle in enumerate(territory.vehicles):
            if vehicle.co2_class not in emissions.vehicles:
                known = ", ".join(emissions.vehicles)
                raise rejector(path)(
                    f"vehicles.{index}.co2_class",
                    f"no {vehicle.co2_class!r} in emissions.toml; known: {known}",
                )
