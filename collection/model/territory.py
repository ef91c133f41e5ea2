"""Who serves an area: depots, vans, shifts, the slot grid."""

from __future__ import annotations

from dataclasses import dataclass, field

from collection.model.countries import Country, LocalHoliday
from collection.model.places import Position
from collection.model.requests import Load
from collection.model.rules import ClockBreak, Weights
from collection.model.triage import TriageRule
from collection.units import MINUTE, Cents, Metres, Seconds


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
class Site:
    """A partner point of sale: devices may be dropped off there, and a van emptied.

    Parameters
    ----------
    id : str
        Unique among the sites and depots of its territory.
    name : str
        The word people read.
    position : Position
        Where it is.
    service : int
        Seconds that emptying a van takes.
    opening : tuple of (int, int)
        When that may start, in seconds of the local day: disjoint and in order.
    reload : bool
        Whether vans may be emptied there.
    address : str
        Street and house number; empty where only the name is known.
    capacity : int
        How many devices it keeps for customers; 0 where none can be dropped off.
    """

    id: str
    name: str
    position: Position
    service: Seconds
    opening: tuple[tuple[Seconds, Seconds], ...]
    reload: bool = True
    address: str = ""
    capacity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When a vehicle may be out, in seconds of the local day.

    Parameters
    ----------
    start : int
        Earliest departure from the start depot.
    end : int
        Latest return to the end depot, but for a vehicle's overtime.
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
    overtime : int
        Seconds that it may return after its shift's end.
    overtime_cost_per_hour : int
        Cents per hour of that, on top of `cost_per_hour`.
    max_metres : int, optional
        Range.
    max_stops : int, optional
        Most requests.
    max_seconds : int, optional
        Longest time from departure to return.
    speed_percent : int
        Its speed in hundredths of what the streets give: a cargo bike has less than 100.
    emission_class : str
        What low-emission zones ask for; one that is empty may go everywhere.
    breaks : tuple of ClockBreak
        Pauses at fixed times of the day.
    eu_561 : bool
        Whether it falls under regulation (EC) 561/2006.
    driver : str
        Id of its driver; empty for whoever comes.
    home : Position, optional
        Middle of the area that the driver knows.
    reload_sites : frozenset of str, optional
        Depots and sites where it may be emptied; None for all.
    co2_class : str
        Row of ``data/emissions.toml`` that tells what a kilometre of it emits.
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
    overtime: Seconds = 0
    overtime_cost_per_hour: Cents = 0
    max_metres: Metres | None = None
    max_stops: int | None = None
    max_seconds: Seconds | None = None
    speed_percent: int = 100
    emission_class: str = ""
    breaks: tuple[ClockBreak, ...] = ()
    eu_561: bool = False
    driver: str = ""
    home: Position | None = None
    reload_sites: frozenset[str] | None = None
    co2_class: str = "diesel_van"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotWindow:
    """One row of a slot grid, in seconds of the local day.

    Parameters
    ----------
    start : int
        Earliest start of service.
    end : int
        Latest start of service.
    """

    start: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRule:
    """How long a stop takes before its devices are counted.

    Parameters
    ----------
    at_door : int
        Seconds for the way to the door and the papers.
    apartment : int
        Seconds that an apartment house adds: bell, stairs or lift.
    office : int
        Seconds that an office adds: reception, lift.
    unknown_battery : int
        Seconds that each battery of unknown or swollen state adds, to look and to pack.
    setup : int
        Seconds for parking and set-up, once for all requests in a row at one address.
    per_floor : int
        Seconds that each floor up or down adds where there is no lift.
    """

    at_door: Seconds
    apartment: Seconds
    office: Seconds
    unknown_battery: Seconds
    setup: Seconds = 0
    per_floor: Seconds = 0


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
    sites : tuple of Site
        Partner points of sale.
    reload_at_depots : bool
        Whether a van may be emptied at a depot during its shift.
    reload_seconds : int
        Seconds that this takes.
    weights : Weights
        What a plan weighs beside its bill.
    triage : tuple of TriageRule
        What the answers about batteries mean.
    labels_required : bool
        Whether a stop is only collected when each of its devices bears a label, or it is
        told why the device stays.
    holidays : tuple of LocalHoliday
        Of the place, then of the country, beside those that package holidays knows; of two
        that mean one day the first counts.
    slack : int
        Seconds before the end of a promised window that a night keeps free where it can, so
        that a drive that takes longer than planned breaks no promise.
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
    sites: tuple[Site, ...] = ()
    reload_at_depots: bool = True
    reload_seconds: Seconds = 10 * MINUTE
    weights: Weights = field(default_factory=Weights)
    triage: tuple[TriageRule, ...] = ()
    labels_required: bool = False
    holidays: tuple[LocalHoliday, ...] = ()
    slack: Seconds = 0

    @property
    def places(self) -> tuple[Depot | Site, ...]:
        """Depots, then sites."""
        return (*self.depots, *self.sites)
