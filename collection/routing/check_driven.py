"""A timed route as the verifier reads it, whoever timed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from collection.routing.check_facts import Demand, Reload, Rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.routing.check_facts import Van
    from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One entry of a route, in seconds of the local day.

    Parameters
    ----------
    what : Demand, Reload or Rest, optional
        What is done there; None for a request or a place that the day does not know.
    request_id : str, optional
        At whose stop, in violations.
    arrival : int
        When the van is there.
    start : int
        When service, emptying or rest starts.
    departure : int
        When it is over.
    travel : int
        Seconds from where the van stood before.
    metres : int
        Metres from there.
    load : tuple of int, optional
        What is said to be on board afterwards; None where nothing is said.
    """

    what: Demand | Reload | Rest | None
    request_id: str | None = None
    arrival: Seconds
    start: Seconds
    departure: Seconds
    travel: Seconds
    metres: Metres
    load: tuple[int, ...] | None = None


class Drive(NamedTuple):
    """A leg between two known points.

    Parameters
    ----------
    tail : int
        Point that the van leaves.
    head : int
        Point that it drives to.
    clock : int
        Departure.
    travel : int
        Seconds that it is said to take.
    metres : int
        Metres that it is said to have.
    visit : Visit or None
        Where it leads; None for the end depot.
    """

    tail: int
    head: int
    clock: Seconds
    travel: Seconds
    metres: Metres
    visit: Visit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """What one van does.

    Parameters
    ----------
    vehicle_id : str
        Its name in violations.
    van : Van, optional
        None where the day has no such vehicle.
    visits : tuple of Visit
        In driving order.
    start : int
        Departure from the start depot.
    end : int
        Return to the end depot.
    back : int
        Seconds of the last leg.
    back_metres : int
        Metres of the last leg.
    overtime : int, optional
        What is said of it; None where nothing is said.
    cost : int, optional
        What is said of it.
    load : tuple of int, optional
        What is said to be on board at the end.
    """

    vehicle_id: str
    van: Van | None
    visits: tuple[Visit, ...]
    start: Seconds
    end: Seconds
    back: Seconds
    back_metres: Metres
    overtime: Seconds | None = None
    cost: Cents | None = None
    load: tuple[int, ...] | None = None

    @property
    def travel(self) -> Seconds:
        """Time of driving, in seconds."""
        return self.back + sum(visit.travel for visit in self.visits)

    @property
    def metres(self) -> Metres:
        """Distance driven, in metres."""
        return self.back_metres + sum(visit.metres for visit in self.visits)

    def stops(self) -> list[tuple[Visit, Demand]]:
        """Give the visits of known requests.

        Returns
        -------
        list of (Visit, Demand)
            In driving order.
        """
        return [(visit, visit.what) for visit in self.visits if isinstance(visit.what, Demand)]

    def rests(self) -> list[tuple[Visit, Rest]]:
        """Give the pauses.

        Returns
        -------
        list of (Visit, Rest)
            In driving order.
        """
        return [(visit, visit.what) for visit in self.visits if isinstance(visit.what, Rest)]

    def trips(self) -> list[list[tuple[Visit, Demand]]]:
        """Give the visits of known requests between one emptying of the van and the next.

        Returns
        -------
        list of list of (Visit, Demand)
            One more than there are visits of a `Reload`.
        """
        trips: list[list[tuple[Visit, Demand]]] = [[]]
        for visit in self.visits:
            if isinstance(visit.what, Reload):
                trips.append([])
            elif isinstance(visit.what, Demand):
                trips[-1].append((visit, visit.what))
        return trips

    def drives(self) -> Iterator[Drive]:
        """Give the legs between known points.

        Yields
        ------
        Drive
            In driving order; a rest has no point of its own.
        """
        clock = self.start
        place = self.van.start if self.van else None
        for visit in self.visits:
            if not isinstance(visit.what, Rest):
                head = visit.what.point if visit.what else None
                if place is not None and head is not None:
                    yield Drive(place, head, clock, visit.travel, visit.metres, visit)
                place = head
            clock = visit.departure
        end = self.van.end if self.van else None
        if place is not None and end is not None:
            yield Drive(place, end, clock, self.back, self.back_metres, None)
