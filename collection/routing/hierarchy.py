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
from typing import TYPE_CHECKING, Any

import numpy as np

from collection.routing.contraction import Arcs, Hierarchy, contract, dissect

if TYPE_CHECKING:
    from collections.abc import Iterable
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
    order = dissect(network.tail, network.head, network.node_lon, network.node_lat)
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
        self._up = hierarchy.up.by_node()
        self._down = hierarchy.down.by_node()
        self._locality = hierarchy.place

    @property
    def locality(self) -> NDArray[np.int32]:
        """Places of the nodes in a walk over the dissection's tree, cell by cell."""
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
        goals = self._rank[wanted].tolist()
        origins = self._rank[starts.nodes].tolist()
        above = _closure(self._up, origins)
        below = _closure(self._down, goals)
        inner = (above | below).difference(goals)
        place = {r: row for row, r in enumerate([*inner, *goals])}
        table = np.full((len(place), starts.sources), np.inf)
        at = np.array([place[r] for r in origins], dtype=np.int64)
        np.minimum.at(table, (at, starts.columns), starts.costs)
        rows = {r: table[row] for r, row in place.items()}
        entries = zip(origins, starts.columns.tolist(), strict=True)
        self._climb(rows, sorted(above), entries, starts.sources)
        self._descend(rows, sorted(below, reverse=True), starts.sources)
        return table[len(inner) :]

    def _climb(
        self,
        rows: dict[int, NDArray[np.float64]],
        ranks: list[int],
        entries: Iterable[tuple[int, int]],
        sources: int,
    ) -> None:
        # Sources that are near each other in the order stand side by side: a node is
        # reached from a short range of columns only, and the rest is left alone.
        low = dict.fromkeys(ranks, sources)
        high = dict.fromkeys(ranks, 0)
        for r, column in entries:
            low[r] = min(low[r], column)
            high[r] = max(high[r], column + 1)
        for r in ranks:
            start, stop = low[r], high[r]
            row = rows[r][start:stop]
            for end, weight in self._up[r]:
                higher = rows[end][start:stop]
                np.minimum(higher, row + weight, out=higher)
                if start < low[end]:
                    low[end] = start
                if stop > high[end]:
                    high[end] = stop

    def _descend(
        self, rows: dict[int, NDArray[np.float64]], ranks: list[int], sources: int
    ) -> None:
        buffer = np.empty(sources)
        for r in ranks:
            row = rows[r]
            for end, weight in self._down[r]:
                np.add(rows[end], weight, out=buffer)
                np.minimum(row, buffer, out=row)


def _closure(arcs: list[list[tuple[int, Any]]], ranks: list[int]) -> set[int]:
    met = set(ranks)
    pending = list(met)
    while pending:
        for end, _ in arcs[pending.pop()]:
            if end not in met:
                met.add(end)
                pending.append(end)
    return met


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
        np.savez(beside, **arrays)
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
