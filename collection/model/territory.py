"""Who serves an area: depots, vans, shifts, the slot grid."""

from __future__ import annotations

from dataclasses import dataclass

from collection.model.places import Position
from collection.model.requests import Load
from collection.units import Cents, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """A repair hub, where routes start and end.

    Parameters
    ----------
    id : str
        Unique in its territory.
    name : str
        The word people read.
    position : Position
        Where it is.
    """

    id: str
    name: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When a vehicle may be out, in seconds of the local day.

    Parameters
    ----------
    start : int
        Earliest departure from the start depot.
    end : int
        Latest return to the end depot.
    """

    start: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A van with its driver for one day.

    Parameters
    ----------
    id : str
        Unique in its territory.
    name : str
        The word people read.
    shift : Shift
        When it may be out.
    capacity : Load
        What it carries.
    start_depot : str
        Id of the depot it leaves from.
    end_depot : str
        Id of the depot it returns to.
    skills : frozenset of str
        What it and its driver may carry (``battery_trained``).
    fixed_cost : int
        Cents, once if it is used.
    cost_per_hour : int
        Cents per hour from departure to return.
    cost_per_km : int
        Cents per kilometre.
    """

    id: str
    name: str
    shift: Shift
    capacity: Load
    start_depot: str
    end_depot: str
    skills: frozenset[str] = frozenset()
    fixed_cost: Cents
    cost_per_hour: Cents
    cost_per_km: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotWindow:
    """One row of a slot grid, in seconds of the local day.

    Parameters
    ----------
    start : int
        Earliest start of service.
    end : int
        Latest start of service.
    capacity : int
        How many requests it takes.
    """

    start: Seconds
    end: Seconds
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRule:
    """How long a stop takes before its devices are counted.

    Parameters
    ----------
    at_door : int
        Seconds for parking, the way to the door and the papers.
    apartment : int
        Seconds that an apartment house adds: bell, stairs or lift.
    office : int
        Seconds that an office adds: reception, lift.
    unknown_battery : int
        Seconds that each battery of unknown or swollen state adds, to look and to pack.
    """

    at_door: Seconds
    apartment: Seconds
    office: Seconds
    unknown_battery: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What differs by country (``data/countries/*.toml``).

    Parameters
    ----------
    code : str
        ISO 3166 two-letter code in lower case.
    name : str
        The word people read.
    language : str
        Default language of its customers.
    working_weekdays : frozenset of int
        Monday is 0.
    """

    code: str
    name: str
    language: str
    working_weekdays: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """An area that one fleet serves (``data/territories/<id>/``).

    Parameters
    ----------
    id : str
        The word in ids and addresses, lower case letters, digits and ``-``.
    name : str
        The word people read.
    country : Country
        Whose holidays and rules hold.
    subdivision : str, optional
        Region whose own holidays hold too (``BW``), as package holidays names it.
    timezone : str
        IANA name.
    network : str
        Name of the street network, as ``collection network build`` took it.
    area : tuple of rings
        Outlines of the served polygons; each ring is a tuple of (lon, lat), closed.
    depots : tuple of Depot
        At least one.
    vehicles : tuple of Vehicle
        The fleet of a usual day.
    slots : tuple of SlotWindow
        The grid of a working day.
    cut_off : int
        Seconds of the local day *before* the pickup's date, after which a day is frozen.
    booking_days : int
        How many days ahead can be booked.
    service : ServiceRule
        How long a stop takes.
    publish : str
        ``auto``: a plan without violations is published by the night; ``review``: by a
        dispatcher.
    solve_seconds : int
        Time limit of one night's solve.
    """

    id: str
    name: str
    country: Country
    subdivision: str | None
    timezone: str
    network: str
    area: tuple[tuple[tuple[float, float], ...], ...]
    depots: tuple[Depot, ...]
    vehicles: tuple[Vehicle, ...]
    slots: tuple[SlotWindow, ...]
    cut_off: Seconds
    booking_days: int
    service: ServiceRule
    publish: str
    solve_seconds: Seconds
