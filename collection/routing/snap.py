"""Puts points on streets: the nearest point of the nearest edge."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING

import numpy as np
import shapely

from collection.ports import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.model import Position
    from collection.routing.streets import Network

_KNOWN = 20_000  # points whose street is remembered
_METRES_PER_DEGREE = 111_195.0  # of latitude, on a sphere of 6,371 km


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snaps:
    """Where n points are on the network.

    Parameters
    ----------
    edge : ndarray of int32, shape (n,)
        The edge each point is on; -1 where none is near enough.
    fraction : ndarray of float64, shape (n,)
        How far along that edge, 0 at its tail to 1 at its head.
    metres : ndarray of int32, shape (n,)
        From the point to the street; `UNREACHABLE` where none is near enough.
    """

    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    metres: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """The s streets of a network on a plane, in metres.

    The plane touches the earth at the network's middle latitude, which is right to a few
    metres per kilometre within a territory.

    Parameters
    ----------
    scale : ndarray of float64, shape (2,)
        Metres per degree of longitude and of latitude.
    edges : ndarray of int64, shape (s,)
        One edge of each street: its two directions share their geometry.
    lines : ndarray of shapely lines, shape (s,)
        The streets.
    """

    scale: NDArray[np.float64]
    edges: NDArray[np.int64]
    lines: NDArray[np.object_]


def plane_of(network: Network) -> Plane:
    """Lay the streets of a network on a plane.

    Parameters
    ----------
    network : Network
        The streets.

    Returns
    -------
    Plane
        Each street once.
    """
    middle = (network.node_lat.min() + network.node_lat.max()) / 2
    scale = np.array([cos(radians(middle)), 1.0]) * _METRES_PER_DEGREE
    edges = network.streets
    counts = np.diff(network.offset)
    keep = np.zeros(network.edges, dtype=bool)
    keep[edges] = True
    vertices = np.column_stack((network.lon, network.lat))[np.repeat(keep, counts)]
    owner = np.repeat(np.arange(len(edges)), counts[edges])
    return Plane(
        scale=scale, edges=edges, lines=shapely.linestrings(vertices * scale, indices=owner)
    )


class Snapper:
    """Finds the nearest street of any point.

    Parameters
    ----------
    network : Network
        The streets.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        plane = plane_of(network)
        self._scale, self._edges, self._lines = plane.scale, plane.edges, plane.lines
        # Small nodes halve the time of a search for the nearest line.
        self._tree = shapely.STRtree(self._lines, node_capacity=4)

    def snap(self, points: Sequence[Position], max_metres: float) -> Snaps:
        """Put points on streets.

        Parameters
        ----------
        points : Sequence of Position
            The n points.
        max_metres : float
            Farther than this from every street is off the network.

        Returns
        -------
        Snaps
            Arrays of shape (n,).
        """
        n = len(points)
        edge = np.full(n, -1, dtype=np.int32)
        fraction = np.zeros(n)
        metres = np.full(n, UNREACHABLE, dtype=np.int32)
        places = np.array([(p.lon, p.lat) for p in points], dtype=np.float64).reshape(n, 2)
        known = np.flatnonzero(np.isfinite(places).all(axis=1))
        spots = shapely.points(places[known] * self._scale)
        # Where several streets are equally near (a corner), the lowest edge is taken: the
        # order in which the tree meets them is its own business.
        who, which = self._tree.query_nearest(spots, all_matches=True)
        order = np.lexsort((which, who))
        who, first = np.unique(who[order], return_index=True)
        line = which[order][first]
        apart = shapely.distance(self._lines[line], spots[who])
        near = apart <= max_metres
        who, line, apart = who[near], line[near], apart[near]
        edge[known[who]] = self._edges[line]
        fraction[known[who]] = shapely.line_locate_point(
            self._lines[line], spots[who], normalized=True
        )
        metres[known[who]] = np.ceil(apart)
        return Snaps(edge=edge, fraction=np.clip(np.nan_to_num(fraction), 0, 1), metres=metres)

    def cut(self, edge: int, start: float, end: float) -> NDArray[np.float64]:
        """Part of an edge.

        Parameters
        ----------
        edge : int
            Which.
        start, end : float
            Fractions of its length, `start` not above `end`.

        Returns
        -------
        ndarray of float64, shape (k, 2)
            Longitude and latitude of the part's vertices in driving order, at least two.
        """
        vertices = self._network.vertices(edge)
        if start == 0 and end == 1:
            return vertices
        steps = np.hypot(*(np.diff(vertices, axis=0) * self._scale).T)
        along = np.concatenate(([0.0], np.cumsum(steps)))
        at = np.array([start, end]) * along[-1]
        ends = np.column_stack([np.interp(at, along, vertices[:, axis]) for axis in (0, 1)])
        inside = (along > at[0]) & (along < at[1])
        return np.concatenate((ends[:1], vertices[inside], ends[1:]))


class KnownSnaps:
    """Snaps points of which most were asked for before; threads may share one.

    Parameters
    ----------
    snapper : Snapper
        Of the network.
    max_metres : float
        Farther than this from every street is off the network.
    """

    def __init__(self, snapper: Snapper, max_metres: float) -> None:
        self._snapper = snapper
        self._max_metres = max_metres
        self._known: dict[Position, tuple[np.int32, np.float64, np.int32]] = {}

    def snap(self, points: Sequence[Position]) -> Snaps:
        """Put points on streets.

        Parameters
        ----------
        points : Sequence of Position
            The n points.

        Returns
        -------
        Snaps
            Arrays of shape (n,).
        """
        known = self._known
        new = [point for point in dict.fromkeys(points) if point not in known]
        if len(known) + len(new) > _KNOWN:
            # Another thread may still read the old ones.
            known, new = {}, list(dict.fromkeys(points))
            self._known = known
        if new:
            found = self._snapper.snap(new, self._max_metres)
            known.update(
                zip(new, zip(found.edge, found.fraction, found.metres, strict=True), strict=True)
            )
        rows = [known[point] for point in points]
        return Snaps(
            edge=np.array([row[0] for row in rows], dtype=np.int32),
            fraction=np.array([row[1] for row in rows], dtype=np.float64),
            metres=np.array([row[2] for row in rows], dtype=np.int32),
        )
