"""What one more request costs in routes that stand, in each of several windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.clock import FAR
from collection.routing.compiled import kernel
from collection.routing.day import CLOSES, FIRST_WINDOW, MAX_STOPS, OPENS, RELOADS, TRAITS
from collection.routing.kernels.copying import copy, copy_with
from collection.routing.kernels.pauses import with_pauses, with_reload
from collection.routing.kernels.scan import ESTIMATED, REPAUSED, offer
from collection.routing.kernels.state import CALLS, COST, COUNT, LOCKED, slot_of
from collection.routing.walk import PARTS, SOFT, walk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State

RELOADED = 1 << 22
"""Added to a place in the route with one visit more where the van is emptied."""

QUOTE_COST, QUOTE_VAN, QUOTE_PLACE = range(3)
"""Columns of the quotes."""


@kernel
def quote(
    day: Day, state: State, request: int, windows: NDArray[np.int64], quotes: NDArray[np.int64]
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
    quotes : ndarray of int64, shape (n, 3)
        Filled: parts of a cent more, `FAR` where it fits nowhere; van; place, as `insert`
        takes it.
    """
    everywhere = True
    for number in range(len(windows)):
        reopen(day, request, windows[number, 0], windows[number, 1])
        best, best_van, best_place = FAR, -1, -1
        for van in state.active:
            if not day.able[request, van]:
                continue
            cost, place = offer(day, state, slot_of(state, van), request, everywhere, best)
            if cost < best and 0 <= place < ESTIMATED:
                best, best_van, best_place = cost, van, place
        if best_van < 0:
            # Perhaps somebody can be emptied on the way.
            for van in state.active:
                if day.able[request, van] and day.vans[van, TRAITS] & RELOADS:
                    cost, place = _emptied(day, state, van, request, best)
                    if cost < best:
                        best, best_van, best_place = cost, van, place
        quotes[number, QUOTE_COST] = best
        quotes[number, QUOTE_VAN], quotes[number, QUOTE_PLACE] = best_van, best_place


@kernel
def _emptied(day: Day, state: State, van: int, request: int, most: int) -> tuple[int, int]:
    """Find the cheapest place in a route with a reload more, by timing it at each."""
    slot, trial, attempt = slot_of(state, van), state.trial[0], state.trial[1]
    best, best_place = most, -1
    if state.facts[slot, CALLS] >= day.vans[van, MAX_STOPS]:
        return best, best_place
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
