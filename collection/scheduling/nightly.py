"""One night of one territory: freeze, snapshot, matrix, solve, check, save."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from collection.model import Progress
from collection.routing.assemble import assemble
from collection.routing.building import build, emission_classes, points
from collection.routing.check import check
from collection.routing.lapsing import build_lasting
from collection.routing.legs import with_legs
from collection.routing.solve import solve
from collection.scheduling import calendar
from collection.scheduling.fingerprint import fleet_mark, night_fingerprint
from collection.scheduling.inputs import (
    free_holds,
    from_now,
    known_territory,
    waiting_requests,
)
from collection.scheduling.instructions import earlier_of, instructions_of, warn_of_lapsed
from collection.scheduling.publishing import publish_night, refuse_running
from collection.scheduling.slack import solve_with_slack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import DeviceType, Instructions, Plan, Territory
    from collection.ports import (
        Clock,
        EtaStore,
        EventLog,
        MatrixSource,
        PlanStore,
        RequestStore,
    )
    from collection.routing.problem import Problem
    from collection.routing.solution import Solution
    from collection.scheduling.custody_rounds import CustodyRounds

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
    events : EventLog, optional
        What is told on a day; nobody learns from days where it is missing.
    etas : EtaStore, optional
        What past days have shown, likewise.
    rounds : CustodyRounds, optional
        Looks after devices; nobody does where it is missing.
    """

    territories: Mapping[str, Territory]
    devices: Mapping[str, DeviceType]
    requests: RequestStore
    plans: PlanStore
    source: Callable[[Territory], MatrixSource]
    clock: Clock
    workers: int
    events: EventLog | None = None
    etas: EtaStore | None = None
    rounds: CustodyRounds | None = None


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
    iteration_limit: int | None = None,
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
        What a dispatcher asks for; empty ones for nothing. None keeps those of the plan that
        is published, but for prefixes that became impossible.
    on_progress : callable, optional
        Told of each phase and of the solve's progress.
    cancelled : callable, optional
        Asked now and then; True ends the solve with its best plan so far.
    iteration_limit : int, optional
        Moves that each searcher tries, for nights that shall be repeatable to the last stop.

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
        If the day is over, no van goes out on it, or a given instruction names what is not
        there or is impossible.
    Conflict
        If another worker plans this day now, or it runs: then only its rest can be planned.
    RoutingUnavailable
        If the territory's streets cannot be read.
    """
    territory = known_territory(territory_id, ports)
    calendar.require_plannable(territory, day, ports.clock.now())
    phases = _Phases(on_progress)
    with ports.plans.night_lock(territory.id, day, lease=LOCK_LEASE):
        refuse_running(territory, day, ports)
        phases.enter("snapshot")
        ports.requests.close_day(territory.id, day, at=ports.clock.now())
        free_holds(territory, day, ports)
        snapshot = waiting_requests(territory, day, ports)
        going = from_now(territory, day, ports.clock.now())
        asked = instructions_of(instructions, snapshot, going, day, ports.plans)
        earlier = earlier_of(asked, ports.plans)
        source = ports.source(territory)
        known = (territory, snapshot, ports.devices)
        fingerprint_of = partial(night_fingerprint, *known, network=source.fingerprint, seed=seed)
        fingerprint = fingerprint_of(instructions=asked)
        versions = ports.plans.versions(territory.id, day)
        newest = ports.plans.get(versions[-1]) if versions else None
        if newest is not None and newest.fingerprint == fingerprint:
            return NightResult(plan=_publish_if_due(newest, territory, ports), phases={})

        phases.enter("matrix", f"{len(snapshot)} requests")
        travel = source.travel(points(snapshot, going), day=day, classes=emission_classes(going))
        inputs = (snapshot, going, ports.devices, travel)
        if instructions is None:
            problem, lasting = build_lasting(*inputs, day=day, instructions=asked, earlier=earlier)
            warn_of_lapsed(asked, lasting, day)
            asked, fingerprint = lasting, fingerprint_of(instructions=lasting)
            if newest is not None and newest.fingerprint == fingerprint:
                return NightResult(plan=_publish_if_due(newest, territory, ports), phases={})
        else:
            problem = build(*inputs, day=day, instructions=asked, earlier=earlier)

        phases.enter("solve", f"{len(snapshot)} requests, {len(going.vehicles)} vans")
        kept = ports.requests.tentative(territory.id, day)

        def run(night: Problem, start: Sequence[tuple[int, ...]], share: float) -> Solution:
            return solve(
                night,
                start=start,
                time_limit=share * territory.solve_seconds,
                seed=seed,
                workers=ports.workers,
                on_progress=phases.tell,
                cancelled=cancelled,
                iteration_limit=iteration_limit and max(1, round(share * iteration_limit)),
            )

        problem, solution = solve_with_slack(problem, kept, territory.slack, run)
        plan = assemble(
            problem,
            solution,
            created_at=ports.clock.now(),
            fingerprint=fingerprint,
            seed=seed,
        )
        phases.enter("check")
        violations = check(plan, *inputs, asked, earlier=earlier)

        phases.enter("paths", f"{len(plan.routes)} routes")
        drawn = with_legs(plan, going, source)

        phases.enter("save")
        stored = ports.plans.save(replace(drawn, violations=tuple(violations), instructions=asked))
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


def due_improvements(ports: NightPorts, now: datetime) -> Iterator[tuple[str, date]]:
    """Days whose requests or fleet changed since a solver had its time for them.

    Parameters
    ----------
    ports : NightPorts
        What to work with.
    now : datetime
        Aware present.

    Yields
    ------
    tuple of str and date
        Territory and day that can still be booked.
    """
    for territory in ports.territories.values():
        days = tuple(calendar.bookable_days(territory, now))
        for day in ports.requests.unimproved(territory.id, days, fleet=fleet_mark(territory)):
            if not ports.requests.is_closed(territory.id, day):
                yield territory.id, day


def _publish_if_due(plan: Plan, territory: Territory, ports: NightPorts) -> Plan:
    if territory.publish == "auto" and not plan.violations:
        publish_night(plan.id, ports, at=ports.clock.now())
    return plan
