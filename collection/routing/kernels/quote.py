"""What one more request costs in routes that stand, in each of several windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.clock import FAR
from collection.routing.compiled import kernel
from collection.routing.day import (
    KIND,
    MAX_STOPS,
    PAUSED,
    RELOADS,
    TRAITS,
)
from collection.routing.kernels.copying import copy, copy_with
from collection.routing.kernels.estimate import (
    OFFER_COSTS,
    OFFER_PLACES,
    PLACES,
    QUOTE_COST,
    QUOTE_COUNT,
    QUOTE_METRES,
    QUOTE_OTHER,
    QUOTE_PLACE,
    QUOTE_SECONDS,
    QUOTE_START,
    QUOTE_VAN,
    THROUGH,
    estimate_of,
)
from collection.routing.kernels.pauses import with_pauses, with_reload
from collection.routing.kernels.scan import REPAUSED, has_room, price_at, walked
from collection.routing.kernels.seat import reopen
from collection.routing.kernels.state import CALLS, COST, COUNT, LOCKED, slot_of
from collection.routing.kernels.swap import swap
from collection.routing.walk import BEGIN, DEPARTS, DISTANCE, PARTS, RETURNS, SOFT, walk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.estimate import Scratch
    from collection.routing.kernels.state import State

RELOADED = 1 << 22
"""Added to a place in the route with one visit more where the van is emptied."""


@kernel
def quote(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    state: State,
    request: int,
    windows: NDArray[np.int64],
    scratch: Scratch,
    quotes: NDArray[np.int64],
    routes: NDArray[np.int32],
) -> None:
    """Find the cheapest place of a request for each of several windows.

    Parameters
    ----------
    day : Day
        The day; the request has one window, which is left as the last one given.
    state : State
        The search, whose current routes stand.
    request : int
        Which; absent.
    windows : ndarray of int64, shape (n, 2)
        First and last second at which its service may start.
    scratch : Scratch
        Of the same routes.
    quotes : ndarray of int64, shape (n, 9)
        Filled: parts of a cent more, `FAR` where it fits nowhere; van; place, as `laid`
        takes it; and the rest.
    routes : ndarray of int32, shape (n, 2, L)
        Filled: the nodes of the van's route with the request, and of another's that changes.
    """
    offers = scratch.offers
    for number in range(len(windows)):
        reopen(day, request, windows[number, 0], windows[number, 1])
        _estimate(day, state, request, offers)
        best, best_van, best_place = FAR, -1, -1
        van = _cheapest(state, offers, best)
        while van >= 0:
            offers[van, THROUGH] = 1
            cost, place = _walked(day, state, van, request, offers[van])
            if cost < best:
                best, best_van, best_place = cost, van, place
            van = _cheapest(state, offers, best)
        if best_van < 0:
            # Perhaps somebody can be emptied on the way.
            for van in state.active:
                if _short_of_room(day, state, van, request):
                    cost, place = _emptied(day, state, van, request, best)
                    if cost < best:
                        best, best_van, best_place = cost, van, place
        found = quotes[number]
        found[QUOTE_COST], found[QUOTE_VAN], found[QUOTE_PLACE] = best, best_van, best_place
        found[QUOTE_OTHER] = -1
        if best_van >= 0:
            _lay(day, state, request, found, routes[number, 0])
        else:
            swap(day, state, request, scratch, found, routes[number])
        if found[QUOTE_COST] < FAR:
            _measure(day, state, request, found, routes[number])


@kernel
def _estimate(day: Day, state: State, request: int, offers: NDArray[np.int64]) -> None:
    """Fill the cheapest places of each van by estimate."""
    for van in state.active:
        offers[van, THROUGH] = 1
        if day.able[request, van] and not _like_another(day, state, van, request):
            offers[van, THROUGH] = 0
            estimate_of(day, state, van, request, offers[van])


@kernel
def _like_another(day: Day, state: State, van: int, request: int) -> bool:
    """Ask whether a van that stays has the very same to offer as one before it."""
    if state.facts[slot_of(state, van), COUNT] > 0:
        return False
    for other in state.active:
        if other == van:
            return False
        if (
            day.vans[other, KIND] == day.vans[van, KIND]
            and state.facts[slot_of(state, other), COUNT] == 0
            and day.able[request, other]
            and day.preferences[request, other] == day.preferences[request, van]
        ):
            return True
    return False


@kernel
def _cheapest(state: State, offers: NDArray[np.int64], most: int) -> int:
    """Find the van with the cheapest estimate that is not through; -1 for none below a bound."""
    found, least = -1, most
    for van in state.active:
        if not offers[van, THROUGH] and offers[van, OFFER_COSTS] < least:
            found, least = van, offers[van, OFFER_COSTS]
    return int(found)


@kernel
def _walked(
    day: Day, state: State, van: int, request: int, offer: NDArray[np.int64]
) -> tuple[int, int]:
    """Time a van's cheapest places; where none holds, place its pauses anew."""
    slot, best, best_place = slot_of(state, van), FAR, -1
    for number in range(PLACES):
        if offer[OFFER_COSTS + number] < best:
            gap = offer[OFFER_PLACES + number]
            cost = walked(day, state, slot, request, gap)
            if cost < best:
                best, best_place = cost, gap
    if best_place < 0 and day.vans[van, TRAITS] & PAUSED:
        gap = offer[OFFER_PLACES]
        if with_pauses(day, state, slot, request, gap) > 0:
            best = state.sums[PARTS] + state.sums[SOFT] - state.facts[slot, COST]
            best_place = gap + REPAUSED
    return best, best_place


@kernel
def _short_of_room(day: Day, state: State, van: int, request: int) -> bool:
    """Ask whether a van would have time for a request somewhere, but has no room there."""
    if not (day.able[request, van] and day.vans[van, TRAITS] & RELOADS):
        return False
    slot = slot_of(state, van)
    if state.facts[slot, CALLS] >= day.vans[van, MAX_STOPS]:
        return False
    for gap in range(state.facts[slot, LOCKED], state.facts[slot, COUNT] + 1):
        if not has_room(day, state, slot, gap, request):
            cost = price_at(day, state, slot, request, gap)
            if cost > FAR:
                return False
            if cost < FAR:
                return True
    return False


@kernel
def _emptied(day: Day, state: State, van: int, request: int, most: int) -> tuple[int, int]:
    """Find the cheapest place in a route with a reload more, by timing it at each."""
    slot, trial, attempt = slot_of(state, van), state.trial[0], state.trial[1]
    best, best_place = most, -1
    count = with_reload(day, state, slot)
    if count < 0 or count + 1 >= len(trial):
        return best, best_place
    for gap in range(state.facts[slot, LOCKED], count + 1):
        copy_with(attempt, trial, count, gap, request)
        if walk(day, van, attempt, count + 1, state.times, state.sums):
            cost = state.sums[PARTS] + state.sums[SOFT] - state.facts[slot, COST]
            if cost < best:
                best, best_place = cost, gap + RELOADED
    return best, best_place


@kernel
def _lay(
    day: Day, state: State, request: int, found: NDArray[np.int64], route: NDArray[np.int32]
) -> None:
    count = laid(day, state, found[QUOTE_VAN], request, found[QUOTE_PLACE])
    copy(route, 0, state.trial[0], 0, count)
    found[QUOTE_COUNT] = count


@kernel
def _measure(
    day: Day, state: State, request: int, found: NDArray[np.int64], routes: NDArray[np.int32]
) -> None:
    """Find how much longer and farther the routes are, and when service starts."""
    sums = state.sums
    found[QUOTE_SECONDS] = found[QUOTE_METRES] = 0
    for number in range(2):
        van = found[QUOTE_VAN] if number == 0 else found[QUOTE_OTHER]
        if van < 0:
            continue
        slot, count = slot_of(state, van), found[QUOTE_COUNT + 2 * number]
        if state.facts[slot, COUNT] > 0:
            walk(day, van, state.routes[slot], state.facts[slot, COUNT], state.times, sums)
            found[QUOTE_SECONDS] -= sums[RETURNS] - sums[DEPARTS]
            found[QUOTE_METRES] -= sums[DISTANCE]
        walk(day, van, routes[number], count, state.times, sums)
        found[QUOTE_SECONDS] += sums[RETURNS] - sums[DEPARTS]
        found[QUOTE_METRES] += sums[DISTANCE]
        for place in range(count):
            if routes[number, place] == request:
                found[QUOTE_START] = state.times[place + 1, BEGIN]


@kernel
def laid(day: Day, state: State, van: int, request: int, place: int) -> int:
    """Lay a van's route with a request more.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search; the result is left in the first row of `trial`.
    van : int
        Whose current route.
    request : int
        Which.
    place : int
        As `quote` gave it.

    Returns
    -------
    int
        Nodes of the result.
    """
    slot = slot_of(state, van)
    if place >= RELOADED:
        count = with_reload(day, state, slot)
        # The other row is free by now.
        copy_with(state.trial[1], state.trial[0], count, place - RELOADED, request)
        copy(state.trial[0], 0, state.trial[1], 0, count + 1)
        return int(count + 1)
    if place >= REPAUSED:
        return with_pauses(day, state, slot, request, place - REPAUSED)
    count = state.facts[slot, COUNT]
    copy_with(state.trial[0], state.routes[slot], count, place, request)
    return int(count + 1)
