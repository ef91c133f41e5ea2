"""An alert, and what watches of a running day look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from collection.scheduling.calendar import zone_of
from collection.units import to_utc

if TYPE_CHECKING:
    from datetime import datetime

    from collection.model import (
        Event,
        LiveRules,
        PickupRequest,
        Plan,
        Route,
        Territory,
        Vehicle,
    )
    from collection.scheduling.live import DayProgress, RouteProgress
    from collection.units import Seconds

WARNING, URGENT = "warning", "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that calls for a dispatcher.

    Parameters
    ----------
    kind : str
        Its name, and the key of its text: ``alert.<kind>``.
    severity : str
        ``warning`` or ``urgent``.
    values : Mapping of str to str
        For the places in the text.
    vehicle_id : str, optional
        Whose route.
    request_id : str, optional
        Which stop.
    """

    kind: str
    severity: str
    values: Mapping[str, str] = field(default_factory=dict)
    vehicle_id: str | None = None
    request_id: str | None = None

    @property
    def id(self) -> str:
        """What it is of; the same as long as it lasts, whatever its values."""
        return ":".join(filter(None, (self.kind, self.vehicle_id, self.request_id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What watches look at.

    Parameters
    ----------
    progress : DayProgress
        How the day stands.
    plan : Plan
        What was planned.
    territory : Territory
        Whose vehicles and clock.
    rules : LiveRules
        The thresholds.
    requests : Mapping of str to PickupRequest
        Those of the day as they are now, by id.
    events : tuple of Event
        What was told, oldest first, of positions the last of each van.
    """

    progress: DayProgress
    plan: Plan
    territory: Territory
    rules: LiveRules
    requests: Mapping[str, PickupRequest] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def now(self) -> datetime:
        """When it is."""
        return self.progress.now

    @property
    def routes(self) -> Iterator[tuple[RouteProgress, Route]]:
        """How each route stands, and how it was planned."""
        return zip(self.progress.routes, self.plan.routes, strict=True)

    def vehicle(self, vehicle_id: str) -> Vehicle | None:
        """Look up a vehicle.

        Parameters
        ----------
        vehicle_id : str
            Which.

        Returns
        -------
        Vehicle or None
            None where the fleet has lost it since.
        """
        return next((v for v in self.territory.vehicles if v.id == vehicle_id), None)

    def instant(self, seconds: Seconds) -> datetime:
        """Turn seconds of the day into an instant.

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


Watch: TypeAlias = Callable[[Scene], Iterator[Alert]]
