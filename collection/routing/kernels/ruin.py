"""Ruin: strings of neighbouring stops leave neighbouring routes (SISR).

Slack induction by string removals, after Christiaens and Vanden Berghe, "Slack induction by
string removals for vehicle routing problems", Transportation Science 54 (2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.compiled import kernel
from collection.routing.day import PARTNER, PAUSED, RELOADS, TRAITS
from collection.routing.kernels.copying import copy
from collection.routing.kernels.moves import (
    below,
    change,
    note_served,
    touched,
    uniform,
    without_pauses,
)
from collection.routing.kernels.pauses import place_pauses, with_reload
from collection.routing.kernels.state import (
    ABSENT,
    CALLS,
    COUNT,
    LEFT,
    LOCKED,
    WHERE,
    slot_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State

# Entries of the settings.
MEAN_REMOVED, LONGEST, SPLIT_SHARE, SPLIT_STOP, RELOAD_SHARE, BLINK, ORDERS = range(7)


@kernel
def ruin(day: Day, state: State, settings: NDArray[np.float64]) -> bool:
    """Take strings of stops out of routes that pass near a random request.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search, with a move begun.
    settings : ndarray of float64
        See the entries above.

    Returns
    -------
    bool
        Whether the routes that are left keep every constraint.
    """
    requests = day.sizes[0]
    visited = 0
    vans_out = 0
    for van in state.active:
        calls = state.facts[slot_of(state, van), CALLS]
        visited += calls
        vans_out += calls > 0
    if vans_out == 0:
        return True
    longest = min(settings[LONGEST], visited / vans_out)
    most_strings = 4.0 * settings[MEAN_REMOVED] / (1.0 + longest) - 1.0
    strings = int(uniform(state) * most_strings + 1.0)
    seed = _seed(state, requests)
    ruined = 0
    near = state.near[seed]
    for number in range(-1, len(near)):
        if ruined >= strings:
            break
        request = seed if number < 0 else near[number]
        van = state.lists[WHERE, request]
        if van < 0 or touched(state, van):
            continue
        slot = slot_of(state, van)
        most = min(float(state.facts[slot, CALLS]), longest)
        length = int(uniform(state) * most + 1.0)
        if not _remove_string(day, state, settings, slot, request, length):
            return False
        ruined += 1
    return True


@kernel
def _seed(state: State, requests: int) -> int:
    """Draw a request that is served by an active van, or is absent and in reach."""
    for _ in range(64):
        request = below(state, requests)
        if state.lists[WHERE, request] >= -1:
            return request
    van = state.active[below(state, len(state.active))]
    slot = slot_of(state, van)
    for place in range(state.facts[slot, COUNT]):
        if state.routes[slot, place] < requests:
            return int(state.routes[slot, place])
    return 0


@kernel
def _remove_string(  # noqa: C901, PLR0917 - compiled code takes no keywords
    day: Day,
    state: State,
    settings: NDArray[np.float64],
    slot: int,
    request: int,
    length: int,
) -> bool:
    """Remove a string around a request, or the two ends of a longer one."""
    requests, van = day.sizes[0], slot // 2
    route, count, locked = state.routes[slot], state.facts[slot, COUNT], state.facts[slot, LOCKED]
    position = 0
    while position < count and route[position] != request:
        position += 1
    if position < locked or position == count:
        return True
    free = count - locked
    length = min(length, free)
    kept = 0
    if length > 1 and uniform(state) < settings[SPLIT_SHARE]:
        kept = 1
        while length + kept < free and uniform(state) > settings[SPLIT_STOP]:
            kept += 1
        kept = min(kept, free - length)
    whole = length + kept
    lowest = max(locked, position - whole + 1)
    highest = min(position, count - whole)
    first = lowest + below(state, highest - lowest + 1)
    skip = first + 1 + below(state, max(1, length - 1)) if kept else first + whole
    trial, left = state.trial[0], 0
    for place in range(count):
        node = route[place]
        inside = first <= place < first + whole and not skip <= place < skip + kept
        if inside and node < requests:
            _leave(state, node)
        else:
            trial[left] = node
            left += 1
    left = _without_widows(day, state, trial, left)
    if day.vans[van, TRAITS] & PAUSED:
        left = place_pauses(day, state, van, without_pauses(day, trial, left))
        if left < 0:
            # The van is not changed yet, so taking the move back would overlook it.
            note_served(day, state, van)
            return False
    left = _without_end_reloads(day, trial, left)
    if not change(day, state, van, trial, left):
        return False
    if day.vans[van, TRAITS] & RELOADS and left and uniform(state) < settings[RELOAD_SHARE]:
        longer = with_reload(day, state, slot_of(state, van))
        if longer > 0:
            change(day, state, van, trial, longer)
    return True


@kernel
def _leave(state: State, request: int) -> None:
    state.lists[LEFT, state.counters[ABSENT]] = request
    state.counters[ABSENT] += 1
    state.lists[WHERE, request] = -1


@kernel
def _without_widows(day: Day, state: State, route: NDArray[np.int32], count: int) -> int:
    """Take out the halves of shipments whose other half has just left."""
    left = 0
    for place in range(count):
        node = route[place]
        if node < day.sizes[0]:
            partner = day.nodes[node, PARTNER]
            if partner >= 0 and state.lists[WHERE, partner] < 0:
                _leave(state, node)
                continue
        route[left] = node
        left += 1
    return left


@kernel
def _without_end_reloads(day: Day, route: NDArray[np.int32], count: int) -> int:
    """Leave out reloads with no request before, after or between them."""
    requests, reloads = day.sizes[0], day.sizes[1]
    left = 0
    emptied = True
    for place in range(count):
        is_reload = requests <= route[place] < requests + reloads
        if is_reload and emptied:
            continue
        if is_reload or route[place] < requests:
            emptied = is_reload
        route[left] = route[place]
        left += 1
    if emptied and left > 0:
        last = left - 1
        while last >= 0 and not requests <= route[last] < requests + reloads:
            last -= 1
        if last >= 0:
            copy(route, last, route, last + 1, left)
            left -= 1
    return left
