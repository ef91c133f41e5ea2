"""Recreate: absent requests go, one by one, where they cost least (greedy with blinks)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.clock import FAR
from collection.routing.compiled import kernel
from collection.routing.day import (
    END_MATE,
    END_RIVAL,
    FIRST_MATE,
    FIRST_RIVAL,
    KIND,
    NOWHERE,
    PARTNER,
    PAUSED,
    POINT,
    PRICE,
    RELOADS,
    TRAITS,
)
from collection.routing.kernels.copying import copy, copy_with
from collection.routing.kernels.moves import below, change, uniform
from collection.routing.kernels.pauses import with_pauses, without_idle_reloads
from collection.routing.kernels.ruin import BLINK, ORDERS
from collection.routing.kernels.scan import ESTIMATED, NO_PLACE, NOT_NEAR, REPAUSED, offer, price_at
from collection.routing.kernels.state import (
    ABSENT,
    CALLS,
    CHANGED,
    COST,
    COUNT,
    LEFT,
    LEFT_BEFORE,
    LOCKED,
    OFFER_COST,
    OFFER_PLACE,
    OFFER_VERSION,
    ORDER,
    OUTSIDE,
    PARENT,
    PARENT_GAP,
    SEEN,
    TOUCHED,
    UNEVEN,
    VERSION,
    VERSIONS,
    WHERE,
    slot_of,
)
from collection.routing.walk import PARTS, SOFT, walk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State

BROKE = -2
"""In place of a van: the insertion breaks a constraint that its estimate overlooked."""


@kernel
def recreate(
    day: Day, state: State, settings: NDArray[np.float64], absent_before: int, limit: int
) -> bool:
    """Insert the absent requests, each where it costs least.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search, after `ruin`.
    settings : ndarray of float64
        See `collection.routing.kernels.ruin`.
    absent_before : int
        Requests that were absent before the move.
    limit : int
        Most that the move may cost; it is given up as soon as it costs more.

    Returns
    -------
    bool
        Whether the move is worth looking at.
    """
    absent = state.counters[ABSENT]
    _sort(state, settings, absent)
    order, left = state.lists[ORDER], state.lists[LEFT]
    spent = _spent(state)
    for number in range(absent_before):
        spent -= day.nodes[state.lists[LEFT_BEFORE, number], PRICE]
    state.counters[ABSENT] = 0
    gives_up = state.counters[UNEVEN] == 0
    for number in range(absent):
        request = order[number]
        if state.lists[WHERE, request] >= 0:
            continue  # The other half of a shipment, and in already.
        partner = day.nodes[request, PARTNER]
        before = _spent(state)
        van = -1
        if partner < 0:
            van = _insert_one(day, state, settings, request)
        elif request < partner:
            van = _insert_pair(day, state, request, partner)
        if van == BROKE:
            return False
        if van >= 0:
            spent += _spent(state) - before
        else:
            left[state.counters[ABSENT]] = request
            state.counters[ABSENT] += 1
            spent += day.nodes[request, PRICE]
        if gives_up and spent > limit and number + 1 < absent:
            return False
    _without_served(state)
    return not state.counters[TOUCHED] or _polish(day, state)


@kernel
def _without_served(state: State) -> None:
    """Strike the halves of shipments that came in after they were passed over."""
    left, count = state.lists[LEFT], 0
    for number in range(state.counters[ABSENT]):
        if state.lists[WHERE, left[number]] < 0:
            left[count] = left[number]
            count += 1
    state.counters[ABSENT] = count


@kernel
def _spent(state: State) -> int:
    """Sum what the changed routes cost more."""
    cost = 0
    for number in range(state.counters[TOUCHED]):
        van = state.lists[CHANGED, number]
        now = slot_of(state, van)
        cost += state.facts[now, COST] - state.facts[now ^ 1, COST]
    return cost


@kernel
def _sort(state: State, settings: NDArray[np.float64], absent: int) -> None:
    """Order the absent requests by a key drawn at random."""
    order, left = state.lists[ORDER], state.lists[LEFT]
    draw = uniform(state)
    keys = len(state.keys)
    key = 0
    while key < keys and draw >= settings[ORDERS + key]:
        draw -= settings[ORDERS + key]
        key += 1
    if key == keys:
        copy(order, 0, left, 0, absent)
        for number in range(absent - 1, 0, -1):
            other = below(state, number + 1)
            order[number], order[other] = order[other], order[number]
        return
    values = state.keys[key]
    for number in range(absent):
        request = left[number]
        place = number
        while place > 0 and values[order[place - 1]] > values[request]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = request


@kernel
def _may_join(day: Day, state: State, request: int, van: int) -> bool:
    """Ask whether groups let a request join a van."""
    nodes = day.nodes
    for number in range(nodes[request, FIRST_MATE], nodes[request, END_MATE]):
        other = state.lists[WHERE, day.company[number]]
        if other == OUTSIDE or (other >= 0 and other != van):
            return False
    for number in range(nodes[request, FIRST_RIVAL], nodes[request, END_RIVAL]):
        if state.lists[WHERE, day.company[number]] == van:
            return False
    return True


@kernel
def _insert_one(day: Day, state: State, settings: NDArray[np.float64], request: int) -> int:
    """Insert a request into the van where that costs least; -1 where it fits nowhere."""
    # Compiled code takes no keywords.
    van = _cheapest(day, state, settings, request, False)  # noqa: FBT003
    if van == NOT_NEAR:
        van = _cheapest(day, state, settings, request, True)  # noqa: FBT003
    if van < 0:
        return -1
    place = state.offers[request, slot_of(state, van), OFFER_PLACE]
    return van if insert(day, state, van, request, place) else BROKE


@kernel
def _cheapest(
    day: Day, state: State, settings: NDArray[np.float64], request: int, everywhere: bool
) -> int:
    """Find the van where a request costs least, or why there is none."""
    nodes = day.nodes
    grouped = nodes[request, END_MATE] > nodes[request, FIRST_RIVAL]
    offers, facts, seen = state.offers, state.facts, state.lists[SEEN]
    best, best_van = nodes[request, PRICE], NO_PLACE
    state.counters[VERSIONS] += 1
    stamp = state.counters[VERSIONS]
    blink = settings[BLINK]
    for van in state.active:
        if not day.able[request, van]:
            continue
        slot = slot_of(state, van)
        if facts[slot, COUNT] == 0:
            # Empty vans that are alike cost the same.
            kind = day.vans[van, KIND]
            if seen[kind] == stamp:
                continue
            seen[kind] = stamp
        cost, place = offers[request, slot, OFFER_COST], offers[request, slot, OFFER_PLACE]
        if (
            offers[request, slot, OFFER_VERSION] != facts[slot, VERSION]
            or (everywhere and place == NOT_NEAR)
            or (place >= ESTIMATED and cost < best)
        ):
            cost, place = offer(day, state, slot, request, everywhere, best)
            offers[request, slot, OFFER_COST] = cost
            offers[request, slot, OFFER_PLACE] = place
            offers[request, slot, OFFER_VERSION] = facts[slot, VERSION]
        if best_van < 0 and place == NOT_NEAR:
            best_van = NOT_NEAR
        if cost >= best or (blink > 0.0 and uniform(state) < blink):
            continue
        if grouped and not _may_join(day, state, request, van):
            continue
        best, best_van = cost, van
    return best_van


@kernel
def insert(day: Day, state: State, van: int, request: int, place: int) -> bool:
    """Put a request where `scan` found it to fit.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search, with a move begun.
    van : int
        Whose current route.
    request : int
        Which.
    place : int
        As `scan` gave it.

    Returns
    -------
    bool
        Whether the route keeps every constraint: where its van is not `HARD` the place was
        found by an estimate.
    """
    slot = slot_of(state, van)
    trial = state.trial[0]
    if place >= REPAUSED:
        count = with_pauses(day, state, slot, request, place - REPAUSED)
    else:
        count = state.facts[slot, COUNT]
        copy_with(trial, state.routes[slot], count, place, request)
        count += 1
    state.lists[WHERE, request] = van
    parent = state.facts[slot, VERSION]
    kept = change(day, state, van, trial, count)
    if place < REPAUSED:
        now = slot_of(state, van)
        state.facts[now, PARENT], state.facts[now, PARENT_GAP] = parent, place
    return kept


@kernel
def _insert_pair(  # noqa: C901 - compiled code pays for every call with hundreds of arguments
    day: Day, state: State, pickup: int, delivery: int
) -> int:
    """Insert a shipment where its two stops cost least together; -1 where it fits nowhere."""
    best = day.nodes[pickup, PRICE] + day.nodes[delivery, PRICE]
    best_van, best_from, best_to = -1, -1, -1
    trial = state.trial[0]
    for van in state.active:
        if not (day.able[pickup, van] and day.able[delivery, van]):
            continue
        if not (_may_join(day, state, pickup, van) and _may_join(day, state, delivery, van)):
            continue
        slot = slot_of(state, van)
        route, count = state.routes[slot], state.facts[slot, COUNT]
        for start in range(state.facts[slot, LOCKED], count + 1):
            # Neither half can be dearer alone than both are together, as long as ways are short.
            if not day.vans[van, TRAITS] & PAUSED:
                alone = price_at(day, state, slot, pickup, start)
                if alone > FAR:
                    break
                if alone == FAR or alone >= best:
                    continue
            for end in range(start, count + 1):
                _with_pair(trial, route, count, pickup, delivery, start, end)
                if walk(day, van, trial, count + 2, state.times, state.sums):
                    cost = state.sums[PARTS] + state.sums[SOFT] - state.facts[slot, COST]
                    if cost < best:
                        best, best_van, best_from, best_to = cost, van, start, end
    if best_van < 0:
        return -1
    slot = slot_of(state, best_van)
    count = state.facts[slot, COUNT]
    _with_pair(trial, state.routes[slot], count, pickup, delivery, best_from, best_to)
    state.lists[WHERE, pickup] = state.lists[WHERE, delivery] = best_van
    return best_van if change(day, state, best_van, trial, count + 2) else BROKE


@kernel
def _with_pair(  # noqa: PLR0917 - compiled code takes no keywords
    trial: NDArray[np.int32],
    route: NDArray[np.int32],
    count: int,
    pickup: int,
    delivery: int,
    start: int,
    end: int,
) -> None:
    copy(trial, 0, route, 0, start)
    trial[start] = pickup
    copy(trial, start + 1, route, start, end)
    trial[end + 1] = delivery
    copy(trial, end + 2, route, end, count)


@kernel
def _polish(day: Day, state: State) -> bool:
    """Drop idle reloads of the changed routes, and place their pauses better."""
    trial = state.trial[0]
    for number in range(state.counters[TOUCHED]):
        van = state.lists[CHANGED, number]
        slot = slot_of(state, van)
        traits = day.vans[van, TRAITS]
        if state.facts[slot, CALLS] == 0:
            continue
        if traits & RELOADS:
            count = without_idle_reloads(day, state, slot)
            if count > 0 and not change(day, state, van, trial, count):
                return False
        if traits & PAUSED and _has_pause(day, state, slot):
            count = with_pauses(day, state, slot, -1, -1)
            cheaper = count > 0 and (state.sums[PARTS] + state.sums[SOFT] < state.facts[slot, COST])
            if cheaper and not change(day, state, van, trial, count):
                return False
    return True


@kernel
def _has_pause(day: Day, state: State, slot: int) -> bool:
    for place in range(state.facts[slot, COUNT]):
        if day.nodes[state.routes[slot, place], POINT] == NOWHERE:
            return True
    return False
