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
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from collection.routing.contraction import Contraction, contract, elimination_order

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from collection.routing.contraction import Arcs, Hierarchy
    from collection.routing.streets import Network
    from collection.routing.trees import Starts

CACHE_FILE = "hierarchy.npz"
_FORMAT = 2


def contraction_of(network: Network, cache: Path | None) -> Contraction:
    """Contract a network, or read what an earlier run has kept of it.

    Parameters
    ----------
    network : Network
        The streets.
    cache : Path, optional
        Folder that keeps the result.

    Returns
    -------
    Contraction
        The contracted graph.
    """
    file = None if cache is None else cache / CACHE_FILE
    kept = None if file is None else _read(file, network.fingerprint)
    if kept is not None:
        return kept
    order = elimination_order(network.nodes, network.tail, network.head)
    contraction = contract(order, network.tail, network.head)
    if file is not None:
        _write(contraction, file, network.fingerprint)
    return contraction


class HierarchyEngine:
    """Finds shortest ways in a hierarchy.

    Parameters
    ----------
    hierarchy : Hierarchy
        The contracted graph.
    """

    def __init__(self, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy

    @property
    def locality(self) -> NDArray[np.int32]:
        """Places of the nodes in a walk over the hierarchy, children first."""
        return self._hierarchy.contraction.place

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
        rank, up, down = (
            self._hierarchy.contraction.rank,
            self._hierarchy.up,
            self._hierarchy.down,
        )
        n = len(rank)
        goals, origins = rank[wanted], rank[starts.nodes]
        below = np.zeros(n, dtype=np.bool_)
        below[goals] = True
        _mark_above(down, below)
        # Sources that are near each other in the order stand side by side: a node is
        # reached from below by a short range of columns only, and the rest is left alone.
        low, high = np.full(n, starts.sources), np.zeros(n, dtype=np.int64)
        np.minimum.at(low, origins, starts.columns)
        np.maximum.at(high, origins, starts.columns + 1)
        _spread(up, low, high)

        met = below | (low < high)
        met[goals] = False
        inner = np.flatnonzero(met)
        row = np.full(n, -1)
        row[inner] = np.arange(len(inner))
        row[goals] = np.arange(len(inner), len(inner) + len(goals))
        table = np.full((len(inner) + len(goals), starts.sources), np.inf)
        np.minimum.at(table, (row[origins], starts.columns), starts.costs)
        _climb(up, low, high, row, table)
        _descend(down, below, row, table)
        return table[len(inner) :]

    def tree(self, nodes: NDArray[np.int32], costs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shortest ways from one source to all nodes; see `Engine`.

        Parameters
        ----------
        nodes : ndarray of int32, shape (s,)
            Where the source enters the graph.
        costs : ndarray of float64, shape (s,)
            Weight of the way to each of them; infinite where there is none.

        Returns
        -------
        ndarray of float64, shape (n,)
            Weight of the shortest way to each node; infinite where there is none.
        """
        here = self._hierarchy
        found = np.empty(len(here.contraction.rank))
        _grow(here.up, here.down, here.contraction.rank, nodes, costs, found)
        return found

    def reversed(self) -> HierarchyEngine:
        """Engine of the same streets, driven backwards; see `Engine`.

        Returns
        -------
        HierarchyEngine
            Of the same arcs: those that went up go down.
        """
        here = self._hierarchy
        return HierarchyEngine(replace(here, up=here.down, down=here.up))


@njit(cache=True, nogil=True)
def _mark_above(arcs: Arcs, marked: NDArray[np.bool_]) -> None:
    for rank in range(len(arcs.first) - 1):
        if marked[rank]:
            for arc in range(arcs.first[rank], arcs.first[rank + 1]):
                marked[arcs.upper[arc]] = True


@njit(cache=True, nogil=True)
def _spread(
    arcs: Arcs,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
) -> None:
    for rank in range(len(arcs.first) - 1):
        for arc in range(arcs.first[rank], arcs.first[rank + 1]):
            end = arcs.upper[arc]
            low[end] = min(low[end], low[rank])
            high[end] = max(high[end], high[rank])


@njit(cache=True, nogil=True)
def _climb(
    arcs: Arcs,
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    row: NDArray[np.int64],
    table: NDArray[np.float64],
) -> None:
    for rank in range(len(arcs.first) - 1):
        if low[rank] >= high[rank]:
            continue
        source = table[row[rank]]
        for arc in range(arcs.first[rank], arcs.first[rank + 1]):
            target, cost = table[row[arcs.upper[arc]]], arcs.weight[arc]
            for column in range(low[rank], high[rank]):
                target[column] = min(target[column], source[column] + cost)


@njit(cache=True, nogil=True)
def _descend(
    arcs: Arcs,
    wanted: NDArray[np.bool_],
    row: NDArray[np.int64],
    table: NDArray[np.float64],
) -> None:
    for rank in range(len(arcs.first) - 2, -1, -1):
        if not wanted[rank]:
            continue
        target = table[row[rank]]
        for arc in range(arcs.first[rank], arcs.first[rank + 1]):
            source, cost = table[row[arcs.upper[arc]]], arcs.weight[arc]
            for column in range(table.shape[1]):
                target[column] = min(target[column], source[column] + cost)


@njit(cache=True, nogil=True)
def _grow(  # noqa: PLR0917 - compiled code takes no keywords
    up: Arcs,
    down: Arcs,
    rank: NDArray[np.int32],
    nodes: NDArray[np.int32],
    costs: NDArray[np.float64],
    found: NDArray[np.float64],
) -> None:
    # By rank: what lies above a node lies behind it in memory.
    table = np.full(len(rank), np.inf)
    for start in range(len(nodes)):
        origin = rank[nodes[start]]
        table[origin] = min(table[origin], costs[start])
    for low in range(len(rank)):
        here = table[low]
        if here < np.inf:
            for arc in range(up.first[low], up.first[low + 1]):
                end = up.upper[arc]
                table[end] = min(table[end], here + up.weight[arc])
    for low in range(len(rank) - 1, -1, -1):
        here = table[low]
        for arc in range(down.first[low], down.first[low + 1]):
            here = min(here, table[down.upper[arc]] + down.weight[arc])
        table[low] = here
    for node in range(len(rank)):
        found[node] = table[rank[node]]


def _write(contraction: Contraction, file: Path, fingerprint: str) -> None:
    arrays: dict[str, NDArray[np.generic]] = {
        f.name: getattr(contraction, f.name) for f in fields(Contraction)
    }
    beside = file.with_name(f".{file.stem}.{os.getpid()}.npz")
    try:
        np.savez(
            beside,
            allow_pickle=False,
            fingerprint=np.array(f"{_FORMAT} {fingerprint}"),
            **arrays,
        )
        beside.replace(file)
    except OSError:
        # A cache that cannot be written (a read-only folder) only costs time.
        beside.unlink(missing_ok=True)


def _read(file: Path, fingerprint: str) -> Contraction | None:
    try:
        with np.load(file, allow_pickle=False) as archive:
            if str(archive["fingerprint"]) != f"{_FORMAT} {fingerprint}":
                return None
            return Contraction(**{f.name: archive[f.name] for f in fields(Contraction)})
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # absent or damaged: contract again
