"""Many-to-many travel on a street network, and the ways themselves.

A way is fastest first and shortest second: among equally fast ways the shortest one
counts. Both are packed into one weight, time in the high bits and length in the low ones,
so that a single search finds both exactly, in every engine alike.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from collection.errors import InvalidRequest
from collection.ports import TravelMatrix, TravelTable
from collection.routing.anchors import Anchors, anchor
from collection.routing.conditions import Conditions
from collection.routing.engines import EngineName, Engines
from collection.routing.rows import Places, RowFinder
from collection.routing.snap import KnownSnaps, Snapper, Snaps
from collection.routing.ways import WayFinder
from collection.routing.weights import unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from collection.model import Leg, Position
    from collection.ports import TravelRows
    from collection.routing.streets import Network
    from collection.routing.traffic import TrafficTable
    from collection.routing.trees import Engine
    from collection.routing.zones import Zone
    from collection.units import Seconds

MAX_SNAP_METRES = 300.0

_ROWS = 64  # of the answer at a time: few enough to stay in the processor's cache
_CELLS = 32_000_000  # of float64: at most 256 MB in one table of an engine


class StreetMatrix:
    """Travel on real streets: the real side of `collection.ports.MatrixSource`.

    Turn restrictions and U-turns are not priced. A point on a street that an emission class
    may not enter is unreachable for that class: it is not moved to another street.

    Parameters
    ----------
    network : Network
        The streets.
    traffic : tuple of TrafficTable
        Traffic by period of the day; empty for the travel times of the network itself.
    zones : tuple of Zone
        Low-emission zones and closed streets.
    engine : {"cch", "scipy"}
        ``cch``: a customizable contraction hierarchy; ``scipy``: Dijkstra, the same
        numbers more slowly and from code that shares nothing with it.
    max_snap_m : float
        A point farther than this from every street is unreachable, in metres.
    cache : Path, optional
        Folder that keeps the contracted graph between runs; best the network's own.
    """

    def __init__(
        self,
        network: Network,
        *,
        traffic: tuple[TrafficTable, ...] = (),
        zones: tuple[Zone, ...] = (),
        engine: EngineName = "cch",
        max_snap_m: float = MAX_SNAP_METRES,
        cache: Path | None = None,
    ) -> None:
        self._network = network
        self._max_snap = max_snap_m
        self._snapper = Snapper(network)
        self._conditions = Conditions(network, traffic, zones)
        self._engines = Engines(network, engine, cache)
        self._rows = RowFinder(network, self._engines)
        self._known = KnownSnaps(self._snapper, max_snap_m)

    @property
    def fingerprint(self) -> str:
        """Hash of network, snapping, traffic and zones, those of other days included."""
        parts = (self._network.fingerprint, self._max_snap, self._conditions.fingerprint)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]

    def travel(
        self, points: Sequence[Position], *, day: date, classes: Sequence[str]
    ) -> TravelTable:
        """Travel from each point to each other on one day.

        Parameters
        ----------
        points : Sequence of Position
            The n points.
        day : date
            Decides on traffic and on the zones in force.
        classes : Sequence of str
            Emission classes of the vehicles; ``""`` may enter every zone that anybody may.

        Returns
        -------
        TravelTable
            Of the distinct classes in their order. Seconds and metres are rounded up, which
            keeps the triangle inequality of the seconds.
        """
        classes = tuple(dict.fromkeys(classes))
        streets = self._conditions.on(day, classes)
        snaps = self._snapper.snap(points, self._max_snap)
        shape = (len(classes), len(streets.periods), len(points), len(points))
        seconds, metres = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32)
        done: dict[int, tuple[int, int]] = {}
        for c, of_class in enumerate(streets.weights):
            for t, weight in enumerate(of_class):
                if id(weight) in done:
                    seconds[c, t], metres[c, t] = (
                        array[done[id(weight)]] for array in (seconds, metres)
                    )
                    continue
                self._fill(weight, snaps, seconds[c, t], metres[c, t])
                done[id(weight)] = (c, t)
        return TravelTable(
            classes=classes,
            periods=streets.periods,
            seconds=seconds,
            metres=metres,
            snap_metres=snaps.metres,
        )

    def places(self, points: Sequence[Position]) -> Places:
        """Look for the streets of points once, for `rows` to be asked often.

        Parameters
        ----------
        points : Sequence of Position
            The points.

        Returns
        -------
        Places
            Where they are.
        """
        return Places(self._known.snap(points))

    def rows(
        self, new: Position, places: Places, *, day: date, classes: Sequence[str]
    ) -> TravelRows:
        """Travel between one point and others on one day: what `travel` says of it.

        Parameters
        ----------
        new : Position
            The one.
        places : Places
            The n others, as `places` gave them.
        day : date
            As of `travel`.
        classes : Sequence of str
            As of `travel`.

        Returns
        -------
        TravelRows
            Of the distinct classes in their order.
        """
        classes = tuple(dict.fromkeys(classes))
        return self._rows.rows(
            new,
            self._known.snap((new,)),
            places,
            streets=self._conditions.on(day, classes),
            classes=classes,
        )

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        """Travel from each point to each other, without traffic and zones.

        Parameters
        ----------
        points : Sequence of Position
            The n points.

        Returns
        -------
        TravelMatrix
            Arrays of shape (n, n), rounded as in `travel`.
        """
        snaps = self._snapper.snap(points, self._max_snap)
        seconds = np.empty((len(points), len(points)), dtype=np.int32)
        metres = np.empty_like(seconds)
        self._fill(self._conditions.free, snaps, seconds, metres)
        return TravelMatrix(seconds=seconds, metres=metres, snap_metres=snaps.metres)

    def paths(
        self,
        sequence: Sequence[Position],
        *,
        emission_class: str = "",
        departures: Sequence[Seconds] | None = None,
        day: date | None = None,
    ) -> tuple[Leg, ...]:
        """Fastest ways along a sequence of points.

        Parameters
        ----------
        sequence : Sequence of Position
            The k points in driving order, all reachable.
        emission_class : str
            The vehicle's class.
        departures : Sequence of int, optional
            When each point but the last is left, in seconds of the local day; the start of
            the day where nothing is said. A leg is drawn as in the period in which it begins.
        day : date, optional
            Day of the drive; None for ways without traffic and zones.

        Returns
        -------
        tuple of Leg
            k - 1 ways; lines in degrees, rounded to six decimals.

        Raises
        ------
        InvalidRequest
            If no way leads from a point to the next, or departures are not k - 1.
        """
        count = max(0, len(sequence) - 1)
        if departures is not None and len(departures) != count:
            raise InvalidRequest(
                f"{len(departures)} departures for {count} ways; give one for each point that"
                " is left",
                field="departures",
            )
        weights, number = [self._conditions.free], np.zeros(count, dtype=np.int64)
        if day is not None:
            streets = self._conditions.on(day, [emission_class])
            weights = list(streets.weights[0])
            if departures is not None:
                later = np.searchsorted(streets.periods, departures, side="right")
                number = np.maximum(later - 1, 0)
        snaps = self._snapper.snap(sequence, self._max_snap)
        legs: dict[int, Leg] = {}
        for period in np.unique(number).tolist():
            self._draw(weights[period], snaps, np.flatnonzero(number == period), legs)
        return tuple(legs[source] for source in range(count))

    def _fill(
        self,
        weight: NDArray[np.float64],
        snaps: Snaps,
        seconds: NDArray[np.int32],
        metres: NDArray[np.int32],
    ) -> None:
        n = len(seconds)
        engine = self._engines.of(weight)
        places = anchor(self._network, weight, snaps)
        wanted = places.arrival_nodes()
        here, there, direct = places.direct()
        for sources in self._blocks(places, np.arange(n), engine):
            table = engine.distances(places.starts(sources), wanted)
            column = np.full(n, -1)
            column[sources] = np.arange(len(sources))
            for start in range(0, n, _ROWS):
                targets = slice(start, start + _ROWS)
                found = places.arrive(table, wanted, targets)
                some = (there >= start) & (there < start + _ROWS) & (column[here] >= 0)
                at = (there[some] - start, column[here[some]])
                np.minimum.at(found, at, direct[some])
                some_seconds, some_metres = unpack(found)
                seconds[sources, targets] = some_seconds.T
                metres[sources, targets] = some_metres.T
        np.fill_diagonal(seconds, 0)
        np.fill_diagonal(metres, 0)

    def _draw(
        self,
        weight: NDArray[np.float64],
        snaps: Snaps,
        wanted: NDArray[np.int64],
        legs: dict[int, Leg],
    ) -> None:
        engine = self._engines.of(weight)
        places = anchor(self._network, weight, snaps)
        finder = WayFinder(self._network, self._snapper, weight, places)
        everywhere = np.arange(self._network.nodes, dtype=np.int32)
        for sources in self._blocks(places, wanted, engine):
            table = engine.distances(places.starts(sources), everywhere)
            for column, source in enumerate(sources.tolist()):
                leg = finder.leg(source, source + 1, table[:, column])
                if leg is None:
                    raise InvalidRequest(
                        f"no way leads from point {source} to point {source + 1} of the sequence;"
                        " leave out what the matrix calls unreachable",
                        field=f"sequence.{source + 1}",
                    )
                legs[source] = leg

    def _blocks(
        self, places: Anchors, points: NDArray[np.int64], engine: Engine
    ) -> Iterator[NDArray[np.int64]]:
        order = points[np.argsort(places.locality(engine.locality)[points], kind="stable")]
        size = max(1, _CELLS // max(1, self._network.nodes))
        for start in range(0, len(order), size):
            yield order[start : start + size]
