"""What a day is planned from, looked up: its territory, its requests, the vans that are left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import PLANNABLE, RequestState
from collection.scheduling.calendar import zone_of
from collection.units import to_seconds

if TYPE_CHECKING:
    from datetime import date, datetime

    from collection.model import PickupRequest, Plan, Shift, Territory
    from collection.scheduling.nightly import NightPorts
    from collection.units import Seconds


def known_territory(territory_id: str, ports: NightPorts) -> Territory:
    """Look a territory up.

    Parameters
    ----------
    territory_id : str
        Which.
    ports : NightPorts
        Where.

    Returns
    -------
    Territory
        As it is now.

    Raises
    ------
    NotFound
        If there is none.
    """
    try:
        return ports.territories[territory_id]
    except KeyError:
        raise NotFound(f"there is no territory {territory_id!r}", field="territory") from None


def free_holds(territory: Territory, day: date, ports: NightPorts) -> None:
    """Forget the slots of a closed day that were held and never confirmed.

    Parameters
    ----------
    territory : Territory
        Of which territory.
    day : date
        Local date.
    ports : NightPorts
        Where they are.
    """
    for request in ports.requests.day(territory.id, day):
        if request.state is RequestState.REQUESTED:
            ports.requests.free(request.id, day)


def waiting_requests(
    territory: Territory, day: date, ports: NightPorts
) -> tuple[PickupRequest, ...]:
    """Read the requests of a day that wait for a plan.

    Parameters
    ----------
    territory : Territory
        Of which territory.
    day : date
        Local date.
    ports : NightPorts
        Where they are.

    Returns
    -------
    tuple of PickupRequest
        In the order of their ids.
    """
    return tuple(
        request for request in ports.requests.day(territory.id, day) if request.state in PLANNABLE
    )


def planned_requests(plan: Plan, ports: NightPorts) -> tuple[PickupRequest, ...]:
    """Read the requests of a plan, as they are now.

    Parameters
    ----------
    plan : Plan
        The plan.
    ports : NightPorts
        Where they are.

    Returns
    -------
    tuple of PickupRequest
        Those of its routes in driving order, then the unassigned ones.

    Raises
    ------
    NotFound
        If one is gone.
    """
    names = [stop.request_id for route in plan.routes for stop in route.stops]
    names += [left.request_id for left in plan.unassigned]
    return tuple(ports.requests.get(name) for name in dict.fromkeys(names))


def from_now(territory: Territory, day: date, now: datetime) -> Territory:
    """Let no van leave in the past, where a day is planned while it runs.

    Parameters
    ----------
    territory : Territory
        As it is.
    day : date
        Local date that is planned.
    now : datetime
        Aware present.

    Returns
    -------
    Territory
        With the vans whose shift is not over, and what is left of their shifts.
    """
    clock = to_seconds(now, day, zone_of(territory))
    shifts = [(vehicle, rest_of(vehicle.shift, clock)) for vehicle in territory.vehicles]
    return replace(
        territory,
        vehicles=tuple(replace(vehicle, shift=rest) for vehicle, rest in shifts if rest),
    )


def rest_of(shift: Shift, clock: Seconds) -> Shift | None:
    """Tell what is left of a shift.

    Parameters
    ----------
    shift : Shift
        As it was meant.
    clock : int
        The present in seconds of the local day; negative before it.

    Returns
    -------
    Shift or None
        None where it is over.
    """
    return replace(shift, start=max(shift.start, clock)) if shift.end > clock else None
