"""One depot, like vehicles, customers with demands and windows: what the benchmarks are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from collection.errors import InvalidRequest
from collection.model import Position
from collection.routing.explain import classified
from collection.routing.formats.instance import (
    MAX_CLOCK,
    MAX_ENTRY,
    Instance,
    Place,
    Task,
    Van,
    dearest,
    prices,
)
from collection.routing.formats.options import Rounding
from collection.routing.problem import NO_LIMIT, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NO_DAY = date(1970, 1, 1)
"""Date of what has none."""

_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classic:
    """A benchmark as its file has it; n customers, of which node 0, the depot, is none.

    Parameters
    ----------
    kind : str
        ``solomon`` or ``vrplib``.
    name : str
        As the file calls itself.
    vehicles : int
        How many there are at most.
    capacity : int
        Of each.
    distances : ndarray of float64, shape (n + 1, n + 1)
        Also the travel times.
    demands : sequence of int
        Of the n + 1 nodes.
    windows : sequence of (Decimal, Decimal), optional
        When service may start at the n + 1 nodes; the depot's is the vehicles' shift.
    services : sequence of Decimal
        Service times at the n + 1 nodes.
    longest : Decimal, optional
        Longest route, service included.
    ignored : tuple of str
        Keywords that say nothing here.
    """

    kind: str
    name: str
    vehicles: int
    capacity: int
    distances: NDArray[np.float64]
    demands: Sequence[int]
    windows: Sequence[tuple[Decimal, Decimal]] | None
    services: Sequence[Decimal]
    longest: Decimal | None = None
    ignored: tuple[str, ...] = ()

    def rounded(self, rounding: Rounding) -> Instance:
        """Make a problem of it.

        Parameters
        ----------
        rounding : Rounding
            How its numbers become integers.

        Returns
        -------
        Instance
            Distance is the only cost, in cents; a customer who is left out costs more than
            any solution.

        Raises
        ------
        InvalidRequest
            If a number does not fit once it is multiplied.
        """
        factor = self._factor(rounding)
        metres = _whole(self.distances, factor, truncate=rounding is Rounding.DIMACS)
        services = [_scaled(value, factor, rounding) for value in self.services]
        horizon = min(MAX_CLOCK, int(metres.max(axis=0).sum(dtype=np.int64)) + sum(services))
        spans = [(0, horizon)] * len(self.services)
        if self.windows is not None:
            spans = [
                (_scaled(opens, factor, rounding), _scaled(closes, factor, rounding))
                for opens, closes in self.windows
            ]
        # One customer needs one vehicle; more of them would only take memory.
        vehicles = min(self.vehicles, len(self.services) - 1)
        zeros = np.zeros(vehicles, dtype=np.int64)
        longest = NO_LIMIT if self.longest is None else _scaled(self.longest, factor, rounding)
        count = len(self.services) - 1
        problem = Problem(
            territory=self.name,
            day=NO_DAY,
            request_ids=tuple(str(number) for number in range(1, count + 1)),
            vehicle_ids=tuple(str(number) for number in range(1, vehicles + 1)),
            positions=(Position(lon=0.0, lat=0.0),) * (count + 1),
            depots=1,
            seconds=metres,
            metres=metres,
            service=np.array(services[1:], dtype=np.int64),
            loads=np.array(self.demands[1:], dtype=np.int64).reshape(count, 1),
            windows=tuple((span,) for span in spans[1:]),
            prices=prices([0] * count, dearest(metres, [0], [0] * vehicles)),
            shifts=np.tile(np.array(spans[0], dtype=np.int64), (vehicles, 1)),
            capacities=np.full((vehicles, 1), self.capacity, dtype=np.int64),
            starts=zeros,
            ends=zeros,
            fixed_costs=zeros,
            hour_costs=zeros,
            km_costs=zeros + 1_000,
            max_seconds=zeros + longest,
        )
        depot = Place(index=0)
        return Instance(
            kind=self.kind,
            name=self.name,
            problem=classified(problem),
            tasks=tuple(
                Task(kind="job", id=number, place=Place(index=number))
                for number in range(1, count + 1)
            ),
            vans=tuple(Van(id=number, start=depot, end=depot) for number in range(1, vehicles + 1)),
            scale=factor if rounding is Rounding.EXACT else 1,
            factor=factor,
            distances=metres[None],
            amounts=1,
            ignored=self.ignored,
            rounding=rounding,
        )

    def _factor(self, rounding: Rounding) -> int:
        """Leave out the multiplication where every number is whole: nothing would be rounded."""
        if rounding is Rounding.EXACT:
            numbers = [*self.services, *(side for span in self.windows or () for side in span)]
            numbers.append(self.longest or Decimal(0))
            whole = all(value == int(value) for value in numbers)
            if whole and bool((self.distances == np.floor(self.distances)).all()):
                return 1
        return rounding.factor


def _whole(distances: NDArray[np.float64], factor: int, *, truncate: bool) -> NDArray[np.int32]:
    scaled = distances * factor
    scaled = np.floor(scaled if truncate else scaled + 0.5)
    longest = float(scaled.max(initial=0.0))
    if longest > MAX_ENTRY:
        raise InvalidRequest(
            f"a distance is {longest / factor:.0f}, times {factor}; the limit is {MAX_ENTRY} "
            "(int32): choose a rounding that multiplies by less",
            field="rounding",
        )
    return scaled.astype(np.int32)


def _scaled(value: Decimal, factor: int, rounding: Rounding) -> int:
    product = value * factor
    whole = int(product if rounding is Rounding.DIMACS else (product + _HALF) // 1)
    if whole > MAX_CLOCK:
        raise InvalidRequest(
            f"a time is {value}, times {factor}; the limit is {MAX_CLOCK}: choose a rounding "
            "that multiplies by less",
            field="rounding",
        )
    return whole
