"""A day that runs, split: what is over or stays with its van, and what can be given anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.model import NO_LOAD, Stranded
from collection.scheduling.calendar import zone_of
from collection.scheduling.inputs import from_now
from collection.scheduling.van_history import VanHistory
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import DeviceType, PickupRequest, Plan, Territory, Vehicle
    from collection.routing.rest import Underway
    from collection.scheduling.progress import DayProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A day, split.

    Parameters
    ----------
    waiting : Mapping of str to Vehicle
        By id, vans that have not left, with what is left of their shifts.
    underway : Mapping of str to Underway
        By id, vans on the road that may take more.
    halted : Mapping of str to Underway
        By id, vans that take nothing more and have been somewhere.
    stranded : tuple of Stranded
        All vans that take nothing more.
    kept : frozenset of str
        Requests that are over or stay with their van.
    """

    waiting: Mapping[str, Vehicle]
    underway: Mapping[str, Underway]
    halted: Mapping[str, Underway]
    stranded: tuple[Stranded, ...]
    kept: frozenset[str]


def split(
    territory: Territory,
    plan: Plan,
    progress: DayProgress,
    *,
    requests: Mapping[str, PickupRequest],
    devices: Mapping[str, DeviceType],
    out: frozenset[str],
) -> Split:
    """Split a day.

    Parameters
    ----------
    territory : Territory
        As the day began.
    plan : Plan
        The published one.
    progress : DayProgress
        How it stands.
    requests : Mapping of str to PickupRequest
        Of the plan, by id.
    devices : Mapping of str to DeviceType
        By id.
    out : frozenset of str
        Vans that take nothing more.

    Returns
    -------
    Split
        Every van of the territory whose day is not over is in one part of it.
    """
    clock = to_seconds(progress.now, plan.day, zone_of(territory))
    waiting = {van.id: van for van in from_now(territory, plan.day, progress.now).vehicles}
    vehicles = {van.id: van for van in territory.vehicles}
    told = {route.vehicle_id: route for route in progress.routes}
    underway: dict[str, Underway] = {}
    halted: dict[str, Underway] = {}
    stranded: dict[str, Stranded] = {van: _empty(van) for van in sorted(out)}
    kept: set[str] = set()
    for route in plan.routes:
        if route.vehicle_id not in vehicles:
            continue  # The fleet has lost it since: its stops are anybody's.
        is_out = route.vehicle_id in out
        history = VanHistory(
            territory=territory,
            vehicle=vehicles[route.vehicle_id],
            route=route,
            told=told[route.vehicle_id],
            requests=requests,
            devices=devices,
            day=plan.day,
            now=clock,
            out=is_out,
        )
        van = history.underway()
        if van is not None:
            kept.update(stop.request_id for stop in van.done.stops)
            waiting.pop(route.vehicle_id, None)
            (halted if is_out else underway)[route.vehicle_id] = van
        if is_out:
            stranded[route.vehicle_id] = history.stranded(kept)
    return Split(
        waiting={name: van for name, van in waiting.items() if name not in out},
        underway=underway,
        halted=halted,
        stranded=tuple(stranded.values()),
        kept=frozenset(kept),
    )


def _empty(vehicle_id: str) -> Stranded:
    return Stranded(vehicle_id=vehicle_id, load=NO_LOAD, requests=(), open=())
