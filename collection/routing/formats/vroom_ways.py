"""Travel of a VROOM file between the points of a problem, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.ports import UNREACHABLE
from collection.routing.formats.instance import MAX_ENTRY, MAX_POINTS
from collection.routing.formats.options import Objective
from collection.routing.formats.vroom_places import NOWHERE
from collection.routing.formats.vroom_rules import wrong

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.formats.vroom_places import Places, Tables
    from collection.routing.formats.vroom_schema import Input, Vehicle

_MAX_CELLS = 2 * MAX_POINTS**2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ways:
    """Travel of F profiles between P points: where vehicles start and end, then tasks.

    Parameters
    ----------
    depots : int
        How many points come before the tasks.
    seconds : ndarray of int32, shape (F, P, P)
        Travel times.
    metres : ndarray of int32, shape (F, P, P)
        What costs by the kilometre.
    distances : ndarray of int32, shape (F, P, P), optional
        What routes report; None where the file has none.
    profiles : list of int
        Of the V vehicles.
    starts : list of int
        Points of the V vehicles.
    ends : list of int
        Points of the V vehicles.
    drive_costs : list of int
        Cents per hour of driving, of the V vehicles.
    km_costs : list of int
        Cents per kilometre, of the V vehicles.
    """

    depots: int
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    distances: NDArray[np.int32] | None
    profiles: list[int]
    starts: list[int]
    ends: list[int]
    drive_costs: list[int]
    km_costs: list[int]

    @property
    def dearest_legs(self) -> NDArray[np.float64]:
        """The most cents that any vehicle pays for each leg, shape (P, P)."""
        most = np.zeros(self.seconds.shape[1:])
        rates = {*zip(self.profiles, self.drive_costs, self.km_costs, strict=True)}
        for profile, per_hour, per_km in rates:
            there = self.seconds[profile] != UNREACHABLE
            cents = self.seconds[profile] * (per_hour / 3_600) + self.metres[profile] * (
                per_km / 1_000
            )
            most = np.maximum(most, np.where(there, cents, 0.0))
        return np.ceil(most)


def ways_of(file: Input, places: Places, objective: Objective) -> Ways:
    """Lay out the travel of all vehicles.

    Parameters
    ----------
    file : Input
        The file.
    places : Places
        Where everything is.
    objective : Objective
        What to minimize.

    Returns
    -------
    Ways
        With a profile per vehicle profile and speed factor.

    Raises
    ------
    InvalidRequest
        If a matrix is missing, or costs contradict each other; names the path.
    """
    # A problem has a depot, even where nobody starts from it.
    ends = sorted({*places.starts, *places.ends}) or [NOWHERE]
    point = {row: number for number, row in enumerate(ends)}
    rows = np.array([*ends, *places.tasks], dtype=np.int64)
    kinds: dict[tuple[str, int], int] = {}
    for number, vehicle in enumerate(file.vehicles):
        _verify(vehicle, f"vehicles[{number}]", places.tables[vehicle.profile], objective)
        percent = round(100 * vehicle.speed_factor)
        if percent == 0:
            raise wrong(f"vehicles[{number}].speed_factor", "is less than 0.01")
        kinds.setdefault((vehicle.profile, percent), len(kinds))
    if len(kinds) * len(rows) ** 2 > _MAX_CELLS:
        message = f"are too many profiles and speed factors, {len(kinds)}, for {len(rows)} places"
        raise wrong("vehicles", message)
    tables = [places.tables[name] for name, _ in kinds]
    by_cost = [objective is Objective.COST and table.costs is not None for table in tables]
    distances = None
    if tables and all(table.distances is not None for table in tables):
        distances = _stack(rows, [table.distances for table in tables])
    metres = distances
    if metres is None or any(by_cost):
        metres = _stack(
            rows,
            [
                table.costs if dear else table.distances
                for table, dear in zip(tables, by_cost, strict=True)
            ],
        )
    of_vehicle = [kinds[v.profile, round(100 * v.speed_factor)] for v in file.vehicles]
    by_time = objective is Objective.COST
    return Ways(
        depots=len(ends),
        seconds=_stack(rows, [_slowed(places.tables[name].durations, p) for name, p in kinds]),
        metres=metres,
        distances=distances,
        profiles=of_vehicle,
        starts=[point[row] for row in places.starts],
        ends=[point[row] for row in places.ends],
        drive_costs=[
            vehicle.costs.per_hour if by_time and not by_cost[kind] else 0
            for vehicle, kind in zip(file.vehicles, of_vehicle, strict=True)
        ],
        km_costs=[
            vehicle.costs.per_km if by_time and not by_cost[kind] else 1_000
            for vehicle, kind in zip(file.vehicles, of_vehicle, strict=True)
        ],
    )


def _verify(vehicle: Vehicle, path: str, tables: Tables, objective: Objective) -> None:
    missing = f"needs matrices.{vehicle.profile}.distances, which is missing"
    if objective is Objective.DISTANCE and tables.distances is None:
        raise wrong("objective", f"distance {missing}")
    if vehicle.max_distance is not None and tables.distances is None:
        raise wrong(f"{path}.max_distance", missing)
    if objective is Objective.DISTANCE:
        return
    if tables.costs is None:
        if vehicle.costs.per_km and tables.distances is None:
            raise wrong(f"{path}.costs.per_km", missing)
        return
    costs = f"beside matrices.{vehicle.profile}.costs"
    if vehicle.costs.per_hour != 3_600:
        raise wrong(f"{path}.costs.per_hour", f"means nothing {costs}; leave one out")
    if vehicle.costs.per_km:
        raise wrong(f"{path}.costs.per_km", f"means nothing {costs}; leave one out")
    if vehicle.max_distance is not None:
        raise wrong(f"{path}.max_distance", f"is not supported {costs}; leave one out")


def _stack(rows: NDArray[np.int64], tables: list[NDArray[np.int32] | None]) -> NDArray[np.int32]:
    """Tables between points; where a route may begin or end anywhere all is near."""
    size = len(rows)
    stacked = np.zeros((max(1, len(tables)), size, size), dtype=np.int32)
    there = np.flatnonzero(rows != NOWHERE)
    for number, table in enumerate(tables):
        if table is not None:
            stacked[number][np.ix_(there, there)] = table[np.ix_(rows[there], rows[there])]
    return stacked


def _slowed(durations: NDArray[np.int32], percent: int) -> NDArray[np.int32]:
    """Travel times at a speed; rounded up, for nobody is there before they could be."""
    if percent == 100:
        return durations
    slowed = -(-durations.astype(np.int64) * 100 // percent)
    if slowed[durations != UNREACHABLE].max(initial=0) > MAX_ENTRY:
        raise wrong("vehicles", f"are so slow that travel times exceed {MAX_ENTRY} (int32)")
    slowed[durations == UNREACHABLE] = UNREACHABLE
    return slowed.astype(np.int32)
