"""Shortest-path trees from many sources: the interface of the engines, and SciPy's side of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Starts:
    """Where c sources enter the graph; s entries.

    A source on a two-way street has two entries: it may leave in both directions.

    Parameters
    ----------
    nodes : ndarray of int32, shape (s,)
        Node of each entry.
    columns : ndarray of int64, shape (s,)
        Which source enters there.
    costs : ndarray of float64, shape (s,)
        Weight of the way from the source to the node.
    sources : int
        How many sources there are, also without entries.
    """

    nodes: NDArray[np.int32]
    columns: NDArray[np.int64]
    costs: NDArray[np.float64]
    sources: int


class Engine(Protocol):
    """Finds shortest ways; all engines give the same numbers."""

    @property
    def locality(self) -> NDArray[np.int32]:
        """A number per node; the engine is fastest if sources come in its order."""
        ...

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
        ...

    def tree(self, nodes: NDArray[np.int32], costs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shortest ways from one source to all nodes, where many are asked for one by one.

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
        ...

    def reversed(self) -> Engine:
        """Engine of the same streets, driven backwards: ways to a point are ways from it."""
        ...


class DijkstraEngine:
    """SciPy's Dijkstra, one run per source.

    Parameters
    ----------
    n : int
        How many nodes there are.
    tail, head : ndarray of int32, shape (m,)
        Nodes of each edge.
    weight : ndarray of float64, shape (m,)
        Whole and positive; infinite for edges that must not be driven.
    """

    def __init__(
        self,
        n: int,
        tail: NDArray[np.int32],
        head: NDArray[np.int32],
        weight: NDArray[np.float64],
    ) -> None:
        self._nodes = n
        open_ = np.isfinite(weight)
        self._tail, self._head, self._weight = tail[open_], head[open_], weight[open_]

    @property
    def locality(self) -> NDArray[np.int32]:
        """Numbers of the nodes: each run stands alone, so any order is as good."""
        return np.arange(self._nodes, dtype=np.int32)

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
        n = self._nodes
        size = n + starts.sources
        # Each source becomes a node of its own, so that one run serves all its entries.
        # The shift keeps entries of weight zero apart from absent ones.
        shift = 1.0
        tail = np.concatenate((self._tail, starts.columns + n))
        head = np.concatenate((self._head, starts.nodes))
        weight = np.concatenate((self._weight, starts.costs + shift))
        # SciPy adds up parallel edges; only the lightest of them counts.
        key = tail.astype(np.int64) * size + head
        order = np.lexsort((weight, key))
        key, first = np.unique(key[order], return_index=True)
        graph = csr_array((weight[order][first], (key // size, key % size)), shape=(size, size))
        found = dijkstra(graph, indices=np.arange(n, size))
        return np.asarray(found[:, wanted].T - shift)

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
        starts = Starts(
            nodes=nodes, columns=np.zeros(len(nodes), dtype=np.int64), costs=costs, sources=1
        )
        return self.distances(starts, np.arange(self._nodes, dtype=np.int32))[:, 0]

    def reversed(self) -> DijkstraEngine:
        """Engine of the same streets, driven backwards; see `Engine`.

        Returns
        -------
        DijkstraEngine
            Of the same nodes.
        """
        return DijkstraEngine(self._nodes, self._head, self._tail, self._weight)
