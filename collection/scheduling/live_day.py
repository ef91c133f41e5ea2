"""Days that somebody follows: what is new is read, and all is folded once for everybody."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

from collection.model import EventType
from collection.scheduling.alerts import alerts
from collection.scheduling.day_events import read_events
from collection.scheduling.eta_history import NO_HISTORY, learn
from collection.scheduling.progress import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from collection.model import Event, LiveRules, PickupRequest, Plan, Territory
    from collection.ports import Clock, EtaStore, EventLog, PlanStore, RequestStore
    from collection.scheduling.alerts import Alert, Watch
    from collection.scheduling.eta_history import EtaHistory
    from collection.scheduling.live import DayProgress

REFOLD = timedelta(seconds=15)
"""Time alone moves what is late; so often it is looked at again without any event."""

MOST_DAYS = 64
"""Days that are kept in memory; the one that nobody asked for longest goes."""

_RECENT = 32

_CHANGES_REQUESTS = frozenset(
    {EventType.CANCELLED, EventType.RESCHEDULED, EventType.RECEIVED, EventType.PLAN_PUBLISHED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How a day stands.

    Parameters
    ----------
    last_event_id : str
        Of the last event in it; empty before the first.
    now : datetime
        When that was so.
    plan : Plan, optional
        The published one.
    progress : DayProgress, optional
        Of that plan.
    alerts : tuple of Alert
        The urgent ones first.
    history : EtaHistory
        What its ranges were learnt from.
    """

    last_event_id: str
    now: datetime
    plan: Plan | None = None
    progress: DayProgress | None = None
    alerts: tuple[Alert, ...] = ()
    history: EtaHistory = NO_HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePorts:
    """What followed days are read from.

    Parameters
    ----------
    plans : PlanStore
        Plans.
    events : EventLog
        Event streams.
    requests : RequestStore
        Pickup requests, with their windows.
    etas : EtaStore
        What past days have shown.
    clock : Clock
        The present.
    rules : LiveRules
        Thresholds of alerts.
    watches : tuple of callable
        What is watched beside `collection.scheduling.alerts.WATCHES`.
    """

    plans: PlanStore
    events: EventLog
    requests: RequestStore
    etas: EtaStore
    clock: Clock
    rules: LiveRules
    watches: tuple[Watch, ...] = ()


class LiveDay:
    """A day of a territory; any number of threads may look at it.

    Parameters
    ----------
    territory : Territory
        Which territory.
    day : date
        Local date.
    ports : LivePorts
        Where it is read from.
    """

    def __init__(self, territory: Territory, day: date, ports: LivePorts) -> None:
        self.territory, self.day = territory, day
        self._ports = ports
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._forget()

    def look(self) -> Snapshot:
        """Read what is new, and fold anew if anything is or time has passed.

        Returns
        -------
        Snapshot
            The very same one while nothing has changed.

        Raises
        ------
        StoreUnavailable
            If the store does not answer.
        """
        with self._lock:
            new = self._read_new()
            published = self._ports.plans.published(self.territory.id, self.day)
            changed = published != (self._plan.id if self._plan else None)
            if changed or any(event.type in _CHANGES_REQUESTS for event in new):
                self._read(published)
            self._take(new)
            now, last = self._ports.clock.now(), self._snapshot
            if last is None or changed or new or not last.now <= now < last.now + REFOLD:
                self._snapshot = last = self._fold(now)
                self._recent.setdefault(last.last_event_id, last)
                if len(self._recent) > _RECENT:
                    self._recent.popitem(last=False)
            return last

    def since(self, event_id: str) -> Snapshot | None:
        """Find how the day stood after an event.

        Parameters
        ----------
        event_id : str
            The last event that somebody has seen.

        Returns
        -------
        Snapshot or None
            The first one with it, so that whoever has seen the event has seen no less; None
            where that is too long ago.
        """
        with self._lock:
            return self._recent.get(event_id)

    def _forget(self) -> None:
        self._told: list[Event] = []
        self._fixes: dict[str | None, Event] = {}
        self._before, self._seen = "", ""
        self._plan: Plan | None = None
        self._requests: Mapping[str, PickupRequest] = {}
        self._history = NO_HISTORY
        self._recent: OrderedDict[str, Snapshot] = OrderedDict()

    def _read_new(self) -> tuple[Event, ...]:
        place = (self.territory.id, self.day, self._ports.events)
        found = tuple(read_events(*place, after=self._before))
        if not self._seen:
            return found
        if found and found[0].id == self._seen:
            return found[1:]
        # The last event that was seen is gone: this is another stream, of a store that was
        # emptied or put back to an earlier day.
        self._forget()
        self._snapshot = None
        return tuple(read_events(*place))

    def _read(self, published: str | None) -> None:
        known = self._ports.requests.day(self.territory.id, self.day) if published else ()
        self._requests = {request.id: request for request in known}
        if published is None or self._plan is None or self._plan.id != published:
            self._plan = self._ports.plans.get(published) if published else None
            self._history = learn(tuple(self._ports.etas.days(self.territory.id).values()))

    def _take(self, new: Iterable[Event]) -> None:
        for event in new:
            self._before, self._seen = self._seen, event.id
            if event.type is not EventType.POSITION:
                self._told.append(event)
            elif event.route_id not in self._fixes or event.at >= self._fixes[event.route_id].at:
                # Only the last position of a van tells anything, and there are many of them.
                self._fixes[event.route_id] = event

    def _fold(self, now: datetime) -> Snapshot:
        if self._plan is None:
            return Snapshot(last_event_id=self._seen, now=now)
        progress = fold(
            self._plan,
            (*self._told, *self._fixes.values()),
            now=now,
            territory=self.territory,
            requests=self._requests,
            history=self._history,
        )
        return Snapshot(
            last_event_id=self._seen,
            now=now,
            plan=self._plan,
            progress=progress,
            alerts=alerts(
                progress,
                self._plan,
                self.territory,
                rules=self._ports.rules,
                requests=self._requests,
                events=(*self._told, *self._fixes.values()),
                more=self._ports.watches,
            ),
            history=self._history,
        )


class LiveDays:
    """The days that are followed, each once.

    Parameters
    ----------
    ports : LivePorts
        Where they are read from.
    """

    def __init__(self, ports: LivePorts) -> None:
        self._ports = ports
        self._lock = Lock()
        self._days: OrderedDict[tuple[str, date], LiveDay] = OrderedDict()

    def of(self, territory: Territory, day: date) -> LiveDay:
        """Find a day, or begin to follow it.

        Parameters
        ----------
        territory : Territory
            Which territory.
        day : date
            Local date.

        Returns
        -------
        LiveDay
            The same for all who ask, while it is kept.
        """
        key = (territory.id, day)
        with self._lock:
            if key not in self._days:
                self._days[key] = LiveDay(territory, day, self._ports)
                if len(self._days) > MOST_DAYS:
                    self._days.popitem(last=False)
            self._days.move_to_end(key)
            return self._days[key]
