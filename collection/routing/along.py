"""How far along a way, and how far off it, a van is; by straight lines on the ground."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.model import Position

METRES_PER_DEGREE = 111_195.0


def apart(one: Position, other: Position) -> float:
    """Distance of two places as the crow flies.

    Parameters
    ----------
    one : Position
        A place.
    other : Position
        Another, not farther than a day's drive.

    Returns
    -------
    float
        Metres.
    """
    east, north = _plane((other.lon, other.lat), (one.lon, one.lat))
    return math.hypot(east, north)


def along(line: Sequence[tuple[float, float]], place: Position) -> tuple[float, float]:
    """Find the point of a way that is nearest to a place.

    Parameters
    ----------
    line : Sequence of (lon, lat)
        Vertices in driving order, at least one.
    place : Position
        Where somebody is.

    Returns
    -------
    tuple of float and float
        Metres from the place to that point, and the share of the way that lies before it,
        0 to 1.
    """
    vertices = [_plane(vertex, (place.lon, place.lat)) for vertex in line]
    nearest, before, driven = math.hypot(*vertices[0]), 0.0, 0.0
    for (x, y), (to_x, to_y) in pairwise(vertices):
        step_x, step_y = to_x - x, to_y - y
        length = math.hypot(step_x, step_y)
        if length > 0:
            share = min(1.0, max(0.0, -(x * step_x + y * step_y) / length**2))
            away = math.hypot(x + share * step_x, y + share * step_y)
            if away < nearest:
                nearest, before = away, driven + share * length
        driven += length
    return nearest, before / driven if driven else 0.0


def _plane(point: tuple[float, float], origin: tuple[float, float]) -> tuple[float, float]:
    """Metres east and north of an origin; exact enough within a town."""
    shrink = math.cos(math.radians((point[1] + origin[1]) / 2))
    return (
        (point[0] - origin[0]) * shrink * METRES_PER_DEGREE,
        (point[1] - origin[1]) * METRES_PER_DEGREE,
    )
