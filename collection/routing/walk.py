"""Compiled timing of one route: when, how far, what it costs and what it breaks.

`collection.routing.timing` explains the rules and gives them a face; the searches call this
very code, so a route has one time and one cost everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.ports import UNREACHABLE
from collection.routing.clock import (
    FAR,
    THERE,
    arrival,
    first_start,
    last_start,
    latest_departure,
    period_at,
)
from collection.routing.compiled import inlined, kernel
from collection.routing.day import (
    ADDRESS,
    CHANGE_PRICE,
    CLOSES,
    CLOSING,
    COUNTS,
    DRIVING,
    END,
    END_BREAK,
    END_FIXED,
    END_RIVAL,
    END_RULE,
    FIRST_BREAK,
    FIRST_FIXED,
    FIRST_RIVAL,
    FIRST_RULE,
    FIXED,
    LATEST_END,
    LEAST,
    MAX_METRES,
    MAX_SECONDS,
    MAX_STOPS,
    MAX_TRAVEL,
    NOWHERE,
    OPENING,
    OPENS,
    OVER,
    PARTNER,
    PAUSE,
    PER_DRIVEN,
    PER_METRE,
    PER_OVERTIME,
    PER_SECOND,
    POINT,
    PROFILE,
    SERVICE,
    SETUP,
    START,
    STRETCH,
    TOLD_FROM,
    TOLD_UNTIL,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day

# Columns of the times of a route; one row for the start, one per node, one for the return.
ARRIVAL, BEGIN, LEAVE, TRAVEL, METRES, STANDS, SERVED, DUE = range(8)
TIME_COLUMNS = 8

# Sums of a walk.
DEPARTS, RETURNS, DRIVEN, DISTANCE, OVERTIME, STOPS, PARTS, SOFT = range(8)
LATE, LATE_RETURN, OVERLOAD, UNABLE, NO_WAY, BROKEN = range(8, 14)
SUM_COUNT = 14

# Bits of `BROKEN`: what has no measure of its own.
BREAKS = (
    "range",
    "max_stops",
    "max_duration",
    "max_travel",
    "break",
    "break_rule",
    "partner",
    "prefix",
    "share",
)
_RANGE, _STOPS, _SECONDS, _TRAVEL, _BREAK, _RULE, _PARTNER, _PREFIX, _SHARE = (
    1 << bit for bit in range(len(BREAKS))
)


@kernel
def due_service(nodes: NDArray[np.int64], node: int, address: int) -> int:
    """Seconds of service at a node, after a request at an address.

    Parameters
    ----------
    nodes : ndarray of int64, shape (N, 17)
        Of the day.
    node : int
        Where.
    address : int
        Of the request served just before; `NOWHERE` for none.

    Returns
    -------
    int
        Service, and set-up unless the van stands at the address already.
    """
    if nodes[node, ADDRESS] == address:
        return int(nodes[node, SERVICE])
    return int(nodes[node, SERVICE] + nodes[node, SETUP])


@inlined
def forward(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    van: int,
    route: NDArray[np.int32],
    count: int,
    clock: int,
    times: NDArray[np.int64],
    first: int,
    known: int,
) -> int:
    """Serve each node as early as can be after a departure.

    Parameters
    ----------
    day : Day
        The day.
    van : int
        Who drives.
    route : ndarray of int32
        Nodes; the first `count` hold.
    count : int
        How many.
    clock : int
        Departure from the start depot.
    times : ndarray of int64, shape (count + 2 or more, 8 or more)
        Filled, see the columns above, but for `DUE`.
    first : int
        Row to begin with: rows before it hold, of the same departure. 1 for all.
    known : int
        Row of a stop, or of the return, from which on the rows are those of the same nodes
        after others; ``count + 2`` for none.

    Returns
    -------
    int
        Arrival at the end depot.
    """
    nodes, windows, periods, ways = day.nodes, day.windows, day.periods, day.ways
    profile, constant = day.vans[van, PROFILE], len(day.periods) == 1
    if first == 1:
        times[0, ARRIVAL] = times[0, BEGIN] = times[0, LEAVE] = clock
        times[0, STANDS], times[0, SERVED] = day.vans[van, START], NOWHERE
    clock = times[first - 1, LEAVE]
    here, address = times[first - 1, STANDS], times[first - 1, SERVED]
    for place in range(first - 1, count + 1):
        row = place + 1
        node = route[place] if place < count else -1
        point = nodes[node, POINT] if place < count else day.vans[van, END]
        if point == NOWHERE:
            times[row, ARRIVAL] = clock
            times[row, TRAVEL] = times[row, METRES] = 0
            clock = max(clock, nodes[node, OPENS])
            times[row, BEGIN] = clock
            clock += nodes[node, SERVICE]
        else:
            # Ways are far apart in memory: looking them up again would take longest of all.
            travel = times[row, TRAVEL]
            if not constant or row <= known or travel >= UNREACHABLE:
                there = arrival(ways[profile, here, point], THERE, periods, clock)
            else:
                there = clock + travel
            period = 0 if constant else period_at(periods, clock)
            times[row, ARRIVAL], times[row, TRAVEL] = there, there - clock
            if not constant or row <= known:
                times[row, METRES] = ways[profile, here, point, period, THERE + 1]
            clock, here = there, point
            if place < count:
                clock = first_start(nodes, windows, node, there)
            times[row, BEGIN] = clock
            if place < count:
                clock += due_service(nodes, node, address)
                address = nodes[node, ADDRESS]
        if (
            row >= known
            and times[row, LEAVE] == clock
            and times[row, STANDS] == here
            and times[row, SERVED] == address
        ):
            break
        times[row, LEAVE], times[row, STANDS], times[row, SERVED] = clock, here, address
    return int(times[count + 1, LEAVE])


@inlined
def backward(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    van: int,
    route: NDArray[np.int32],
    count: int,
    clock: int,
    times: NDArray[np.int64],
    last: int,
    same: int,
) -> int:
    """Find how late each node can be reached for a return in time.

    Parameters
    ----------
    day : Day
        The day.
    van : int
        Who drives.
    route : ndarray of int32
        Nodes; the first `count` hold.
    count : int
        How many.
    clock : int
        Latest return.
    times : ndarray of int64, shape (count + 2 or more, 8 or more)
        Filled by `forward`; `DUE` is added: the latest arrival.
    last : int
        Row to begin with: later ones hold, of the same return. `count` for all.
    same : int
        Row up to which the nodes are those of the `DUE` that is there; -1 for none.

    Returns
    -------
    int
        Latest departure from the depot; ``-FAR`` or less where none is in time.
    """
    nodes, windows, periods, ways = day.nodes, day.windows, day.periods, day.ways
    profile, constant = day.vans[van, PROFILE], len(day.periods) == 1
    times[count + 1, DUE] = clock
    clock = times[last + 1, DUE]
    for row in range(last, -1, -1):
        # The latest departure from this row's place, for the next one's latest arrival.
        following = row < count and nodes[route[row], POINT] == NOWHERE
        if constant:
            clock -= times[row + 1, TRAVEL]
        elif not following and clock > -FAR:
            here, there = times[row, STANDS], times[row + 1, STANDS]
            clock = latest_departure(ways[profile, here, there], periods, clock)
        if row > 0:
            node = route[row - 1]
            service = due_service(nodes, node, times[row - 1, SERVED])
            clock = last_start(nodes, windows, node, clock - service)
        if row <= same and times[row, DUE] == clock:
            break
        times[row, DUE] = clock
    return int(times[0, DUE])


@kernel
def walk(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    van: int,
    route: NDArray[np.int32],
    count: int,
    times: NDArray[np.int64],
    sums: NDArray[np.int64],
) -> bool:
    """Time and price a route.

    Parameters
    ----------
    day : Day
        The day.
    van : int
        Who drives.
    route : ndarray of int32
        Nodes; the first `count` hold, at least one.
    count : int
        How many.
    times : ndarray of int64, shape (count + 2 or more, 8)
        Filled, see the columns above.
    sums : ndarray of int64, shape (14,)
        Filled, see the columns above; costs are parts of a cent.

    Returns
    -------
    bool
        Whether every constraint is kept.
    """
    returns = forward(day, van, route, count, day.vans[van, OPENING], times, 1, count + 2)
    return judge(day, van, route, count, returns, times, sums)


@kernel
def judge(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    van: int,
    route: NDArray[np.int32],
    count: int,
    returns: int,
    times: NDArray[np.int64],
    sums: NDArray[np.int64],
) -> bool:
    """Price a route that is timed from the earliest departure, with the best one.

    Parameters
    ----------
    day : Day
        The day.
    van : int
        Who drives.
    route : ndarray of int32
        Nodes; the first `count` hold, at least one.
    count : int
        How many.
    returns : int
        Return of the earliest departure.
    times : ndarray of int64, shape (count + 2 or more, 8)
        As `forward` filled it for the earliest departure; then as `walk` gives it.
    sums : ndarray of int64, shape (14,)
        As of `walk`.

    Returns
    -------
    bool
        Whether every constraint is kept.
    """
    nodes, vans = day.nodes, day.vans
    for measure in range(SUM_COUNT):
        sums[measure] = 0
    departs = vans[van, OPENING]
    late = 0
    for place in range(count):
        late += max(0, times[place + 1, BEGIN] - nodes[route[place], CLOSES])
    if late == 0 and returns < FAR:
        latest = backward(day, van, route, count, returns, times, count, -1)
        if latest > departs:
            departs = latest
            returns = forward(day, van, route, count, departs, times, 1, 0)
    sums[LATE], sums[DEPARTS], sums[RETURNS] = late, departs, returns
    _add_up(day, van, route, count, times, sums)
    _keep_limits(day, van, sums)
    _keep_loads(day, van, route, count, sums)
    _keep_breaks(day, van, route, count, times, sums)
    _keep_company(day, van, route, count, sums)
    kept = True
    for measure in range(LATE, SUM_COUNT):
        kept = kept and sums[measure] == 0
    return kept


@kernel
def _add_up(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    van: int,
    route: NDArray[np.int32],
    count: int,
    times: NDArray[np.int64],
    sums: NDArray[np.int64],
) -> None:
    nodes, vans, requests = day.nodes, day.vans, day.sizes[0]
    for place in range(count + 1):
        row = place + 1
        sums[DRIVEN] += times[row, TRAVEL]
        sums[DISTANCE] += times[row, METRES]
        if times[row, METRES] == UNREACHABLE or times[row, TRAVEL] >= UNREACHABLE:
            sums[NO_WAY] += 1
        if place < count:
            node = route[place]
            sums[UNABLE] += not day.able[node, van]
            if node < requests:
                sums[STOPS] += 1
                begin = times[row, BEGIN]
                sums[SOFT] += day.preferences[node, van]
                if begin < nodes[node, TOLD_FROM] or begin > nodes[node, TOLD_UNTIL]:
                    sums[SOFT] += nodes[node, CHANGE_PRICE]
    sums[OVERTIME] = max(0, sums[RETURNS] - vans[van, CLOSING])
    sums[LATE_RETURN] = max(0, sums[RETURNS] - vans[van, LATEST_END])
    if sums[STOPS] > 0:
        sums[PARTS] = (
            vans[van, FIXED]
            + vans[van, PER_SECOND] * (sums[RETURNS] - sums[DEPARTS])
            + vans[van, PER_OVERTIME] * sums[OVERTIME]
            + vans[van, PER_DRIVEN] * sums[DRIVEN]
            + vans[van, PER_METRE] * sums[DISTANCE]
        )


@kernel
def _keep_limits(day: Day, van: int, sums: NDArray[np.int64]) -> None:
    vans = day.vans
    if sums[DISTANCE] > vans[van, MAX_METRES]:
        sums[BROKEN] |= _RANGE
    if sums[STOPS] > vans[van, MAX_STOPS]:
        sums[BROKEN] |= _STOPS
    if sums[RETURNS] - sums[DEPARTS] > vans[van, MAX_SECONDS]:
        sums[BROKEN] |= _SECONDS
    if sums[DRIVEN] > vans[van, MAX_TRAVEL]:
        sums[BROKEN] |= _TRAVEL


@kernel
def _keep_loads(
    day: Day, van: int, route: NDArray[np.int32], count: int, sums: NDArray[np.int64]
) -> None:
    """Sum how far the load is over the room, at the worst moment of each trip."""
    requests, reloads = day.sizes[0], day.sizes[1]
    for dimension in range(day.loads.shape[2]):
        room = day.capacities[van, dimension]
        begin = 0
        while begin <= count:
            end = begin
            load = 0
            while end < count and not requests <= route[end] < requests + reloads:
                load += day.loads[route[end], 1, dimension]
                end += 1
            most = load
            for place in range(begin, end):
                load += day.loads[route[place], 0, dimension]
                most = max(most, load)
            sums[OVERLOAD] += max(0, most - room)
            begin = end + 1


@kernel
def _keep_breaks(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    van: int,
    route: NDArray[np.int32],
    count: int,
    times: NDArray[np.int64],
    sums: NDArray[np.int64],
) -> None:
    nodes, vans = day.nodes, day.vans
    if count and nodes[route[0], POINT] == NOWHERE:
        sums[BROKEN] |= _BREAK
    for number in range(vans[van, FIRST_BREAK], vans[van, END_BREAK]):
        node = day.breaks[number]
        taken = 0
        for place in range(count):
            taken += route[place] == node
        if taken > 1 or (taken == 0 and is_due(nodes, node, sums[DEPARTS], sums[RETURNS])):
            sums[BROKEN] |= _BREAK
    for rule in range(vans[van, FIRST_RULE], vans[van, END_RULE]):
        if not keeps_rule(day, rule, route, count, times, sums[DEPARTS], sums[RETURNS]):
            sums[BROKEN] |= _RULE


@kernel
def is_due(nodes: NDArray[np.int64], node: int, departs: int, returns: int) -> bool:
    """Ask whether a break by the clock falls into a route.

    Parameters
    ----------
    nodes : ndarray of int64, shape (N, 17)
        Of the day.
    node : int
        The break.
    departs : int
        From the start depot.
    returns : int
        To the end depot.

    Returns
    -------
    bool
        False where the driver can rest in time before the route or after it.
    """
    rested = nodes[node, OPENS] + nodes[node, SERVICE]
    return bool(departs < rested and nodes[node, CLOSES] < returns)


@kernel
def keeps_rule(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    rule: int,
    route: NDArray[np.int32],
    count: int,
    times: NDArray[np.int64],
    departs: int,
    returns: int,
) -> bool:
    """Ask whether a timed route keeps a rule on breaks.

    Parameters
    ----------
    day : Day
        The day.
    rule : int
        Row of its rules.
    route : ndarray of int32
        Nodes; the first `count` hold.
    count : int
        How many.
    times : ndarray of int64, shape (count + 2 or more, 8)
        Of the route.
    departs : int
        From the start depot.
    returns : int
        To the end depot.

    Returns
    -------
    bool
        Whether its pauses are long and often enough.
    """
    nodes, rules = day.nodes, day.rules
    by_driving, least = rules[rule, COUNTS] == DRIVING, rules[rule, LEAST]
    total = paused = longest = stretch = 0
    since = departs
    for place in range(count):
        node = route[place]
        row = place + 1
        stretch += times[row, TRAVEL] if by_driving else times[row, BEGIN] - since
        if nodes[node, POINT] == NOWHERE:
            if nodes[node, SERVICE] >= least:
                paused += nodes[node, SERVICE]
                longest = max(longest, stretch)
                total += stretch
                stretch = 0
        elif not by_driving:
            stretch += times[row, LEAVE] - times[row, BEGIN]
        since = times[row, LEAVE]
    stretch += times[count + 1, TRAVEL] if by_driving else returns - since
    total += stretch
    longest = max(longest, stretch)
    if total <= rules[rule, OVER]:
        return True
    return bool(paused >= rules[rule, PAUSE] and longest <= rules[rule, STRETCH])


@kernel
def _keep_company(  # noqa: C901 - a compiled call would cost more than it clears up
    day: Day, van: int, route: NDArray[np.int32], count: int, sums: NDArray[np.int64]
) -> None:
    """Keep the order of shipments, the prefix, and those apart who must be."""
    nodes, requests = day.nodes, day.sizes[0]
    reloads = requests + day.sizes[1]
    fixed, end = day.vans[van, FIRST_FIXED], day.vans[van, END_FIXED]
    for place in range(count):
        node = route[place]
        if node >= requests:
            continue
        if fixed < end:
            if node != day.prefixes[fixed]:
                sums[BROKEN] |= _PREFIX
            fixed += 1
        partner = nodes[node, PARTNER]
        if partner >= 0:
            # The pickup looks ahead for its delivery in the same trip, the delivery back.
            step = 1 if node < partner else -1
            other = place + step
            while 0 <= other < count and route[other] != partner:
                if requests <= route[other] < reloads:
                    break
                other += step
            if not 0 <= other < count or route[other] != partner:
                sums[BROKEN] |= _PARTNER
        for number in range(nodes[node, FIRST_RIVAL], nodes[node, END_RIVAL]):
            for other in range(count):
                if route[other] == day.company[number]:
                    sums[BROKEN] |= _SHARE
    if fixed < end:
        sums[BROKEN] |= _PREFIX
