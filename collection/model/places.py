"""Points, addresses, and what geocoders answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Building(StrEnum):
    """Kind of house, which says how long the way to the door takes."""

    HOUSE = "house"
    APARTMENT = "apartment"
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point on the ground, in WGS 84 degrees.

    Parameters
    ----------
    lon : float
        Longitude, -180 to 180.
    lat : float
        Latitude, -90 to 90.
    """

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the devices are.

    Parameters
    ----------
    line1 : str
        Street and house number as the country writes them.
    postcode : str
        Postal code.
    city : str
        Town.
    country : str
        ISO 3166 two-letter code in lower case.
    position : Position
        Where it is on the ground.
    building : Building
        What stands there.
    floor : int
        0 is the ground floor, negative below it.
    lift : bool
        Whether a lift goes there.
    access_notes : str
        Floor, code, concierge: what a driver must know.
    """

    line1: str
    postcode: str
    city: str
    country: str
    position: Position
    building: Building = Building.HOUSE
    floor: int = 0
    lift: bool = True
    access_notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetAddress:
    """A house or a street as the map knows it: one row of the address index.

    Parameters
    ----------
    street : str
        Name of the street, or of the place that numbers its houses.
    number : str
        House number as written on the house; empty for the street itself.
    postcode : str
        Postal code; empty where the map has none.
    city : str
        Town; empty where the map has none.
    position : Position
        The house, or the middle of the street.
    """

    street: str
    number: str
    postcode: str
    city: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressMatch:
    """What a geocoder answers.

    Parameters
    ----------
    label : str
        The whole address in one line, as its country writes it.
    line1 : str
        Street and house number.
    postcode : str
        Postal code; empty where the source has none.
    city : str
        Town; empty where the source has none.
    country : str
        ISO 3166 two-letter code in lower case; empty where the source has none.
    position : Position
        Where it is.
    score : float
        0 to 1; 1 is the address as written.
    exact : bool
        Whether the house itself was found, not only its street.
    """

    label: str
    line1: str
    postcode: str
    city: str
    country: str
    position: Position
    score: float
    exact: bool
