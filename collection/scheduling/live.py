"""How a day, its routes and its stops stand at an instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collection.model import RequestState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from collection.model import Position
    from collection.units import Seconds

WAITING, OUT, DONE, BROKEN = "waiting", "out", "done", "broken"

OVER: frozenset[RequestState] = frozenset(
    {
        *(RequestState.COLLECTED, RequestState.RECEIVED, RequestState.FAILED),
        *(RequestState.REFUSED, RequestState.CANCELLED, RequestState.RESCHEDULED),
    }
)
"""States of stops to which no van drives any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopProgress:
    """How a stop stands.

    Parameters
    ----------
    request_id : str
        Which request.
    state : RequestState
        ``planned``, ``en_route``, ``arrived``, or how it ended.
    planned_start : datetime
        Start of service in the plan; this and the others are aware UTC instants.
    eta : datetime
        Expected start of service; the real one from the arrival on.
    eta_earliest : datetime
        The start lies with 80 % between this
    eta_latest : datetime
        and this.
    lateness : int
        Seconds of `eta` after the last window's end; 0 in time.
    arrived_at : datetime, optional
        When the van came.
    left_at : datetime, optional
        When it left.
    """

    request_id: str
    state: RequestState
    planned_start: datetime
    eta: datetime
    eta_earliest: datetime
    eta_latest: datetime
    lateness: Seconds = 0
    arrived_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether no van drives there any more."""
        return self.state in OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteProgress:
    """How a route stands.

    Parameters
    ----------
    route_id : str
        Which route.
    vehicle_id : str
        Who drives it.
    state : str
        ``waiting``; ``out``; ``done``: the shift was ended, or every stop is over and the
        time to drive home has passed, or nothing was heard of the driver; ``broken``: taken
        out of the day.
    stops : tuple of StopProgress
        As planned.
    done : int
        How many of them are over.
    next_stop : str, optional
        Request at whose door the driver is or to which the van drives next.
    position : Position, optional
        Where the van was last.
    position_at : datetime, optional
        When that was.
    last_event_at : datetime, optional
        When its driver was last heard of.
    shift_started : datetime, optional
        When the driver began.
    shift_ended : datetime, optional
        When the driver ended.
    acknowledged : datetime, optional
        When the driver saw this version of the route.
    eta_end : datetime
        Return to the end depot.
    overtime : int
        Seconds of it after the shift's end.
    breaks_taken : tuple of tuple of datetime and datetime or None
        Start and end of each; None while it goes on.
    breaks_left : tuple of int
        What is still to be rested of each planned pause, in seconds.
    """

    route_id: str
    vehicle_id: str
    state: str
    stops: tuple[StopProgress, ...]
    done: int
    next_stop: str | None = None
    position: Position | None = None
    position_at: datetime | None = None
    last_event_at: datetime | None = None
    shift_started: datetime | None = None
    shift_ended: datetime | None = None
    acknowledged: datetime | None = None
    eta_end: datetime
    overtime: Seconds = 0
    breaks_taken: tuple[tuple[datetime, datetime | None], ...] = ()
    breaks_left: tuple[Seconds, ...] = ()

    @property
    def resting(self) -> bool:
        """Whether the driver is in a break now."""
        return bool(self.breaks_taken) and self.breaks_taken[-1][1] is None

    @property
    def working(self) -> bool:
        """Whether the driver is out and not at rest."""
        return self.state == OUT and not self.resting


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProgress:
    """How a day stands.

    Parameters
    ----------
    routes : tuple of RouteProgress
        As planned.
    now : datetime
        When that was so.
    """

    routes: tuple[RouteProgress, ...]
    now: datetime
    _stops: Mapping[str, StopProgress] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the stops."""
        stops = {stop.request_id: stop for route in self.routes for stop in route.stops}
        object.__setattr__(self, "_stops", stops)

    def stop(self, request_id: str) -> StopProgress | None:
        """Look a stop up.

        Parameters
        ----------
        request_id : str
            Which request.

        Returns
        -------
        StopProgress or None
            None where it is in no route.
        """
        return self._stops.get(request_id)
