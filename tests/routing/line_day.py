"""A day of bare integers whose figures can be worked out by heart.

The depot and four requests stand in a row, 600 s and 5 000 m apart. A stop takes 300 s.
A second costs one cent (3 600 cents an hour), a kilometre 100 cents, a van 1 000 cents.
"""

from datetime import date
from types import SimpleNamespace

import numpy as np

from collection.model import Position
from collection.routing.check_solution import verdict
from collection.routing.problem import Problem
from collection.units import HOUR

OPENING, CLOSING = 8 * HOUR, 18 * HOUR
APART = abs(np.subtract.outer(np.arange(5), np.arange(5)))
SECONDS, METRES = 600 * APART, 5_000 * APART


def line_day(**changes):
    fields = {
        "territory": "line",
        "day": date(2026, 3, 4),
        "request_ids": ("a", "b", "c", "d"),
        "vehicle_ids": ("van-1", "van-2"),
        "positions": (Position(lon=0.0, lat=0.0),) * 5,
        "depots": 1,
        "seconds": SECONDS,
        "metres": METRES,
        "service": np.full(4, 300),
        "loads": np.ones((4, 1), dtype=np.int64),
        "windows": (((OPENING, CLOSING),),) * 4,
        "prices": np.full(4, 50_000),
        "shifts": np.array([[OPENING, CLOSING]] * 2),
        "capacities": np.full((2, 1), 10),
        "starts": np.zeros(2, dtype=np.int64),
        "ends": np.zeros(2, dtype=np.int64),
        "fixed_costs": np.full(2, 1_000),
        "hour_costs": np.full(2, 3_600),
        "km_costs": np.full(2, 100),
    }
    return Problem(**{**fields, **changes})


def both(value):
    """The same for both vans."""
    return np.full(2, value)


def found(problem, routes, **stated):
    """Names of the violations; a route that is left out is empty."""
    whole = (*routes, *((),) * (2 - len(routes)))
    violations = verdict(problem, whole, **stated).violations
    assert all(violation.detail for violation in violations)
    return [violation.constraint for violation in violations]


def times(departure, arrivals, starts, departures, end):
    return SimpleNamespace(
        departure=departure, arrivals=arrivals, starts=starts, departures=departures, end=end
    )


STAYS = times(OPENING, (), (), (), OPENING)
