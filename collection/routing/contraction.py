"""Contracts a street graph into a customizable contraction hierarchy.

The order in which nodes are contracted, and the arcs which that adds, depend on the streets
alone; `contract` gives the arcs their weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def elimination_order(
    n: int, tail: NDArray[np.int32], head: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Order nodes by minimum degree: the one with the fewest neighbours left comes next.

    Parameters
    ----------
    n : int
        How many nodes there are.
    tail, head : ndarray of int32, shape (m,)
        Nodes of each edge.

    Returns
    -------
    ndarray of int32, shape (n,)
        Nodes in the order in which they are contracted.
    """
    around: list[set[int]] = [set() for _ in range(n)]
    for a, b in zip(tail.tolist(), head.tolist(), strict=True):
        if a != b:
            around[a].add(b)
            around[b].add(a)
    waiting = [(len(others), node) for node, others in enumerate(around)]
    heapify(waiting)
    order: list[int] = []
    done = [False] * n
    while waiting:
        degree, node = heappop(waiting)
        # Entries stay in the heap when a degree changes; the outdated ones are passed over.
        if done[node] or degree != len(around[node]):
            continue
        done[node] = True
        order.append(node)
        for other in around[node]:
            around[other] |= around[node]
            around[other] -= {node, other}
            heappush(waiting, (len(around[other]), other))
    return np.array(order, dtype=np.int32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """k arcs none of which ends where another one starts.

    Parameters
    ----------
    lower, upper : ndarray of int, shape (k,)
        Ranks of the ends.
    weight : ndarray of float64, shape (k,)
        Of the shortest way that each arc stands for.
    """

    lower: NDArray[np.int64]
    upper: NDArray[np.int32]
    weight: NDArray[np.float64]


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

    def by_node(self) -> list[list[tuple[int, NDArray[np.float64]]]]:
        """Upper end and weight of the arcs of each node, by rank.

        Returns
        -------
        list of list of (int, ndarray of float64, shape ())
            For loops over vectors: NumPy adds an array without dimensions to a vector a
            third faster than a plain number.
        """
        weights = map(np.asarray, self.weight.tolist())
        pairs = list(zip(self.upper.tolist(), weights, strict=True))
        first = self.first.tolist()
        return [pairs[start:end] for start, end in pairwise(first)]

    def by_level(self) -> list[Level]:
        """Arcs in groups, so that a node's arcs come after all arcs that end at it.

        Returns
        -------
        list of Level
            From the bottom up.
        """
        lower = np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))
        level = [0] * (len(self.first) - 1)
        for low, high in zip(lower.tolist(), self.upper.tolist(), strict=True):
            level[high] = max(level[high], level[low] + 1)
        of_arc = np.array(level, dtype=np.int64)[lower]
        order = np.argsort(of_arc, kind="stable")
        cuts = np.flatnonzero(np.diff(of_arc[order])) + 1
        return [
            Level(lower=lower[group], upper=self.upper[group], weight=self.weight[group])
            for group in np.split(order, cuts)
        ]

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
    place : ndarray of int32, shape (n,)
        Places of the nodes in a walk over the tree in which a node's parent is its lowest
        higher neighbour: all nodes below a node come just before it.
    up : Arcs
        From each node to higher ones.
    down : Arcs
        To each node from higher ones.
    """

    rank: NDArray[np.int32]
    place: NDArray[np.int32]
    up: Arcs
    down: Arcs


def contract(
    order: NDArray[np.int32],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.float64],
) -> Hierarchy:
    """Contract all nodes.

    Parameters
    ----------
    order : ndarray of int32, shape (n,)
        As `elimination_order` gives it; any order is right, a good one is fast.
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
    first, upper = _chordal(n, rank[tail], rank[head])
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
    return Hierarchy(
        rank=rank,
        place=_children_first(first, upper)[rank],
        up=arcs.only(np.isfinite(up) & (up == exact_up)),
        down=replace(arcs, weight=down).only(np.isfinite(down) & (down == exact_down)),
    )


def _chordal(
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


def _children_first(first: NDArray[np.int64], upper: NDArray[np.int32]) -> NDArray[np.int32]:
    n = len(first) - 1
    below: list[list[int]] = [[] for _ in range(n)]
    pending = []
    for r in range(n):
        if first[r] < first[r + 1]:
            below[upper[first[r]]].append(r)
        else:
            pending.append(r)
    places = np.empty(n, dtype=np.int32)
    for place in reversed(range(n)):
        r = pending.pop()
        places[r] = place
        pending.extend(below[r])
    return places
