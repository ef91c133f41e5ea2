"""What a fleet brings to a `Problem`: travel, costs, limits and places to be emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from collection.errors import InvalidRequest
from collection.model import LOAD_DIMENSIONS
from collection.ports import UNREACHABLE
from collection.routing.problem import NO_LIMIT
from collection.routing.working_time import most_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.model import Territory, Vehicle
    from collection.ports import TravelRows, TravelTable
    from collection.units import Seconds

NO_CLASS = ""
"""Emission class of a vehicle that may go wherever anybody may."""

ALWAYS = ((-NO_LIMIT, NO_LIMIT),)
"""Windows of a place that never closes."""


def travel_of(vehicles: Sequence[Vehicle], travel: TravelTable) -> dict[str, Any]:
    """Tables of the distinct pairs of emission class and speed.

    Parameters
    ----------
    vehicles : Sequence of Vehicle
        The V vehicles.
    travel : TravelTable
        For all of their classes.

    Returns
    -------
    dict of str to Any
        Fields ``periods``, ``profiles``, ``seconds`` and ``metres`` of a problem.

    Raises
    ------
    InvalidRequest
        If the table lacks a vehicle's class.
    """
    rows, speeds, of_vehicle = _profiles(vehicles, travel.classes)
    return {
        "periods": np.array(travel.periods, dtype=np.int64),
        "profiles": _row(of_vehicle),
        "seconds": _by_speed(travel.seconds, rows, speeds),
        "metres": travel.metres[rows],
    }


def rows_of(
    vehicles: Sequence[Vehicle], rows: TravelRows
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Rows of one point for the profiles that `travel_of` makes.

    Parameters
    ----------
    vehicles : Sequence of Vehicle
        The V vehicles.
    rows : TravelRows
        For all of their classes, between the point and n others.

    Returns
    -------
    seconds, metres : ndarray of int32, shape (F, 2, T, n)
        Per profile from the point to each other, then from each other to the point.

    Raises
    ------
    InvalidRequest
        If they lack a vehicle's class.
    """
    classes, speeds, _ = _profiles(vehicles, rows.classes)
    seconds, metres = (np.moveaxis(table, 1, 0) for table in (rows.seconds, rows.metres))
    return _by_speed(seconds, classes, speeds), metres[classes]


def _profiles(
    vehicles: Sequence[Vehicle], classes: Sequence[str]
) -> tuple[list[int], list[int], list[int]]:
    """Give the class and the speed of each profile, and the profile of each vehicle."""
    wanted = [(vehicle.emission_class, vehicle.speed_percent) for vehicle in vehicles]
    # Without vehicles there is still a table, so that arrays have their shape.
    profiles = list(dict.fromkeys(wanted)) or [(classes[0], 100)]
    for vehicle in vehicles:
        if vehicle.emission_class not in classes:
            msg = (
                f"vehicle {vehicle.id}: no travel times for emission class "
                f"{vehicle.emission_class!r}; the table has {', '.join(map(repr, classes))}"
            )
            raise InvalidRequest(msg, field=f"vehicles.{vehicle.id}.emission_class")
    return (
        [classes.index(name) for name, _ in profiles],
        [speed for _, speed in profiles],
        [profiles.index(pair) for pair in wanted],
    )


def _by_speed(
    seconds: NDArray[np.int32], classes: Sequence[int], speeds: Sequence[int]
) -> NDArray[np.int32]:
    return np.stack(
        [_at_speed(seconds[row], speed) for row, speed in zip(classes, speeds, strict=True)]
    )


def zoned_of(territory: Territory, travel: TravelTable) -> NDArray[np.bool_]:
    """Tell which requests low-emission zones keep which vehicles from.

    Parameters
    ----------
    territory : Territory
        With its vehicles.
    travel : TravelTable
        Over depots, sites and R requests.

    Returns
    -------
    ndarray of bool, shape (R, V)
        Field ``zoned`` of a problem; nowhere True if the table lacks the class ``""``.

    Raises
    ------
    InvalidRequest
        If a vehicle's depot is unknown.
    """
    first = len(territory.places)
    found = np.zeros((travel.seconds.shape[-1] - first, len(territory.vehicles)), dtype=bool)
    if NO_CLASS not in travel.classes:
        return found
    depots = {depot.id: number for number, depot in enumerate(territory.depots)}
    free = travel.classes.index(NO_CLASS)
    for number, vehicle in enumerate(territory.vehicles):
        own = travel.classes.index(vehicle.emission_class)
        start, end = (_depot(depots, vehicle, name) for name in ("start_depot", "end_depot"))
        for ways in (travel.seconds[:, :, start, first:], travel.seconds[:, :, first:, end]):
            closed = (ways[own] == UNREACHABLE) & (ways[free] != UNREACHABLE)
            found[:, number] |= closed.any(axis=0)
    return found


def vehicles_of(territory: Territory, day: date) -> dict[str, Any]:
    """Fields of a problem, one row per vehicle.

    Parameters
    ----------
    territory : Territory
        With its vehicles.
    day : date
        Local date, on whose law it depends how long they may be out.

    Returns
    -------
    dict of str to Any
        Shifts, capacities, depots, costs and limits.

    Raises
    ------
    InvalidRequest
        If a vehicle's depot is unknown.
    """
    vehicles = territory.vehicles
    depots = {depot.id: number for number, depot in enumerate(territory.depots)}
    return {
        "shifts": _table(((v.shift.start, v.shift.end) for v in vehicles), 2),
        "latest_ends": _row(v.shift.end + v.overtime for v in vehicles),
        "capacities": _table((v.capacity.as_tuple() for v in vehicles), len(LOAD_DIMENSIONS)),
        "starts": _row(_depot(depots, v, "start_depot") for v in vehicles),
        "ends": _row(_depot(depots, v, "end_depot") for v in vehicles),
        "fixed_costs": _row(v.fixed_cost for v in vehicles),
        "hour_costs": _row(v.cost_per_hour for v in vehicles),
        "overtime_costs": _row(v.overtime_cost_per_hour for v in vehicles),
        "km_costs": _row(v.cost_per_km for v in vehicles),
        "max_metres": _limits(v.max_metres for v in vehicles),
        "max_stops": _limits(v.max_stops for v in vehicles),
        "max_seconds": _limits(most_seconds(territory.country, v, day) for v in vehicles),
    }


def reloads_of(territory: Territory) -> dict[str, Any]:
    """Places where vans are emptied during their shifts.

    Parameters
    ----------
    territory : Territory
        With its depots and sites, whose points come in this order.

    Returns
    -------
    dict of str to Any
        The ``reload_`` fields of a problem: depots, if vans may be emptied there, then
        the sites where they may. A place where no van may be emptied is none of them.
    """
    rows: list[tuple[str, int, Seconds, tuple[tuple[Seconds, Seconds], ...]]] = []
    if territory.reload_at_depots:
        rows += [
            (depot.id, point, territory.reload_seconds, ALWAYS)
            for point, depot in enumerate(territory.depots)
        ]
    rows += [
        (site.id, point, site.service, site.opening)
        for point, site in enumerate(territory.sites, start=len(territory.depots))
        if site.reload and site.opening
    ]
    chosen = [van.reload_sites for van in territory.vehicles]
    if None not in chosen:
        anybody = {identifier for sites in chosen if sites is not None for identifier in sites}
        rows = [row for row in rows if row[0] in anybody]
    allowed = [
        [sites is None or identifier in sites for identifier, *_ in rows] for sites in chosen
    ]
    return {
        "reload_ids": tuple(identifier for identifier, *_ in rows),
        "reload_points": _row(point for _, point, _, _ in rows),
        "reload_service": _row(service for _, _, service, _ in rows),
        "reload_windows": tuple(windows for *_, windows in rows),
        "reload_allowed": np.array(allowed, dtype=bool).reshape(len(territory.vehicles), len(rows)),
    }


def _at_speed(seconds: NDArray[np.int32], percent: int) -> NDArray[np.int32]:
    """Travel times of a vehicle that is slower or faster than the streets, rounded up."""
    if percent == 100:
        return seconds
    slower = -(-100 * seconds.astype(np.int64) // percent)
    kept = np.where(seconds == UNREACHABLE, UNREACHABLE, np.minimum(slower, UNREACHABLE))
    return kept.astype(np.int32)


def _depot(depots: Mapping[str, int], vehicle: Vehicle, field: str) -> int:
    depot: str = getattr(vehicle, field)
    if depot not in depots:
        msg = f"vehicle {vehicle.id}: depot {depot!r} is unknown; use {', '.join(depots)}"
        raise InvalidRequest(msg, field=f"vehicles.{vehicle.id}.{field}")
    return depots[depot]


def _limits(values: Iterable[int | None]) -> NDArray[np.int64]:
    return _row(NO_LIMIT if value is None else value for value in values)


def _row(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def _table(rows: Iterable[Iterable[int]], width: int) -> NDArray[np.int64]:
    return np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, width)
