"""Where the pauses of a route go, and which visits of a reload it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.clock import FAR, THERE, arrival
from collection.routing.compiled import kernel
from collection.routing.day import (
    CLOSES,
    END_BREAK,
    END_RULE,
    FIRST_BREAK,
    FIRST_RULE,
    LATEST_END,
    LEAST,
    NOWHERE,
    OPENING,
    OPENS,
    PAUSE,
    POINT,
    PROFILE,
    SERVICE,
)
from collection.routing.kernels.copying import copy, copy_with
from collection.routing.kernels.state import COUNT, LOCKED
from collection.routing.walk import (
    BEGIN,
    DEPARTS,
    DUE,
    LATE,
    LATE_RETURN,
    LEAVE,
    NO_WAY,
    OVERLOAD,
    PARTS,
    RETURNS,
    SOFT,
    STANDS,
    UNABLE,
    backward,
    forward,
    is_due,
    keeps_rule,
    walk,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State

_MOST_PAUSES = 6
_NONE = -1


@kernel
def with_pauses(day: Day, state: State, slot: int, request: int, gap: int) -> int:
    """Insert a request and place the pauses of the route anew.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search; the result is left in the first row of `trial`, its sums in `sums`.
    slot : int
        Which route.
    request : int
        Which; -1 for none.
    gap : int
        Where it goes, among the nodes of the route as it is.

    Returns
    -------
    int
        Nodes of the result; -1 where no place of the pauses keeps every constraint.
    """
    route, trial, count = state.routes[slot], state.trial[0], 0
    for place in range(state.facts[slot, COUNT] + 1):
        if place == gap and request >= 0:
            trial[count] = request
            count += 1
        if place < state.facts[slot, COUNT]:
            node = route[place]
            if day.nodes[node, POINT] != NOWHERE:
                trial[count] = node
                count += 1
    return place_pauses(day, state, slot // 2, count)


@kernel
def place_pauses(  # noqa: C901, PLR0912 - one greedy pass, read from top to bottom
    day: Day, state: State, van: int, count: int
) -> int:
    """Place the pauses that a route without any needs.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search; the route stands in the first row of `trial`, and the result, too.
    van : int
        Who drives.
    count : int
        Nodes of the route.

    Returns
    -------
    int
        Nodes of the result; -1 where no place of the pauses keeps every constraint.
    """
    trial, attempt, times, sums = state.trial[0], state.trial[1], state.times, state.sums
    early = state.early
    if count == 0:
        return 0
    for _ in range(_MOST_PAUSES):
        if walk(day, van, trial, count, times, sums):
            return count
        if sums[LATE] or sums[LATE_RETURN] or sums[OVERLOAD] or sums[UNABLE] or sums[NO_WAY]:
            return -1
        node, rule = _missing(day, state, van, count)
        if node == _NONE or count + 1 >= len(trial):
            return -1
        forward(day, van, trial, count, day.vans[van, OPENING], early, 1, count + 2)
        backward(day, van, trial, count, day.vans[van, LATEST_END], early, count, -1)
        best, best_place, kept = FAR, -1, False
        for place in range(1, count + 1):
            if _makes_late(day, van, early, place, node):
                continue
            copy_with(attempt, trial, count, place, node)
            fits = walk(day, van, attempt, count + 1, times, sums)
            if kept and not fits:
                continue
            if fits:
                measure = sums[PARTS] + sums[SOFT]
            else:
                measure = _longest(day, rule, attempt, count + 1, state)
            if (fits and not kept) or measure < best:
                best, best_place, kept = measure, place, fits
        if best_place < 0:
            return -1
        for place in range(count, best_place, -1):
            trial[place] = trial[place - 1]
        trial[best_place] = node
        count += 1
    return -1


@kernel
def _makes_late(day: Day, van: int, early: NDArray[np.int64], place: int, pause: int) -> bool:
    """Ask whether a pause is late at a place, or makes late what follows it."""
    clock = max(early[place, LEAVE], day.nodes[pause, OPENS])
    if clock > day.nodes[pause, CLOSES]:
        return True
    way = day.ways[day.vans[van, PROFILE], early[place, STANDS], early[place + 1, STANDS]]
    clock += day.nodes[pause, SERVICE]
    return bool(arrival(way, THERE, day.periods, clock) > early[place + 1, DUE])


@kernel
def _missing(day: Day, state: State, van: int, count: int) -> tuple[int, int]:
    """Name the pause that a walked route lacks, and the rule that asks for it."""
    vans, nodes, trial = day.vans, day.nodes, state.trial[0]
    departs, returns = state.sums[DEPARTS], state.sums[RETURNS]
    for number in range(vans[van, FIRST_BREAK], vans[van, END_BREAK]):
        node = day.breaks[number]
        taken = False
        for place in range(count):
            taken = taken or trial[place] == node
        if not taken and is_due(nodes, node, departs, returns):
            return node, _NONE
    for rule in range(vans[van, FIRST_RULE], vans[van, END_RULE]):
        if keeps_rule(day, rule, trial, count, state.times, departs, returns):
            continue
        least = day.rules[rule, LEAST]
        paused = 0
        for place in range(count):
            node = trial[place]
            if nodes[node, POINT] == NOWHERE and nodes[node, SERVICE] >= least:
                paused += nodes[node, SERVICE]
        needed = max(least, day.rules[rule, PAUSE] - paused)
        best = _NONE
        for node in range(day.sizes[0] + day.sizes[1], len(nodes)):
            lasts = nodes[node, SERVICE]
            anytime = nodes[node, CLOSES] > FAR >> 12
            if anytime and lasts >= needed and (best == _NONE or lasts < nodes[best, SERVICE]):
                best = node
        return best, rule
    return _NONE, _NONE


@kernel
def _longest(day: Day, rule: int, route: NDArray[np.int32], count: int, state: State) -> int:
    """Measure how uneven a pause splits the work, where one pause is not enough."""
    if rule == _NONE:
        return 0
    nodes, times = day.nodes, state.times
    longest, since = 0, state.sums[DEPARTS]
    for place in range(count):
        node = route[place]
        if nodes[node, POINT] == NOWHERE and nodes[node, SERVICE] >= day.rules[rule, LEAST]:
            longest = max(longest, times[place + 1, BEGIN] - since)
            since = times[place + 1, LEAVE]
    return int(max(longest, state.sums[RETURNS] - since))


@kernel
def without_idle_reloads(day: Day, state: State, slot: int) -> int:
    """Leave out the reloads that a route does without.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search; the result is left in the first row of `trial`.
    slot : int
        Which route.

    Returns
    -------
    int
        Nodes of the result, or -1 where all are needed.
    """
    van, requests = slot // 2, day.sizes[0]
    trial, attempt = state.trial[0], state.trial[1]
    count, found = state.facts[slot, COUNT], False
    copy(trial, 0, state.routes[slot], 0, count)
    place = 0
    while place < count:
        if requests <= trial[place] < requests + day.sizes[1]:
            copy(attempt, 0, trial, 0, place)
            copy(attempt, place, trial, place + 1, count)
            if walk(day, van, attempt, count - 1, state.times, state.sums):
                count -= 1
                copy(trial, 0, attempt, 0, count)
                found = True
                continue
        place += 1
    return count if found else -1


@kernel
def with_reload(day: Day, state: State, slot: int) -> int:
    """Send a van to be emptied where that costs least.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search; the result is left in the first row of `trial`.
    slot : int
        Which route.

    Returns
    -------
    int
        Nodes of the result; -1 where it fits nowhere.
    """
    van, route, count = slot // 2, state.routes[slot], state.facts[slot, COUNT]
    trial, attempt = state.trial[0], state.trial[1]
    best = FAR
    if count + 2 >= len(trial):
        return -1
    for node in range(day.sizes[0], day.sizes[0] + day.sizes[1]):
        if not day.able[node, van]:
            continue
        for place in range(max(1, state.facts[slot, LOCKED]), count + 1):
            copy_with(attempt, route, count, place, node)
            if walk(day, van, attempt, count + 1, state.times, state.sums):
                cost = state.sums[PARTS] + state.sums[SOFT]
                if cost < best:
                    best = cost
                    copy(trial, 0, attempt, 0, count + 1)
    return count + 1 if best < FAR else -1
