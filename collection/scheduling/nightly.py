"""One night of one territory: freeze, snapshot, matrix, solve, check, save."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import PLANNABLE, Progress
from collection.routing.assemble import assemble
from collection.routing.building import build, emission_classes, points
from collection.routing.check import check
from collection.routing.legs import with_legs
from collection.routing.solve import solve
from collection.scheduling import calendar
from collection.scheduling.fingerprint import night_fingerprint
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, datetime

    from collection.model import (
        DeviceType,
        Instructions,
        PickupRequest,
        Plan,
        Territory,
        Violation,
    )
    from collection.ports import Clock, MatrixSource, PlanStore, RequestStore, TravelTable

LOCK_LEASE = 15.0
"""Seconds after which the lock of a dead worker is free; a living one renews it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPorts:
    """What a night works with.

    Parameters
    ----------
    territories : Mapping of str to Territory
        By id.
    devices : Mapping of str to DeviceType
        By id.
    requests : RequestStore
        Where requests come from.
    plans : PlanStore
        Where plans go.
    source : callable
        From a territory to its streets.
    clock : Clock
        The present.
    workers : int
        Threads of one solve.
    """

    territories: Mapping[str, Territory]
    devices: Mapping[str, DeviceType]
    requests: RequestStore
    plans: PlanStore
    source: Callable[[Territory], MatrixSource]
    clock: Clock
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NightResult:
    """What a night made.

    Parameters
    ----------
    plan : Plan
        As stored.
    phases : dict of str to float
        Seconds spent in each phase; empty if the plan was there already.
    """

    plan: Plan
    phases: dict[str, float]


class _Phases:
    """Measures each phase and tells where the night is."""

    def __init__(self, on_progress: Callable[[Progress], None] | None) -> None:
        self.seconds: dict[str, float] = {}
        self._on_progress = on_progress
        self._current = ""
        self._since = 0.0

    def enter(self, phase: str, text: str = "") -> None:
        now = perf_counter()
        if self._current:
            self.seconds[self._current] = round(now - self._since, 3)
        self._current, self._since = phase, now
        self.tell(Progress(phase=phase, done=0.0, text=text))

    def finish(self) -> None:
        self.enter("done")
        self.tell(Progress(phase="done", done=1.0))

    def tell(self, progress: Progress) -> None:
        if self._on_progress is not None:
            self._on_progress(progress)


def plan_night(
    territory_id: str,
    day: date,
    ports: NightPorts,
    *,
    seed: int = 0,
    instructions: Instructions | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> NightResult:
    """Plan one day of one territory; run twice on the same input it gives one plan.

    Parameters
    ----------
    territory_id : str
        Which territory.
    day : date
        Local date; it is frozen first, so that nothing is booked past the snapshot.
    ports : NightPorts
        What to work with.
    seed : int
        Of the solve.
    instructions : Instructions, optional
        What a dispatcher or an earlier plan asks for.
    on_progress : callable, optional
        Told of each phase and of the solve's progress.
    cancelled : callable, optional
        Asked now and then; True ends the solve with its best plan so far.

    Returns
    -------
    NightResult
        The stored plan. Violations, if the verifier found any, stand in it and keep it
        from being published.

    Raises
    ------
    NotFound
        If there is no such territory.
    InvalidRequest
        If the day is over, no van goes out on it, or an instruction names what is not there.
    Conflict
        If another worker plans this day now.
    RoutingUnavailable
        If the territory's streets cannot be read.
    """
    territory = _territory(ports, territory_id)
    calendar.require_plannable(territory, day, ports.clock.now())
    phases = _Phases(on_progress)
    with ports.plans.night_lock(territory.id, day, lease=LOCK_LEASE):
        phases.enter("snapshot")
        ports.requests.close_day(territory.id, day, at=ports.clock.now())
        snapshot = tuple(
            request
            for request in ports.requests.day(territory.id, day)
            if request.state in PLANNABLE
        )
        source = ports.source(territory)
        fingerprint = night_fingerprint(
            territory,
            snapshot,
            ports.devices,
            network=source.fingerprint,
            seed=seed,
            instructions=instructions,
        )
        versions = ports.plans.versions(territory.id, day)
        newest = ports.plans.get(versions[-1]) if versions else None
        if newest is not None and newest.fingerprint == fingerprint:
            return NightResult(plan=_publish_if_due(newest, territory, ports), phases={})

        phases.enter("matrix", f"{len(snapshot)} requests")
        territory = _from_now(territory, day, ports.clock.now())
        travel = _travel(source, snapshot, territory, day)
        problem = build(
            snapshot, territory, ports.devices, travel, day=day, instructions=instructions
        )

        phases.enter("solve", f"{len(snapshot)} requests, {len(territory.vehicles)} vans")
        solution = solve(
            problem,
            time_limit=territory.solve_seconds,
            seed=seed,
            workers=ports.workers,
            on_progress=phases.tell,
            cancelled=cancelled,
        )
        plan = assemble(
            problem,
            solution,
            created_at=ports.clock.now(),
            fingerprint=fingerprint,
            seed=seed,
        )
        phases.enter("check")
        violations = check(plan, snapshot, territory, ports.devices, travel, instructions)

        phases.enter("paths", f"{len(plan.routes)} routes")
        drawn = with_legs(plan, territory, source)

        phases.enter("save")
        stored = ports.plans.save(replace(drawn, violations=tuple(violations)))
        stored = _publish_if_due(stored, territory, ports)
        phases.finish()
    return NightResult(plan=stored, phases=phases.seconds)


def due_nights(ports: NightPorts, now: datetime) -> Iterator[tuple[str, date]]:
    """Nights that should have been planned by now and were not.

    Parameters
    ----------
    ports : NightPorts
        What to work with.
    now : datetime
        Aware present.

    Yields
    ------
    tuple of str and date
        Territory and day: past the cut-off in the territory's own time zone, without a
        plan. A night that was missed is due until its day is over.
    """
    for territory in ports.territories.values():
        for day in calendar.due_days(territory, now):
            if not ports.plans.versions(territory.id, day):
                yield territory.id, day


def verify_stored(plan: Plan, ports: NightPorts) -> list[Violation]:
    """Verify a stored plan against its requests, vehicles and streets as they are now.

    Parameters
    ----------
    plan : Plan
        As stored.
    ports : NightPorts
        What to look things up in.

    Returns
    -------
    list of Violation
        What the verifier finds, also what changed since: a cancelled request, a street that
        is gone.

    Raises
    ------
    NotFound
        If a request or the territory is gone.
    """
    territory = _territory(ports, plan.territory)
    identifiers = [stop.request_id for route in plan.routes for stop in route.stops]
    identifiers += [left.request_id for left in plan.unassigned]
    requests = tuple(ports.requests.get(identifier) for identifier in dict.fromkeys(identifiers))
    travel = _travel(ports.source(territory), requests, territory, plan.day)
    return check(plan, requests, territory, ports.devices, travel)


def _territory(ports: NightPorts, territory_id: str) -> Territory:
    try:
        return ports.territories[territory_id]
    except KeyError:
        raise NotFound(f"there is no territory {territory_id!r}", field="territory") from None


def _travel(
    source: MatrixSource, requests: tuple[PickupRequest, ...], territory: Territory, day: date
) -> TravelTable:
    return source.travel(points(requests, territory), day=day, classes=emission_classes(territory))


def _from_now(territory: Territory, day: date, now: datetime) -> Territory:
    """Let no van leave in the past, where a missed night is caught up during its day."""
    clock = to_seconds(now, day, calendar.zone_of(territory))
    vehicles = tuple(
        replace(vehicle, shift=replace(vehicle.shift, start=max(vehicle.shift.start, clock)))
        for vehicle in territory.vehicles
        if vehicle.shift.end > clock
    )
    return replace(territory, vehicles=vehicles)


def _publish_if_due(plan: Plan, territory: Territory, ports: NightPorts) -> Plan:
    published = ports.plans.published(territory.id, plan.day)
    if territory.publish == "auto" and not plan.violations and published != plan.id:
        ports.plans.publish(plan.id, at=ports.clock.now())
    return plan
