"""Tentative plans, kept warm: what a day would look like if its night were now.

Every question for a slot and every booking is tried in the day's own routes. The store keeps
the routes with a version that counts each change of the day; this process keeps them laid out
(`collection.routing.standing`) and lays them out anew where somebody else changed the day.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

from collection.errors import NoRoom, TentativeChanged
from collection.model import TentativePlan, TimeWindow
from collection.routing.building import build, emission_classes, points
from collection.routing.explain import detail
from collection.routing.fleet import rows_of
from collection.routing.standing import Standing
from collection.scheduling.calendar import zone_of
from collection.scheduling.tentative_plans import named, read_day
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from collection.model import DeviceType, PickupRequest, Territory
    from collection.ports import MatrixSource, RequestStore, TravelTable
    from collection.routing.problem import Problem
    from collection.routing.standing import Quote
    from collection.units import Seconds

KEPT_DAYS = timedelta(days=28)
"""How far apart the days may be that are kept laid out."""

TRIES = 8
"""Bookings by others at the same moment after which one gives up."""


@dataclass(slots=True)
class _Warm:
    """A day that is laid out."""

    version: int
    standing: Standing
    names: dict[int, str]
    depots: TravelTable
    places: Any = None


@dataclass(frozen=True, slots=True)
class _Guest:
    """What a request asks of a day, and its ways by profile of the day's vans."""

    problem: Problem
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a question for windows of a day is answered.

    Parameters
    ----------
    quotes : tuple of Quote or None
        One for each window; None where the request fits nowhere.
    vehicles : tuple of str
        Ids of the vehicles that the quotes number.
    reason : str
        Why no vehicle could ever come on that day; empty where one could.
    """

    quotes: tuple[Quote | None, ...]
    vehicles: tuple[str, ...]
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
    """

    def __init__(
        self,
        *,
        devices: Mapping[str, DeviceType],
        requests: RequestStore,
        source: Callable[[Territory], MatrixSource],
    ) -> None:
        self._devices = devices
        self._requests = requests
        self._source = source
        self._warm: dict[tuple[str, date], _Warm] = {}
        self._locks: dict[tuple[str, date], Lock] = {}
        self._lock = Lock()

    def ask(
        self, request: PickupRequest, territory: Territory, windows: Sequence[TimeWindow]
    ) -> Asked:
        """Try a request in each of some windows of its day; nothing is promised.

        Parameters
        ----------
        request : PickupRequest
            Address, devices and day count.
        territory : Territory
            Who serves it.
        windows : Sequence of TimeWindow
            When service may start.

        Returns
        -------
        Asked
            A quote for each window.
        """
        with self._day(territory, request.day) as warm:
            guest = self._guest(request, territory, windows, warm)
            vehicles, reason = guest.problem.vehicle_ids, guest.problem.reasons[0]
            if reason is not None:
                none = (None,) * len(windows)
                return Asked(quotes=none, vehicles=vehicles, reason=reason.value)
            spans = _spans(territory, request.day, windows)
            with _seat(warm, guest) as node:
                return Asked(quotes=tuple(warm.standing.quotes(node, spans)), vehicles=vehicles)

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
            with self._day(territory, request.day) as warm:
                try:
                    return self._try(request, territory, warm, take, field)
                except TentativeChanged:
                    self._warm.pop((territory.id, request.day), None)
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
            return _told(territory.id, day, warm, warm.standing.routes)

    def _try(
        self,
        request: PickupRequest,
        territory: Territory,
        warm: _Warm,
        take: Callable[[TentativePlan], PickupRequest],
        field: str,
    ) -> PickupRequest:
        """Book a request in a day that is locked."""
        if request.id in warm.names.values():
            # It moves within its day, and must not stand in its own way.
            self._warm.pop((territory.id, request.day), None)
            warm = self._lay_out(territory, request.day, without=request.id)
        standing = warm.standing
        guest = self._guest(request, territory, request.windows, warm)
        if guest.problem.reasons[0] is not None:
            raise NoRoom(f"nobody can come then: {detail(guest.problem, 0)}", field=field)
        spans = _spans(territory, request.day, request.windows)
        with _seat(warm, guest) as node:
            found = [
                (quote.parts, number, quote)
                for number, quote in enumerate(standing.quotes(node, spans))
                if quote is not None
            ]
            if not found:
                raise NoRoom("no van has room on its way at that time: choose another", field=field)
            _, number, quote = min(found, key=lambda one: one[:2])
            routes = standing.routes
            routes[quote.vehicle] = quote.route
            names = {**warm.names, node: request.id}
            stored = take(_told(territory.id, request.day, replace(warm, names=names), routes))
            if stored.code != request.code:
                return stored  # The same booking came before: nothing was changed.
            standing.promise(node, spans[number], quote)
            warm.names[node], warm.places = request.id, None
            warm.version += 1
        return stored

    @contextmanager
    def _day(self, territory: Territory, day: date) -> Iterator[_Warm]:
        """Lock a day that is up to date."""
        key = (territory.id, day)
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
            for other in [other for other in tuple(self._warm) if other[1] < day - KEPT_DAYS]:
                # Long over, as somebody asks for so late a day.
                self._warm.pop(other, None)
        with lock:
            (version,) = self._requests.tentative_versions(territory.id, [day])
            warm = self._warm.get(key)
            if warm is None or warm.version != version or not warm.standing.room:
                warm = self._warm[key] = self._lay_out(territory, day)
            yield warm

    def _lay_out(self, territory: Territory, day: date, *, without: str = "") -> _Warm:
        """Lay a day out from the store: its routes, and what is not in them yet."""
        for _ in range(TRIES):
            source = self._source(territory)
            found = read_day(territory, day, self._requests, self._devices, source, without=without)
            warm = _Warm(
                version=found.kept.version,
                standing=Standing(found.problem, found.routes),
                names=dict(enumerate(found.problem.request_ids)),
                depots=source.travel(
                    points((), territory), day=day, classes=emission_classes(territory)
                ),
            )
            told = found.told(found.routes)
            if without or told.routes == found.kept.routes:
                return warm
            if self._requests.keep_tentative(told):
                warm.version += 1
                return warm
        raise TentativeChanged("the day changes too often just now: try again")

    def _guest(
        self,
        request: PickupRequest,
        territory: Territory,
        windows: Sequence[TimeWindow],
        warm: _Warm,
    ) -> _Guest:
        """Work out what a request asks of a day, and its ways."""
        place, source = request.address.position, self._source(territory)
        classes = emission_classes(territory)
        if warm.places is None:
            warm.places = source.places(warm.standing.positions)
        rows = source.rows(place, warm.places, day=request.day, classes=classes)
        own = warm.depots.joined(rows.first(len(warm.depots.snap_metres)))
        whole = replace(request, windows=_hull(windows))
        return _Guest(
            build((whole,), territory, self._devices, own, day=request.day),
            *rows_of(territory.vehicles, rows),
        )


@contextmanager
def _seat(warm: _Warm, guest: _Guest) -> Iterator[int]:
    """Give a guest a seat, and free it again if it did not stay."""
    node = warm.standing.sit(guest.problem, guest.seconds, guest.metres)
    try:
        yield node
    finally:
        if node not in warm.names:
            warm.standing.leave(node)


def _spans(
    territory: Territory, day: date, windows: Sequence[TimeWindow]
) -> list[tuple[Seconds, Seconds]]:
    zone = zone_of(territory)
    return [(to_seconds(w.start, day, zone), to_seconds(w.end, day, zone)) for w in windows]


def _hull(windows: Sequence[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Give the one window that holds all: who cannot come in it can come in none."""
    return (TimeWindow(start=min(w.start for w in windows), end=max(w.end for w in windows)),)


def _told(territory: str, day: date, warm: _Warm, routes: Sequence[Sequence[int]]) -> TentativePlan:
    """Write routes of a day that is laid out down by name."""
    return TentativePlan(
        territory=territory,
        day=day,
        version=warm.version,
        routes=named(warm.standing.problem, routes, warm.names),
    )
