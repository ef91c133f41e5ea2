"""Every port of `collection.ports` in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from collection.errors import NotFound
from collection.model import Leg
from collection.ports import UNREACHABLE, JobStatus, TravelMatrix
from tests.store_fakes import (
    FakeEventLog,
    FakeIdempotency,
    FakePlanStore,
    FakeRequestStore,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from collection.model import AddressMatch, Position

__all__ = [
    "FakeClock",
    "FakeEventLog",
    "FakeGeocoder",
    "FakeIdempotency",
    "FakeJobs",
    "FakePlanStore",
    "FakeRequestStore",
    "GridMatrix",
]

METRES_PER_DEGREE = 111_195.0


class GridMatrix:
    """A `MatrixSource` of straight streets north-south and east-west, at one speed.

    Parameters
    ----------
    metres_per_second : float
        The speed.
    unreachable : sequence of Position
        Points without a street.
    """

    def __init__(
        self, *, metres_per_second: float = 8.0, unreachable: Sequence[Position] = ()
    ) -> None:
        self.metres_per_second = metres_per_second
        self.unreachable = frozenset(unreachable)

    @property
    def fingerprint(self) -> str:
        return f"grid at {self.metres_per_second} m/s"

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        lon = np.array([point.lon for point in points], dtype=float)
        lat = np.array([point.lat for point in points], dtype=float)
        shrink = math.cos(math.radians(float(lat.mean()))) if points else 1.0
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

    def paths(self, sequence: Sequence[Position]) -> tuple[Leg, ...]:
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


@dataclass
class FakeJobs:
    """`Jobs` that run at once, or never.

    Parameters
    ----------
    run : callable, optional
        Plans the night and returns the plan's id; None leaves jobs queued.
    """

    run: Callable[[str, date, int], str] | None = None
    jobs: dict[str, JobStatus] = field(default_factory=dict)

    def enqueue_night(self, territory: str, day: date, *, seed: int = 0) -> str:
        job_id = f"night.{territory}.{day}"
        waiting = self.jobs.get(job_id)
        if waiting is None or waiting.status in {"finished", "failed"}:
            queued = JobStatus(
                id=job_id, status="queued", progress=None, plan_id=None, error="", phases={}
            )
            self.jobs[job_id] = queued
            if self.run:
                plan_id = self.run(territory, day, seed)
                self.jobs[job_id] = replace(queued, status="finished", plan_id=plan_id)
        return job_id

    def status(self, job_id: str) -> JobStatus:
        try:
            return self.jobs[job_id]
        except KeyError:
            raise NotFound(f"there is no job {job_id!r}", field="id") from None
