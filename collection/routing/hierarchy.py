"""A customizable contraction hierarchy: many shortest-path trees at once, in NumPy.

Nodes are contracted in the order of a nested dissection, which pyroutingkit computes.
The arcs that contraction adds depend on the order alone; `Hierarchy.customise` gives them
weights. In a hierarchy every shortest way climbs to its highest node and descends, so one
climb and one descent over the nodes, each a few vector operations for all sources
together, replace a priority queue per source.

Weights are whole numbers in float64 below 2**53: sums are exact, and the vector units add
and compare them faster than integers of that width.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    import pyroutingkit
except ImportError:  # no wheel for this platform
    pyroutingkit = None

AVAILABLE: bool = pyroutingkit is not None
"""Whether this platform can order nodes."""


def dissect(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Order nodes by nested dissection.

    Parameters
    ----------
    tail, head : ndarray of int32, shape (m,)
        Nodes of each edge.
    lon, lat : ndarray of float64, shape (n,)
        Nodes in degrees.

    Returns
    -------
    ndarray of int32, shape (n,)
        Nodes in the order in which they are contracted: separators last.
    """
    topology = pyroutingkit.CCHTopology()
    topology.build(
        tail.astype(np.uint32),
        head.astype(np.uint32),
        lat.astype(np.float32),
        lon.astype(np.float32),
        len(lon),
    )
    # The order is not in the library's interface, but it is in what it saves.
    with TemporaryDirectory() as folder:
        topology.save(folder)
        return np.fromfile(Path(folder) / "order", dtype=np.uint32).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arcs:
    """Arcs between each node and higher ones, all in one direction; a of them.

    Parameters
    ----------
    first : ndarray of int64, shape (n + 1,)
        Arcs of the node of rank r are ``first[r]`` up to, not including, ``first[r + 1]``.
    upper : ndarray of int32, shape (a,)
        Rank of each arc's upper end.
    weight : ndarray of float64, shape (a,)
        Of the shortest way that the arc stands for.
    """

    first: NDArray[np.int64]
    upper: NDArray[np.int32]
    weight: NDArray[np.float64]

    def by_node(self) -> list[list[tuple[int, float]]]:
        """Upper end and weight of the arcs of each node, by rank.

        Returns
        -------
        list of list of (int, float)
            Plain numbers, for loops.
        """
        pairs = list(zip(self.upper.tolist(), self.weight.tolist(), strict=True))
        first = self.first.tolist()
        return [pairs[start:end] for start, end in pairwise(first)]

    def only(self, keep: NDArray[np.bool_]) -> Arcs:
        """Leave arcs out.

        Parameters
        ----------
        keep : ndarray of bool, shape (a,)
            Which stay.

        Returns
        -------
        Arcs
            The rest.
        """
        kept = np.concatenate(([0], np.cumsum(keep)))
        return Arcs(first=kept[self.first], upper=self.upper[keep], weight=self.weight[keep])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """A contracted graph, of n nodes.

    Parameters
    ----------
    rank : ndarray of int32, shape (n,)
        When each node is contracted.
    up : Arcs
        From each node to higher ones.
    down : Arcs
        To each node from higher ones.
    """

    rank: NDArray[np.int32]
    up: Arcs
    down: Arcs

    @classmethod
    def build(
        cls,
        order: NDArray[np.int32],
        tail: NDArray[np.int32],
        head: NDArray[np.int32],
        weight: NDArray[np.float64],
    ) -> Self:
        """Contract all nodes.

        Parameters
        ----------
        order : ndarray of int32, shape (n,)
            As `dissect` gives it.
        tail, head : ndarray of int32, shape (m,)
            Nodes of each edge.
        weight : ndarray of float64, shape (m,)
            Whole and positive.

        Returns
        -------
        Hierarchy
            With those arcs only that are shortest ways themselves.
        """
        n = len(order)
        rank = np.empty(n, dtype=np.int32)
        rank[order] = np.arange(n, dtype=np.int32)
        first, upper = _contract(n, rank[tail], rank[head])
        up = np.full(len(upper), np.inf)
        down = np.full(len(upper), np.inf)
        # An arc is found by one number: lower end times n plus upper end, ascending.
        key = np.repeat(np.arange(n, dtype=np.int64), np.diff(first)) * n + upper
        a, b = rank[tail].astype(np.int64), rank[head].astype(np.int64)
        climbs, falls = a < b, a > b
        np.minimum.at(up, np.searchsorted(key, a[climbs] * n + b[climbs]), weight[climbs])
        np.minimum.at(down, np.searchsorted(key, b[falls] * n + a[falls]), weight[falls])

        triangles = []
        for r in range(n):
            ends = upper[first[r] : first[r + 1]].astype(np.int64)
            if len(ends) < 2:
                continue
            low, high = np.triu_indices(len(ends), 1)
            far = np.searchsorted(key, ends[low] * n + ends[high])
            triangles.append((low + first[r], high + first[r], far))
        for low, high, far in triangles:
            up[far] = np.minimum(up[far], down[low] + up[high])
            down[far] = np.minimum(down[far], down[high] + up[low])
        # The same triangles from the top give each arc the shortest way between its ends.
        # An arc that is longer than that is on no shortest way and is left out.
        exact_up, exact_down = up.copy(), down.copy()
        for low, high, far in reversed(triangles):
            np.minimum.at(exact_up, low, up[high] + exact_down[far])
            np.minimum.at(exact_up, high, up[low] + exact_up[far])
            np.minimum.at(exact_down, low, exact_up[far] + down[high])
            np.minimum.at(exact_down, high, exact_down[far] + down[low])
        arcs = Arcs(first=first, upper=upper, weight=up)
        return cls(
            rank=rank,
            up=arcs.only(np.isfinite(up) & (up == exact_up)),
            down=replace(arcs, weight=down).only(np.isfinite(down) & (down == exact_down)),
        )


class Sweeper:
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

    def distances(self, starts: Starts, wanted: NDArray[np.int32]) -> NDArray[np.float64]:
        """Shortest ways from several sources to several nodes.

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
        goals = self._rank[wanted]
        origins = self._rank[starts.nodes]
        above = _closure(self._up, origins.tolist())
        below = _closure(self._down, goals.tolist())
        # Rows that the climb reaches last come first, the wanted ones last.
        inner = sorted((above | below).difference(goals.tolist()))
        place = {r: row for row, r in enumerate([*inner, *goals.tolist()])}
        table = np.full((len(place), starts.sources), np.inf)
        at = np.fromiter((place[r] for r in origins.tolist()), np.int64, len(origins))
        np.minimum.at(table, (at, starts.columns), starts.costs)
        rows = {r: table[row] for r, row in place.items()}
        buffer = np.empty(starts.sources)
        add, minimum = np.add, np.minimum
        for r in sorted(above):
            row = rows[r]
            for end, weight in self._up[r]:
                higher = rows[end]
                add(row, weight, out=buffer)
                minimum(higher, buffer, out=higher)
        for r in sorted(below, reverse=True):
            row = rows[r]
            for end, weight in self._down[r]:
                add(rows[end], weight, out=buffer)
                minimum(row, buffer, out=row)
        return table[len(inner) :]


def _closure(arcs: list[list[tuple[int, float]]], ranks: list[int]) -> set[int]:
    met = set(ranks)
    pending = list(met)
    while pending:
        for end, _ in arcs[pending.pop()]:
            if end not in met:
                met.add(end)
                pending.append(end)
    return met


def _contract(
    n: int, a: NDArray[np.int32], b: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    above: list[set[int]] = [set() for _ in range(n)]
    for low, high in zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True):
        if low != high:
            above[low].add(high)
    for ends in above:
        # Contracting a node joins all its higher neighbours; joining them to the lowest is
        # enough, which passes them on when its own turn comes.
        if ends:
            lowest = min(ends)
            above[lowest] |= ends
            above[lowest].discard(lowest)
    first = np.concatenate(([0], np.cumsum([len(ends) for ends in above])))
    upper = np.array([end for ends in above for end in sorted(ends)], dtype=np.int32)
    return first, upper
