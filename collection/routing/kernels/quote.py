"""What one more request costs in routes that stand, in each of several windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.clock import BACK, FAR, THERE
from collection.routing.compiled import kernel
from collection.routing.day import (
    CLOSES,
    END_FIXED,
    FIRST_FIXED,
    FIRST_WINDOW,
    FIXED,
    KIND,
    MAX_STOPS,
    OPENS,
    PAUSED,
    RELOADS,
    SERVICE,
    SETUP,
    SIGNED,
    TRAITS,
)
from collection.routing.kernels.copying import copy, copy_with
from collection.routing.kernels.pauses import place_pauses, with_pauses, with_reload
from collection.routing.kernels.scan import REPAUSED, has_room, price_at, walked
from collection.routing.kernels.state import CALLS, COST, COUNT, LOCKED, slot_of
from collection.routing.walk import (
    BEGIN,
    DEPARTS,
    DISTANCE,
    DUE,
    LEAVE,
    PARTS,
    RETURNS,
    SOFT,
    walk,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State

RELOADED = 1 << 22
"""Added to a place in the route with one visit more where the van is emptied."""

QUOTE_COST, QUOTE_VAN, QUOTE_PLACE, QUOTE_SECONDS, QUOTE_METRES, QUOTE_START, QUOTE_COUNT = range(7)
QUOTE_COLUMNS = 7
"""Columns of the quotes: how much dearer, longer and farther the route is, when service would
start, and how many nodes it then has."""

PLACES = 3
"""Places of a route that are walked at first, those of the cheapest estimates."""

# Columns of the offers of a van: its cheapest places by estimate, and what they cost; whether
# the van is through.
OFFER_PLACES, OFFER_COSTS, THROUGH = 0, PLACES, 2 * PLACES
OFFER_COLUMNS = 2 * PLACES + 1


@kernel
def quote(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    state: State,
    request: int,
    windows: NDArray[np.int64],
    offers: NDArray[np.int64],
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
    offers : ndarray of int64, shape (V, 7)
        Scratch.
    quotes : ndarray of int64, shape (n, 7)
        Filled: parts of a cent more, `FAR` where it fits nowhere; van; place, as `laid`
        takes it; and the rest.
    routes : ndarray of int32, shape (n, L)
        Filled: the nodes of the van's route with the request.
    """
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
        quotes[number, QUOTE_COST] = best
        quotes[number, QUOTE_VAN], quotes[number, QUOTE_PLACE] = best_van, best_place
        if best_van >= 0:
            _spell(day, state, request, quotes[number], routes[number])


@kernel
def _estimate(day: Day, state: State, request: int, offers: NDArray[np.int64]) -> None:
    """Fill the cheapest places of each van by estimate."""
    for van in state.active:
        offers[van, THROUGH] = 1
        if day.able[request, van] and not _like_another(day, state, van, request):
            offers[van, THROUGH] = 0
            _estimate_of(day, state, van, request, offers[van])


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
def _estimate_of(day: Day, state: State, van: int, request: int, offer: NDArray[np.int64]) -> None:
    slot, nodes = slot_of(state, van), day.nodes
    count = state.facts[slot, COUNT]
    for number in range(PLACES):
        offer[OFFER_PLACES + number], offer[OFFER_COSTS + number] = -1, FAR
    if state.facts[slot, CALLS] >= day.vans[van, MAX_STOPS]:
        return
    base = day.preferences[request, van]
    if state.facts[slot, CALLS] == 0:
        base += day.vans[van, FIXED]
    trips, signed = state.trip_loads.shape[1] > 1, day.vans[van, TRAITS] & SIGNED != 0
    opens, closes, service = nodes[request, OPENS], nodes[request, CLOSES], nodes[request, SERVICE]
    for gap in range(state.facts[slot, LOCKED], count + 1):
        clock = state.stops[slot, gap, LEAVE]
        if clock > closes:
            break
        due = state.stops[slot, gap + 1, DUE]
        if gap < count:
            # Who comes next may park no more.
            due += nodes[state.routes[slot, gap], SETUP]
        if max(clock, opens) + service > due:
            continue
        if not signed and not has_room(day, state, slot, gap if trips else 0, request):
            continue
        cost = price_at(day, state, slot, request, gap)
        if cost > FAR:
            break
        _note(offer, gap, cost + base)


@kernel
def _note(offer: NDArray[np.int64], gap: int, cost: int) -> None:
    """Put a place among the cheapest, of equal ones the first."""
    number = PLACES
    while number > 0 and cost < offer[OFFER_COSTS + number - 1]:
        number -= 1
    for later in range(PLACES - 1, number, -1):
        offer[OFFER_PLACES + later] = offer[OFFER_PLACES + later - 1]
        offer[OFFER_COSTS + later] = offer[OFFER_COSTS + later - 1]
    if number < PLACES:
        offer[OFFER_PLACES + number], offer[OFFER_COSTS + number] = gap, cost


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
def _spell(
    day: Day, state: State, request: int, found: NDArray[np.int64], route: NDArray[np.int32]
) -> None:
    """Spell a quote out: the route, and what of it is longer, farther and when."""
    van = found[QUOTE_VAN]
    slot, sums = slot_of(state, van), state.sums
    seconds, metres = 0, 0
    if state.facts[slot, COUNT] > 0:
        walk(day, van, state.routes[slot], state.facts[slot, COUNT], state.times, sums)
        seconds, metres = sums[RETURNS] - sums[DEPARTS], sums[DISTANCE]
    count = laid(day, state, van, request, found[QUOTE_PLACE])
    walk(day, van, state.trial[0], count, state.times, sums)
    found[QUOTE_SECONDS] = sums[RETURNS] - sums[DEPARTS] - seconds
    found[QUOTE_METRES] = sums[DISTANCE] - metres
    found[QUOTE_COUNT] = count
    copy(route, 0, state.trial[0], 0, count)
    for place in range(count):
        if route[place] == request:
            found[QUOTE_START] = state.times[place + 1, BEGIN]


@kernel
def could_come(day: Day, state: State, request: int) -> bool:
    """Ask whether some van could serve a request if it had no other.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search, whose scratch is used.
    request : int
        Which.

    Returns
    -------
    bool
        False where a van with a prefix would have to.
    """
    for van in state.active:
        if not day.able[request, van] or day.vans[van, END_FIXED] > day.vans[van, FIRST_FIXED]:
            continue
        state.trial[0, 0] = request
        if place_pauses(day, state, van, 1) > 0:
            return True
    return False


@kernel
def take_seat(day: Day, point: int, seconds: NDArray[np.int32], metres: NDArray[np.int32]) -> None:
    """Give a point its ways.

    Parameters
    ----------
    day : Day
        The day.
    point : int
        Which.
    seconds, metres : ndarray of int32, shape (F, 2, T, P)
        From it to each point, then from each point to it.
    """
    ways = day.ways
    for profile in range(len(seconds)):
        for other in range(seconds.shape[3]):
            for period in range(seconds.shape[2]):
                there, back = seconds[profile, 0, period, other], seconds[profile, 1, period, other]
                far, near = metres[profile, 0, period, other], metres[profile, 1, period, other]
                if other == point:
                    there = back = far = near = 0
                one, two = ways[profile, point, other, period], ways[profile, other, point, period]
                one[THERE], one[THERE + 1], one[BACK], one[BACK + 1] = there, far, back, near
                two[THERE], two[THERE + 1], two[BACK], two[BACK + 1] = back, near, there, far


@kernel
def reopen(day: Day, request: int, opens: int, closes: int) -> None:
    """Give another window to a request that has one.

    Parameters
    ----------
    day : Day
        The day.
    request : int
        Which.
    opens : int
        First second at which its service may start.
    closes : int
        Last one.
    """
    day.nodes[request, OPENS], day.nodes[request, CLOSES] = opens, closes
    window = day.nodes[request, FIRST_WINDOW]
    day.windows[window, 0], day.windows[window, 1] = opens, closes


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
