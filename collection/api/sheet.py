"""A route with everything that belongs to it, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import plan_of
from collection.scheduling.calendar import zone_of
from collection.units import to_utc

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from collection.model import (
        Depot,
        PickupRequest,
        Plan,
        Route,
        Site,
        Territory,
        TimeWindow,
        Vehicle,
    )
    from collection.services import Services
    from collection.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSheet:
    """A route, its plan, its van and its requests.

    Parameters
    ----------
    route : Route
        The route.
    plan : Plan
        Whose route it is.
    territory : Territory
        Whose day it is.
    published : bool
        Whether its plan is the published one.
    requests : Mapping of str to PickupRequest
        Those of its stops, in their present state.
    """

    route: Route
    plan: Plan
    territory: Territory
    published: bool
    requests: Mapping[str, PickupRequest]

    @property
    def vehicle(self) -> Vehicle | None:
        """Van of the route; None where the fleet has lost it since."""
        return find_vehicle(self.territory, self.route.vehicle_id)

    @property
    def depots(self) -> tuple[Depot | Site, ...]:
        """Where it starts and ends and is emptied, each once."""
        vehicle = self.vehicle
        ends = {vehicle.start_depot, vehicle.end_depot} if vehicle else set()
        return visited_places(self.territory, ends, [self.route])

    def instant(self, seconds: Seconds) -> datetime:
        """Turn seconds of the route's day into an instant.

        Parameters
        ----------
        seconds : int
            Of the local day.

        Returns
        -------
        datetime
            Aware, in UTC.
        """
        return to_utc(self.plan.day, seconds, zone_of(self.territory))


def find_vehicle(territory: Territory, vehicle_id: str) -> Vehicle | None:
    """Look up a van.

    Parameters
    ----------
    territory : Territory
        Whose fleet.
    vehicle_id : str
        Which.

    Returns
    -------
    Vehicle or None
        None where the fleet has lost it since.
    """
    return next((v for v in territory.vehicles if v.id == vehicle_id), None)


def place_names(territory: Territory) -> dict[str, str]:
    """Name depots and sites.

    Parameters
    ----------
    territory : Territory
        Whose.

    Returns
    -------
    dict of str to str
        By id.
    """
    return {place.id: place.name for place in territory.places}


def visited_places(
    territory: Territory, ends: Collection[str], routes: Iterable[Route]
) -> tuple[Depot | Site, ...]:
    """List the depots and sites of routes.

    Parameters
    ----------
    territory : Territory
        Whose.
    ends : Collection of str
        Ids of the depots where routes start and end.
    routes : Iterable of Route
        With the places where vans are emptied.

    Returns
    -------
    tuple of Depot or Site
        Each once, in the territory's order.
    """
    visited = {*ends, *(visit.site_id for route in routes for visit in route.reloads)}
    return tuple(place for place in territory.places if place.id in visited)


def promised_window(request: PickupRequest, start: datetime) -> TimeWindow:
    """Window of a request in which a stop lies.

    Parameters
    ----------
    request : PickupRequest
        With at least one window.
    start : datetime
        When service starts.

    Returns
    -------
    TimeWindow
        The one that holds `start`, else the first.
    """
    holding = (window for window in request.windows if window.start <= start <= window.end)
    return next(holding, request.windows[0])


def load_sheet(services: Services, route_id: str) -> RouteSheet:
    """Read a route.

    Parameters
    ----------
    services : Services
        With the stores.
    route_id : str
        Which.

    Returns
    -------
    RouteSheet
        The route with its plan, van and requests.

    Raises
    ------
    NotFound
        If there is no such route.
    """
    plan, route = find_route(services, route_id)
    of_day = {request.id: request for request in services.requests.day(plan.territory, plan.day)}
    wanted = [stop.request_id for stop in route.stops]
    return RouteSheet(
        route=route,
        plan=plan,
        territory=services.catalogue.territory(plan.territory),
        published=is_published(services, plan),
        # Who failed and chose another day is no longer among the day's requests.
        requests={key: of_day.get(key) or services.requests.get(key) for key in wanted},
    )


def find_route(services: Services, route_id: str) -> tuple[Plan, Route]:
    """Read a route alone, without its requests.

    Parameters
    ----------
    services : Services
        With the stores.
    route_id : str
        Which.

    Returns
    -------
    tuple of Plan and Route
        The route and whose it is.

    Raises
    ------
    NotFound
        If there is no such route.
    """
    missing = NotFound(f"there is no route {route_id!r}")
    try:
        plan = services.plans.get(plan_of(route_id))
    except NotFound:
        raise missing from None
    route = next((route for route in plan.routes if route.id == route_id), None)
    if route is None:
        raise missing
    return plan, route


def newest_route(services: Services, route_id: str) -> str | None:
    """Find the route that a van has in the published plan of its day.

    Parameters
    ----------
    services : Services
        With the stores.
    route_id : str
        Of any version of the day's plan.

    Returns
    -------
    str or None
        Its id; None where no plan is published, or the van has no route in it.

    Raises
    ------
    NotFound
        If there is no such route.
    """
    plan, route = find_route(services, route_id)
    published = services.plans.published(plan.territory, plan.day)
    if published is None or published == plan.id:
        return route_id if published else None
    routes = services.plans.get(published).routes
    return next((one.id for one in routes if one.vehicle_id == route.vehicle_id), None)


def is_published(services: Services, plan: Plan) -> bool:
    """Whether a plan is its day's published one.

    Parameters
    ----------
    services : Services
        With the stores.
    plan : Plan
        Which.

    Returns
    -------
    bool
        False where another version is published, or none.
    """
    return services.plans.published(plan.territory, plan.day) == plan.id
