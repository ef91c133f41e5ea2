"""The cheapest places of a request in a van's route, by estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from collection.routing.clock import FAR
from collection.routing.compiled import kernel
from collection.routing.day import (
    CLOSES,
    FIXED,
    MAX_STOPS,
    OPENS,
    SERVICE,
    SETUP,
    SIGNED,
    TRAITS,
)
from collection.routing.kernels.scan import has_room, price_at
from collection.routing.kernels.state import CALLS, COUNT, LOCKED, slot_of
from collection.routing.walk import DUE, LEAVE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State

# Columns of the quotes: parts of a cent more; van; place in its route; seconds longer and metres
# farther; when service would start; nodes of the route; whose other route changes, -1 for
# nobody's, and its nodes.
QUOTE_COST, QUOTE_VAN, QUOTE_PLACE, QUOTE_SECONDS, QUOTE_METRES, QUOTE_START = range(6)
QUOTE_COUNT, QUOTE_OTHER, QUOTE_OTHER_COUNT = range(6, 9)
QUOTE_COLUMNS = 9

PLACES = 3
"""Places of a route that are walked at first, those of the cheapest estimates."""

# Columns of the offers of a van: its cheapest places by estimate, and what they cost; whether
# the van is through.
OFFER_PLACES, OFFER_COSTS, THROUGH = 0, PLACES, 2 * PLACES
OFFER_COLUMNS = 2 * PLACES + 1

# Columns of the moves: of which version of the routes they hold; what it costs if somebody
# joins another van; whose, and before which of its nodes.
MOVE_VERSION, MOVE_COST, MOVE_VAN, MOVE_PLACE = range(4)
MOVE_COLUMNS = 4

# Columns of the swaps: seconds of detour; whose route; the place of who leaves it, and where the
# request goes in what is left.
SWAP_DETOUR, SWAP_VAN, SWAP_FROM, SWAP_TO = range(4)
SWAP_COLUMNS = 4

SWAPS = 24
"""Swaps that are timed, those of the least detour."""


class Scratch(NamedTuple):
    """What questions write down while they are worked out; R requests, V vans.

    Parameters
    ----------
    offers : ndarray of int64, shape (V, 7)
        The cheapest places of each van.
    moves : ndarray of int64, shape (R, 4)
        Where each request could go instead, as long as the routes stand.
    swaps : ndarray of int64, shape (24, 4)
        Whose place the request could take.
    """

    offers: NDArray[np.int64]
    moves: NDArray[np.int64]
    swaps: NDArray[np.int64]


@kernel
def estimate_of(day: Day, state: State, van: int, request: int, offer: NDArray[np.int64]) -> None:
    """Fill the offer of a van.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search, whose current routes stand.
    van : int
        Whose.
    request : int
        Which; absent from the van's route.
    offer : ndarray of int64, shape (7,)
        Its first six columns are filled, `FAR` where there are fewer places.
    """
    slot, nodes = slot_of(state, van), day.nodes
    count = state.facts[slot, COUNT]
    for number in range(PLACES):
        offer[OFFER_PLACES + number], offer[OFFER_COSTS + number] = -1, FAR
    if state.facts[slot, CALLS] >= day.vans[van, MAX_STOPS]:
        return
    base = day.preferences[request, van]
    if state.facts[slot, CALLS] == 0:
        base += day.vans[van, FIXED]
    trips, signed = state.trip_loads.shape[1] > 1, day.vans[van, TRAITS] & SIGNED != 0
    opens, closes, service = nodes[request, OPENS], nodes[request, CLOSES], nodes[request, SERVICE]
    for gap in range(state.facts[slot, LOCKED], count + 1):
        clock = state.stops[slot, gap, LEAVE]
        if clock > closes:
            break
        due = state.stops[slot, gap + 1, DUE]
        if gap < count:
            # Who comes next may park no more.
            due += nodes[state.routes[slot, gap], SETUP]
        if max(clock, opens) + service > due:
            continue
        if not signed and not has_room(day, state, slot, gap if trips else 0, request):
            continue
        cost = price_at(day, state, slot, request, gap)
        if cost > FAR:
            break
        _note(offer, gap, cost + base)


@kernel
def _note(offer: NDArray[np.int64], gap: int, cost: int) -> None:
    """Put a place among the cheapest, of equal ones the first."""
    number = PLACES
    while number > 0 and cost < offer[OFFER_COSTS + number - 1]:
        number -= 1
    for later in range(PLACES - 1, number, -1):
        offer[OFFER_PLACES + later] = offer[OFFER_PLACES + later - 1]
        offer[OFFER_COSTS + later] = offer[OFFER_COSTS + later - 1]
    if number < PLACES:
        offer[OFFER_PLACES + number], offer[OFFER_COSTS + number] = gap, cost
