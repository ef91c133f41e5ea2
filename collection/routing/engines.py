"""Engines for the weights of the day, made on demand and kept."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

from collection.routing.contraction import customize
from collection.routing.hierarchy import HierarchyEngine, contraction_of
from collection.routing.kept import Kept
from collection.routing.trees import DijkstraEngine

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.streets import Network
    from collection.routing.trees import Engine

EngineName = Literal["cch", "scipy"]

_KEPT = 16  # a day of five periods and three classes


class Engines:
    """Makes an engine for any weights of one network's edges.

    What depends on the streets alone is made once; engines of the last few weights are kept.

    Parameters
    ----------
    network : Network
        The streets.
    name : {"cch", "scipy"}
        Which kind; see `collection.routing.matrix.StreetMatrix`.
    cache : Path, optional
        Folder that keeps the contracted graph between runs.
    """

    def __init__(self, network: Network, name: EngineName, cache: Path | None) -> None:
        self._network = network
        self._contraction = contraction_of(network, cache) if name == "cch" else None
        self._kept: Kept[bytes, Engine] = Kept(_KEPT)

    def of(self, weight: NDArray[np.float64]) -> Engine:
        """Engine for some weights.

        Parameters
        ----------
        weight : ndarray of float64, shape (m,)
            Weight of each edge; infinite where it must not be driven.

        Returns
        -------
        Engine
            The one that was made for the same weights, if it is still kept.
        """
        key = hashlib.sha256(weight.tobytes()).digest()
        return self._kept.get_or_make(key, lambda: self._make(weight))

    def _make(self, weight: NDArray[np.float64]) -> Engine:
        network = self._network
        if self._contraction is None:
            return DijkstraEngine(network.nodes, network.tail, network.head, weight)
        return HierarchyEngine(customize(self._contraction, network.tail, network.head, weight))
