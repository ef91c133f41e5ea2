"""Contracts a street graph into a customizable contraction hierarchy.

The order in which nodes are contracted, and the arcs which that adds, depend on the streets
alone: `contract`, once per network. `customize` gives the arcs the weights of a period of the
day and of an emission class, in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

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
class Contraction:
    """A contracted graph of n nodes and a arcs, without weights.

    Parameters
    ----------
    rank : ndarray of int32, shape (n,)
        When each node is contracted.
    place : ndarray of int32, shape (n,)
        Places of the nodes in a walk over the tree in which a node's parent is its lowest
        higher neighbour: all nodes below a node come just before it.
    first : ndarray of int64, shape (n + 1,)
        Arcs from the node of rank r to higher ones are ``first[r]`` up to, not including,
        ``first[r + 1]``.
    upper : ndarray of int32, shape (a,)
        Rank of each arc's upper end, ascending for each node.
    """

    rank: NDArray[np.int32]
    place: NDArray[np.int32]
    first: NDArray[np.int64]
    upper: NDArray[np.int32]


def contract(
    order: NDArray[np.int32], tail: NDArray[np.int32], head: NDArray[np.int32]
) -> Contraction:
    """Contract all nodes.

    Parameters
    ----------
    order : ndarray of int32, shape (n,)
        As `elimination_order` gives it; any order is right, a good one is fast.
    tail, head : ndarray of int32, shape (m,)
        Nodes of each edge.

    Returns
    -------
    Contraction
        The contracted graph.
    """
    n = len(order)
    rank = np.empty(n, dtype=np.int32)
    rank[order] = np.arange(n, dtype=np.int32)
    first, upper = _chordal(n, rank[tail], rank[head])
    place = _children_first(first, upper)[rank]
    return Contraction(rank=rank, place=place, first=first, upper=upper)


class Arcs(NamedTuple):
    """Weighted arcs between each node and higher ones, all in one direction; a of them.

    Parameters
    ----------
    first, upper : ndarray
        As in `Contraction`.
    weight : ndarray of float64, shape (a,)
        Of the shortest way that the arc stands for.

    Notes
    -----
    A plain tuple, because compiled functions take nothing else with names.
    """

    first: NDArray[np.int64]
    upper: NDArray[np.int32]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """A contracted graph with weights.

    Parameters
    ----------
    contraction : Contraction
        Order of the nodes.
    up : Arcs
        From each node to higher ones.
    down : Arcs
        To each node from higher ones.
    """

    contraction: Contraction
    up: Arcs
    down: Arcs


def customize(
    contraction: Contraction,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.float64],
) -> Hierarchy:
    """Give the arcs of a contracted graph their weights.

    Parameters
    ----------
    contraction : Contraction
        Of the edges below.
    tail, head : ndarray of int32, shape (m,)
        Nodes of each edge.
    weight : ndarray of float64, shape (m,)
        Whole and positive; infinite for edges that must not be driven.

    Returns
    -------
    Hierarchy
        With those arcs only that are shortest ways themselves.
    """
    rank, first, upper = contraction.rank, contraction.first, contraction.upper
    n = len(rank)
    up = np.full(len(upper), np.inf)
    down = np.full(len(upper), np.inf)
    # An arc is found by one number: lower end times n plus upper end, ascending.
    key = np.repeat(np.arange(n, dtype=np.int64), np.diff(first)) * n + upper
    a, b = rank[tail].astype(np.int64), rank[head].astype(np.int64)
    climbs, falls = a < b, a > b
    np.minimum.at(up, np.searchsorted(key, a[climbs] * n + b[climbs]), weight[climbs])
    np.minimum.at(down, np.searchsorted(key, b[falls] * n + a[falls]), weight[falls])
    _shorten_from_below(first, upper, up, down)
    exact_up, exact_down = up.copy(), down.copy()
    _shorten_from_above(first, upper, exact_up, exact_down)
    # An arc that is longer than the shortest way between its ends is on none and left out.
    return Hierarchy(
        contraction=contraction,
        up=_only(np.isfinite(up) & (up == exact_up), first, upper, up),
        down=_only(np.isfinite(down) & (down == exact_down), first, upper, down),
    )


@njit(cache=True, nogil=True)
def _shorten_from_below(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    up: NDArray[np.float64],
    down: NDArray[np.float64],
) -> None:
    # Triangles of a node with two higher neighbours, lowest nodes first: the way between the
    # two over the node. Their own arc exists, and is met in the order of its upper end.
    for rank in range(len(first) - 1):
        for low in range(first[rank], first[rank + 1]):
            far = first[upper[low]]
            for high in range(low + 1, first[rank + 1]):
                while upper[far] != upper[high]:
                    far += 1
                up[far] = min(up[far], down[low] + up[high])
                down[far] = min(down[far], down[high] + up[low])


@njit(cache=True, nogil=True)
def _shorten_from_above(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    up: NDArray[np.float64],
    down: NDArray[np.float64],
) -> None:
    # The same triangles from the top give each arc the shortest way between its ends.
    for rank in range(len(first) - 2, -1, -1):
        for low in range(first[rank], first[rank + 1]):
            far = first[upper[low]]
            for high in range(low + 1, first[rank + 1]):
                while upper[far] != upper[high]:
                    far += 1
                up[low] = min(up[low], up[high] + down[far])
                up[high] = min(up[high], up[low] + up[far])
                down[low] = min(down[low], up[far] + down[high])
                down[high] = min(down[high], down[far] + down[low])


def _only(
    keep: NDArray[np.bool_],
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    weight: NDArray[np.float64],
) -> Arcs:
    kept = np.concatenate(([0], np.cumsum(keep)))
    return Arcs(first=kept[first], upper=upper[keep], weight=weight[keep])


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
