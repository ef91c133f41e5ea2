"""Every port of `collection.ports` in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from collection.model import Leg
from collection.ports import UNREACHABLE, TravelMatrix, TravelRows, TravelTable
from tests.outbox_fake import FakeOutbox
from tests.store_fakes import (
    FakeEtas,
    FakeEventLog,
    FakeIdempotency,
    FakePlanStore,
    FakeRequestStore,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from collection.model import AddressMatch, Position

__all__ = [
    "FakeClock",
    "FakeEtas",
    "FakeEventLog",
    "FakeGeocoder",
    "FakeIdempotency",
    "FakeOutbox",
    "FakePlanStore",
    "FakeRequestStore",
    "GridMatrix",
]

METRES_PER_DEGREE = 111_195.0
LATITUDE = 43.73


class GridMatrix:
    """A `MatrixSource` of straight streets north-south and east-west.

    Parameters
    ----------
    metres_per_second : float
        The speed without traffic.
    unreachable : sequence of Position
        Points without a street.
    traffic : mapping of int to float
        From the start of each period to what travel takes over what it takes without
        traffic; the first starts at 0.
    refused : mapping of str to sequence of Position
        Points that an emission class cannot reach.
    """

    def __init__(
        self,
        *,
        metres_per_second: float = 8.0,
        unreachable: Sequence[Position] = (),
        traffic: Mapping[int, float] = MappingProxyType({0: 1.0}),
        refused: Mapping[str, Sequence[Position]] = MappingProxyType({}),
    ) -> None:
        self.metres_per_second = metres_per_second
        self.unreachable = frozenset(unreachable)
        self.traffic = dict(traffic)
        self.refused = {name: frozenset(points) for name, points in refused.items()}

    @property
    def fingerprint(self) -> str:
        return f"grid at {self.metres_per_second} m/s, {self.traffic}, {self.refused}"

    def travel(
        self, points: Sequence[Position], *, day: date, classes: Sequence[str]
    ) -> TravelTable:
        one = self.matrix(points)
        classes = tuple(dict.fromkeys(classes))
        shape = (len(classes), len(self.traffic), len(points), len(points))
        factors = np.array(list(self.traffic.values()))[:, None, None]
        known = one.seconds != UNREACHABLE
        slow = np.where(known, np.ceil(one.seconds * factors), UNREACHABLE).astype(np.int32)
        seconds = np.broadcast_to(slow, shape).copy()
        metres = np.broadcast_to(one.metres, shape).copy()
        for table, name in enumerate(classes):
            barred = [p in self.refused.get(name, ()) for p in points]
            for array in (seconds[table], metres[table]):
                array[:, barred, :] = array[:, :, barred] = UNREACHABLE
                array[:, range(len(points)), range(len(points))] = 0
        return TravelTable(
            classes=classes,
            periods=tuple(self.traffic),
            seconds=seconds,
            metres=metres,
            snap_metres=one.snap_metres,
        )

    def places(self, points: Sequence[Position]) -> tuple[Position, ...]:
        return tuple(points)

    def rows(
        self, new: Position, places: tuple[Position, ...], *, day: date, classes: Sequence[str]
    ) -> TravelRows:
        table = self.travel((new, *places), day=day, classes=classes)
        seconds, metres = (
            np.stack([array[:, :, 0, 1:], array[:, :, 1:, 0]])
            for array in (table.seconds, table.metres)
        )
        return TravelRows(
            classes=table.classes,
            periods=table.periods,
            seconds=seconds,
            metres=metres,
            snap_metres=int(table.snap_metres[0]),
        )

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        lon = np.array([point.lon for point in points], dtype=float)
        lat = np.array([point.lat for point in points], dtype=float)
        # The same whichever points are asked for together.
        shrink = math.cos(math.radians(LATITUDE))
        degrees = np.abs(lat[:, None] - lat) + np.abs(lon[:, None] - lon) * shrink
        metres = np.rint(degrees * METRES_PER_DEGREE).astype(np.int32)
        seconds = np.rint(metres / self.metres_per_second).astype(np.int32)
        snap = np.zeros(len(points), dtype=np.int32)
        for index, point in enumerate(points):
            if point in self.unreachable:
                snap[index] = UNREACHABLE
                for array in (metres, seconds):
                    array[index, :] = array[:, index] = UNREACHABLE
                    array[index, index] = 0
        return TravelMatrix(seconds=seconds, metres=metres, snap_metres=snap)

    def paths(
        self,
        sequence: Sequence[Position],
        *,
        emission_class: str = "",
        departures: Sequence[int] | None = None,
        day: date | None = None,
    ) -> tuple[Leg, ...]:
        return tuple(
            Leg(line=((a.lon, a.lat), (b.lon, a.lat), (b.lon, b.lat)), streets=("Grid Street",))
            for a, b in pairwise(sequence)
        )


@dataclass
class FakeGeocoder:
    """A `Geocoder` over a list.

    Parameters
    ----------
    matches : sequence of AddressMatch
        What there is.
    """

    matches: Sequence[AddressMatch] = ()

    def search(self, text: str, *, limit: int = 5) -> tuple[AddressMatch, ...]:
        words = text.casefold().replace(",", " ").split()
        found = [
            match
            for match in self.matches
            if words and all(word in match.label.casefold() for word in words)
        ]
        return tuple(sorted(found, key=lambda match: -match.score)[:limit])


@dataclass
class FakeClock:
    """A `Clock` that stands until it is moved.

    Parameters
    ----------
    instant : datetime
        The present.
    """

    instant: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.instant

    def advance(self, **delta: float) -> None:
        self.instant += timedelta(**delta)
