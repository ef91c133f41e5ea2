"""The dispatcher's side of a running day: who is late is told, and plans are made anew."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import simpy

from collection.scheduling.late import tell_late
from collection.scheduling.live_day import LiveDay, LivePorts
from collection.scheduling.nightly import NightPorts
from collection.scheduling.open_day import DayPorts
from collection.scheduling.replan import accept, drop, propose
from collection.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date

    from collection.scheduling.proposals import Proposal
    from collection.simulate.world import World
    from collection.units import Seconds

    Process = Generator[simpy.Event, Any, Any]

LOOKS_EVERY: Seconds = 2 * MINUTE
"""How often the day is looked at; the product does so every minute."""

LATE: Seconds = 5 * MINUTE
"""Predicted lateness of a stop from which on a dispatcher asks for another plan."""

PAUSE: Seconds = 20 * MINUTE
"""Time between two such questions: drivers want to know where they go."""

REPLAN_SHARE = 4
"""The rest of a day gets so much fewer moves than a night."""


class Watch:
    """The dispatcher's side of a running day.

    Parameters
    ----------
    world : World
        Where.
    day : date
        Local date.
    """

    def __init__(self, world: World, day: date) -> None:
        self._world, self._day = world, day
        services = world.services
        night = {field.name: getattr(world.ports, field.name) for field in fields(NightPorts)}
        self._ports = DayPorts(**night)
        self._live = LiveDay(
            world.territory,
            day,
            LivePorts(
                plans=services.plans,
                events=services.events,
                requests=services.requests,
                etas=services.etas,
                clock=world.clock,
                rules=services.catalogue.live,
            ),
        )
        self._asked_at = -float(PAUSE)

    def look(self) -> Process:
        """Look at the day until it is over.

        Yields
        ------
        simpy.Event
            What it waits for.
        """
        vans = self._world.territory.vehicles
        first = min(van.shift.start for van in vans)
        yield self._world.wait(self._world.at(self._day, first))
        try:
            while True:
                self._help_late()
                self._tell_late()
                yield self._world.env.timeout(LOOKS_EVERY)
        except simpy.Interrupt:
            return

    def van_out(self, vehicle_id: str) -> None:
        """Plan the rest of the day without a van.

        Parameters
        ----------
        vehicle_id : str
            Which.
        """
        proposal = self._propose(van_out=frozenset({vehicle_id}))
        if not proposal.plan_after.violations:
            self._accept(proposal)

    def _propose(self, van_out: frozenset[str] = frozenset()) -> Proposal:
        self._asked_at = self._world.env.now
        return propose(
            self._world.territory.id,
            self._day,
            self._ports,
            now=self._world.clock.now(),
            van_out=van_out,
            seconds=self._world.territory.solve_seconds,
            seed=self._world.setting.seed,
            iteration_limit=max(1, self._world.setting.iterations // REPLAN_SHARE),
        )

    def _accept(self, proposal: Proposal) -> None:
        accept(proposal.plan_after.id, self._ports, at=self._world.clock.now())
        self._world.ledger.replans += 1

    def _help_late(self) -> None:
        """Ask for another plan where somebody will be late, and take it if it helps."""
        progress = self._live.look().progress
        if progress is None or self._world.env.now < self._asked_at + PAUSE:
            return
        late = [
            stop
            for route in progress.routes
            for stop in route.stops
            if stop.lateness >= LATE and not stop.over and stop.arrived_at is None
        ]
        if not late:
            return
        proposal = self._propose()
        if helps(proposal):
            self._accept(proposal)
        else:
            drop(proposal.plan_after.id, self._ports, at=self._world.clock.now())

    def _tell_late(self) -> None:
        shown = self._live.look()
        if shown.plan is None or shown.progress is None:
            return
        services = self._world.services
        requests = {r.id: r for r in services.requests.day(self._world.territory.id, self._day)}
        tell_late(shown.plan, shown.progress, requests, services.events)
        self._world.deliver()


def helps(proposal: Proposal) -> bool:
    """Tell whether a dispatcher would take a proposal.

    Parameters
    ----------
    proposal : Proposal
        Old and new side by side.

    Returns
    -------
    bool
        If it is clean, leaves nobody out who would be served, and fewer come late, or they come
        much less late.
    """
    before, after = proposal.before, proposal.after
    if proposal.plan_after.violations or len(after.unserved) > len(before.unserved):
        return False
    return (
        len(after.unserved) < len(before.unserved)
        or after.late < before.late
        or (after.late == before.late and after.lateness + LATE <= before.lateness)
    )
