"""The unit of exact costs: parts of a cent, rounded once per route.

    parts = 18 000 * fixed + 5 * seconds * per_hour + 18 * metres * per_km
    cents = (parts + 9 000) // 18 000

18 000 is the least common multiple of 3 600 s per hour and 1 000 m per kilometre.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collection.model import Vehicle
    from collection.units import Cents, Metres, Seconds

COST_PARTS = 18_000
"""Parts of a cent in which costs are summed."""

SECOND_PARTS = COST_PARTS // 3_600
"""Parts of a cent that one second costs at one cent per hour."""

METRE_PARTS = COST_PARTS // 1_000
"""Parts of a cent that one metre costs at one cent per kilometre."""


def to_cents(parts: int) -> Cents:
    """Round parts of a cent.

    Parameters
    ----------
    parts : int
        Parts of a cent, not negative.

    Returns
    -------
    int
        Cents, rounded half up.
    """
    return (parts + COST_PARTS // 2) // COST_PARTS


def bill(vehicle: Vehicle, *, start: Seconds, end: Seconds, metres: Metres) -> Cents:
    """Sum up what a route costs that is given by its ends and its length.

    Parameters
    ----------
    vehicle : Vehicle
        Who drives.
    start : int
        Departure, in seconds of the local day.
    end : int
        Return.
    metres : int
        Driven.

    Returns
    -------
    int
        Cents, as the planner bills them.
    """
    seconds, overtime = max(0, end - start), max(0, end - vehicle.shift.end)
    return to_cents(
        COST_PARTS * vehicle.fixed_cost
        + SECOND_PARTS * (seconds * vehicle.cost_per_hour)
        + SECOND_PARTS * (overtime * vehicle.overtime_cost_per_hour)
        + METRE_PARTS * (metres * vehicle.cost_per_km)
    )
