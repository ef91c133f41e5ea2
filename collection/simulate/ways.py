"""The way from where a van stands to where it goes next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from collection.model import Position

if TYPE_CHECKING:
    from collection.model import Route
    from collection.units import Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A drive as it is planned.

    Parameters
    ----------
    seconds : int
        How long it takes.
    metres : int
        How long it is.
    line : tuple of (float, float)
        Longitudes and latitudes, at least two.
    """

    seconds: Seconds
    metres: Metres
    line: tuple[tuple[float, float], ...]

    def at(self, share: float) -> Position:
        """Find a point of it.

        Parameters
        ----------
        share : float
            How much of it is driven, 0 to 1.

        Returns
        -------
        Position
            On the line.
        """
        # Nearly flat ground: degrees of longitude are shorter, everywhere by the same share.
        narrow = math.cos(math.radians(self.line[0][1]))
        lengths = [math.hypot((b[0] - a[0]) * narrow, b[1] - a[1]) for a, b in pairwise(self.line)]
        ends = list(accumulate(lengths))
        gone = max(0.0, min(1.0, share)) * ends[-1]
        for (a, b), length, end in zip(pairwise(self.line), lengths, ends, strict=True):
            if gone <= end and length:
                left = (end - gone) / length
                lon, lat = (b[axis] + (a[axis] - b[axis]) * left for axis in (0, 1))
                return Position(lon=round(lon, 6), lat=round(lat, 6))
        lon, lat = self.line[-1]
        return Position(lon=lon, lat=lat)


def straight(here: Position, there: Position) -> tuple[tuple[float, float], ...]:
    """Draw the line of a way whose streets nobody looked up.

    Parameters
    ----------
    here : Position
        From where.
    there : Position
        Where to.

    Returns
    -------
    tuple of (float, float)
        Both ends.
    """
    return (here.lon, here.lat), (there.lon, there.lat)


def planned_way(
    route: Route, here: Position, there: Position, *, depot: Position, home: Position
) -> Way | None:
    """Find a way in a route.

    Parameters
    ----------
    route : Route
        As the phone shows it.
    here : Position
        Where the van stands.
    there : Position
        Where it goes.
    depot : Position
        Where the route begins.
    home : Position
        Where it ends.

    Returns
    -------
    Way or None
        None where the route has no such way: what lay between is over or called off.
    """
    visits = route.visits
    places = [depot, *(visit.position for visit in visits), home]
    for number, (before, after) in enumerate(pairwise(places)):
        if (before, after) != (here, there):
            continue
        line = route.legs[number].line if route.legs else straight(here, there)
        if number < len(visits):
            visit = visits[number]
            return Way(seconds=visit.travel, metres=visit.metres, line=line)
        return Way(
            seconds=route.travel - sum(visit.travel for visit in visits),
            metres=route.metres - sum(visit.metres for visit in visits),
            line=line,
        )
    return None
