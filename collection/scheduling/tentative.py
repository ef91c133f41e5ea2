"""Tentative plans, kept warm: what a day would look like if its night were now.

Every question for a slot and every booking is tried in the day's own routes. The store keeps
the routes with a version that counts each change of the day; this process keeps them laid out
(`collection.routing.standing`) and lays them out anew where somebody else changed the day.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from collection.errors import NoRoom, TentativeChanged
from collection.routing.explain import detail
from collection.routing.guest import guest_of
from collection.scheduling.spans import hull
from collection.scheduling.tentative_plans import read_day, who_stands
from collection.scheduling.warm_day import WarmDay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import (
        DeviceType,
        PickupRequest,
        TentativePlan,
        Territory,
        TimeWindow,
    )
    from collection.ports import Clock, MatrixSource, RequestStore
    from collection.routing.guest import Guest
    from collection.routing.quotes import Quote

WARM_BYTES = 2 << 30
"""How much memory the days may take that are kept laid out, but for the one in use."""

TRIES = 8
"""Bookings by others at the same moment after which one gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question for windows of a day is answered.

    Parameters
    ----------
    quotes : tuple of Quote or None
        One for each window; None where the request fits nowhere.
    reason : str
        Why no vehicle could ever come on that day; empty where one could.
    """

    quotes: tuple[Quote | None, ...]
    reason: str = ""


class TentativeDays:
    """The tentative plans of all territories.

    Parameters
    ----------
    devices : Mapping of str to DeviceType
        By id.
    requests : RequestStore
        The system of record.
    source : callable
        From a territory to its streets.
    clock : Clock
        The present: until when slots are held.
    """

    def __init__(
        self,
        *,
        devices: Mapping[str, DeviceType],
        requests: RequestStore,
        source: Callable[[Territory], MatrixSource],
        clock: Clock,
    ) -> None:
        self._devices = devices
        self._requests = requests
        self._source = source
        self._clock = clock
        self._warm: dict[tuple[str, date], WarmDay] = {}
        self._locks: dict[tuple[str, date], Lock] = {}
        self._lock = Lock()

    def ask(
        self,
        request: PickupRequest,
        territory: Territory,
        windows: Mapping[date, Sequence[TimeWindow]],
        *,
        without: str = "",
    ) -> dict[date, Asked]:
        """Try a request in windows of some days; nothing is promised.

        Parameters
        ----------
        request : PickupRequest
            Address and devices count.
        territory : Territory
            Who serves it.
        windows : Mapping of date to Sequence of TimeWindow
            When service may start, at least one of a day.
        without : str
            Id of a request that would leave its place for this.

        Returns
        -------
        dict of date to Asked
            A quote for each window.
        """
        answers: dict[date, Asked] = {}
        guests: dict[tuple[bool, ...], Guest] = {}
        versions = self._requests.tentative_versions(territory.id, list(windows))
        for (day, spans), version in zip(windows.items(), versions, strict=True):
            # What it asks of a van is the same on all days of the same rules.
            rules = tuple(rule.holds_on(day) for rule in territory.triage)
            if rules not in guests:
                asked = replace(request, day=day)
                guests[rules] = guest_of(asked, territory, self._devices)
            guest = guests[rules]
            with self._day(territory, day, version) as warm:
                clocks, reason = warm.spans(spans), ""
                quotes: list[Quote | None] = [None] * len(spans)
                with warm.absent(without) as free, warm.seat(request, guest) as node:
                    if free:
                        quotes = warm.standing.quotes(node, clocks)
                    alone = any(quotes) or warm.standing.could_come(node, hull(clocks))
                if not alone:
                    why = warm.alone(request, spans).reasons[0]
                    reason = why.value if why is not None else ""
                answers[day] = Asked(quotes=tuple(quotes), reason=reason)
        return answers

    def place(
        self,
        request: PickupRequest,
        territory: Territory,
        take: Callable[[TentativePlan], PickupRequest],
        *,
        field: str = "slot_id",
    ) -> PickupRequest:
        """Book or move a request into the routes of its day, or not at all.

        Parameters
        ----------
        request : PickupRequest
            With the windows that are promised.
        territory : Territory
            Who serves it.
        take : callable
            Stores the request and the plan with it in one step; raises TentativeChanged where
            another change came first.
        field : str
            What the caller named the time by.

        Returns
        -------
        PickupRequest
            What `take` gave.

        Raises
        ------
        NoRoom
            If no van has room for it on its way.
        TentativeChanged
            If others changed the day again and again.
        """
        for _ in range(TRIES):
            # Another process may be faster: its change is followed, and one tries again.
            with suppress(TentativeChanged), self._day(territory, request.day) as warm:
                return self._try(request, warm, take, field)
        raise TentativeChanged("the day changes too often just now: try again")

    def routes(self, territory: Territory, day: date) -> TentativePlan:
        """Tell the tentative plan of a day.

        Parameters
        ----------
        territory : Territory
            Of which territory.
        day : date
            Local date.

        Returns
        -------
        TentativePlan
            As it is now.
        """
        with self._day(territory, day) as warm:
            return warm.told(warm.standing.routes, warm.names)

    def _try(
        self,
        request: PickupRequest,
        warm: WarmDay,
        take: Callable[[TentativePlan], PickupRequest],
        field: str,
    ) -> PickupRequest:
        """Book a request in a day that is locked."""
        standing, spans = warm.standing, warm.spans(request.windows)
        guest = guest_of(request, warm.territory, self._devices)
        with warm.absent(request.id) as free, warm.seat(request, guest) as node:
            found = [
                (quote.parts, number, quote)
                for number, quote in enumerate(standing.quotes(node, spans))
                if free and quote is not None
            ]
            if not found:
                raise NoRoom(_why_not(request, warm, node), field=field)
            _, number, quote = min(found, key=lambda one: one[:2])
            routes = standing.routes
            for vehicle, changed in quote.routes.items():
                routes[vehicle] = changed
            names = {**warm.names, node: request.id}
            stored = take(warm.told(routes, names))
            if stored.code != request.code:
                return stored  # The same booking came before: nothing was changed.
            standing.promise(node, spans[number], quote)
            warm.know(node, request)
            warm.version += 1
        if len(spans) > 1:
            # A seat has one window and the promise several: it is laid out with all of them.
            self._warm.pop((request.territory, request.day), None)
        return stored

    @contextmanager
    def _day(
        self, territory: Territory, day: date, version: int | None = None
    ) -> Iterator[WarmDay]:
        """Lock a day that is up to date; `version` is the store's, if it was just read."""
        key = (territory.id, day)
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            warm, now = self._warm.get(key), self._clock.now()
            ended = warm.ended(now) if warm is not None else []
            if warm is not None:
                for node in ended:
                    self._requests.free(warm.names[node], day)
                    del warm.holds[node]
            if version is None or warm is None or ended or warm.version != version:
                # Since it was read, somebody here may have booked.
                (version,) = self._requests.tentative_versions(territory.id, [day])
            if warm is None or not warm.standing.room or not self._up_to_date(warm, version, now):
                self._warm.pop(key, None)
                warm = self._lay_out(territory, day)
            self._keep(key, warm)
            yield warm

    def _keep(self, key: tuple[str, date], warm: WarmDay) -> None:
        """Keep a day laid out, and forget those that were used longest ago."""
        with self._lock:
            self._warm.pop(key, None)
            self._warm[key] = warm  # The last one in is the last one out.
            room = WARM_BYTES - sum(day.nbytes for day in self._warm.values())
            for other in tuple(self._warm)[:-1]:
                if room >= 0:
                    break
                room += self._warm.pop(other).nbytes

    def _up_to_date(self, warm: WarmDay, version: int, now: datetime) -> bool:
        """Follow what others changed in a day, if that can be done where it stands."""
        if warm.version == version:
            return True
        kept, standing = who_stands(warm.territory.id, warm.day, self._requests, now)
        if not warm.follow(kept, standing):
            return False
        told = warm.told(warm.standing.routes, warm.names)
        if told.routes == kept.routes:
            return True
        if not self._requests.keep_tentative(told):
            return False
        warm.version += 1
        return True

    def _lay_out(self, territory: Territory, day: date) -> WarmDay:
        """Lay a day out from the store: its routes, and what is not in them yet."""
        for _ in range(TRIES):
            source = self._source(territory)
            found = read_day(
                territory,
                day,
                self._requests,
                self._devices,
                source,
                now=self._clock.now(),
            )
            warm = WarmDay.of(found, territory, self._devices, source)
            told = found.told(found.routes)
            if told.routes == found.kept.routes:
                return warm
            if self._requests.keep_tentative(told):
                warm.version += 1
                return warm
        raise TentativeChanged("the day changes too often just now: try again")


def _why_not(request: PickupRequest, warm: WarmDay, node: int) -> str:
    """Say why a request with a seat fits nowhere."""
    if not warm.standing.could_come(node, hull(warm.spans(request.windows))):
        alone = warm.alone(request, request.windows)
        if alone.reasons[0] is not None:
            return f"nobody can come then: {detail(alone, 0)}"
    return "no van has room on its way at that time: choose another"
