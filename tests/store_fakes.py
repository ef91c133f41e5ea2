"""The store's ports in memory; the contract tests hold them to the real ones."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from collection.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
    PlanRejected,
    SlotUnavailable,
    TentativeChanged,
)
from collection.model import (
    TRANSITIONS,
    Event,
    EventType,
    RequestState,
    TentativePlan,
)
from tests.outbox_fake import FakeOutbox

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import EtaDay, PickupRequest, Plan
    from collection.ports import StoredAnswer

_LEAVES_CLOSED_DAY = {RequestState.FAILED, RequestState.UNASSIGNED}
_OVER_WITHOUT_DEVICE = {RequestState.FAILED, RequestState.CANCELLED, RequestState.REFUSED}
_LEAVES_PLAN = {RequestState.CANCELLED, RequestState.REFUSED}


class FakeEventLog:
    """An `EventLog` in memory."""

    def __init__(self) -> None:
        self.entries: list[Event] = []
        self.outbox = FakeOutbox()
        self.request_of: Callable[[str], PickupRequest | None] = lambda _: None
        self._deduped: dict[tuple[str, date, str], Event] = {}
        self._lock = threading.RLock()

    def append(self, event: Event, *, dedupe: str | None = None, outside: bool = True) -> Event:
        with self._lock:
            key = (event.territory, event.day, dedupe or "")
            if dedupe and key in self._deduped:
                return self._deduped[key]
            stored = replace(event, id=f"{len(self.entries) + 1}-0")
            self.entries.append(stored)
            if outside:
                request = self.request_of(event.request_id) if event.request_id else None
                self.outbox.tell(stored, request)
            if dedupe:
                self._deduped[key] = stored
            return stored

    def read(
        self, territory: str, day: date, *, after: str = "", limit: int = 1_000
    ) -> tuple[Event, ...]:
        number, dash, rest = after.partition("-")
        if after and not (dash and number.isdecimal() and rest.isdecimal()):
            raise InvalidRequest("after must be the id of an event", field="after")
        found = (
            event
            for event in self.entries
            if (event.territory, event.day) == (territory, day)
            and int(event.id.partition("-")[0]) > int(number or 0)
        )
        return tuple(event for event, _ in zip(found, range(limit), strict=False))


class FakeRequestStore:
    """A `RequestStore` in memory.

    Parameters
    ----------
    events : FakeEventLog
        Where changes are told.
    """

    def __init__(self, events: FakeEventLog) -> None:
        self.events = events
        self.requests: dict[str, PickupRequest] = {}
        self.closed: set[tuple[str, date]] = set()
        self.tentatives: dict[tuple[str, date], TentativePlan] = {}
        self.improved: dict[tuple[str, date], tuple[int, str]] = {}
        self.lock = threading.RLock()
        events.request_of = self.requests.get

    def book(
        self,
        request: PickupRequest,
        *,
        tentative: TentativePlan | None = None,
        late: bool = False,
    ) -> PickupRequest:
        with self.lock:
            if request.id in self.requests:
                return self.requests[request.id]
            if not request.id.startswith(f"{request.territory}."):
                raise InvalidRequest("the id must start with the territory", field="id")
            if not late:
                self._check_open(request)
            self._replan(request.territory, request.day, tentative)
            self.requests[request.id] = request
            if request.state is not RequestState.REQUESTED:
                self._tell(EventType.BOOKED, request, request.created_at)
            return request

    def confirm(self, request: PickupRequest, *, at: datetime) -> PickupRequest:
        with self.lock:
            stored = self.get(request.id)
            self._check_change(stored, RequestState.CONFIRMED)
            if stored.version != request.version:
                raise Conflict("another change of the pickup request came first")
            self._check_open(request)
            kept = replace(request, created_at=at, held_until=None)
            kept = self._put(kept, RequestState.CONFIRMED, "")
            self._tell(EventType.BOOKED, request, at)
            return kept

    def free(self, request_id: str, day: date) -> bool:
        with self.lock:
            stored = self.requests.get(request_id)
            if stored is None or stored.state is not RequestState.REQUESTED:
                return False
            del self.requests[request_id]
            self._replan(stored.territory, day)
            return True

    def get(self, request_id: str) -> PickupRequest:
        try:
            return self.requests[request_id]
        except KeyError:
            raise NotFound(f"there is no pickup request {request_id!r}", field="id") from None

    def day(self, territory: str, day: date) -> tuple[PickupRequest, ...]:
        with self.lock:
            found = [r for r in self.requests.values() if (r.territory, r.day) == (territory, day)]
        return tuple(sorted(found, key=lambda request: request.id))

    def cancel(self, request_id: str, *, at: datetime) -> PickupRequest:
        with self.lock:
            stored = self.get(request_id)
            self._check_change(stored, RequestState.CANCELLED)
            self._check_frozen(stored)
            self._replan(stored.territory, stored.day)
            cancelled = self._put(stored, RequestState.CANCELLED, "")
            self._tell(EventType.CANCELLED, stored, at)
            return cancelled

    def reschedule(
        self,
        request: PickupRequest,
        *,
        at: datetime,
        tentative: TentativePlan | None = None,
    ) -> PickupRequest:
        with self.lock:
            stored = self.get(request.id)
            if stored.version != request.version:
                raise Conflict("another change of the pickup request came first")
            self._check_change(stored, RequestState.RESCHEDULED)
            self._check_frozen(stored)
            self._check_open(request)
            self._replan(request.territory, request.day, tentative)
            came = ""
            if stored.day != request.day:
                came = f"from {stored.day}"
                self._replan(stored.territory, stored.day)
                self._tell(
                    EventType.RESCHEDULED, stored, at, text=f"to {request.day}", outside=False
                )
            moved = self._put(request, RequestState.RESCHEDULED, "")
            self._tell(EventType.RESCHEDULED, request, at, text=came)
            return moved

    def transition(
        self, request_id: str, target: RequestState, event: Event, *, reason: str = ""
    ) -> PickupRequest:
        with self.lock:
            stored = self.get(request_id)
            if stored.day != event.day:
                raise Conflict(f"it is to be collected on {stored.day}")
            if stored.state == target:
                return stored
            self._check_change(stored, target)
            if target in _LEAVES_PLAN:
                self._replan(stored.territory, stored.day)
            changed = self._put(stored, target, reason)
            self.events.append(event)
            return changed

    def tentative_versions(self, territory: str, days: Sequence[date]) -> tuple[int, ...]:
        return tuple(self.tentative(territory, day).version for day in days)

    def tentative(self, territory: str, day: date) -> TentativePlan:
        empty = TentativePlan(territory=territory, day=day)
        return self.tentatives.get((territory, day), empty)

    def unimproved(self, territory: str, days: Sequence[date], *, fleet: str) -> tuple[date, ...]:
        places = [(territory, day) for day in days if (territory, day) in self.tentatives]
        return tuple(
            place[1]
            for place in places
            if self.improved.get(place) != (self.tentatives[place].version, fleet)
        )

    def keep_tentative(self, plan: TentativePlan, *, improved: str = "") -> bool:
        with self.lock, suppress(TentativeChanged):
            before = self.tentatives.get((plan.territory, plan.day))
            if before is None or before.routes != plan.routes or before.version != plan.version:
                self._replan(plan.territory, plan.day, plan)
            if improved:
                (version,) = self.tentative_versions(plan.territory, [plan.day])
                self.improved[plan.territory, plan.day] = (version, improved)
            return True
        return False

    def _replan(self, territory: str, day: date, plan: TentativePlan | None = None) -> None:
        before = self.tentative(territory, day)
        if plan is not None and plan.version != before.version:
            raise TentativeChanged("another change of the day came first")
        self.tentatives[territory, day] = replace(plan or before, version=before.version + 1)

    def close_day(self, territory: str, day: date, *, at: datetime) -> bool:
        with self.lock:
            if (territory, day) in self.closed:
                return False
            self.closed.add((territory, day))
            self.events.append(Event(type=EventType.CLOSED, territory=territory, day=day, at=at))
            return True

    def closed_days(self, territory: str, days: Sequence[date]) -> tuple[date, ...]:
        return tuple(day for day in days if (territory, day) in self.closed)

    def is_closed(self, territory: str, day: date) -> bool:
        return (territory, day) in self.closed

    def publish(self, request_id: str, day: date, target: RequestState, reason: str) -> None:
        """Take over what a published plan says of a request, where its state allows."""
        stored = self.requests.get(request_id)
        if (
            stored
            and stored.day == day
            and target in TRANSITIONS[stored.state]
            and (stored.state, stored.reason) != (target, reason)
        ):
            self._put(stored, target, reason)

    def _put(self, request: PickupRequest, state: RequestState, reason: str) -> PickupRequest:
        changed = replace(request, state=state, reason=reason, version=request.version + 1)
        self.requests[request.id] = changed
        return changed

    def _check_change(self, stored: PickupRequest, target: RequestState) -> None:
        if target not in TRANSITIONS[stored.state]:
            raise Conflict(f"a pickup request that is {stored.state} cannot be {target}")
        taken = [n for n, d in enumerate(stored.devices, start=1) if stored.taken(d)]
        if taken and target in _OVER_WITHOUT_DEVICE:
            label = stored.devices[taken[0] - 1].label
            raise Conflict(f"the van has device {taken[0]}, with label {label}")

    def _check_frozen(self, stored: PickupRequest) -> None:
        closed = self.is_closed(stored.territory, stored.day)
        if closed and stored.state not in _LEAVES_CLOSED_DAY:
            raise Conflict("the day of the pickup request is closed")

    def _check_open(self, request: PickupRequest) -> None:
        if self.is_closed(request.territory, request.day):
            raise SlotUnavailable(f"{request.day} is closed", field="slot_id")

    def _tell(
        self,
        kind: EventType,
        request: PickupRequest,
        at: datetime,
        text: str = "",
        *,
        outside: bool = True,
    ) -> None:
        place = {"territory": request.territory, "day": request.day}
        event = Event(type=kind, **place, at=at, request_id=request.id, text=text)
        self.events.append(event, outside=outside)


class FakePlanStore:
    """A `PlanStore` in memory.

    Parameters
    ----------
    requests : FakeRequestStore
        Whose states follow the published plan.
    """

    def __init__(self, requests: FakeRequestStore) -> None:
        self._requests = requests
        self._events = requests.events
        self._plans: dict[tuple[str, date], list[Plan]] = {}
        self._published: dict[tuple[str, date], str] = {}
        self._held: set[tuple[str, date]] = set()
        self._lock = threading.RLock()

    def save(self, plan: Plan) -> Plan:
        with self._lock:
            plans = self._plans.setdefault((plan.territory, plan.day), [])
            if plans and plans[-1].fingerprint == plan.fingerprint:
                return plans[-1]
            version = len(plans) + 1
            plan_id = f"{plan.territory}.{plan.day}.v{version}"
            routes = tuple(replace(r, id=f"{plan_id}.{r.vehicle_id}") for r in plan.routes)
            stored = replace(plan, id=plan_id, version=version, routes=routes)
            plans.append(stored)
            self._tell(EventType.PLAN_CREATED, stored, plan.created_at)
            return stored

    def get(self, plan_id: str) -> Plan:
        for plans in self._plans.values():
            for plan in plans:
                if plan.id == plan_id:
                    return plan
        raise NotFound(f"there is no plan {plan_id!r}", field="id")

    def versions(self, territory: str, day: date) -> tuple[str, ...]:
        return tuple(plan.id for plan in self._plans.get((territory, day), ()))

    def published(self, territory: str, day: date) -> str | None:
        return self._published.get((territory, day))

    def publish(
        self,
        plan_id: str,
        *,
        at: datetime,
        replaces: str | None = None,
        unless: Mapping[str, Collection[RequestState]] = MappingProxyType({}),
        back: Collection[str] = frozenset(),
    ) -> None:
        plan = self.get(plan_id)
        if plan.violations:
            raise PlanRejected(f"plan {plan_id} violates {plan.violations[0].constraint}")
        place = (plan.territory, plan.day)
        with self._lock, self._requests.lock:
            if self._published.get(place) == plan_id:
                return
            if replaces is not None and self._published.get(place) != replaces:
                raise Conflict("another version was published meanwhile; look again")
            for name, states in unless.items():
                state = self._requests.requests[name].state
                if state in states:
                    raise Conflict(f"pickup request {name} is {state} meanwhile; look again")
            changes = {
                stop.request_id: (RequestState.PLANNED, "")
                for route in plan.routes
                for stop in route.stops
            }
            for left in plan.unassigned:
                reason = f"{left.reason}: {left.detail}"
                changes[left.request_id] = (RequestState.UNASSIGNED, reason)
            for name, (target, reason) in changes.items():
                known = self._requests.requests.get(name)
                if known and known.state is RequestState.EN_ROUTE and name not in back:
                    continue
                self._requests.publish(name, plan.day, target, reason)
            self._published[place] = plan_id
            self._tell(EventType.PLAN_PUBLISHED, plan, at)

    @contextmanager
    def night_lock(self, territory: str, day: date, *, lease: float = 30.0) -> Iterator[None]:
        with self._lock:
            if (territory, day) in self._held:
                raise Conflict(f"the planning of {territory} on {day} is locked")
            self._held.add((territory, day))
        try:
            yield
        finally:
            self._held.discard((territory, day))

    def _tell(self, kind: EventType, plan: Plan, at: datetime) -> None:
        place = {"territory": plan.territory, "day": plan.day}
        self._events.append(Event(type=kind, **place, at=at, plan_id=plan.id))


class FakeIdempotency:
    """An `IdempotencyStore` in memory; nothing in it ends."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[str, StoredAnswer | None]] = {}
        self._lock = threading.Lock()

    def begin(self, key: str, fingerprint: str) -> StoredAnswer | None:
        with self._lock:
            if key not in self._answers:
                self._answers[key] = (fingerprint, None)
                return None
            first, answer = self._answers[key]
        if first != fingerprint:
            raise InvalidRequest("the key was used otherwise", field="Idempotency-Key")
        if answer is None:
            raise Conflict("the first request is still in flight", field="Idempotency-Key")
        return answer

    def finish(self, key: str, fingerprint: str, answer: StoredAnswer) -> None:
        with self._lock:
            first, kept = self._answers.get(key, (fingerprint, None))
            if kept is None and first == fingerprint:
                self._answers[key] = (fingerprint, answer)

    def abandon(self, key: str) -> None:
        with self._lock:
            if self._answers.get(key, ("", None))[1] is None:
                self._answers.pop(key, None)


class FakeEtas:
    """An `EtaStore` in memory."""

    def __init__(self) -> None:
        self._days: dict[str, dict[date, EtaDay]] = {}

    def keep(self, territory: str, day: date, shown: EtaDay, *, most: int = 60) -> None:
        kept = {**self._days.get(territory, {}), day: shown}
        self._days[territory] = {each: kept[each] for each in sorted(kept)[-most:]}

    def days(self, territory: str) -> dict[date, EtaDay]:
        return dict(self._days.get(territory, {}))
