"""The fast engine: a sweep over a contraction hierarchy for all sources at once.

In a hierarchy every shortest way climbs to its highest node and descends. One climb and one
descent over the nodes, each step a vector operation for all sources together, replace a
priority queue per source.

Weights are whole numbers in float64 below 2**53: sums are exact, and the vector units add
and compare them faster than integers of that width.
"""

from __future__ import annotations

import os
import zipfile
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.contraction import Arcs, Hierarchy, contract, elimination_order

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from collection.routing.streets import Network
    from collection.routing.trees import Starts

CACHE_FILE = "hierarchy.npz"
_FORMAT = 1


def hierarchy_of(network: Network, weight: NDArray[np.float64], cache: Path | None) -> Hierarchy:
    """Contract a network, or read what an earlier run has kept of it.

    Parameters
    ----------
    network : Network
        The streets.
    weight : ndarray of float64, shape (m,)
        Weight of each edge.
    cache : Path, optional
        Folder that keeps the result.

    Returns
    -------
    Hierarchy
        The contracted graph.
    """
    file = None if cache is None else cache / CACHE_FILE
    kept = None if file is None else _read(file, network.fingerprint)
    if kept is not None:
        return kept
    order = elimination_order(network.nodes, network.tail, network.head)
    hierarchy = contract(order, network.tail, network.head, weight)
    if file is not None:
        _write(hierarchy, file, network.fingerprint)
    return hierarchy


class HierarchyEngine:
    """Finds shortest ways in a hierarchy.

    Parameters
    ----------
    hierarchy : Hierarchy
        The contracted graph.
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._rank = hierarchy.rank
        self._locality = hierarchy.place
        self._up = hierarchy.up.by_level()
        self._down = hierarchy.down.by_level()
        self._down_of = hierarchy.down.by_node()

    @property
    def locality(self) -> NDArray[np.int32]:
        """Places of the nodes in a walk over the hierarchy, children first."""
        return self._locality

    def distances(self, starts: Starts, wanted: NDArray[np.int32]) -> NDArray[np.float64]:
        """Shortest ways from several sources to several nodes; see `Engine`.

        Parameters
        ----------
        starts : Starts
            Where the c sources start.
        wanted : ndarray of int32, shape (w,)
            Nodes to reach, each once.

        Returns
        -------
        ndarray of float64, shape (w, c)
            Weight of the shortest way; infinite where there is none.
        """
        n = len(self._rank)
        goals, origins = self._rank[wanted], self._rank[starts.nodes]
        below = np.zeros(n, dtype=bool)
        below[goals] = True
        for arcs in self._down:
            below[arcs.upper[below[arcs.lower]]] = True
        # Sources that are near each other in the order stand side by side: a node is
        # reached from below by a short range of columns only, and the rest is left alone.
        low, high = np.full(n, starts.sources), np.zeros(n, dtype=np.int64)
        np.minimum.at(low, origins, starts.columns)
        np.maximum.at(high, origins, starts.columns + 1)
        for arcs in self._up:
            np.minimum.at(low, arcs.upper, low[arcs.lower])
            np.maximum.at(high, arcs.upper, high[arcs.lower])

        met = below | (low < high)
        met[goals] = False
        inner = np.flatnonzero(met)
        place = np.full(n, -1)
        place[inner] = np.arange(len(inner))
        place[goals] = np.arange(len(inner), len(inner) + len(goals))
        table = np.full((len(inner) + len(goals), starts.sources), np.inf)
        np.minimum.at(table, (place[origins], starts.columns), starts.costs)
        self._climb(table, place, low, high)
        self._descend(table, place, np.flatnonzero(below)[::-1])
        return table[len(inner) :]

    def _climb(
        self,
        table: NDArray[np.float64],
        place: NDArray[np.int64],
        low: NDArray[np.int64],
        high: NDArray[np.int64],
    ) -> None:
        # NumPy scatters into one dimension several times faster than into two.
        flat, width = table.reshape(-1), table.shape[1]
        for arcs in self._up:
            start = low[arcs.lower]
            counts = np.maximum(high[arcs.lower] - start, 0)
            total = int(counts.sum())
            if not total:
                continue
            arc = np.repeat(np.arange(len(counts)), counts)
            column = np.arange(total) + (start - np.cumsum(counts) + counts)[arc]
            weight = flat[(place[arcs.lower] * width)[arc] + column] + arcs.weight[arc]
            np.minimum.at(flat, (place[arcs.upper] * width)[arc] + column, weight)

    def _descend(
        self, table: NDArray[np.float64], place: NDArray[np.int64], ranks: NDArray[np.int64]
    ) -> None:
        at = place.tolist()
        rows = {r: table[at[r]] for r in range(len(at)) if at[r] >= 0}
        buffer = np.empty(table.shape[1])
        for r in ranks.tolist():
            row = rows[r]
            for end, weight in self._down_of[r]:
                np.add(rows[end], weight, out=buffer)
                np.minimum(row, buffer, out=row)


def _write(hierarchy: Hierarchy, file: Path, fingerprint: str) -> None:
    arrays: dict[str, NDArray[np.generic]] = {
        "rank": hierarchy.rank,
        "place": hierarchy.place,
        "fingerprint": np.array(f"{_FORMAT} {fingerprint}"),
    }
    for side, arcs in (("up", hierarchy.up), ("down", hierarchy.down)):
        arrays |= {f"{side}_{f.name}": getattr(arcs, f.name) for f in fields(Arcs)}
    beside = file.with_name(f".{file.stem}.{os.getpid()}.npz")
    try:
        np.savez(beside, allow_pickle=False, **arrays)
        beside.replace(file)
    except OSError:
        # A cache that cannot be written (a read-only folder) only costs time.
        beside.unlink(missing_ok=True)


def _read(file: Path, fingerprint: str) -> Hierarchy | None:
    try:
        with np.load(file, allow_pickle=False) as archive:
            if str(archive["fingerprint"]) != f"{_FORMAT} {fingerprint}":
                return None
            up, down = (
                Arcs(**{f.name: archive[f"{side}_{f.name}"] for f in fields(Arcs)})
                for side in ("up", "down")
            )
            return Hierarchy(rank=archive["rank"], place=archive["place"], up=up, down=down)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # absent or damaged: contract again
