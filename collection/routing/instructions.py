"""Instructions as numbers: who must, who must not, and what changes weigh.

Every id is looked up; one that is unknown is an error that names its field.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from collection.errors import InvalidRequest
from collection.routing.problem import NO_LIMIT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.model import (
        Instructions,
        PickupRequest,
        Plan,
        Position,
        Territory,
        Vehicle,
        Weights,
    )

EARTH_RADIUS = 6_371_009.0
"""Metres, mean."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Instructions and the numbers that ids have in a problem; R requests, V vehicles.

    Parameters
    ----------
    instructions : Instructions
        What is asked.
    requests : Mapping of str to int
        Number of each request.
    vehicles : Mapping of str to int
        Number of each vehicle.
    earlier : Plan, optional
        The plan that the instructions name.
    """

    instructions: Instructions
    requests: Mapping[str, int]
    vehicles: Mapping[str, int]
    earlier: Plan | None = None

    def prefixes(self) -> tuple[tuple[int, ...], ...]:
        """Turn the requests that routes begin with into numbers.

        Returns
        -------
        tuple of tuple of int
            Per vehicle.

        Raises
        ------
        InvalidRequest
            If an id is unknown or a request comes twice.
        """
        field = "instructions.prefixes"
        prefixes: list[tuple[int, ...]] = [()] * len(self.vehicles)
        seen: set[int] = set()
        for vehicle, wanted in self.instructions.prefixes.items():
            numbers = [self._request(request, field) for request in wanted]
            for request, number in zip(wanted, numbers, strict=True):
                if number in seen:
                    message = f"request {request!r} comes twice; give it once"
                    raise InvalidRequest(message, field=field)
                seen.add(number)
            prefixes[self._vehicle(vehicle, field)] = tuple(numbers)
        return tuple(prefixes)

    def named(self) -> NDArray[np.bool_]:
        """Whether each vehicle is left for a request by those that name its vehicle.

        Returns
        -------
        ndarray of bool, shape (R, V)
            False for all vehicles but the one that is fixed or has it in its prefix.

        Raises
        ------
        InvalidRequest
            If an id is unknown, or one vehicle is fixed and another has it in its prefix.
        """
        field = "instructions.vehicles"
        self._refuse_two_vehicles()
        left = np.ones((len(self.requests), len(self.vehicles)), dtype=bool)
        only = [
            (self._request(request, field), self._vehicle(vehicle, field))
            for request, vehicle in self.instructions.vehicles.items()
        ]
        only += [(r, v) for v, prefix in enumerate(self.prefixes()) for r in prefix]
        for request, vehicle in only:
            left[request, np.arange(len(self.vehicles)) != vehicle] = False
        return left

    def together(self) -> NDArray[np.int64]:
        """Turn the groups whose served requests share a van into numbers.

        Returns
        -------
        ndarray of int64, shape (R,)
            Number of each request's group, -1 for none.

        Raises
        ------
        InvalidRequest
            If an id is unknown or a request is in two groups.
        """
        field = "instructions.together"
        groups = np.full(len(self.requests), -1, dtype=np.int64)
        for group, members in enumerate(self.instructions.together):
            for request in sorted(members):
                number = self._request(request, field)
                if groups[number] >= 0:
                    message = f"request {request!r} is in two groups; make them one"
                    raise InvalidRequest(message, field=field)
                groups[number] = group
        return groups

    def apart(self) -> tuple[tuple[int, int], ...]:
        """Pair up requests that must not share a van.

        Returns
        -------
        tuple of (int, int)
            Each once, the smaller number first.

        Raises
        ------
        InvalidRequest
            If an id is unknown.
        """
        pairs: set[tuple[int, int]] = set()
        for members in self.instructions.apart:
            numbers = sorted(self._request(request, "instructions.apart") for request in members)
            pairs.update(combinations(numbers, 2))
        return tuple(sorted(pairs))

    def announced(
        self, weights: Weights, *, territory: str, day: date
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Find the starts that the earlier plan announced, and what leaving them weighs.

        Parameters
        ----------
        weights : Weights
            With the price and how far a start may move.
        territory : str
            Id of the territory that is planned.
        day : date
            Local date that is planned.

        Returns
        -------
        announced : ndarray of int64, shape (R, 2)
            First and last start, in seconds of the local day.
        prices : ndarray of int64, shape (R,)
            Cents.

        Raises
        ------
        InvalidRequest
            If the earlier plan is not given, or is one of another day or territory.
        """
        earlier = self.earlier
        if earlier is None and self.instructions.earlier is not None:
            message = f"plan {self.instructions.earlier} is named and was not read"
            raise InvalidRequest(message, field="instructions.earlier")
        if earlier is not None and (earlier.territory, earlier.day) != (territory, day):
            message = f"plan {earlier.id} is not one of {territory} on {day}; give one that is"
            raise InvalidRequest(message, field="instructions.earlier")
        spans = np.tile([-NO_LIMIT, NO_LIMIT], (len(self.requests), 1))
        prices = np.zeros(len(self.requests), dtype=np.int64)
        for route in earlier.routes if earlier else ():
            for stop in route.stops:
                number = self.requests.get(stop.request_id)
                if number is not None:
                    spans[number] = stop.start + np.array([-1, 1]) * weights.announced_within
                    prices[number] = weights.change_of_time
        return spans, prices

    def preferences(
        self, requests: Sequence[PickupRequest], territory: Territory
    ) -> NDArray[np.int64]:
        """Weigh that a vehicle serves a request: strange drivers, changes, far places.

        Parameters
        ----------
        requests : Sequence of PickupRequest
            The R requests.
        territory : Territory
            With the V vehicles and the weights.

        Returns
        -------
        ndarray of int64, shape (R, V)
            Cents.

        Raises
        ------
        InvalidRequest
            If the request of a familiar driver is unknown.
        """
        weights, vehicles = territory.weights, territory.vehicles
        places = [request.address.position for request in requests]
        shape = (len(requests), len(vehicles))
        cents = np.array(
            [[_cents_from_home(place, van, weights) for van in vehicles] for place in places],
            dtype=np.int64,
        ).reshape(shape)
        for request, driver in self.instructions.familiar.items():
            strange = np.array([van.driver != driver for van in vehicles], dtype=bool)
            number = self._request(request, "instructions.familiar")
            cents[number, strange] += weights.unfamiliar_driver
        for number, vehicle in self._planned():
            others = np.array([van.id != vehicle for van in vehicles], dtype=bool)
            cents[number, others] += weights.change_of_driver
        return cents

    def _refuse_two_vehicles(self) -> None:
        for vehicle, prefix in self.instructions.prefixes.items():
            for request in prefix:
                fixed = self.instructions.vehicles.get(request, vehicle)
                if fixed != vehicle:
                    message = (
                        f"request {request!r} is for vehicle {fixed!r} only and the route of "
                        f"{vehicle!r} begins with it; name one vehicle"
                    )
                    raise InvalidRequest(message, field="instructions.vehicles")

    def _planned(self) -> Iterator[tuple[int, str]]:
        """List what the earlier plan planned of today's requests, each with its vehicle."""
        for route in self.earlier.routes if self.earlier else ():
            for stop in route.stops:
                if stop.request_id in self.requests:
                    yield self.requests[stop.request_id], route.vehicle_id

    def _request(self, identifier: str, field: str) -> int:
        return _number(self.requests, identifier, field, "no request {} is planned on this day")

    def _vehicle(self, identifier: str, field: str) -> int:
        return _number(self.vehicles, identifier, field, "no vehicle {} goes out on this day")


def great_circle(one: Position, other: Position) -> float:
    """Metres between two points as the crow flies.

    Parameters
    ----------
    one : Position
        A point.
    other : Position
        Another.

    Returns
    -------
    float
        By the haversine formula on a sphere of `EARTH_RADIUS`.
    """
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    across = math.sin(math.radians(one.lon - other.lon) / 2) ** 2
    chord = math.sin((lat - other_lat) / 2) ** 2 + math.cos(lat) * math.cos(other_lat) * across
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(chord))


def _cents_from_home(place: Position, vehicle: Vehicle, weights: Weights) -> int:
    if vehicle.home is None:
        return 0
    beyond = max(0.0, great_circle(vehicle.home, place) - weights.home_radius)
    return int(beyond / 1_000 * weights.per_km_from_home + 0.5)


def _number(numbers: Mapping[str, int], identifier: str, field: str, message: str) -> int:
    if identifier not in numbers:
        known = f"{message.format(repr(identifier))}; {_known(numbers)}"
        raise InvalidRequest(known, field=field)
    return numbers[identifier]


def _known(identifiers: Collection[str]) -> str:
    shown = ", ".join(sorted(identifiers)[:10])
    more = len(identifiers) - 10
    return f"use {shown or 'none'}{f' or one of {more} more' if more > 0 else ''}"
