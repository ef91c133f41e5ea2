"""A day of a territory as integers: the one input of every engine.

Points are numbered depots first, in the territory's order, then requests, in the caller's
order; `points` lists them for the caller who asks a ``MatrixSource``. A request that no
vehicle can serve stays in the problem with its reason, and engines leave it out: it can
never make a plan fail.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from collection.errors import InvalidRequest
from collection.routing.demand import (
    local_windows,
    request_load,
    required_skills,
    service_seconds,
)
from collection.routing.explain import classify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.model import (
        DeviceType,
        PickupRequest,
        Position,
        Territory,
        UnassignedReason,
        Vehicle,
    )
    from collection.ports import TravelMatrix
    from collection.units import Cents, Seconds

UNASSIGNED_PRICE: Cents = 100_000
"""Price of leaving a request of priority 0 unassigned.

It is above the dearest day of one van (a full shift, 300 km and the fixed cost come to about
35 000 cents in the territories at hand), so that a request that fits is always worth serving.
"""

MAX_PRIORITY = 16
"""Steps above it count as this many: prices stay far from the limits of 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """One day of one territory; R requests, V vehicles and P points.

    Parameters
    ----------
    territory : str
        Id of the territory.
    day : date
        Local date.
    request_ids : tuple of str
        Ids of the R requests.
    vehicle_ids : tuple of str
        Ids of the V vehicles.
    positions : tuple of Position
        The P points: depots, then requests.
    depots : int
        How many of the points are depots.
    seconds : ndarray of int64, shape (P, P)
        Travel times; `collection.ports.UNREACHABLE` where no way leads, which 64 bits can
        add up without overflow.
    metres : ndarray of int64, shape (P, P)
        Distances, likewise.
    service : ndarray of int64, shape (R,)
        Service times in seconds.
    loads : ndarray of int64, shape (R, 3)
        Amounts in the order of `collection.model.LOAD_DIMENSIONS`.
    windows : tuple of tuples of (int, int)
        Per request its windows in seconds of the local day: disjoint, in order, at least
        one.
    prices : ndarray of int64, shape (R,)
        Cents that leaving the request unassigned costs.
    inside : ndarray of bool, shape (R,)
        Whether the request lies in the territory's area.
    skills : tuple of frozenset of str
        What each request asks of a vehicle.
    skilled : ndarray of bool, shape (R, V)
        Whether the vehicle has them all.
    shifts : ndarray of int64, shape (V, 2)
        Earliest departure and latest return, in seconds of the local day.
    capacities : ndarray of int64, shape (V, 3)
        What each vehicle carries.
    starts : ndarray of int64, shape (V,)
        Point that the vehicle leaves from.
    ends : ndarray of int64, shape (V,)
        Point that it returns to.
    fixed_costs : ndarray of int64, shape (V,)
        Cents, once if it is used.
    hour_costs : ndarray of int64, shape (V,)
        Cents per hour from departure to return.
    km_costs : ndarray of int64, shape (V,)
        Cents per kilometre.
    allowed : ndarray of bool, shape (R, V)
        Whether the vehicle could serve the request if it had nothing else to do.
    reasons : tuple of UnassignedReason or None
        Why no vehicle could; None where one could.
    """

    territory: str
    day: date
    request_ids: tuple[str, ...]
    vehicle_ids: tuple[str, ...]
    positions: tuple[Position, ...]
    depots: int
    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]
    service: NDArray[np.int64]
    loads: NDArray[np.int64]
    windows: tuple[tuple[tuple[Seconds, Seconds], ...], ...]
    prices: NDArray[np.int64]
    inside: NDArray[np.bool_]
    skills: tuple[frozenset[str], ...]
    skilled: NDArray[np.bool_]
    shifts: NDArray[np.int64]
    capacities: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    fixed_costs: NDArray[np.int64]
    hour_costs: NDArray[np.int64]
    km_costs: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    reasons: tuple[UnassignedReason | None, ...]

    @classmethod
    def build(
        cls,
        requests: Sequence[PickupRequest],
        territory: Territory,
        device_types: Mapping[str, DeviceType],
        matrix: TravelMatrix,
        *,
        day: date,
        unassigned_price: Cents = UNASSIGNED_PRICE,
    ) -> Self:
        """Turn a frozen day into integers and classify what cannot be served.

        Parameters
        ----------
        requests : Sequence of PickupRequest
            The requests to plan.
        territory : Territory
            Whose area, depots, vehicles and service rule hold. An empty area holds
            everything.
        device_types : Mapping of str to DeviceType
            By id.
        matrix : TravelMatrix
            Over `points` of the same requests and territory.
        day : date
            Local date.
        unassigned_price : int
            Cents for a request of priority 0; doubled by each step of priority.

        Returns
        -------
        Problem
            With `allowed` and `reasons` filled.

        Raises
        ------
        InvalidRequest
            If the matrix has another size, an id comes twice, a device's type or a
            vehicle's depot is unknown.
        """
        where = points(requests, territory)
        _refuse_other_size(matrix, len(where))
        _refuse_twice((request.id for request in requests), "requests")
        _refuse_twice((vehicle.id for vehicle in territory.vehicles), "vehicles")
        zone = ZoneInfo(territory.timezone)
        vehicles = territory.vehicles
        depots = {depot.id: index for index, depot in enumerate(territory.depots)}
        skills = tuple(required_skills(request) for request in requests)
        count = len(requests)
        problem = cls(
            territory=territory.id,
            day=day,
            request_ids=tuple(request.id for request in requests),
            vehicle_ids=tuple(vehicle.id for vehicle in vehicles),
            positions=where,
            depots=len(territory.depots),
            seconds=matrix.seconds.astype(np.int64),
            metres=matrix.metres.astype(np.int64),
            service=_integers(
                (service_seconds(request, territory.service, device_types) for request in requests),
                count,
            ),
            loads=_integers(
                (request_load(request, device_types).as_tuple() for request in requests), count, 3
            ),
            windows=tuple(local_windows(request, day, zone) for request in requests),
            prices=_integers(
                (
                    unassigned_price << min(max(request.priority, 0), MAX_PRIORITY)
                    for request in requests
                ),
                count,
            ),
            inside=_inside(territory, where[len(territory.depots) :]),
            skills=skills,
            skilled=np.array(
                [vehicle.skills >= needed for needed in skills for vehicle in vehicles], dtype=bool
            ).reshape(count, len(vehicles)),
            shifts=_integers(((v.shift.start, v.shift.end) for v in vehicles), len(vehicles), 2),
            capacities=_integers((v.capacity.as_tuple() for v in vehicles), len(vehicles), 3),
            starts=_integers((_depot(depots, v, "start_depot") for v in vehicles), -1),
            ends=_integers((_depot(depots, v, "end_depot") for v in vehicles), -1),
            fixed_costs=_integers((v.fixed_cost for v in vehicles), -1),
            hour_costs=_integers((v.cost_per_hour for v in vehicles), -1),
            km_costs=_integers((v.cost_per_km for v in vehicles), -1),
            allowed=np.zeros((count, len(vehicles)), dtype=bool),
            reasons=(None,) * count,
        )
        allowed, reasons = classify(problem)
        return replace(problem, allowed=allowed, reasons=reasons)


def points(requests: Sequence[PickupRequest], territory: Territory) -> tuple[Position, ...]:
    """List the points of a day in the order of its matrix.

    Parameters
    ----------
    requests : Sequence of PickupRequest
        The requests to plan.
    territory : Territory
        Whose depots come first.

    Returns
    -------
    tuple of Position
        Depots, then requests.
    """
    return (
        *(depot.position for depot in territory.depots),
        *(request.address.position for request in requests),
    )


def _inside(territory: Territory, where: Sequence[Position]) -> NDArray[np.bool_]:
    if not territory.area:
        return np.ones(len(where), dtype=bool)
    area = shapely.union_all([shapely.Polygon(ring) for ring in territory.area])
    shapely.prepare(area)
    return np.asarray(
        shapely.intersects_xy(area, [p.lon for p in where], [p.lat for p in where]), dtype=bool
    )


def _depot(depots: Mapping[str, int], vehicle: Vehicle, field: str) -> int:
    depot: str = getattr(vehicle, field)
    if depot not in depots:
        msg = f"vehicle {vehicle.id}: depot {depot!r} is unknown; use {', '.join(depots)}"
        raise InvalidRequest(msg, field=f"vehicles.{vehicle.id}.{field}")
    return depots[depot]


def _refuse_other_size(matrix: TravelMatrix, count: int) -> None:
    shapes = {matrix.seconds.shape, matrix.metres.shape}
    if shapes != {(count, count)}:
        msg = f"the matrix must be over the {count} points of depots and requests, is {shapes}"
        raise InvalidRequest(msg, field="matrix")


def _refuse_twice(ids: Iterable[str], field: str) -> None:
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            msg = f"id {identifier} comes twice in {field}; give each once"
            raise InvalidRequest(msg, field=field)
        seen.add(identifier)


def _integers(values: Iterable[object], *shape: int) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64).reshape(shape)
