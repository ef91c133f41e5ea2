"""Changes of routes that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.routing.compiled import kernel
from collection.routing.day import END_FIXED, FIRST_FIXED, NOWHERE, POINT, PRICE
from collection.routing.kernels.copying import copy
from collection.routing.kernels.state import (
    ABSENT,
    CHANGED,
    COST,
    COUNT,
    CURRENT,
    LEFT,
    LEFT_BEFORE,
    LOCKED,
    PARENT,
    RANDOM,
    STOP_COLUMNS,
    TOUCHED,
    TURNED,
    UNEVEN,
    WHERE,
    rebuild,
    slot_of,
    total_cost,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State


@kernel
def uniform(state: State) -> float:
    """Draw a number from [0, 1) (splitmix64).

    Parameters
    ----------
    state : State
        The search, whose generator moves on.

    Returns
    -------
    float
        The number.
    """
    word = np.uint64(state.counters[RANDOM]) + np.uint64(0x9E3779B97F4A7C15)
    state.counters[RANDOM] = np.int64(word)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    word ^= word >> np.uint64(31)
    return (word >> np.uint64(11)) * (1.0 / (1 << 53))


@kernel
def below(state: State, bound: int) -> int:
    """Draw a whole number from 0 to below a bound.

    Parameters
    ----------
    state : State
        The search, whose generator moves on.
    bound : int
        At least 1.

    Returns
    -------
    int
        The number.
    """
    return int(uniform(state) * bound)


@kernel
def touched(state: State, van: int) -> bool:
    """Ask whether the move has changed a van.

    Parameters
    ----------
    state : State
        The search.
    van : int
        Which.

    Returns
    -------
    bool
        Whether taking the move back will turn it.
    """
    changed = state.lists[CHANGED]
    for number in range(state.counters[TOUCHED]):  # noqa: SIM110 - generators do not compile
        if changed[number] == van:
            return True
    return False


@kernel
def change(day: Day, state: State, van: int, route: NDArray[np.int32], count: int) -> bool:
    """Give a van another route, which the move can take back.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    van : int
        Which.
    route : ndarray of int32
        Nodes; the first `count` hold.
    count : int
        How many.

    Returns
    -------
    bool
        Whether the route keeps every constraint.
    """
    before = slot_of(state, van)
    if not touched(state, van):
        state.lists[CHANGED, state.counters[TOUCHED]] = van
        state.counters[TOUCHED] += 1
        state.lists[TURNED, van] ^= 1
    slot = slot_of(state, van)
    first, known = _carry_over(day, state, before, slot, route, count)
    copy(state.routes[slot], 0, route, 0, count)
    state.facts[slot, COUNT] = count
    state.facts[slot, PARENT] = -1
    state.facts[slot, LOCKED] = _locked(day, van, route, count)
    return rebuild(day, state, slot, first, known)


@kernel
def _carry_over(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day, state: State, before: int, slot: int, route: NDArray[np.int32], count: int
) -> tuple[int, int]:
    """Take the stops at both ends that stay over from a slot's route to another's.

    Gives the first row that does not hold, and the row from which on nodes are the same again.
    """
    old = state.facts[before, COUNT]
    if old == 0 or count == 0:
        return 1, count + 2
    was, most = state.routes[before], min(old, count)
    head = tail = 0
    while head < most and was[head] == route[head]:
        head += 1
    while head + tail < most and was[old - 1 - tail] == route[count - 1 - tail]:
        tail += 1
    known, moved = count + 1 - tail, count - old
    stops, source = state.stops[slot], state.stops[before]
    if before != slot:
        _copy_rows(stops, source, 0, head, 0)
    _copy_rows(stops, source, known, count + 1, moved)
    while known <= count and day.nodes[route[known - 1], POINT] == NOWHERE:
        known += 1  # A pause is where the stop before it is.
    return head + 1, known


@kernel
def _copy_rows(
    target: NDArray[np.int64], source: NDArray[np.int64], first: int, last: int, moved: int
) -> None:
    """Fill rows with those that stood `moved` rows before; both may be the same array."""
    for number in range(last - first + 1):
        row = last - number if moved > 0 else first + number
        for column in range(STOP_COLUMNS):
            target[row, column] = source[row - moved, column]


@kernel
def _locked(day: Day, van: int, route: NDArray[np.int32], count: int) -> int:
    """Count the nodes up to the end of the route's prefix."""
    fixed = day.vans[van, END_FIXED] - day.vans[van, FIRST_FIXED]
    place = 0
    while fixed > 0 and place < count:
        fixed -= route[place] < day.sizes[0]
        place += 1
    return place


@kernel
def begin_move(state: State) -> None:
    """Remember what taking a move back needs.

    Parameters
    ----------
    state : State
        The search.
    """
    state.counters[TOUCHED] = 0
    absent = state.counters[ABSENT]
    copy(state.lists[LEFT_BEFORE], 0, state.lists[LEFT], 0, absent)


@kernel
def move_cost(day: Day, state: State, absent_before: int) -> int:
    """Sum what the move changes of the cost.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    absent_before : int
        How many requests were absent before the move.

    Returns
    -------
    int
        Parts of a cent; the same as the difference of `total_cost`.
    """
    if state.counters[UNEVEN] != 0:
        return int(total_cost(day, state) - state.counters[CURRENT])
    cost = 0
    for number in range(state.counters[TOUCHED]):
        van = state.lists[CHANGED, number]
        now = slot_of(state, van)
        cost += state.facts[now, COST] - state.facts[now ^ 1, COST]
    for number in range(state.counters[ABSENT]):
        cost += day.nodes[state.lists[LEFT, number], PRICE]
    for number in range(absent_before):
        cost -= day.nodes[state.lists[LEFT_BEFORE, number], PRICE]
    return cost


@kernel
def take_back(day: Day, state: State, absent_before: int) -> None:
    """Take the move back.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    absent_before : int
        How many requests were absent before the move.
    """
    for number in range(absent_before):
        request = state.lists[LEFT_BEFORE, number]
        state.lists[LEFT, number] = request
        state.lists[WHERE, request] = -1
    state.counters[ABSENT] = absent_before
    for number in range(state.counters[TOUCHED]):
        van = state.lists[CHANGED, number]
        state.lists[TURNED, van] ^= 1
        note_served(day, state, van)
    state.counters[TOUCHED] = 0


@kernel
def note_served(day: Day, state: State, van: int) -> None:
    """Note of each request in a van's current route that the van serves it.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    van : int
        Which.
    """
    slot = slot_of(state, van)
    for place in range(state.facts[slot, COUNT]):
        if state.routes[slot, place] < day.sizes[0]:
            state.lists[WHERE, state.routes[slot, place]] = van


@kernel
def without_pauses(day: Day, route: NDArray[np.int32], count: int) -> int:
    """Leave out the pauses of a route, in place.

    Parameters
    ----------
    day : Day
        The day.
    route : ndarray of int32
        Nodes; the first `count` hold.
    count : int
        How many.

    Returns
    -------
    int
        How many are left.
    """
    left = 0
    for place in range(count):
        if day.nodes[route[place], POINT] != NOWHERE:
            route[left] = route[place]
            left += 1
    return left
