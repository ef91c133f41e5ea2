"""Travel between one new point and places that are known: rows of a table, one at a time.

What is asked for one point on several days is mostly the same: days that are alike share
their weights, and the ways between a point and all nodes are kept for a while.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from collection.ports import TravelRows
from collection.routing.kept import Kept
from collection.routing.kernels.ends import Ends, fill_rows
from collection.routing.weights import share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.model import Position
    from collection.routing.conditions import DayWeights
    from collection.routing.engines import Engines
    from collection.routing.snap import Snaps
    from collection.routing.streets import Network
    from collection.routing.trees import Engine

_DAYS, _POINTS = 8, 16  # that are kept: kinds of days, and points that were asked for on them


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Places on the streets, to which rows are asked again and again.

    Parameters
    ----------
    snaps : Snaps
        Where they are.
    """

    snaps: Snaps
    _ends: Kept[int, tuple[_Streets, Ends]] = field(default_factory=lambda: Kept(_DAYS))

    def ends(self, network: Network, streets: _Streets) -> Ends:
        """Enter and leave the places on some kind of day."""
        # What is kept holds its streets, so that their id stays their own.
        return self._ends.get_or_make(
            id(streets), lambda: (streets, _ends(network, streets.weights, self.snaps))
        )[1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Streets:
    """What is worked out once for a kind of day."""

    day: DayWeights
    weights: list[NDArray[np.float64]]  # each once
    number: NDArray[np.int64]  # of the weight, by class and period
    engines: list[tuple[Engine, Engine]]  # forwards and backwards


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Grown:
    """A point, and the ways between it and all nodes."""

    streets: _Streets
    ends: Ends
    trees: NDArray[np.float64]  # out and home, by weight


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
        self._streets: Kept[int, _Streets] = Kept(_DAYS)
        self._trees: Kept[tuple[Position, int], _Grown] = Kept(_POINTS)

    def rows(
        self,
        new: Position,
        here: Snaps,
        there: Places,
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
        there : Places
            The n places.
        streets : DayWeights
            Of the day.
        classes : tuple of str
            The C emission classes that they are for.

        Returns
        -------
        TravelRows
            Exactly what a table of all of them would hold.
        """
        known = self._streets.get_or_make(id(streets), lambda: self._prepared(streets))
        asked = (new, id(known))
        # Two who ask for different points must not wait for each other.
        grown = self._trees.get(asked) or self._grown(here, known)
        self._trees.put(asked, grown)
        places = there.ends(self._network, known)
        shape = (2, len(known.weights), places.tail.shape[1])
        seconds, metres = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32)
        fill_rows(grown.trees, grown.ends, places, seconds, metres)
        return TravelRows(
            classes=classes,
            periods=streets.periods,
            seconds=seconds[:, known.number],
            metres=metres[:, known.number],
            snap_metres=int(here.metres[0]),
        )

    def _prepared(self, streets: DayWeights) -> _Streets:
        weights = {id(weight): weight for of_class in streets.weights for weight in of_class}
        numbers = {identity: number for number, identity in enumerate(weights)}
        engines = [self._engines.of(weight) for weight in weights.values()]
        return _Streets(
            day=streets,
            weights=list(weights.values()),
            number=np.array([[numbers[id(w)] for w in of_class] for of_class in streets.weights]),
            engines=[(engine, engine.reversed()) for engine in engines],
        )

    def _grown(self, here: Snaps, streets: _Streets) -> _Grown:
        """Grow the ways from a point to all nodes, and from all of them to it."""
        ends = _ends(self._network, streets.weights, here)
        trees = np.empty((2, len(streets.weights), self._network.nodes))
        for number, (out, home) in enumerate(streets.engines):
            trees[0, number] = out.tree(ends.head[:, 0], ends.leaving[number, :, 0])
            trees[1, number] = home.tree(ends.tail[:, 0], ends.arriving[number, :, 0])
        return _Grown(streets=streets, ends=ends, trees=trees)


def _ends(network: Network, weights: list[NDArray[np.float64]], snaps: Snaps) -> Ends:
    """Enter and leave points under each weight: `anchor`, for all weights together."""
    other = np.where(snaps.edge >= 0, network.twin[snaps.edge], -1)
    edge = np.stack((snaps.edge, other)).astype(np.int32)
    fraction = np.stack((snaps.fraction, 1 - snaps.fraction))
    whole = np.stack([weight[edge] for weight in weights])
    known = (edge >= 0) & np.isfinite(whole)
    whole[~known] = 0.0
    arriving = share(whole, fraction)
    leaving = whole - arriving
    arriving[~known] = leaving[~known] = np.inf
    return Ends(
        edge=np.where(known, edge, np.int32(-1)),
        fraction=fraction,
        tail=network.tail[edge],
        head=network.head[edge],
        arriving=arriving,
        leaving=leaving,
    )
