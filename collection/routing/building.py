"""From a territory's frozen day to the `Problem` that engines solve."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from collection.errors import InvalidRequest
from collection.model import LOAD_DIMENSIONS, Instructions
from collection.routing.demand import (
    local_windows,
    request_load,
    required_skills,
    service_seconds,
)
from collection.routing.explain import classified, detail
from collection.routing.fleet import (
    NO_CLASS,
    reloads_of,
    travel_of,
    vehicles_of,
    zoned_of,
)
from collection.routing.instructions import Wishes
from collection.routing.problem import Problem
from collection.routing.working_time import breaks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.model import DeviceType, PickupRequest, Plan, Position, Territory, Weights
    from collection.ports import TravelTable
    from collection.units import Cents

MAX_PRIORITY = 16
"""Steps above it count as this many."""

MAX_PRICE: Cents = 10_000_000_000
"""No request is dearer: the prices of a whole day stay far from the limits of 64 bits."""


def build(
    requests: Sequence[PickupRequest],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    travel: TravelTable,
    *,
    day: date,
    instructions: Instructions | None = None,
    earlier: Plan | None = None,
) -> Problem:
    """Turn a frozen day into integers and find what no vehicle can serve.

    Parameters
    ----------
    requests : Sequence of PickupRequest
        The requests to plan.
    territory : Territory
        Whose area, depots, sites, vehicles, rules and weights hold. An empty area holds
        everything.
    device_types : Mapping of str to DeviceType
        By id.
    travel : TravelTable
        Over `points` of the same requests and territory, for all of `emission_classes`.
    day : date
        Local date.
    instructions : Instructions, optional
        What a dispatcher asks for.
    earlier : Plan, optional
        The plan that they name; changes against it have a price.

    Returns
    -------
    Problem
        With `allowed` and `reasons` filled.

    Raises
    ------
    InvalidRequest
        If the table is over other points or lacks a class, an id comes twice, a device's
        type, a vehicle's depot or an id in the instructions is unknown, or a route shall
        begin with a request that its vehicle cannot serve.
    """
    where = points(requests, territory)
    _refuse_other_size(travel, len(where))
    request_ids = _once((request.id for request in requests), "requests")
    vehicle_ids = _once((vehicle.id for vehicle in territory.vehicles), "vehicles")
    wishes = Wishes(
        instructions or Instructions(),
        {identifier: number for number, identifier in enumerate(request_ids)},
        {identifier: number for number, identifier in enumerate(vehicle_ids)},
        earlier,
    )
    announced, change_prices = wishes.announced(territory.weights, territory=territory.id, day=day)
    problem = Problem(
        territory=territory.id,
        day=day,
        request_ids=request_ids,
        vehicle_ids=vehicle_ids,
        positions=where,
        depots=len(where) - len(requests),
        **travel_of(territory.vehicles, travel),
        **requests_of(requests, territory, device_types, day, wishes),
        together=wishes.together(),
        apart=wishes.apart(),
        preferences=wishes.preferences(requests, territory),
        announced=announced,
        change_prices=change_prices,
        **vehicles_of(territory, day),
        zoned=zoned_of(territory, travel),
        **breaks_of(territory, day),
        prefixes=wishes.prefixes(),
        **reloads_of(territory),
        fairness=territory.weights.fairness,
    )
    problem = classified(problem)
    _refuse_impossible_prefixes(problem)
    return problem


def points(requests: Sequence[PickupRequest], territory: Territory) -> tuple[Position, ...]:
    """List the points of a day in the order of its travel table.

    Parameters
    ----------
    requests : Sequence of PickupRequest
        The requests to plan.
    territory : Territory
        Whose depots and sites come first.

    Returns
    -------
    tuple of Position
        Depots, sites, then requests.
    """
    return (
        *(place.position for place in territory.places),
        *(request.address.position for request in requests),
    )


def emission_classes(territory: Territory) -> tuple[str, ...]:
    """List the emission classes that a day's travel table must hold.

    Parameters
    ----------
    territory : Territory
        With its vehicles.

    Returns
    -------
    tuple of str
        Those of the fleet, each once, in order, behind the one that may go wherever anybody
        may: what it reaches and a vehicle does not, a low-emission zone keeps the vehicle from.
    """
    return tuple(sorted({NO_CLASS, *(vehicle.emission_class for vehicle in territory.vehicles)}))


def price_of(priority: int, weights: Weights) -> Cents:
    """Price of leaving a request unassigned.

    Parameters
    ----------
    priority : int
        Of the request; a negative one counts as 0.
    weights : Weights
        With the price of priority 0 and the factor of each step.

    Returns
    -------
    int
        Cents, at most `MAX_PRICE`.
    """
    steps = min(max(priority, 0), MAX_PRIORITY)
    return min(weights.unassigned * int(weights.priority_factor**steps), MAX_PRICE)


def requests_of(
    requests: Sequence[PickupRequest],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    day: date,
    wishes: Wishes,
) -> dict[str, Any]:
    """Fields of a problem, one row per request.

    Parameters
    ----------
    requests : Sequence of PickupRequest
        The R requests.
    territory : Territory
        Whose area, vehicles, rules and weights hold.
    device_types : Mapping of str to DeviceType
        By id.
    day : date
        Local date.
    wishes : Wishes
        What a dispatcher asks for.

    Returns
    -------
    dict of str to Any
        Times, loads, windows, prices and skills.

    Raises
    ------
    InvalidRequest
        If a device's type is unknown.
    """
    zone, rule = ZoneInfo(territory.timezone), territory.service
    places = [request.address.position for request in requests]
    # One door has one position; its flats and offices share the parked van.
    doors = {place: number for number, place in enumerate(dict.fromkeys(places))}
    skills = tuple(required_skills(request, territory.triage) for request in requests)
    named = wishes.named()
    skilled = [[vehicle.skills >= needed for vehicle in territory.vehicles] for needed in skills]
    return {
        "service": _row(service_seconds(request, rule, device_types) for request in requests),
        "setup": np.full(len(requests), rule.setup, dtype=np.int64),
        "addresses": _row(doors[place] for place in places),
        "loads": np.array(
            [
                request_load(request, device_types, territory.triage).as_tuple()
                for request in requests
            ],
            dtype=np.int64,
        ).reshape(len(requests), len(LOAD_DIMENSIONS)),
        "windows": tuple(local_windows(request, day, zone) for request in requests),
        "prices": _row(price_of(request.priority, territory.weights) for request in requests),
        "inside": _inside(territory, places),
        "skills": skills,
        "skilled": np.array(skilled, dtype=bool).reshape(named.shape) & named,
    }


def _inside(territory: Territory, where: Sequence[Position]) -> NDArray[np.bool_]:
    if not territory.area:
        return np.ones(len(where), dtype=bool)
    area = _area(territory.area)
    return np.asarray(
        shapely.intersects_xy(area, [p.lon for p in where], [p.lat for p in where]), dtype=bool
    )


@lru_cache(maxsize=64)
def _area(rings: tuple[tuple[tuple[float, float], ...], ...]) -> shapely.Geometry:
    area = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    shapely.prepare(area)
    return area


def _refuse_other_size(travel: TravelTable, count: int) -> None:
    sizes = {travel.seconds.shape[-2:], travel.metres.shape[-2:]}
    if sizes != {(count, count)}:
        msg = f"the table must be over the {count} points of depots, sites and requests, is {sizes}"
        raise InvalidRequest(msg, field="travel")


def _refuse_impossible_prefixes(problem: Problem) -> None:
    for vehicle, prefix in enumerate(problem.prefixes):
        for request in prefix:
            if not problem.allowed[request, vehicle]:
                msg = (
                    f"vehicle {problem.vehicle_ids[vehicle]} cannot begin with request "
                    f"{problem.request_ids[request]}; leave it out: {detail(problem, request)}"
                )
                raise InvalidRequest(msg, field="instructions.prefixes")


def _once(ids: Iterable[str], field: str) -> tuple[str, ...]:
    listed = tuple(ids)
    if len(set(listed)) < len(listed):
        twice = next(identifier for identifier in listed if listed.count(identifier) > 1)
        msg = f"id {twice} comes twice in {field}; give each once"
        raise InvalidRequest(msg, field=field)
    return listed


def _row(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)
