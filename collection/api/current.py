"""Which route of its van a phone speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.api.sheet import find_route, is_published, newest_route
from collection.errors import Conflict

if TYPE_CHECKING:
    from collection.model import Plan, Route
    from collection.services import Services


def current_route(
    services: Services, route_id: str, request_id: str | None = None, *, was_there: bool = False
) -> tuple[Plan, Route]:
    """Find the route that a phone speaks of, which may not know of the newest version yet.

    Parameters
    ----------
    services : Services
        With the stores.
    route_id : str
        Of any version of the day's plan.
    request_id : str, optional
        The stop that is spoken of; None where none is.
    was_there : bool
        Whether only who stood at the door can say so.

    Returns
    -------
    tuple of Plan and Route
        The van's route in the published plan; the older one where it has none there, or where the
        stop has gone to another van though this one was there.

    Raises
    ------
    NotFound
        If there is no such route.
    Conflict
        If no plan of the day is published, or the stop has gone to another van.
    """
    plan, route = find_route(services, route_id)
    if is_published(services, plan):
        return plan, route
    if services.plans.published(plan.territory, plan.day) is None:
        raise Conflict("another version of the plan is published; open the new route")
    newest = newest_route(services, route_id)
    if newest is None and request_id is None:
        # All its stops have gone to other vans; where it is and how long its driver works counts.
        return plan, route
    if newest is not None:
        new = find_route(services, newest)
        if request_id is None or _serves(new[1], request_id):
            return new
    if was_there and _serves(route, request_id):
        # The other van's driver need not come.
        return plan, route
    raise Conflict("the stop has gone to another van; open the new route")


def _serves(route: Route, request_id: str | None) -> bool:
    return any(stop.request_id == request_id for stop in route.stops)
