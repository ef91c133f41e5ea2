"""The time between bookings: tentative plans get better, broken promises are told."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import structlog

from collection.errors import Conflict, NotFound
from collection.model import Event, EventType, RequestState, UnassignedReason
from collection.routing.explain import detail
from collection.routing.solve import solve
from collection.scheduling.fingerprint import fleet_mark
from collection.scheduling.tentative_plans import kept_promises, read_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from collection.model import DeviceType, PickupRequest, Territory
    from collection.ports import MatrixSource, RequestStore
    from collection.routing.problem import Problem

TRIES = 3
"""Changes by others, one after the other, after which an improvement is dropped."""

_log = structlog.get_logger(__name__)


def improve(
    territory: Territory,
    day: date,
    requests: RequestStore,
    devices: Mapping[str, DeviceType],
    source: MatrixSource,
    *,
    now: datetime,
    seconds: float,
    iteration_limit: int | None = None,
) -> bool:
    """Improve the tentative plan of a day; no promise changes.

    Parameters
    ----------
    territory : Territory
        Of which territory.
    day : date
        Local date.
    requests : RequestStore
        The system of record.
    devices : Mapping of str to DeviceType
        By id.
    source : MatrixSource
        The territory's streets.
    now : datetime
        Aware present.
    seconds : float
        That the solver has.
    iteration_limit : int, optional
        Moves that it tries, for days that shall be repeatable.

    Returns
    -------
    bool
        False where the day was changed meanwhile and who came does not fit into the better
        routes, or others come again and again: then nothing is kept.

    Notes
    -----
    Who lost every van since the promise is told so: the request becomes unassigned, and its
    customer can choose another time.
    """
    found = read_day(territory, day, requests, devices, source, now=now)
    promised = kept_promises(found.problem)
    solution = solve(
        promised, start=found.routes, time_limit=seconds, iteration_limit=iteration_limit
    )
    better = found.told(solution.routes)
    if requests.keep_tentative(better, improved=fleet_mark(territory)):
        inside = {node for route in solution.routes for node in route}
        for node, request in enumerate(found.requests):
            if node not in inside:
                _break_promise(request, found.problem, node, requests, now)
        return True
    for _ in range(TRIES):
        # Others booked or cancelled meanwhile: they join the better routes, if all of them fit.
        found = read_day(territory, day, requests, devices, source, now=now, better=better)
        if found.left:
            return False
        better = found.told(found.routes)
        if requests.keep_tentative(better):
            return True
    return False


def _break_promise(
    request: PickupRequest, problem: Problem, node: int, requests: RequestStore, now: datetime
) -> None:
    """Say at once that nobody can come any more, while there is time to choose again."""
    if request.state is RequestState.REQUESTED:
        requests.free(request.id, request.day)
        return
    if request.state is RequestState.UNASSIGNED:
        return
    reason = problem.reasons[node] or UnassignedReason.NO_CAPACITY
    why = detail(problem, node) if problem.reasons[node] else "no van has room any more"
    event = Event(
        type=EventType.PROMISE_BROKEN,
        territory=request.territory,
        day=request.day,
        at=now,
        request_id=request.id,
        text=f"{reason}: {why}",
    )
    # Moved, cancelled or planned meanwhile: then it is somebody else's to tell.
    with suppress(Conflict, NotFound):
        if requests.get(request.id).version != request.version:
            return
        requests.transition(request.id, RequestState.UNASSIGNED, event, reason=event.text)
        _log.warning("promise_broken", request=request.id, reason=event.text)
