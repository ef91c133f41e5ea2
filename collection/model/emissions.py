"""Grams of CO2 of a kilometre and of a posted parcel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collection.model.territory import Vehicle
from collection.units import Metres


@dataclass(frozen=True, slots=True, kw_only=True)
class Emissions:
    """What driving and posting emit (``data/emissions.toml``).

    Parameters
    ----------
    vehicles : Mapping of str to int
        Grams of CO2 equivalents per kilometre, by `Vehicle.co2_class`.
    countries : Mapping of (str, str) to int
        The same by class and country code, where the country's electricity counts.
    parcel : int
        Grams of a posted parcel with its packaging.
    sources : Mapping of str to str
        Where each figure is from, by class and ``parcel``.
    """

    vehicles: Mapping[str, int]
    countries: Mapping[tuple[str, str], int] = field(default_factory=dict)
    parcel: int
    sources: Mapping[str, str] = field(default_factory=dict)

    def grams(self, vehicle: Vehicle, metres: Metres, *, country: str = "") -> float:
        """Work out what a drive emits.

        Parameters
        ----------
        vehicle : Vehicle
            Who drives.
        metres : int
            How far.
        country : str
            ISO code of the country whose electricity it is charged with.

        Returns
        -------
        float
            Grams of CO2 equivalents.
        """
        usual = self.vehicles[vehicle.co2_class]
        return self.countries.get((vehicle.co2_class, country), usual) * metres / 1_000
