"""What several pages show in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import RequestState
from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import PickupRequest, Plan, Route, Territory
    from collection.services import Services

FINISHED = frozenset(
    {
        RequestState.COLLECTED.value,
        RequestState.RECEIVED.value,
        RequestState.FAILED.value,
        RequestState.CANCELLED.value,
        RequestState.REFUSED.value,
        RequestState.RESCHEDULED.value,
    }
)
"""States in which nothing is left to do at a stop."""

_GOOD = frozenset({RequestState.COLLECTED, RequestState.RECEIVED})
_BAD = frozenset({RequestState.FAILED, RequestState.REFUSED, RequestState.UNASSIGNED})
_BUSY = frozenset({RequestState.ARRIVED, RequestState.EN_ROUTE})


def tone(state: RequestState) -> str:
    """Class of the chip that shows a state.

    Parameters
    ----------
    state : RequestState
        The state.

    Returns
    -------
    str
        ``good``, ``bad``, ``warn`` or empty.
    """
    if state in _GOOD:
        return "good"
    if state in _BAD:
        return "bad"
    return "warn" if state in _BUSY else ""


def find_route(plan: Plan, route_id: str) -> tuple[Route, int]:
    """Look up a route in its plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    route_id : str
        Which route.

    Returns
    -------
    tuple of Route and int
        The route, and its place in the plan.

    Raises
    ------
    NotFound
        If the plan has none of that id.
    """
    for index, route in enumerate(plan.routes):
        if route.id == route_id:
            return route, index
    raise NotFound(f"there is no route {route_id!r}", field="route_id")


def requests_of(services: Services, plan: Plan) -> dict[str, PickupRequest]:
    """Pickup requests of a plan as they stand now.

    Parameters
    ----------
    services : Services
        With the store.
    plan : Plan
        The plan.

    Returns
    -------
    dict of str to PickupRequest
        By id; one that was moved to another day since is absent.
    """
    return {request.id: request for request in services.requests.day(plan.territory, plan.day)}


def between(
    route: Route, after: int, names: Mapping[str, str], pause: str, reload: str
) -> list[str]:
    """Tell of the pauses and reloads between one stop and the next.

    Parameters
    ----------
    route : Route
        The route.
    after : int
        How many stops come before.
    names : Mapping of str to str
        Of depots and sites, by id.
    pause : str
        Words for a pause, with ``{start}`` and ``{end}``.
    reload : str
        Words for a reload, with ``{start}``, ``{end}`` and ``{site}``.

    Returns
    -------
    list of str
        In time order.
    """
    told = [
        (rest.start, pause.format(start=format_clock(rest.start), end=format_clock(rest.end)))
        for rest in route.pauses
        if rest.after == after
    ]
    for visit in route.reloads:
        if visit.after == after:
            site = names.get(visit.site_id, visit.site_id)
            start, end = format_clock(visit.arrival), format_clock(visit.departure)
            told.append((visit.arrival, reload.format(site=site, start=start, end=end)))
    return [words for _, words in sorted(told)]


def vehicle_name(territory: Territory, vehicle_id: str) -> str:
    """Name of a vehicle.

    Parameters
    ----------
    territory : Territory
        Whose fleet.
    vehicle_id : str
        Which vehicle.

    Returns
    -------
    str
        Its id where the fleet no longer has it.
    """
    names = {vehicle.id: vehicle.name for vehicle in territory.vehicles}
    return names.get(vehicle_id, vehicle_id)
