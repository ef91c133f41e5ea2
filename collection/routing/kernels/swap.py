"""Room for one more where there is none: it takes a place, whose owner joins another van."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.clock import FAR, THERE, arrival, first_start
from collection.routing.compiled import kernel
from collection.routing.day import (
    ADDRESS,
    CLOSES,
    END_MATE,
    FIRST_MATE,
    NOWHERE,
    OPENS,
    PARTNER,
    POINT,
    PROFILE,
    SERVICE,
    SETUP,
)
from collection.routing.kernels.copying import copy, copy_with
from collection.routing.kernels.estimate import (
    MOVE_COST,
    MOVE_PLACE,
    MOVE_VAN,
    MOVE_VERSION,
    OFFER_COSTS,
    OFFER_PLACES,
    PLACES,
    QUOTE_COST,
    QUOTE_COUNT,
    QUOTE_OTHER,
    QUOTE_OTHER_COUNT,
    QUOTE_VAN,
    SWAP_DETOUR,
    SWAP_FROM,
    SWAP_TO,
    SWAP_VAN,
    SWAPS,
    estimate_of,
)
from collection.routing.kernels.scan import walked
from collection.routing.kernels.state import COST, COUNT, LOCKED, VERSIONS, slot_of
from collection.routing.walk import (
    DUE,
    LEAVE,
    PARTS,
    SERVED,
    SOFT,
    STANDS,
    TRAVEL,
    due_service,
    walk,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.estimate import Scratch
    from collection.routing.kernels.state import State


@kernel
def swap(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    state: State,
    request: int,
    scratch: Scratch,
    found: NDArray[np.int64],
    routes: NDArray[np.int32],
) -> None:
    """Give a request the place of another one, which has room in another van.

    Parameters
    ----------
    day : Day
        The day; the request has its window.
    state : State
        The search, whose current routes stand.
    request : int
        Which; absent.
    scratch : Scratch
        Of the same routes.
    found : ndarray of int64, shape (9,)
        A quote; cost, both vans and both counts are filled where there is such a place.
    routes : ndarray of int32, shape (2, L)
        Filled: both routes as they then are.
    """
    trial, shorter = state.trial[0], state.trial[1]
    for number in range(_gather(day, state, request, scratch.swaps)):
        van, place = scratch.swaps[number, SWAP_VAN], scratch.swaps[number, SWAP_FROM]
        slot = slot_of(state, van)
        route, count = state.routes[slot], state.facts[slot, COUNT]
        _move(day, state, van, route[place], scratch)
        move = scratch.moves[route[place]]
        if move[MOVE_COST] >= FAR:
            continue
        copy(shorter, 0, route, 0, place)
        copy(shorter, place, route, place + 1, count)
        copy_with(trial, shorter, count - 1, scratch.swaps[number, SWAP_TO], request)
        if not walk(day, van, trial, count, state.times, state.sums):
            continue
        cost = state.sums[PARTS] + state.sums[SOFT] - state.facts[slot, COST] + move[MOVE_COST]
        if cost < found[QUOTE_COST]:
            found[QUOTE_COST], found[QUOTE_VAN], found[QUOTE_COUNT] = cost, van, count
            copy(routes[0], 0, trial, 0, count)
            other = slot_of(state, move[MOVE_VAN])
            before = state.facts[other, COUNT]
            found[QUOTE_OTHER], found[QUOTE_OTHER_COUNT] = move[MOVE_VAN], before + 1
            copy_with(routes[1], state.routes[other], before, move[MOVE_PLACE], route[place])


@kernel
def _gather(day: Day, state: State, request: int, swaps: NDArray[np.int64]) -> int:
    """List the places that the request could take in time, the least detour first."""
    known, nodes = 0, day.nodes
    opens, closes, service = nodes[request, OPENS], nodes[request, CLOSES], nodes[request, SERVICE]
    for van in state.active:
        slot = slot_of(state, van)
        route, stops, count = state.routes[slot], state.stops[slot], state.facts[slot, COUNT]
        if not day.able[request, van]:
            continue
        for place in range(state.facts[slot, LOCKED], count):
            node = route[place]
            if stops[max(0, place - 1), LEAVE] > closes:
                break
            if opens + service > stops[min(place + 3, count + 1), DUE]:
                continue
            if not _is_free(day, node):
                continue
            for where in range(max(place - 1, state.facts[slot, LOCKED]), place + 2):
                detour = _detour(day, state, slot, request, place, where)
                if detour < FAR:
                    known = _noted(swaps, known, detour, van, place, where)
    return known


@kernel
def _is_free(day: Day, node: int) -> bool:
    """Ask whether a node is a request that may leave its van alone."""
    nodes = day.nodes
    return bool(
        node < day.sizes[0]
        and nodes[node, PARTNER] < 0
        and nodes[node, END_MATE] - nodes[node, FIRST_MATE] <= 1
    )


@kernel
def _noted(  # noqa: PLR0917 - compiled code takes no keywords
    swaps: NDArray[np.int64], known: int, detour: int, van: int, place: int, where: int
) -> int:
    """Put a swap among those of the least detour; gives how many there are."""
    number = min(known, SWAPS)
    while number > 0 and detour < swaps[number - 1, SWAP_DETOUR]:
        if number < SWAPS:
            for column in range(4):
                swaps[number, column] = swaps[number - 1, column]
        number -= 1
    if number == SWAPS:
        return known
    swaps[number, SWAP_DETOUR], swaps[number, SWAP_VAN] = detour, van
    swaps[number, SWAP_FROM], swaps[number, SWAP_TO] = place, where
    return min(known + 1, SWAPS)


@kernel
def _detour(  # noqa: C901, PLR0917 - in one piece as `price` is
    day: Day, state: State, slot: int, request: int, place: int, where: int
) -> int:
    """Seconds more of driving if a request goes there once another is gone; `FAR` if too late.

    It goes where the other was, or one place before or behind it.
    """
    route, stops, count = state.routes[slot], state.stops[slot], state.facts[slot, COUNT]
    first, end = min(place, where), max(place, where) + 2
    if end > count + 1:
        return FAR
    profile = day.vans[slot // 2, PROFILE]
    clock, here, address = stops[first, LEAVE], stops[first, STANDS], stops[first, SERVED]
    detour = 0
    for number in range(end - first - 1):
        node = request
        if where < place and number == 1:
            node = route[place - 1]
        if where > place and number == 0:
            node = route[place + 1]
        point = day.nodes[node, POINT]
        if point == NOWHERE:
            return FAR
        there = arrival(day.ways[profile, here, point], THERE, day.periods, clock)
        detour += there - clock
        clock = first_start(day.nodes, day.windows, node, there)
        if clock > day.nodes[node, CLOSES] or there >= FAR:
            return FAR
        clock += due_service(day.nodes, node, address)
        here, address = point, day.nodes[node, ADDRESS]
    due = stops[end, DUE]
    if end > count or day.nodes[route[end - 1], POINT] != NOWHERE:
        there = arrival(day.ways[profile, here, stops[end, STANDS]], THERE, day.periods, clock)
        detour += there - clock
        clock = there
        if end <= count:
            # Who comes next may park no more.
            due += day.nodes[route[end - 1], SETUP]
    if clock > due:
        return FAR
    for row in range(first + 1, end + 1):
        detour -= stops[row, TRAVEL]
    return int(detour)


@kernel
def _move(day: Day, state: State, van: int, request: int, scratch: Scratch) -> None:
    """Find the cheapest place of a request in another van, once for these routes."""
    move = scratch.moves[request]
    if move[MOVE_VERSION] == state.counters[VERSIONS]:
        return
    move[MOVE_VERSION], move[MOVE_COST] = state.counters[VERSIONS], FAR
    for other in state.active:
        if other == van or not day.able[request, other]:
            continue
        offer = scratch.offers[other]
        estimate_of(day, state, other, request, offer)
        for number in range(PLACES):
            if offer[OFFER_COSTS + number] >= move[MOVE_COST]:
                break
            gap = offer[OFFER_PLACES + number]
            cost = walked(day, state, slot_of(state, other), request, gap)
            if cost < move[MOVE_COST]:
                move[MOVE_COST], move[MOVE_VAN], move[MOVE_PLACE] = cost, other, gap
