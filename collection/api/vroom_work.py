"""What POST /vroom does with a body: read, solve within bounds, answer."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import numpy as np

from collection.api.problems import ProblemError
from collection.errors import InvalidRequest, RoutingUnavailable
from collection.model import Position
from collection.routing.formats.polyline import encode
from collection.routing.formats.vroom_answer import answer
from collection.routing.formats.vroom_problem import build
from collection.routing.formats.vroom_schema import Input, validated
from collection.routing.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collection.model import Territory
    from collection.ports import TravelMatrix
    from collection.routing.formats.vroom_schema import Options
    from collection.services import Services
    from collection.settings import Settings

MAX_BYTES = 8 * 1024 * 1024
"""A matrix of 1,000 places with times of up to two hours has about 5 MB."""

MAX_LOCATIONS = 1_000
MAX_VEHICLES = 200

_FULL = 5
_TASKS_PER_SECOND = 10


def work(body: bytes, services: Services, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """Solve what a body describes.

    Parameters
    ----------
    body : bytes
        VROOM's JSON.
    services : Services
        With street networks, for coordinates.
    cancelled : callable
        Polled; True ends the search.

    Returns
    -------
    dict
        VROOM's answer.

    Raises
    ------
    InvalidRequest
        If something in it is wrong; names the JSON path.
    RoutingUnavailable
        If it has coordinates that no street network covers.
    ProblemError
        413 if it has too many tasks or vehicles.
    """
    started = time.monotonic()
    file = validated(Input, body)
    _bound(file)
    streets = Streets(services)
    instance = build(file, travel=streets.matrix)
    loaded = time.monotonic()
    cores = services.settings.solve_workers or os.cpu_count() or 1
    solution = solve(
        instance.problem,
        time_limit=seconds_for(file.options, len(instance.tasks), services.settings),
        workers=min(file.options.t or cores, cores),
        cancelled=cancelled,
    )
    solved = time.monotonic()
    found = answer(instance, solution, loading=loaded - started, solving=solved - loaded)
    if file.options.g and streets.territory is not None:
        for route in found["routes"]:
            route["geometry"] = streets.line([step.get("location") for step in route["steps"]])
        found["summary"]["computing_times"]["routing"] = round(1_000 * (time.monotonic() - solved))
    return found


def seconds_for(options: Options, tasks: int, settings: Settings) -> float:
    """Choose how long to search.

    Parameters
    ----------
    options : Options
        What the caller asks for: a limit in seconds, or how far to explore.
    tasks : int
        How many there are.
    settings : Settings
        With the longest solve.

    Returns
    -------
    float
        Seconds.
    """
    share = (options.x + 1) / (_FULL + 1)
    wanted = options.limit or (1 + tasks / _TASKS_PER_SECOND) * share
    return min(wanted, settings.vroom_seconds)


def too_large(detail: str) -> ProblemError:
    """Build the error of a request that brings too much.

    Parameters
    ----------
    detail : str
        What, and how much of it may come.

    Returns
    -------
    ProblemError
        413.
    """
    return ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content-too-large", detail)


def _bound(file: Input) -> None:
    locations = len(file.jobs) + 2 * len(file.shipments)
    if locations > MAX_LOCATIONS:
        raise too_large(f"{locations} tasks; at most {MAX_LOCATIONS} in one request")
    if len(file.vehicles) > MAX_VEHICLES:
        raise too_large(f"{len(file.vehicles)} vehicles; at most {MAX_VEHICLES} in one request")


@dataclass(slots=True)
class Streets:
    """Ways between coordinates, on the street network of the territory that has most of them.

    Parameters
    ----------
    services : Services
        With territories and their networks.
    territory : Territory, optional
        The one that was chosen.
    """

    services: Services
    territory: Territory | None = None

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        """Travel from each point to each other.

        Parameters
        ----------
        points : Sequence of Position
            The n points.

        Returns
        -------
        TravelMatrix
            Arrays of shape (n, n).

        Raises
        ------
        RoutingUnavailable
            If no network covers any of them.
        """
        within = {
            territory.id: self._within(territory, points)
            for territory in self.services.catalogue.territories.values()
        }
        best = max(within, key=lambda name: within[name], default=None)
        if best is None or not within[best]:
            where = points[0]
            raise RoutingUnavailable(
                f"no street network of a territory covers [{where.lon}, {where.lat}] or another "
                "of the coordinates; give matrices, or coordinates as [longitude, latitude]"
            )
        self.territory = self.services.catalogue.territory(best)
        return self.services.source(self.territory).matrix(points)

    def line(self, locations: Sequence[list[float] | None]) -> str:
        """Draw the way along some places.

        Parameters
        ----------
        locations : Sequence of list of float or None
            Longitudes and latitudes in driving order; a break has no place.

        Returns
        -------
        str
            Encoded with five decimals.

        Raises
        ------
        InvalidRequest
            If no matrix was asked for before.
        """
        if self.territory is None:
            raise InvalidRequest("no street network was chosen", field="options.g")
        places = [Position(lon=place[0], lat=place[1]) for place in locations if place]
        legs = self.services.source(self.territory).paths(places)
        return encode([vertex for leg in legs for vertex in leg.line])

    def _within(self, territory: Territory, points: Sequence[Position]) -> int:
        """Count the points inside of the bounding box of a network."""
        try:
            network = self.services.network(territory)
        except RoutingUnavailable:
            return 0
        lon = np.array([point.lon for point in points])
        lat = np.array([point.lat for point in points])
        inside = (network.lon.min() <= lon) & (lon <= network.lon.max())
        inside &= (network.lat.min() <= lat) & (lat <= network.lat.max())
        return int(inside.sum())
