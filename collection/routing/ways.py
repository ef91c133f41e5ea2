"""The fastest way itself: read back from a shortest-path tree, as geometry and names."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from collection.model import Leg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.anchors import Anchors
    from collection.routing.snap import Snapper
    from collection.routing.streets import Network

_Part = tuple[int, float, float]  # edge, and the fractions of it where driving starts and ends


class WayFinder:
    """Reads ways between points back from the weights of all nodes.

    A way follows edges that explain the weights exactly; of several such the edge with the
    lowest index is taken, so that all engines give one way.

    Parameters
    ----------
    network : Network
        The streets.
    snapper : Snapper
        Cuts edges.
    weight : ndarray of float64, shape (m,)
        Weight of each edge.
    places : Anchors
        The n points.
    """

    def __init__(
        self,
        network: Network,
        snapper: Snapper,
        weight: NDArray[np.float64],
        places: Anchors,
    ) -> None:
        self._network = network
        self._snapper = snapper
        self._places = places
        # The walk goes node by node, where plain lists are faster than arrays; of each node the
        # edges that lead to it, in the order of their indexes.
        into = np.argsort(network.head, kind="stable")
        heads = network.head[into]
        self._first: list[int] = np.searchsorted(heads, np.arange(network.nodes + 1)).tolist()
        self._edges: list[int] = into.tolist()
        self._tails: list[int] = network.tail[into].tolist()
        self._costs: list[float] = weight[into].tolist()

    def leg(self, source: int, target: int, tree: NDArray[np.float64]) -> Leg | None:
        """Way from a point to another.

        Parameters
        ----------
        source, target : int
            Which points.
        tree : ndarray of float64, shape (nodes,)
            Weights of the ways from `source` to each node.

        Returns
        -------
        Leg or None
            None where there is no way.
        """
        parts = self._parts(source, target, tree.tolist())
        if not parts:
            return None
        network = self._network
        cuts = np.concatenate([self._snapper.cut(*part) for part in parts]).round(6).tolist()
        line = [vertex for vertex, _ in groupby((lon, lat) for lon, lat in cuts)]
        names = (network.names[network.name[edge]] for edge, start, end in parts if end > start)
        return Leg(
            line=tuple(line) if len(line) > 1 else (line[0], line[0]),
            streets=tuple(name for name, _ in groupby(filter(None, names))),
        )

    def _parts(self, source: int, target: int, tree: list[float]) -> list[_Part]:
        places = self._places
        best = np.inf
        parts: list[_Part] = []
        for side in (0, 1):
            edge = int(places.edge[side, target])
            if edge < 0:
                continue
            end = float(places.fraction[side, target])
            start = float(places.fraction[side, source])
            if edge == places.edge[side, source] and start <= end:
                direct = places.arriving[side, target] - places.arriving[side, source]
                if direct < best:
                    best, parts = direct, [(edge, start, end)]
            node = int(places.tail[side, target])
            around = tree[node] + places.arriving[side, target]
            if around < best:
                best, parts = around, [*self._back(source, node, tree), (edge, 0.0, end)]
        return parts

    def _back(self, source: int, node: int, tree: list[float]) -> list[_Part]:
        places = self._places
        edges: list[_Part] = []
        while True:
            for side in (0, 1):
                if places.head[side, source] == node and places.leaving[side, source] == tree[node]:
                    start = float(places.fraction[side, source])
                    edges.append((int(places.edge[side, source]), start, 1.0))
                    return edges[::-1]
            place = next(
                place
                for place in range(self._first[node], self._first[node + 1])
                if tree[self._tails[place]] + self._costs[place] == tree[node]
            )
            edges.append((self._edges[place], 0.0, 1.0))
            node = self._tails[place]
