"""Where a request fits into a route, and what it then costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.ports import UNREACHABLE
from collection.routing.clock import BACK, FAR, THERE, arrival, first_start, period_at
from collection.routing.compiled import inlined, kernel
from collection.routing.day import (
    ADDRESS,
    CLOSES,
    CLOSING,
    FIXED,
    HARD,
    MAX_METRES,
    MAX_SECONDS,
    MAX_STOPS,
    MAX_TRAVEL,
    NOWHERE,
    PAUSED,
    PER_DRIVEN,
    PER_METRE,
    PER_OVERTIME,
    PER_SECOND,
    POINT,
    PROFILE,
    SETUP,
    SIGNED,
    TIMED,
    TRAITS,
)
from collection.routing.kernels.copying import copy_with
from collection.routing.kernels.pauses import with_pauses
from collection.routing.kernels.state import (
    CALLS,
    COST,
    COUNT,
    DRIVE,
    HEAD_FIRST,
    HEAD_LAST,
    HEAD_SPAN,
    LENGTH,
    LOCKED,
    OFFER_COST,
    OFFER_PLACE,
    OFFER_VERSION,
    PARENT,
    PARENT_GAP,
    TAIL_FIRST,
    TAIL_LAST,
    TAIL_SPAN,
    joined,
    open_window,
)
from collection.routing.walk import (
    DUE,
    LEAVE,
    METRES,
    PARTS,
    SERVED,
    SOFT,
    STANDS,
    TRAVEL,
    due_service,
    walk,
)

if TYPE_CHECKING:
    from collection.routing.day import Day
    from collection.routing.kernels.state import State

REPAUSED = 1 << 20
"""Added to a place where the request fits once the pauses are placed anew."""

ESTIMATED = 1 << 21
"""Added to a place whose cost is an estimate that was too dear to be walked."""

NO_PLACE, NOT_NEAR = -1, -2
"""In place of a place: the request fits nowhere in the route, or nowhere near its nearest."""

TRIES = 3
"""Places that are walked, cheapest estimate first, where a walk decides."""


@inlined
def has_room(day: Day, state: State, slot: int, gap: int, request: int) -> bool:
    """Ask whether a trip takes a request's load.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    slot : int
        Which route.
    gap : int
        Row of `State.trip_loads`.
    request : int
        Which.

    Returns
    -------
    bool
        Whether it is within the capacity.
    """
    for dimension in range(day.loads.shape[2]):
        load = state.trip_loads[slot, gap, dimension] + day.loads[request, 0, dimension]
        if load > day.capacities[slot // 2, dimension]:
            return False
    return True


@inlined
# The hot loop, in one piece on purpose.
def price(  # noqa: C901, PLR0911, PLR0912, PLR0915, PLR0917
    day: Day, state: State, slot: int, request: int, gap: int, bound: int
) -> int:
    """Price an insertion in constant time.

    Exact but where a van is `HARD`: then a walk decides, and this is an estimate.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    slot : int
        Which route.
    request : int
        Which.
    gap : int
        Where it goes: before the node of this number.
    bound : int
        What costs more than this is of no use.

    Returns
    -------
    int
        Parts of a cent more, without fixed costs and preferences; `FAR` where it does not
        fit; `FAR` + 1 where no later place can fit either.
    """
    van = slot // 2
    nodes, vans, stops, route = day.nodes, day.vans, state.stops, state.routes
    profile, point, traits = vans[van, PROFILE], nodes[request, POINT], vans[van, TRAITS]
    clock = stops[slot, gap, LEAVE]
    if clock > nodes[request, CLOSES]:
        return FAR + 1
    row = gap + 1
    count = state.facts[slot, COUNT]
    moved = False
    if traits & PAUSED:
        # A pause is taken wherever the van is, so look through it.
        while row <= count and nodes[route[slot, row - 1], POINT] == NOWHERE:
            row += 1
            moved = True
    here, following = stops[slot, gap, STANDS], stops[slot, row, STANDS]
    rank, next_rank = state.ranks[request, here], state.ranks[request, following]
    ways = state.near_ways[profile, request, rank - 1] if rank else day.ways[profile, point, here]
    ways_on = (
        state.near_ways[profile, request, next_rank - 1]
        if next_rank
        else day.ways[profile, point, following]
    )
    constant = len(day.periods) == 1
    if constant:
        travel = int(ways[0, BACK])
        there = clock + travel
        way = int(ways[0, BACK + 1])
        back = int(ways_on[0, THERE])
        way_back = int(ways_on[0, THERE + 1])
        if travel == UNREACHABLE or back == UNREACHABLE:  # noqa: PLR1714 - compiles to less
            return FAR
        if not traits & TIMED and state.facts[slot, CALLS] > 0:
            # Without a price on time the detour is the whole cost: most places end here.
            detour = vans[van, PER_METRE] * (way + way_back - stops[slot, row, METRES])
            detour += vans[van, PER_DRIVEN] * (travel + back - stops[slot, row, TRAVEL])
            if detour >= bound:
                return FAR
    else:
        there = arrival(ways, BACK, day.periods, clock)
        travel = there - clock
        way = int(ways[period_at(day.periods, clock), BACK + 1])
        back, way_back = 0, 0
    if there > nodes[request, CLOSES]:
        return FAR
    begin = first_start(nodes, day.windows, request, there)
    leave = begin + due_service(nodes, request, stops[slot, gap, SERVED])
    if not constant:
        arrives = arrival(ways_on, THERE, day.periods, leave)
        back = arrives - leave
        way_back = int(ways_on[period_at(day.periods, leave), THERE + 1])
        if arrives >= FAR:
            return FAR
    due = stops[slot, row, DUE]
    less = 0
    if row <= count:
        # The next stop parks no more behind one at its address, and again behind another.
        after = route[slot, row - 1]
        parked = stops[slot, gap, SERVED] == nodes[after, ADDRESS]
        stays = nodes[request, ADDRESS] == nodes[after, ADDRESS]
        less = nodes[after, SETUP] * (int(stays) - int(parked))
    if leave + back > due + less and not moved:
        return FAR
    more_metres, more_travel = way + way_back, travel + back
    if state.facts[slot, CALLS] > 0:
        more_metres -= stops[slot, row, METRES]
        more_travel -= stops[slot, row, TRAVEL]
    if (
        more_metres > vans[van, MAX_METRES] - state.facts[slot, LENGTH]
        or more_travel > vans[van, MAX_TRAVEL] - state.facts[slot, DRIVE]
    ):
        return FAR
    cost = vans[van, PER_METRE] * more_metres + vans[van, PER_DRIVEN] * more_travel
    if traits & TIMED and cost < bound:
        opens, shuts = open_window(day, request, begin)
        span, first, last = joined(
            stops[slot, gap, HEAD_SPAN],
            stops[slot, gap, HEAD_FIRST],
            stops[slot, gap, HEAD_LAST],
            travel,
            leave - begin,
            opens,
            shuts,
        )
        overtime = 0
        if state.facts[slot, CALLS] > 0:
            span, first, last = joined(
                span,
                first,
                last,
                back,
                stops[slot, row, TAIL_SPAN] - less,
                stops[slot, row, TAIL_FIRST],
                stops[slot, row, TAIL_LAST],
            )
            returned = stops[slot, count + 1, HEAD_FIRST] + stops[slot, count + 1, HEAD_SPAN]
            overtime = -max(0, returned - vans[van, CLOSING])
            cost -= vans[van, PER_SECOND] * stops[slot, count + 1, HEAD_SPAN]
        else:
            span += back
        if span > vans[van, MAX_SECONDS]:
            return FAR
        overtime += max(0, first + span - vans[van, CLOSING])
        cost += vans[van, PER_SECOND] * span + vans[van, PER_OVERTIME] * overtime
    return int(cost)


@kernel
def price_at(day: Day, state: State, slot: int, request: int, gap: int) -> int:
    """Price an insertion where no bound is known: `price`, compiled once more.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    slot : int
        Which route.
    request : int
        Which.
    gap : int
        Where it goes.

    Returns
    -------
    int
        As of `price`.
    """
    return price(day, state, slot, request, gap, FAR)


@kernel
# In one piece as `price` is.
def offer(  # noqa: C901, PLR0911, PLR0912, PLR0915, PLR0917
    day: Day, state: State, slot: int, request: int, everywhere: bool, most: int
) -> tuple[int, int]:
    """Find the cheapest place for a request in a slot's route.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    slot : int
        Which route.
    request : int
        Which.
    everywhere : bool
        Whether to look also at places that are not beside the nearest requests, nor at an end.
    most : int
        What costs more by an estimate is not walked, which takes longest by far.

    Returns
    -------
    tuple of int
        Parts of a cent more, and the place; `FAR`, and `NO_PLACE` or `NOT_NEAR`, where it
        does not fit.
    """
    van = slot // 2
    vans, facts = day.vans, state.facts
    traits, count = vans[van, TRAITS], facts[slot, COUNT]
    if facts[slot, CALLS] >= vans[van, MAX_STOPS]:
        return FAR, NO_PLACE
    trips = state.trip_loads.shape[1] > 1 and traits & SIGNED == 0
    if not trips and traits & SIGNED == 0 and not has_room(day, state, slot, 0, request):
        return FAR, NO_PLACE
    base = day.preferences[request, van]
    if facts[slot, CALLS] == 0:
        base += vans[van, FIXED]
    hard = traits & HARD != 0
    first, second, third = FAR, FAR, FAR
    first_gap, second_gap, third_gap = -1, -1, -1
    start = facts[slot, LOCKED]
    end = count + 1
    skipped = False
    if traits & (TIMED | HARD) == 0 and not trips and facts[slot, PARENT] >= 0:
        # One insertion ago the cheapest place may be known: only what is new can be cheaper.
        known = slot
        if state.offers[request, slot, OFFER_VERSION] != facts[slot, PARENT]:
            known = slot ^ 1
        gap = facts[slot, PARENT_GAP]
        place = state.offers[request, known, OFFER_PLACE]
        if state.offers[request, known, OFFER_VERSION] == facts[slot, PARENT] and place != gap:
            shifted = place + 1 if place > gap else place
            nowhere = place == NO_PLACE or (place == NOT_NEAR and not everywhere)
            if nowhere or (place >= 0 and price_at(day, state, slot, request, shifted) < FAR):
                skipped = place == NOT_NEAR
                if place >= 0:
                    first, first_gap = state.offers[request, known, OFFER_COST] - base, shifted
                start, end = gap, gap + 2
    ranks, route = state.ranks[request], state.routes[slot]
    requests, depots = day.sizes[0], day.nodes[request, POINT] - request
    for gap in range(start, end):
        if 0 < gap < count and not everywhere:
            one, other = route[gap - 1], route[gap]
            if one < requests and other < requests and not ranks[one + depots]:  # noqa: SIM102
                if not ranks[other + depots]:
                    skipped = True
                    continue
        if trips and not has_room(day, state, slot, gap, request):
            continue
        cost = price(day, state, slot, request, gap, third if hard else first)
        if cost > FAR:
            break
        if cost < first:
            third, third_gap = second, second_gap
            second, second_gap = first, first_gap
            first, first_gap = cost, gap
        elif hard and cost < second:
            third, third_gap = second, second_gap
            second, second_gap = cost, gap
        elif hard and cost < third:
            third, third_gap = cost, gap
    if first_gap < 0:
        return FAR, NOT_NEAR if skipped else NO_PLACE
    if not hard:
        return first + base, first_gap
    if first + base >= most:
        return first + base, first_gap + ESTIMATED
    best, best_gap = FAR, -1
    for number in range(TRIES):
        gap, least = first_gap, first
        if number > 0:
            gap, least = (second_gap, second) if number == 1 else (third_gap, third)
        if gap >= 0 and least + base < best:
            exact = walked(day, state, slot, request, gap)
            if exact < best:
                best, best_gap = exact, gap
    if best_gap < 0 and traits & PAUSED and with_pauses(day, state, slot, request, first_gap) > 0:
        best = state.sums[PARTS] + state.sums[SOFT] - facts[slot, COST]
        best_gap = first_gap + REPAUSED
    if best_gap < 0:
        return FAR, NOT_NEAR if skipped else NO_PLACE
    return best, best_gap


@kernel
def walked(day: Day, state: State, slot: int, request: int, gap: int) -> int:
    """Price an insertion by timing the whole route.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search.
    slot : int
        Which route.
    request : int
        Which.
    gap : int
        Where it goes.

    Returns
    -------
    int
        Parts of a cent more; `FAR` where a constraint is broken.
    """
    count = state.facts[slot, COUNT]
    copy_with(state.trial[0], state.routes[slot], count, gap, request)
    if not walk(day, slot // 2, state.trial[0], count + 1, state.times, state.sums):
        return FAR
    return int(state.sums[PARTS] + state.sums[SOFT] - state.facts[slot, COST])
