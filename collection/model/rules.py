"""Rules of working time, fairness, and what a dispatcher asks of a plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from collection.dated import Dated
from collection.units import MINUTE, Cents, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockBreak:
    """A pause at a time of the day, as lunch.

    Parameters
    ----------
    earliest : int
        First second of the local day at which it may start.
    latest : int
        Last one.
    seconds : int
        How long it lasts.
    """

    earliest: Seconds
    latest: Seconds
    seconds: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRule:
    """A rule on pauses by hours worked or driven (``data/countries/*.toml``).

    Parameters
    ----------
    counts : str
        ``work``: from departure to return without pauses; ``driving``: travel only.
    over : int
        Seconds of it above which the rule holds for a route.
    stretch : int
        Longest stretch of it without a pause of at least `least`.
    pause : int
        Seconds that pauses of at least `least` must add up to.
    least : int
        Shortest pause that counts.
    """

    counts: str
    over: Seconds
    stretch: Seconds
    pause: Seconds
    least: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRule(Dated):
    """A break rule, and from when to when it is the law.

    Parameters
    ----------
    rule : BreakRule
        What holds.
    applies_to : str
        ``everybody``, or ``eu_561``: vehicles under regulation (EC) 561/2006.
    """

    rule: BreakRule
    applies_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """A price on uneven days of the drivers who go out.

    Parameters
    ----------
    measure : str
        ``time``: from departure to return; ``stops``: requests.
    price : int
        Cents for each hour, or each stop, between the longest day and the shortest.
    """

    measure: str
    price: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a plan weighs that is no bill, in cents (``data/weights.toml``).

    Parameters
    ----------
    unassigned : int
        A request of priority 0 that is left out.
    priority_factor : int
        By how much each step of priority multiplies it.
    unfamiliar_driver : int
        A request whose familiar driver is another.
    change_of_driver : int
        A request that an earlier plan gave to another vehicle.
    change_of_time : int
        A request whose service starts outside of what was announced.
    announced_within : int
        Seconds before and after a published start that count as announced.
    per_km_from_home : int
        A kilometre between a stop and the circle that its driver knows.
    home_radius : int
        Metres of that circle.
    fairness : Fairness, optional
        A price on uneven days.
    """

    unassigned: Cents = 100_000
    priority_factor: int = 2
    unfamiliar_driver: Cents = 0
    change_of_driver: Cents = 0
    change_of_time: Cents = 0
    announced_within: Seconds = 30 * MINUTE
    per_km_from_home: Cents = 0
    home_radius: int = 0
    fairness: Fairness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """What a dispatcher, or an earlier plan, asks of a plan.

    Parameters
    ----------
    prefixes : Mapping of str to tuple of str
        By vehicle: requests that its route begins with, in this order.
    vehicles : Mapping of str to str
        By request: the only vehicle that may serve it.
    together : tuple of frozenset of str
        Requests of which the served ones share a van; no request in two of them.
    apart : tuple of frozenset of str
        Requests of which no two share a van.
    familiar : Mapping of str to str
        By request: id of the driver whom the customer knows.
    earlier : str, optional
        Id of a plan whose drivers and times are known to people; changes have a price.
    """

    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vehicles: Mapping[str, str] = field(default_factory=dict)
    together: tuple[frozenset[str], ...] = ()
    apart: tuple[frozenset[str], ...] = ()
    familiar: Mapping[str, str] = field(default_factory=dict)
    earlier: str | None = None

    def among(self, requests: Collection[str], vehicles: Collection[str]) -> Instructions:
        """Leave out what is asked of requests and vehicles that are not there.

        Parameters
        ----------
        requests : Collection of str
            Ids of those that are.
        vehicles : Collection of str
            Likewise.

        Returns
        -------
        Instructions
            The rest.
        """
        return replace(
            self,
            prefixes={
                vehicle: tuple(request for request in prefix if request in requests)
                for vehicle, prefix in self.prefixes.items()
                if vehicle in vehicles
            },
            vehicles={
                request: vehicle
                for request, vehicle in self.vehicles.items()
                if request in requests and vehicle in vehicles
            },
            together=tuple(group.intersection(requests) for group in self.together),
            apart=tuple(group.intersection(requests) for group in self.apart),
            familiar={
                request: driver for request, driver in self.familiar.items() if request in requests
            },
        )
