"""Who watches a running day: the product's own look at it, every few minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import simpy

from collection.scheduling.late import tell_late
from collection.simulate.messages import PAGE
from collection.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date

    from collection.model import Event, Plan
    from collection.simulate.stage import Stage

    Process = Generator[simpy.Event, Any, Any]

LOOKS_EVERY = 2 * MINUTE
"""How often the day is looked at; the product does so every minute."""


class Watch:
    """What looks at a running day.

    Parameters
    ----------
    stage : Stage
        Where.
    day : date
        Local date.
    """

    def __init__(self, stage: Stage, day: date) -> None:
        self._stage, self._day = stage, day
        self._heard: list[Event] = []
        self._plan: Plan | None = None

    def look(self) -> Process:
        """Look at the day until it is over.

        Yields
        ------
        simpy.Event
            What it waits for.
        """
        vans = self._stage.territory.vehicles
        first = min(van.shift.start for van in vans)
        yield self._stage.wait(self._stage.at(self._day, first))
        try:
            while True:
                self._tell_late()
                yield self._stage.env.timeout(LOOKS_EVERY)
        except simpy.Interrupt:
            return

    @property
    def plan(self) -> Plan:
        """The plan that is published now."""
        plans = self._stage.services.plans
        published = plans.published(self._stage.territory.id, self._day)
        if self._plan is None or self._plan.id != published:
            assert published is not None  # noqa: S101 - the night published one
            self._plan = plans.get(published)
        return self._plan

    def heard(self) -> list[Event]:
        """Read what was told so far.

        Returns
        -------
        list of Event
            In the order of the stream.
        """
        read, territory = self._stage.services.events.read, self._stage.territory.id
        while page := read(
            territory, self._day, after=self._heard[-1].id if self._heard else "", limit=PAGE
        ):
            self._heard += page
        return self._heard

    def _tell_late(self) -> None:
        requests = {
            request.id: request
            for request in self._stage.services.requests.day(self._stage.territory.id, self._day)
        }
        told = tell_late(
            self.plan,
            self._stage.territory,
            requests,
            self._stage.services.events,
            self.heard(),
            now=self._stage.clock.now(),
        )
        for event in told:
            promise = self._stage.ledger.promises[event.request_id or "", self._day]
            promise.told_at = promise.told_at or event.at
