"""A proposal as a dispatcher sees it: the day as it would go on, and as it would be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.model import EventType
from collection.routing.demand import local_windows
from collection.scheduling.calendar import zone_of
from collection.scheduling.day_events import read_events
from collection.scheduling.inputs import known_territory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import Plan, RestOfDay, Stranded
    from collection.scheduling.open_day import DayPorts
    from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two days.

    Parameters
    ----------
    cost : int
        Cents of all routes, what is over included.
    metres : int
        Driven.
    vehicles : int
        Vans that still serve somebody.
    served : int
        Open requests that are served.
    late : int
        Of these, after their last window.
    lateness : int
        Seconds of that, over all of them.
    unserved : tuple of str
        Open requests that are not served.
    """

    cost: Cents
    metres: Metres
    vehicles: int
    served: int
    late: int
    lateness: Seconds
    unserved: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changes for one open request; seconds of the local day.

    Parameters
    ----------
    request_id : str
        Which.
    vehicle_before : str, optional
        Who was to serve it.
    vehicle_after : str, optional
        Who is to serve it now; None for nobody.
    announced : int, optional
        Start in the published plan.
    expected : int, optional
        Start if nothing were changed; None if nobody would come.
    start : int, optional
        Start in the proposal.
    late_before : int
        Seconds of `expected` after the last window.
    late_after : int
        Seconds of `start` after it.
    told : bool
        Whether the customer must be told: the start moves by more than was announced.
    reason : str
        Why it is served by nobody; empty otherwise.
    """

    request_id: str
    vehicle_before: str | None
    vehicle_after: str | None
    announced: Seconds | None
    expected: Seconds | None
    start: Seconds | None
    late_before: Seconds
    late_after: Seconds
    told: bool
    reason: str = ""

    @property
    def affected(self) -> bool:
        """Whether driver, announced time or lateness differ."""
        return (
            self.vehicle_before != self.vehicle_after
            or self.told
            or (self.late_after > 0) != (self.late_before > 0)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Old and new side by side.

    Parameters
    ----------
    plan_before : Plan
        The plan that was published.
    plan_after : Plan
        The next version, stored.
    status : str
        ``open``, ``accepted``, ``dropped``, or ``overtaken`` where another version was
        published since.
    note : str
        Why it was dropped.
    before : Side
        How the day would go on.
    after : Side
        How it would be.
    changes : tuple of Change
        Of all open requests, in the order of their starts.
    stranded : tuple of Stranded
        Vans that take nothing more, with what is on board.
    phases : dict of str to float
        Seconds that each phase of the work took; empty where it was read again.
    """

    plan_before: Plan
    plan_after: Plan
    status: str
    note: str
    before: Side
    after: Side
    changes: tuple[Change, ...]
    stranded: tuple[Stranded, ...]
    phases: dict[str, float] = field(default_factory=dict)

    @property
    def affected(self) -> tuple[str, ...]:
        """Requests whose driver, announced time or lateness changes."""
        return tuple(change.request_id for change in self.changes if change.affected)


def proposal_of(plan: Plan, ports: DayPorts) -> Proposal:
    """Set a plan that was made during its day beside the plan that it replaces.

    Parameters
    ----------
    plan : Plan
        As stored.
    ports : DayPorts
        What to look things up in.

    Returns
    -------
    Proposal
        As it stands now.

    Raises
    ------
    InvalidRequest
        If the plan is one of a night.
    NotFound
        If the territory or a request is gone.
    """
    rest = plan.rest
    if rest is None:
        raise InvalidRequest(f"plan {plan.id} is a night's and no proposal", field="plan_id")
    before = ports.plans.get(rest.replaces)
    changes = _changes(before, plan, rest, ports)
    status, note = _status(plan, rest, ports)
    return Proposal(
        plan_before=before,
        plan_after=plan,
        status=status,
        note=note,
        before=_side(
            rest.outlook.cost,
            rest.outlook.metres,
            {c.request_id: c.late_before for c in changes if c.expected is not None},
            {c.vehicle_before for c in changes if c.expected is not None},
            [c.request_id for c in changes if c.expected is None],
        ),
        after=_side(
            plan.cost,
            sum(route.metres for route in plan.routes),
            {c.request_id: c.late_after for c in changes if c.start is not None},
            {c.vehicle_after for c in changes if c.start is not None},
            [c.request_id for c in changes if c.start is None],
        ),
        changes=changes,
        stranded=rest.stranded,
    )


def _side(
    cost: Cents,
    metres: Metres,
    late: Mapping[str, Seconds],
    vehicles: set[str | None],
    unserved: list[str],
) -> Side:
    return Side(
        cost=cost,
        metres=metres,
        vehicles=len(vehicles),
        served=len(late),
        late=sum(seconds > 0 for seconds in late.values()),
        lateness=sum(late.values()),
        unserved=tuple(sorted(unserved)),
    )


def _changes(before: Plan, plan: Plan, rest: RestOfDay, ports: DayPorts) -> tuple[Change, ...]:
    territory = known_territory(plan.territory, ports)
    zone, within = zone_of(territory), territory.weights.announced_within
    old = {s.request_id: (r.vehicle_id, s.start) for r in before.routes for s in r.stops}
    begun = {seam.vehicle_id: seam.stops for seam in rest.resumed}
    new = {
        stop.request_id: (route.vehicle_id, stop.start)
        for route in plan.routes
        for stop in route.stops[begun.get(route.vehicle_id, 0) :]
    }
    reasons = {left.request_id: left.detail for left in plan.unassigned}
    changes = []
    for name in (*new, *reasons):
        request = ports.requests.get(name)
        last = local_windows(request, plan.day, zone)[-1][1]
        (van, told), (other, start) = old.get(name, (None, None)), new.get(name, (None, None))
        expected = rest.outlook.starts.get(name)
        changes.append(
            Change(
                request_id=name,
                vehicle_before=van,
                vehicle_after=other,
                announced=told,
                expected=expected,
                start=start,
                late_before=max(0, expected - last) if expected is not None else 0,
                late_after=max(0, start - last) if start is not None else 0,
                told=told is not None and (start is None or abs(start - told) > within),
                reason=reasons.get(name, ""),
            )
        )
    return tuple(sorted(changes, key=lambda c: (c.start is None, c.start or 0, c.request_id)))


def _status(plan: Plan, rest: RestOfDay, ports: DayPorts) -> tuple[str, str]:
    status, note = "open", ""
    for event in read_events(plan.territory, plan.day, ports.events):
        if event.plan_id == plan.id and event.type is EventType.PLAN_PUBLISHED:
            status, note = "accepted", ""
        elif event.plan_id == plan.id and event.type is EventType.PLAN_DROPPED:
            status, note = "dropped", event.text
    if status == "open" and ports.plans.published(plan.territory, plan.day) != rest.replaces:
        status = "overtaken"
    return status, note
