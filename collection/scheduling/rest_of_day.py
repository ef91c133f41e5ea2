"""A day that runs, split: what is over or stays with its van, and what can be given anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.model import NO_LOAD, RequestState, Stranded
from collection.routing.demand import request_load
from collection.routing.overdue import rested
from collection.scheduling.calendar import zone_of
from collection.scheduling.inputs import from_now
from collection.scheduling.van_history import GONE, VanHistory, was_there
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

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
            if is_out:
                halted[route.vehicle_id] = van
            else:
                home = van.home is not None
                underway[route.vehicle_id] = van if home else rested(territory, van, plan.day)
        if is_out:
            stranded[route.vehicle_id] = _stranded(history, kept)
    return Split(
        waiting={name: van for name, van in waiting.items() if name not in out},
        underway=underway,
        halted=halted,
        stranded=tuple(stranded.values()),
        kept=frozenset(kept),
    )


def _stranded(van: VanHistory, kept: Collection[str]) -> Stranded:
    """Tell what is on board of a van that takes nothing more, and what it leaves."""
    stops = van.told.stops
    reached = max((n for n, stop in enumerate(stops) if was_there(stop)), default=-1) + 1
    emptied = max((v.after for v in van.route.reloads if v.after < reached), default=0)
    aboard = [stop.request_id for stop in stops[emptied:] if stop.state is RequestState.COLLECTED]
    return Stranded(
        vehicle_id=van.vehicle.id,
        load=sum(
            (
                request_load(van.requests[name], van.devices, van.territory.triage)
                for name in aboard
            ),
            start=NO_LOAD,
        ),
        requests=tuple(aboard),
        open=tuple(
            stop.request_id
            for stop in stops
            if stop.request_id not in kept and stop.state not in GONE
        ),
    )


def _empty(vehicle_id: str) -> Stranded:
    return Stranded(vehicle_id=vehicle_id, load=NO_LOAD, requests=(), open=())
