"""Points on edges, as entries to and exits from the graph of nodes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.trees import Starts
from collection.routing.weights import share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.snap import Snaps
    from collection.routing.streets import Network


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anchors:
    """n points, each on up to two directed edges: a street and its other direction.

    Parameters
    ----------
    edge : ndarray of int32, shape (2, n)
        The edges; -1 where there is none.
    fraction : ndarray of float64, shape (2, n)
        How far along each edge.
    tail, head : ndarray of int32, shape (2, n)
        Where each edge starts and ends.
    arriving, leaving : ndarray of float64, shape (2, n)
        Weight from the edge's tail to the point, and from the point to its head; infinite
        where there is no edge.
    """

    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    arriving: NDArray[np.float64]
    leaving: NDArray[np.float64]

    def starts(self, sources: NDArray[np.int64]) -> Starts:
        """Ways out of some points.

        Parameters
        ----------
        sources : ndarray of int64, shape (c,)
            Which points; their order is that of the columns.

        Returns
        -------
        Starts
            Up to two entries per point.
        """
        side, column = np.nonzero(self.edge[:, sources] >= 0)
        point = sources[column]
        return Starts(
            nodes=self.head[side, point],
            columns=column,
            costs=self.leaving[side, point],
            sources=len(sources),
        )

    def locality(self, of_node: NDArray[np.int32]) -> NDArray[np.int32]:
        """Carry a number per node over to the points.

        Parameters
        ----------
        of_node : ndarray of int32
            A number per node.

        Returns
        -------
        ndarray of int32, shape (n,)
            The lower number of the two ends of each point's edge.
        """
        return np.asarray(np.minimum(of_node[self.tail[0]], of_node[self.head[0]]))

    def arrival_nodes(self) -> NDArray[np.int32]:
        """Nodes from which points are reached, ascending, each once."""
        return np.unique(self.tail[self.edge >= 0])

    def arrive(
        self, table: NDArray[np.float64], nodes: NDArray[np.int32], targets: slice
    ) -> NDArray[np.float64]:
        """Go on from nodes to points.

        Parameters
        ----------
        table : ndarray of float64, shape (w, c)
            Weights of the ways from c sources to `nodes`.
        nodes : ndarray of int32, shape (w,)
            As `arrival_nodes` gives them.
        targets : slice
            Which points, k of them.

        Returns
        -------
        ndarray of float64, shape (k, c)
            Weights of the ways to each point; infinite where there is none.
        """
        edge, arriving = self.edge[:, targets], self.arriving[:, targets]
        rows = np.searchsorted(nodes, self.tail[:, targets]).tolist()
        found = np.empty((edge.shape[1], table.shape[1]))
        buffer = np.empty(table.shape[1])
        for point, row in enumerate(found):
            if edge[0, point] < 0:
                row[:] = np.inf
                continue
            np.add(table[rows[0][point]], arriving[0, point], out=row)
            if edge[1, point] >= 0:
                np.add(table[rows[1][point]], arriving[1, point], out=buffer)
                np.minimum(row, buffer, out=row)
        return found

    def reversed(self) -> Anchors:
        """Give the same points on the same streets, driven backwards.

        Returns
        -------
        Anchors
            Where one was left by, it is now arrived at.
        """
        return Anchors(
            edge=self.edge,
            fraction=1 - self.fraction,
            tail=self.head,
            head=self.tail,
            arriving=self.leaving,
            leaving=self.arriving,
        )

    def direct(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Ways from point to point along one edge, over no node.

        Returns
        -------
        here, there : ndarray of int64, shape (k,)
            Pairs of points on the same edge, the second one not behind the first.
        weight : ndarray of float64, shape (k,)
            Weight of the way between them.
        """
        # Snapping knows each street by the same one of its edges, so two points on one street
        # have the same edge in both rows; points off the network match nobody.
        order = np.argsort(self.edge[0], kind="stable")
        streets = self.edge[0][order]
        groups = np.split(order, np.flatnonzero(np.diff(streets)) + 1)
        pairs = [
            pair
            for group in groups
            if len(group) > 1 and self.edge[0, group[0]] >= 0
            for pair in permutations(group.tolist(), 2)
        ]
        here, there = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        found = []
        for side in (0, 1):
            ahead = (self.edge[side, here] >= 0) & (
                self.fraction[side, there] >= self.fraction[side, here]
            )
            a, b = here[ahead], there[ahead]
            found.append((a, b, self.arriving[side, b] - self.arriving[side, a]))
        a, b, weight = (np.concatenate(column) for column in zip(*found, strict=True))
        return a, b, weight


def anchor(network: Network, weight: NDArray[np.float64], snaps: Snaps) -> Anchors:
    """Turn snapped points into entries and exits.

    Parameters
    ----------
    network : Network
        The streets.
    weight : ndarray of float64, shape (m,)
        Weight of each edge; infinite for both directions of a closed street.
    snaps : Snaps
        Where the n points are.

    Returns
    -------
    Anchors
        Arrays of shape (2, n).
    """
    other = np.where(snaps.edge >= 0, network.twin[snaps.edge], -1)
    edge = np.stack((snaps.edge, other)).astype(np.int32)
    fraction = np.stack((snaps.fraction, 1 - snaps.fraction))
    # A point on a closed street stays there, unreachable: its door is no nearer elsewhere.
    known = (edge >= 0) & np.isfinite(weight[edge])
    whole = np.where(known, weight[edge], 0.0)
    arriving = share(whole, fraction)
    return Anchors(
        edge=np.where(known, edge, np.int32(-1)),
        fraction=fraction,
        tail=network.tail[edge],
        head=network.head[edge],
        arriving=np.where(known, arriving, np.inf),
        leaving=np.where(known, whole - arriving, np.inf),
    )
