"""What a running search holds, as arrays.

Every van has two **slots**, each with a route and all that insertions ask of it. One is
current; a trial move writes the other and turns the van to it, so taking the move back turns
it again, at no cost. Costs of insertion are kept per request and slot, with the version of
the route that they were found for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collection.routing.clock import FAR
from collection.routing.compiled import kernel
from collection.routing.day import (
    CLOSES,
    CLOSING,
    END_WINDOW,
    FIRST_WINDOW,
    FIXED,
    LATEST_END,
    MAX_METRES,
    MAX_SECONDS,
    MAX_STOPS,
    MAX_TRAVEL,
    OPENING,
    OPENS,
    PER_DRIVEN,
    PER_METRE,
    PER_OVERTIME,
    PER_SECOND,
    PREFERRED,
    PRICE,
    TIMED,
    TRAITS,
    WALKED,
)
from collection.routing.walk import (
    BEGIN,
    DEPARTS,
    LEAVE,
    METRES,
    PARTS,
    RETURNS,
    SOFT,
    TIME_COLUMNS,
    TRAVEL,
    backward,
    forward,
    judge,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day

# Columns of `State.stops` after those of `walk`, whose times leave the depot as early as can
# be: of all up to a row, and of all from a row on, the least time that they take, and the first
# and last start with which they take no more.
HEAD_SPAN, HEAD_FIRST, HEAD_LAST, TAIL_SPAN, TAIL_FIRST, TAIL_LAST = range(
    TIME_COLUMNS, TIME_COLUMNS + 6
)
STOP_COLUMNS = TIME_COLUMNS + 6

# Columns of `State.facts`.
COUNT, VERSION, COST, LENGTH, DRIVE, SPAN, CALLS, LOCKED, PARENT, PARENT_GAP = range(10)
FACT_COLUMNS = 10

# Columns of `State.offers`.
OFFER_COST, OFFER_PLACE, OFFER_VERSION = range(3)

# Entries of `State.counters`.
ITERATIONS, VERSIONS, ACCEPTED, BESTS, POOLED, CURRENT, BEST = range(7)
TOUCHED, ABSENT, RANDOM, BY_STOPS, UNEVEN = range(7, 12)
COUNTERS = 12

# Rows of `State.lists`: vans that the move changed, and which slot is current, per van; van of
# each request, -1 where absent; requests absent now and before the move; scratch.
CHANGED, TURNED, WHERE, LEFT, LEFT_BEFORE, ORDER, SEEN = range(7)
LISTS = 7

# In place of a van of a request: served by one that the search does not change; absent, and not
# for this search to insert.
OUTSIDE, NOBODYS = -2, -3

# Columns before the nodes of `State.best` and `State.pool`.
BEST_COUNT, BEST_FIRST = 0, 1
POOL_VAN, POOL_COST, POOL_COUNT, POOL_FIRST = range(4)


class State(NamedTuple):
    """Arrays of a search; R requests, V vans, S = 2 V slots, L most nodes of a route.

    Parameters
    ----------
    routes : ndarray of int32, shape (S, L)
        Nodes.
    stops : ndarray of int64, shape (S, L + 2, 14)
        Row per stop, with the start before and the return after; see the columns above.
    facts : ndarray of int64, shape (S, 10)
        See the columns above.
    trip_loads : ndarray of int64, shape (S, L + 1 or 1, D)
        Load of the trip that an insertion at a place would join; one row where no van is
        emptied on its way.
    offers : ndarray of int64, shape (R, S, 3)
        What an insertion costs, in parts of a cent, `FAR` where it fits at no place; where
        it then goes, -1 for nowhere and -2 for nowhere near; and the version of the route
        that both were found for.
    lists : ndarray of int64, shape (7, R + V + 1)
        See the rows above.
    near : ndarray of int32, shape (R, n)
        The other requests, nearest first.
    ranks : ndarray of uint8, shape (R, P)
        Of `Guide`, as the next two.
    near_ways : ndarray of int32, shape (F, R, k, T, 4)
        The ways of those with a rank.
    keys : ndarray of int64, shape (7, R)
        Orders in which requests are inserted: the least first.
    active : ndarray of int32, shape (a,)
        Vans that the search may change.
    best : ndarray of int32, shape (V, L + 1)
        The best so far: length, nodes.
    pool : ndarray of int64, shape (n, L + 3)
        Routes of good solutions: van, cost, length, nodes.
    counters : ndarray of int64, shape (12,)
        See the entries above.
    times : ndarray of int64, shape (L + 2, 8)
        Scratch.
    early : ndarray of int64, shape (L + 2, 8)
        Scratch, of a route that leaves as early as can be.
    sums : ndarray of int64, shape (14,)
        Scratch.
    trial : ndarray of int32, shape (2, L)
        Scratch.
    """

    routes: NDArray[np.int32]
    stops: NDArray[np.int64]
    facts: NDArray[np.int64]
    trip_loads: NDArray[np.int64]
    offers: NDArray[np.int64]
    lists: NDArray[np.int64]
    near: NDArray[np.int32]
    ranks: NDArray[np.uint8]
    near_ways: NDArray[np.int32]
    keys: NDArray[np.int64]
    active: NDArray[np.int32]
    best: NDArray[np.int32]
    pool: NDArray[np.int64]
    counters: NDArray[np.int64]
    times: NDArray[np.int64]
    early: NDArray[np.int64]
    sums: NDArray[np.int64]
    trial: NDArray[np.int32]


@kernel
def slot_of(state: State, van: int) -> int:
    """Find the current slot of a van.

    Parameters
    ----------
    state : State
        The search.
    van : int
        Which.

    Returns
    -------
    int
        One of its two.
    """
    return int(2 * van + state.lists[TURNED, van])


@kernel
def rebuild(day: Day, state: State, slot: int, first: int, known: int) -> bool:
    """Work out all that insertions ask of a slot's route.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The slot's route and its count hold.
    slot : int
        Which.
    first : int
        First row of its stops that does not hold; 1 for none.
    known : int
        Row from which on they are those of the same nodes after others; ``count + 2`` for none.

    Returns
    -------
    bool
        Whether the route keeps every constraint.
    """
    van = slot // 2
    facts, vans = state.facts[slot], day.vans
    count = facts[COUNT]
    state.counters[VERSIONS] += 1
    facts[VERSION] = state.counters[VERSIONS]
    route, stops = state.routes[slot], state.stops[slot]
    opening, latest_end = vans[van, OPENING], vans[van, LATEST_END]
    returns = forward(day, van, route, count, opening, stops, first, known)
    same = first - 1 if known <= count + 1 else -1
    departs = backward(day, van, route, count, latest_end, stops, min(known, count), same)
    stops[0, HEAD_SPAN], stops[0, HEAD_FIRST], stops[0, HEAD_LAST] = 0, opening, latest_end
    _trip_loads(day, state, slot)
    length = driven = calls = soft = 0
    requests, traits = day.sizes[0], vans[van, TRAITS]
    for row in range(1, count + 2):
        length += stops[row, METRES]
        driven += stops[row, TRAVEL]
        if row <= count and route[row - 1] < requests:
            calls += 1
            if traits & PREFERRED:
                soft += day.preferences[route[row - 1], van]
    facts[CALLS] = calls
    facts[COST] = facts[SPAN] = facts[LENGTH] = facts[DRIVE] = 0
    if calls == 0:
        # A van without requests stays, whatever else stands in its route.
        return bool(count == 0)
    facts[LENGTH], facts[DRIVE] = length, driven
    kept = departs >= opening and returns < FAR
    if traits & TIMED and kept:
        _spans(day, state, slot)
    if traits & WALKED:
        for row in range(count + 2):
            for column in range(TIME_COLUMNS):
                state.times[row, column] = stops[row, column]
        kept = judge(day, van, route, count, returns, state.times, state.sums)
        facts[COST] = state.sums[PARTS] + state.sums[SOFT]
        facts[SPAN] = state.sums[RETURNS] - state.sums[DEPARTS]
        return kept
    span = overtime = 0
    if traits & TIMED and kept:
        span = stops[count + 1, HEAD_SPAN]
        overtime = max(0, stops[count + 1, HEAD_FIRST] + span - vans[van, CLOSING])
    facts[SPAN] = span
    facts[COST] = (
        vans[van, FIXED]
        + vans[van, PER_METRE] * length
        + vans[van, PER_DRIVEN] * driven
        + vans[van, PER_SECOND] * span
        + vans[van, PER_OVERTIME] * overtime
        + soft
    )
    return kept and within_limits(day, van, length, driven, span, calls)


@kernel
def within_limits(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day, van: int, length: int, driven: int, span: int, calls: int
) -> bool:
    """Ask whether a route is within the limits of its van.

    Parameters
    ----------
    day : Day
        The day.
    van : int
        Who drives.
    length : int
        Metres.
    driven : int
        Seconds of driving.
    span : int
        Seconds from departure to return.
    calls : int
        Requests.

    Returns
    -------
    bool
        Whether all four are kept.
    """
    vans = day.vans
    return bool(
        length <= vans[van, MAX_METRES]
        and driven <= vans[van, MAX_TRAVEL]
        and span <= vans[van, MAX_SECONDS]
        and calls <= vans[van, MAX_STOPS]
    )


@kernel
def joined(  # noqa: PLR0917 - compiled code takes no keywords
    span: int, first: int, last: int, travel: int, more: int, opens: int, closes: int
) -> tuple[int, int, int]:
    """Append a stretch to a stretch (Vidal et al. 2013, without time warp).

    Parameters
    ----------
    span : int
        Least seconds that the first takes.
    first : int
        First start with which it takes no more.
    last : int
        Last such start.
    travel : int
        Seconds between the two.
    more : int
        Least seconds that the second takes.
    opens : int
        First start of the second with which it takes no more.
    closes : int
        Last such start.

    Returns
    -------
    tuple of int
        The same three of both together.
    """
    ahead = span + travel
    wait = max(0, opens - ahead - last)
    return (
        ahead + wait + more,
        max(opens - ahead, first) - wait,
        min(closes - ahead, last),
    )


@kernel
def open_window(day: Day, node: int, begin: int) -> tuple[int, int]:
    """Find the window in which a service begins.

    Parameters
    ----------
    day : Day
        The day.
    node : int
        Where.
    begin : int
        When.

    Returns
    -------
    tuple of int
        Its first and last second.
    """
    nodes, windows = day.nodes, day.windows
    for window in range(nodes[node, FIRST_WINDOW], nodes[node, END_WINDOW]):
        if begin <= windows[window, 1]:
            return windows[window, 0], windows[window, 1]
    return nodes[node, OPENS], nodes[node, CLOSES]


@kernel
def _spans(day: Day, state: State, slot: int) -> None:
    """Fill the stretches up to each place and from each place on."""
    van = slot // 2
    vans = day.vans
    route, stops, count = state.routes[slot], state.stops[slot], state.facts[slot, COUNT]
    opening, latest_end = vans[van, OPENING], vans[van, LATEST_END]
    span, first, last = 0, opening, latest_end
    for row in range(1, count + 2):
        more, opens, closes = 0, opening, latest_end
        if row <= count:
            opens, closes = open_window(day, route[row - 1], stops[row, BEGIN])
            more = stops[row, LEAVE] - stops[row, BEGIN]
        span, first, last = joined(span, first, last, stops[row, TRAVEL], more, opens, closes)
        stops[row, HEAD_SPAN], stops[row, HEAD_FIRST], stops[row, HEAD_LAST] = span, first, last
    span, first, last = 0, opening, latest_end
    for row in range(count + 1, 0, -1):
        if row <= count:
            opens, closes = open_window(day, route[row - 1], stops[row, BEGIN])
            more, travel = stops[row, LEAVE] - stops[row, BEGIN], stops[row + 1, TRAVEL]
            span, first, last = joined(more, opens, closes, travel, span, first, last)
        stops[row, TAIL_SPAN], stops[row, TAIL_FIRST], stops[row, TAIL_LAST] = span, first, last


@kernel
def _trip_loads(day: Day, state: State, slot: int) -> None:
    """Fill the load of the trip that an insertion at each place would join."""
    requests, reloads = day.sizes[0], day.sizes[1]
    route, count, loads = state.routes[slot], state.facts[slot, COUNT], state.trip_loads[slot]
    many = len(loads) > 1
    for dimension in range(loads.shape[1]):
        begin = 0
        while begin <= count:
            end, load = begin, 0
            while end < count and not (many and requests <= route[end] < requests + reloads):
                load += day.loads[route[end], 0, dimension]
                end += 1
            if not many:
                loads[0, dimension] = load
                break
            for place in range(begin, end + 1):
                loads[place, dimension] = load
            begin = end + 1


@kernel
def total_cost(day: Day, state: State) -> int:
    """Add up what the current routes cost and the absent requests weigh.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        Its active vans count, and all absent requests.

    Returns
    -------
    int
        Parts of a cent.
    """
    cost = 0
    most, least = -1, -1
    for van in state.active:
        facts = state.facts[slot_of(state, van)]
        cost += facts[COST]
        if facts[CALLS] > 0:
            measure = facts[CALLS] if state.counters[BY_STOPS] else facts[SPAN]
            most = max(most, measure)
            least = measure if least < 0 else min(least, measure)
    for request in range(day.sizes[0]):
        if state.lists[WHERE, request] == -1:
            cost += day.nodes[request, PRICE]
    if most >= 0:
        cost += state.counters[UNEVEN] * (most - least)
    return cost
