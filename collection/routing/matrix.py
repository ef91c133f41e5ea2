"""Many-to-many travel on a street network, and the ways themselves.

A way is fastest first and shortest second: among equally fast ways the shortest one
counts. Both are packed into one weight, time in the high bits and length in the low ones,
so that a single search finds both exactly, in every engine alike.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import numpy as np

from collection.errors import InvalidRequest
from collection.ports import TravelMatrix
from collection.routing.anchors import Anchors, anchor
from collection.routing.hierarchy import HierarchyEngine, hierarchy_of
from collection.routing.snap import Snapper
from collection.routing.trees import DijkstraEngine
from collection.routing.ways import WayFinder
from collection.routing.weights import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from collection.model import Leg, Position
    from collection.routing.streets import Network
    from collection.routing.trees import Engine

MAX_SNAP_METRES = 300.0

EngineName = Literal["cch", "scipy"]

_ROWS = 64  # of the answer at a time: few enough to stay in the processor's cache
_CELLS = 32_000_000  # of float64: at most 256 MB in one table of an engine


class StreetMatrix:
    """Travel on real streets: the real side of `collection.ports.MatrixSource`.

    Turn restrictions and U-turns are not priced.

    Parameters
    ----------
    network : Network
        The streets.
    engine : {"cch", "scipy"}
        ``cch``: a customizable contraction hierarchy; ``scipy``: Dijkstra, the same
        numbers more slowly and from code that shares nothing with it.
    max_snap_m : float
        A point farther than this from every street is unreachable, in metres.
    cache : Path, optional
        Folder that keeps the hierarchy between runs; best the network's own.
    """

    def __init__(
        self,
        network: Network,
        *,
        engine: EngineName = "cch",
        max_snap_m: float = MAX_SNAP_METRES,
        cache: Path | None = None,
    ) -> None:
        self._network = network
        self._max_snap = max_snap_m
        self._snapper = Snapper(network)
        self._weight = pack(network.seconds, network.metres)
        self._engine = self._make_engine(engine, cache)

    @property
    def fingerprint(self) -> str:
        """Hash of network, speeds and snapping; the same gives the same matrices."""
        text = f"{self._network.fingerprint} {self._max_snap}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        """Travel from each point to each other.

        Parameters
        ----------
        points : Sequence of Position
            The n points.

        Returns
        -------
        TravelMatrix
            Arrays of shape (n, n). Seconds and metres are rounded up, which keeps the
            triangle inequality of the seconds.
        """
        n = len(points)
        snaps = self._snapper.snap(points, self._max_snap)
        places = anchor(self._network, self._weight, snaps)
        seconds = np.empty((n, n), dtype=np.int32)
        metres = np.empty((n, n), dtype=np.int32)
        wanted = places.arrival_nodes()
        here, there, direct = places.direct()
        for sources in self._blocks(places):
            table = self._engine.distances(places.starts(sources), wanted)
            column = np.full(n, -1)
            column[sources] = np.arange(len(sources))
            for start in range(0, n, _ROWS):
                targets = slice(start, start + _ROWS)
                found = places.arrive(table, wanted, targets)
                some = (there >= start) & (there < start + _ROWS) & (column[here] >= 0)
                at = (there[some] - start, column[here[some]])
                np.minimum.at(found, at, direct[some])
                some_seconds, some_metres = unpack(found)
                seconds[sources, targets] = some_seconds.T
                metres[sources, targets] = some_metres.T
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)
        return TravelMatrix(seconds=seconds, metres=metres, snap_metres=snaps.metres)

    def paths(self, sequence: Sequence[Position]) -> tuple[Leg, ...]:
        """Fastest ways along a sequence of points.

        Parameters
        ----------
        sequence : Sequence of Position
            The k points in driving order, all reachable.

        Returns
        -------
        tuple of Leg
            k - 1 ways; lines in degrees, rounded to six decimals.

        Raises
        ------
        InvalidRequest
            If no way leads from a point to the next.
        """
        snaps = self._snapper.snap(sequence, self._max_snap)
        places = anchor(self._network, self._weight, snaps)
        finder = WayFinder(self._network, self._snapper, self._weight, places)
        legs: dict[int, Leg] = {}
        everywhere = np.arange(self._network.nodes, dtype=np.int32)
        for sources in self._blocks(places):
            table = self._engine.distances(places.starts(sources), everywhere)
            for column, source in enumerate(sources.tolist()):
                if source == len(sequence) - 1:
                    continue
                leg = finder.leg(source, source + 1, table[:, column])
                if leg is None:
                    raise InvalidRequest(
                        f"no way leads from point {source} to point {source + 1} of the sequence;"
                        " leave out what the matrix calls unreachable",
                        field=f"sequence.{source + 1}",
                    )
                legs[source] = leg
        return tuple(legs[source] for source in sorted(legs))

    def _blocks(self, places: Anchors) -> Iterator[NDArray[np.int64]]:
        order = np.argsort(places.locality(self._engine.locality), kind="stable")
        size = max(1, _CELLS // max(1, self._network.nodes))
        for start in range(0, len(order), size):
            yield order[start : start + size]

    def _make_engine(self, name: EngineName, cache: Path | None) -> Engine:
        network = self._network
        if name == "scipy":
            return DijkstraEngine(network.nodes, network.tail, network.head, self._weight)
        return HierarchyEngine(hierarchy_of(network, self._weight, cache))
