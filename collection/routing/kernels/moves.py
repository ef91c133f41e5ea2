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
    if not touched(state, van):
        state.lists[CHANGED, state.counters[TOUCHED]] = van
        state.counters[TOUCHED] += 1
        state.lists[TURNED, van] ^= 1
    slot = slot_of(state, van)
    copy(state.routes[slot], 0, route, 0, count)
    state.facts[slot, COUNT] = count
    state.facts[slot, PARENT] = -1
    state.facts[slot, LOCKED] = _locked(day, van, route, count)
    return rebuild(day, state, slot)


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
