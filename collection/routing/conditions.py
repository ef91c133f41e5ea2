"""The streets on a day: what each edge costs, by emission class and period."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.kept import Kept
from collection.routing.speeds import of_class
from collection.routing.traffic import periods_on
from collection.routing.weights import pack
from collection.routing.zones import edges_inside, refusing
from collection.units import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.routing.streets import Network
    from collection.routing.traffic import Period, TrafficTable
    from collection.routing.zones import Zone
    from collection.units import Seconds

_KEPT = 8  # kinds of days
_DAYS = 256  # of which the kind is known


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DayWeights:
    """Weights of the m edges on one day, for C emission classes and T periods.

    Parameters
    ----------
    periods : tuple of int
        Start of each period in seconds of the local day; the first is 0.
    weights : tuple of tuple of ndarray of float64, shape (m,)
        By class and period; infinite where the class may not enter. Equal weights are one
        array.
    """

    periods: tuple[Seconds, ...]
    weights: tuple[tuple[NDArray[np.float64], ...], ...]


class Conditions:
    """Traffic and zones of a network.

    Parameters
    ----------
    network : Network
        The streets.
    traffic : tuple of TrafficTable
        May be empty.
    zones : tuple of Zone
        May be empty.
    """

    def __init__(
        self, network: Network, traffic: tuple[TrafficTable, ...], zones: tuple[Zone, ...]
    ) -> None:
        self._network = network
        self._traffic = traffic
        self._zones = zones
        self._inside = edges_inside(network, zones)
        self._kept: Kept[str, DayWeights] = Kept(_KEPT)
        self._days: Kept[tuple[date, tuple[str, ...]], str] = Kept(_DAYS)
        self.free = pack(network.seconds, network.metres)

    @property
    def fingerprint(self) -> str:
        """Text that tells other traffic and other zones apart."""
        return repr((self._traffic, [zone.fingerprint for zone in self._zones]))

    def on(self, day: date, classes: Sequence[str]) -> DayWeights:
        """Weights of a day.

        Periods start where traffic changes, and where a zone that refuses one of the classes
        opens or closes.

        Parameters
        ----------
        day : date
            Which.
        classes : Sequence of str
            The C emission classes.

        Returns
        -------
        DayWeights
            With as few periods as there are differences.
        """
        asked = (day, tuple(classes))
        kind = self._days.get(asked)
        known = self._kept.get(kind) if kind else None
        if known is not None:
            return known
        traffic = periods_on(self._traffic, day)
        starts = {period.start for period in traffic} | self._changes(day, classes)
        states = []
        for start in sorted(starts):
            period = max(n for n, p in enumerate(traffic) if p.start <= start)
            barred = tuple(
                refusing(self._zones, day=day, clock=start, emission_class=name) for name in classes
            )
            states.append((start, (period, barred)))
        # Hours of one zone within those of another change nothing.
        states = [next(same) for _, same in groupby(states, key=lambda state: state[1])]
        # Days that are alike share their weights, and all that is worked out from them.
        alike = repr((traffic, states, tuple(classes)))
        self._days.put(asked, alike)
        return self._kept.get_or_make(alike, lambda: self._make(traffic, states, len(classes)))

    def _make(
        self,
        traffic: tuple[Period, ...],
        states: Sequence[tuple[Seconds, tuple[int, tuple[tuple[int, ...], ...]]]],
        classes: int,
    ) -> DayWeights:
        made: dict[tuple[int, tuple[int, ...]], NDArray[np.float64]] = {}
        for _, (period, barred) in states:
            for numbers in barred:
                if (period, numbers) not in made:
                    made[period, numbers] = self._weight(traffic[period], numbers)
        return DayWeights(
            periods=tuple(start for start, _ in states),
            weights=tuple(
                tuple(made[period, barred[c]] for _, (period, barred) in states)
                for c in range(classes)
            ),
        )

    def _changes(self, day: date, classes: Sequence[str]) -> set[Seconds]:
        return {
            clock
            for zone in self._zones
            if zone.in_force_on(day) and any(map(zone.refuses, classes))
            for hours in zone.hours
            for clock in hours
            if clock < DAY
        }

    def _weight(self, period: Period, barred: tuple[int, ...]) -> NDArray[np.float64]:
        network = self._network
        factors = np.array([of_class(period.factor, name) for name in network.classes])
        weight = pack(network.seconds * factors[network.highway], network.metres)
        weight[self._inside[list(barred)].any(axis=0)] = np.inf
        return weight
