"""The verifier's own timing of a sequence, where nobody gives times.

The route is driven forward from the start of the shift, which gives its earliest return.
Then it is walked backward with *sets* of times: those at which the van may leave a place and
still return by then, every window kept. The last member of the set at the start depot is
the departure. Sets need no assumption on travel, not even that who leaves later arrives
later, as where a street opens during the day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from collection.routing.check_driven import Driven, Visit
from collection.routing.check_facts import Demand, Reload, Rest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collection.routing.check_facts import Facts, Span, Van
    from collection.routing.check_travel import Way
    from collection.units import Seconds

NEVER = 1 << 50
"""Arrival where no way leads."""


class Step(NamedTuple):
    """One entry of a sequence that is to be timed.

    Parameters
    ----------
    what : Demand, Reload or Rest
        What is done.
    way : Way or None
        The leg to it; None for a rest.
    lasts : int
        Seconds that it takes, set-up included.
    """

    what: Demand | Reload | Rest
    way: Way | None
    lasts: Seconds


def set_ups(places: Iterable[Demand | Reload | Rest | None]) -> list[Seconds]:
    """Find where set-up is due: not right after a request at the same address.

    Parameters
    ----------
    places : Iterable of Demand, Reload, Rest or None
        In driving order.

    Returns
    -------
    list of int
        Seconds, for each of them.
    """
    due: list[Seconds] = []
    before: Demand | Reload | None = None
    for place in places:
        shared = (
            isinstance(before, Demand)
            and isinstance(place, Demand)
            and place.address == before.address
        )
        due.append(place.setup if isinstance(place, Demand) and not shared else 0)
        before = before if isinstance(place, Rest) else place
    return due


def drive(facts: Facts, van: Van, places: Sequence[Demand | Reload | Rest]) -> Driven:
    """Time a sequence: back as early as can be, away as late as that allows.

    Parameters
    ----------
    facts : Facts
        The day.
    van : Van
        Who drives; its depots are known.
    places : Sequence of Demand, Reload or Rest
        In driving order.

    Returns
    -------
    Driven
        Where a window cannot be kept, or a way is missing, the van leaves when its shift
        starts; a missing way takes no time.

    Raises
    ------
    ValueError
        If a depot of the van is unknown.
    """
    if van.start is None or van.end is None:
        msg = f"van {van.id} has no depots"
        raise ValueError(msg)
    steps: list[Step] = []
    point = van.start
    for place, setup in zip(places, set_ups(places), strict=True):
        if isinstance(place, Rest) or place.point is None:
            steps.append(Step(place, None, place.service))
        else:
            way = facts.travel.way(van, point, place.point)
            steps.append(Step(place, way, place.service + setup))
            point = place.point
    home = facts.travel.way(van, point, van.end)
    opening = van.shift[0]
    route = _forward(van, steps, home, opening)
    if _keeps_all(route, steps, home):
        route = _forward(van, steps, home, _last_departure(steps, home, opening, route.end))
    return route


def _forward(van: Van, steps: Sequence[Step], home: Way, departure: Seconds) -> Driven:
    """Drive from a departure, serving everything as soon as it can be."""
    clock = departure
    visits: list[Visit] = []
    for what, way, lasts in steps:
        arrival = clock if way is None else _there(way, clock)
        start = min(
            (max(arrival, opens) for opens, closes in what.windows if arrival <= closes),
            default=arrival,
        )
        visits.append(
            Visit(
                what=what,
                request_id=what.id if isinstance(what, Demand) else None,
                arrival=arrival,
                start=start,
                departure=start + lasts,
                travel=arrival - clock,
                metres=0 if way is None else way.length(clock) or 0,
            )
        )
        clock = start + lasts
    end = _there(home, clock)
    return Driven(
        vehicle_id=van.id,
        van=van,
        visits=tuple(visits),
        start=departure,
        end=end,
        back=end - clock,
        back_metres=home.length(clock) or 0,
    )


def _there(way: Way, clock: Seconds) -> Seconds:
    arrival = way.arrival(clock)
    return clock if arrival is None else arrival


def _keeps_all(route: Driven, steps: Sequence[Step], home: Way) -> bool:
    """Ask whether every leg has a way and every start is in a window."""
    clock = route.start
    for visit, (what, way, _) in zip(route.visits, steps, strict=True):
        if way is not None and way.arrival(clock) is None:
            return False
        if not any(opens <= visit.start <= closes for opens, closes in what.windows):
            return False
        clock = visit.departure
    return home.arrival(clock) is not None


def _last_departure(steps: Sequence[Step], home: Way, opening: Seconds, end: Seconds) -> Seconds:
    """Last departure from which the van, never dawdling, keeps all and is back in time."""
    times = _departures(home, [(opening, end)], opening)
    for what, way, lasts in reversed(steps):
        starts = [(first - lasts, last - lasts) for first, last in times]
        arrivals = _arrivals(what.windows, starts, opening)
        times = arrivals if way is None else _departures(way, arrivals, opening)
    return times[-1][1]


def _departures(way: Way, arrivals: Sequence[Span], opening: Seconds) -> list[Span]:
    """Departures from `opening` on with which the van is there within the spans."""
    if not arrivals:
        return []

    def there(clock: Seconds) -> Seconds:
        arrival = way.arrival(clock)
        return NEVER if arrival is None else arrival

    end = arrivals[-1][1] + 1
    inner = [start for start in way.periods if opening < start < end]
    found: list[Span] = []
    for borders in pairwise([opening, *inner, end]):
        # Of those who leave in one period, who leaves later never arrives earlier.
        clocks = range(*borders)
        for first, last in arrivals:
            low = bisect_left(clocks, first, key=there)
            high = bisect_right(clocks, last, key=there)
            if low < high:
                found.append((clocks[low], clocks[high - 1]))
    return _joined(found)


def _arrivals(windows: Sequence[Span], starts: Sequence[Span], opening: Seconds) -> list[Span]:
    """Arrivals from `opening` on that are served within the spans, as soon as can be."""
    found: list[Span] = []
    over = opening
    for opens, closes in sorted(windows):
        for first, last in starts:
            low, high = max(opens, first), min(closes, last)
            if low <= high:
                # Who comes between two windows is served when the next one opens.
                found.append((min(over, low) if low == opens else low, high))
        over = max(over, closes + 1)
    return _joined(found)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
