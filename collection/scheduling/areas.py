"""Which territory serves a point."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shapely import STRtree
from shapely.geometry import Point, Polygon

if TYPE_CHECKING:
    from collection.model import Position, Territory


@lru_cache(maxsize=8)
def _tree(territories: tuple[Territory, ...]) -> tuple[STRtree, tuple[int, ...]]:
    polygons: list[Polygon] = []
    owners: list[int] = []
    for index, territory in enumerate(territories):
        for ring in territory.area:
            polygons.append(Polygon(ring))
            owners.append(index)
    return STRtree(polygons), tuple(owners)


def find_territory(territories: tuple[Territory, ...], position: Position) -> Territory | None:
    """Look up the territory of a point.

    Parameters
    ----------
    territories : tuple of Territory
        Where several hold the point, the first wins.
    position : Position
        The point.

    Returns
    -------
    Territory or None
        None where no area holds it.
    """
    tree, owners = _tree(territories)
    hits = tree.query(Point(position.lon, position.lat), predicate="intersects")
    return territories[min(owners[hit] for hit in hits)] if len(hits) else None
