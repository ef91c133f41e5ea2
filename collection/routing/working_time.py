"""Hours and pauses of a driver's day, as the law of the day says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from collection.dated import in_force
from collection.routing.problem import NO_LIMIT

if TYPE_CHECKING:
    from datetime import date

    from collection.model import BreakRule, Country, Territory, Vehicle
    from collection.units import Seconds

ANY_TIME = (-NO_LIMIT, NO_LIMIT)
"""When a pause that the law asks for may start."""


def breaks_of(territory: Territory, day: date) -> dict[str, Any]:
    """Pauses by the clock and by the law of the day.

    Parameters
    ----------
    territory : Territory
        With its vehicles and its country's rules.
    day : date
        Local date.

    Returns
    -------
    dict of str to Any
        Fields ``pauses``, ``breaks`` and ``rules`` of a problem. A rule may be kept by any
        of its lengths at any time, so each of them is a pause too.
    """
    vehicles = territory.vehicles
    rules = tuple(rules_of(territory.country, vehicle, day) for vehicle in vehicles)
    clock = [tuple((b.earliest, b.latest, b.seconds) for b in v.breaks) for v in vehicles]
    lengths = sorted({n for held in rules for rule in held for n in (rule.pause, rule.least)})
    pauses = list(
        dict.fromkeys([*(row for own in clock for row in own), *((*ANY_TIME, n) for n in lengths)])
    )
    return {
        "pauses": np.array(pauses, dtype=np.int64).reshape(-1, 3),
        "breaks": tuple(tuple(pauses.index(row) for row in own) for own in clock),
        "rules": rules,
    }


def rules_of(country: Country, vehicle: Vehicle, day: date) -> tuple[BreakRule, ...]:
    """Rules on breaks that hold for a vehicle on a day.

    Parameters
    ----------
    country : Country
        Whose rules hold.
    vehicle : Vehicle
        The vehicle.
    day : date
        Local date.

    Returns
    -------
    tuple of BreakRule
        In the country's order.
    """
    return tuple(
        dated.rule
        for dated in in_force(country.break_rules, day)
        if dated.applies_to == "everybody" or vehicle.eu_561
    )


def longest_day(country: Country, vehicle: Vehicle, day: date) -> Seconds | None:
    """Longest time from departure to return that surely keeps the law.

    Parameters
    ----------
    country : Country
        Whose hours hold.
    vehicle : Vehicle
        With its breaks.
    day : date
        Local date.

    Returns
    -------
    int, optional
        Seconds: the hours that may be worked and the pauses that every day as long as that
        has. None where the country's file states no hours.
    """
    hours = country.hours_on(day, "day")
    if hours is None:
        return None
    by_law = [
        rule.pause
        for rule in rules_of(country, vehicle, day)
        if rule.counts == "work" and rule.over < hours.limit
    ]
    # Who is out for longer than that has left before these breaks and is back behind them.
    first_back = vehicle.shift.start + hours.limit
    last_out = vehicle.shift.end + vehicle.overtime - hours.limit
    by_clock = sum(
        pause.seconds
        for pause in vehicle.breaks
        if pause.latest <= first_back and last_out <= pause.earliest + pause.seconds
    )
    return hours.limit + max([by_clock, *by_law])


def most_seconds(country: Country, vehicle: Vehicle, day: date) -> Seconds | None:
    """Longest time from departure to return.

    Parameters
    ----------
    country : Country
        Whose hours hold.
    vehicle : Vehicle
        With its own limit.
    day : date
        Local date.

    Returns
    -------
    int, optional
        Seconds; None for no limit.
    """
    limits = (vehicle.max_seconds, longest_day(country, vehicle, day))
    return min((limit for limit in limits if limit is not None), default=None)
