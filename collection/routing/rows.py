"""Travel between one new point and places that are known: rows of a table, one at a time.

What is asked for one point on several days is mostly the same: days that are alike share
their weights, and the ways from a point to all nodes are kept for a while.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from collection.ports import TravelRows
from collection.routing.anchors import anchor
from collection.routing.snap import Snaps
from collection.routing.weights import unpack

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from collection.model import Position
    from collection.routing.conditions import DayWeights
    from collection.routing.engines import Engines
    from collection.routing.streets import Network

    Trees: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]

_KEPT = 64  # points and weights


class RowFinder:
    """Finds rows on one network.

    Parameters
    ----------
    network : Network
        The streets.
    engines : Engines
        Of the same network.
    """

    def __init__(self, network: Network, engines: Engines) -> None:
        self._network = network
        self._engines = engines
        self._everywhere = np.arange(network.nodes, dtype=np.int32)
        self._kept: OrderedDict[tuple[Position, int], Trees] = OrderedDict()
        self._lock = Lock()

    def rows(
        self,
        new: Position,
        here: Snaps,
        there: Snaps,
        *,
        streets: DayWeights,
        classes: tuple[str, ...],
    ) -> TravelRows:
        """Find the ways between a point and places, in both directions.

        Parameters
        ----------
        new : Position
            The point.
        here : Snaps
            Where it is on the streets.
        there : Snaps
            Where the n places are.
        streets : DayWeights
            Of the day.
        classes : tuple of str
            The C emission classes that they are for.

        Returns
        -------
        TravelRows
            Exactly what a table of all of them would hold.
        """
        all_ = Snaps(
            edge=np.concatenate((here.edge, there.edge)),
            fraction=np.concatenate((here.fraction, there.fraction)),
            metres=np.concatenate((here.metres, there.metres)),
        )
        shape = (2, len(classes), len(streets.periods), len(there.edge))
        seconds, metres = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32)
        done: dict[int, tuple[int, int]] = {}
        for c, of_class in enumerate(streets.weights):
            for t, weight in enumerate(of_class):
                known = done.setdefault(id(weight), (c, t))
                if known != (c, t):
                    for array in (seconds, metres):
                        array[:, c, t] = array[:, known[0], known[1]]
                    continue
                ends = anchor(self._network, weight, all_)
                _, out, home = self._trees(new, here, weight)
                for direction, (nodes, way) in enumerate(((out, ends), (home, ends.reversed()))):
                    found = unpack(way.from_first(nodes)[1:])
                    seconds[direction, c, t], metres[direction, c, t] = found
        return TravelRows(
            classes=classes,
            periods=streets.periods,
            seconds=seconds,
            metres=metres,
            snap_metres=int(here.metres[0]),
        )

    def _trees(self, new: Position, here: Snaps, weight: NDArray[np.float64]) -> Trees:
        """Weights of the ways from a point to all nodes, and from all of them to it."""
        key = (new, id(weight))
        with self._lock:
            kept = self._kept.pop(key, None)
        # Another array may have come to live where one was thrown away.
        if kept is None or kept[0] is not weight:
            engine, place = self._engines.of(weight), anchor(self._network, weight, here)
            first = np.zeros(1, dtype=np.int64)
            out = engine.distances(place.starts(first), self._everywhere)[:, 0]
            backwards = place.reversed().starts(first)
            home = engine.reversed().distances(backwards, self._everywhere)[:, 0]
            kept = (weight, out, home)
        with self._lock:
            self._kept[key] = kept
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept
