"""A day that is laid out in this process, for questions and bookings to be tried in."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from collection.model import TentativePlan, TimeWindow
from collection.routing.building import build, emission_classes, points
from collection.routing.fleet import rows_of
from collection.routing.guest import guest_of
from collection.routing.standing import Standing
from collection.scheduling.spans import span_of
from collection.scheduling.tentative_plans import named, routes_of
from collection.scheduling.wishes import burden

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import DeviceType, PickupRequest, Territory
    from collection.ports import MatrixSource, TravelRows, TravelTable
    from collection.routing.guest import Guest
    from collection.routing.problem import Problem
    from collection.scheduling.tentative_plans import TentativeDay
    from collection.units import Seconds


@dataclass(slots=True)
class WarmDay:
    """A day that is laid out; who uses it holds its lock.

    Parameters
    ----------
    territory : Territory
        Whose vans.
    day : date
        Local date.
    devices : Mapping of str to DeviceType
        By id.
    source : MatrixSource
        The territory's streets.
    version : int
        Of the tentative plan that it shows.
    standing : Standing
        Its routes.
    names : dict of int to str
        Ids of the requests by node.
    asked : dict of int to PickupRequest
        The requests by node, as they were placed.
    holds : dict of int to datetime
        Until when those are held that are not confirmed, by node.
    depots : TravelTable
        Between the territory's own places.
    places : Any
        Of all points, as the source has them; None where they changed.
    """

    territory: Territory
    day: date
    devices: Mapping[str, DeviceType]
    source: MatrixSource
    version: int
    standing: Standing
    names: dict[int, str]
    asked: dict[int, PickupRequest]
    holds: dict[int, datetime]
    depots: TravelTable
    places: Any = None

    @classmethod
    def of(
        cls,
        found: TentativeDay,
        territory: Territory,
        devices: Mapping[str, DeviceType],
        source: MatrixSource,
    ) -> WarmDay:
        """Lay a day out.

        Parameters
        ----------
        found : TentativeDay
            The day.
        territory : Territory
            Whose vans.
        devices : Mapping of str to DeviceType
            By id.
        source : MatrixSource
            The territory's streets.

        Returns
        -------
        WarmDay
            Of the version that was read.
        """
        day = found.kept.day
        return cls(
            territory=territory,
            day=day,
            devices=devices,
            source=source,
            version=found.kept.version,
            standing=Standing(found.problem, found.routes),
            names=dict(enumerate(found.problem.request_ids)),
            asked=dict(enumerate(found.requests)),
            holds={
                node: request.held_until
                for node, request in enumerate(found.requests)
                if request.held_until is not None
            },
            depots=source.travel(
                points((), territory), day=day, classes=emission_classes(territory)
            ),
        )

    @property
    def nbytes(self) -> int:
        """Memory of its tables of travel, which is most of what it takes."""
        return self.standing.nbytes

    def told(self, routes: Sequence[Sequence[int]], names: Mapping[int, str]) -> TentativePlan:
        """Write routes down by name.

        Parameters
        ----------
        routes : Sequence of Sequence of int
            Per vehicle, nodes.
        names : Mapping of int to str
            Ids of their requests.

        Returns
        -------
        TentativePlan
            Of the version that is shown.
        """
        return TentativePlan(
            territory=self.territory.id,
            day=self.day,
            version=self.version,
            routes=named(self.standing.problem, routes, names),
        )

    def spans(self, windows: Sequence[TimeWindow]) -> list[tuple[Seconds, Seconds]]:
        """Put windows on the clock of the day.

        Parameters
        ----------
        windows : Sequence of TimeWindow
            Instants.

        Returns
        -------
        list of (int, int)
            Seconds of the local day.
        """
        return [span_of(window, self.day, self.territory.timezone) for window in windows]

    def alone(self, request: PickupRequest, windows: Sequence[TimeWindow]) -> Problem:
        """Work out what a request asks of a van, and whether one could come had it no other.

        Parameters
        ----------
        request : PickupRequest
            Address and devices count.
        windows : Sequence of TimeWindow
            When service may start, at least one.

        Returns
        -------
        Problem
            Of this one request.
        """
        near = self._rows(request).first(len(self.depots.snap_metres))
        # As of `hull`.
        whole_day = TimeWindow(start=min(w.start for w in windows), end=max(w.end for w in windows))
        whole = replace(request, day=self.day, windows=(whole_day,))
        travel = self.depots.joined(near)
        return build((whole,), self.territory, self.devices, travel, day=self.day)

    @contextmanager
    def seat(self, request: PickupRequest, guest: Guest) -> Iterator[int]:
        """Give a request a seat, and free it again if it was not named meanwhile.

        Parameters
        ----------
        request : PickupRequest
            Where it is.
        guest : Guest
            What it asks of a van.

        Yields
        ------
        int
            Its node.
        """
        node = self._sit(request, guest)
        try:
            yield node
        finally:
            if node not in self.names:
                self.standing.leave(node)

    @contextmanager
    def absent(self, request_id: str) -> Iterator[bool]:
        """Take a request out of the routes for a while: it must not stand in its own way.

        Parameters
        ----------
        request_id : str
            Which; need not be in the day.

        Yields
        ------
        bool
            False where somebody else's place would go with it: then nothing is taken out.
        """
        if not request_id:
            yield True
            return
        standing, before = self.standing, self.standing.routes
        node = next((node for node, name in self.names.items() if name == request_id), None)
        if node is None or not any(node in route for route in before):
            yield True
            return
        numbers = {name: other for other, name in self.names.items() if other != node}
        kept = self.told(before, self.names)
        routes = routes_of(standing.problem, standing.day, kept, numbers)
        alone = {n for route in before for n in route} - {n for route in routes for n in route}
        free = alone & self.names.keys() == {node} and standing.reroute(routes)
        try:
            if not free:
                standing.reroute(before)
            yield free
        finally:
            if free and node in self.names:
                standing.reroute(before)

    def know(self, node: int, request: PickupRequest) -> None:
        """Give a seat to a request for good.

        Parameters
        ----------
        node : int
            The seat, which is in a route.
        request : PickupRequest
            Whose.
        """
        for other in [node for node, name in self.names.items() if name == request.id]:
            # It moved within the day.
            self._forget(other)
            self.standing.leave(other)
        self.names[node], self.asked[node] = request.id, request
        self.places = None
        if request.held_until is not None:
            self.holds[node] = request.held_until

    def ended(self, now: datetime) -> list[int]:
        """List the nodes of requests whose slots were held until now.

        Parameters
        ----------
        now : datetime
            Aware present.

        Returns
        -------
        list of int
            They may have been confirmed meanwhile.
        """
        return [node for node, until in self.holds.items() if until <= now]

    def follow(self, kept: TentativePlan, requests: Sequence[PickupRequest]) -> bool:
        """Follow what others changed in the day: who came, who went, who drives where.

        Parameters
        ----------
        kept : TentativePlan
            The plan by now.
        requests : Sequence of PickupRequest
            Everybody who has a place in the day.

        Returns
        -------
        bool
            False where it takes more than that; the day is of no use then.
        """
        standing = self.standing
        there = {_place_of(request) for request in requests}
        known = {_place_of(self.asked[node]): node for node in self.names}
        gone = [node for one, node in known.items() if one not in there]
        came = [request for request in requests if _place_of(request) not in known]
        # Whoever asks needs a seat, too.
        if len(came) >= standing.room or any(len(request.windows) > 1 for request in came):
            return False
        for node in gone:
            self._forget(node)
        for request in came:
            node = self._sit(request, guest_of(request, self.territory, self.devices))
            standing.open(node, self.spans(request.windows)[0])
            self.know(node, request)
        numbers = {name: node for node, name in self.names.items()}
        if not standing.reroute(routes_of(standing.problem, standing.day, kept, numbers)):
            return False
        for node in gone:
            standing.leave(node)
        inside = {node for route in standing.routes for node in route}
        for node in [node for node in self.names if node not in inside]:
            # Kept without a place: somebody who knew no plan booked it.
            spans = self.spans(self.asked[node].windows)
            quote = standing.quotes(node, spans)[0] if len(spans) == 1 else None
            if quote is None:
                return False
            standing.promise(node, spans[0], quote)
        self.version = kept.version
        return True

    def _forget(self, node: int) -> None:
        for table in (self.names, self.asked, self.holds):
            table.pop(node, None)

    def _sit(self, request: PickupRequest, guest: Guest) -> int:
        return self.standing.sit(guest, *rows_of(self.territory.vehicles, self._rows(request)))

    def _rows(self, request: PickupRequest) -> TravelRows:
        if self.places is None:
            self.places = self.source.places(self.standing.positions)
        return self.source.rows(
            request.address.position,
            self.places,
            day=self.day,
            classes=emission_classes(self.territory),
        )


def _place_of(request: PickupRequest) -> tuple[object, ...]:
    """Tell what a place in a route depends on."""
    return (request.id, request.windows, *burden(request.address, request.devices))
