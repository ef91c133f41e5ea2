"""Every place for a request in a route, timed one by one: slow, but nothing is estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.routing.compiled import kernel
from collection.routing.day import CLOSES, PARTNER, PAUSED, TRAITS
from collection.routing.kernels.moves import without_pauses
from collection.routing.kernels.pauses import place_pauses
from collection.routing.kernels.state import COUNTERS, FACT_COLUMNS, LISTS, STOP_COLUMNS, State
from collection.routing.walk import ARRIVAL, BEGIN, SUM_COUNT, TIME_COLUMNS, walk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.day import Day

# Columns of a result after those of `walk`: whether all is kept; how late the request's own
# service starts and how long it is waited for; nodes of the sequence.
KEPT, OWN_LATE, OWN_WAIT, LENGTH = range(SUM_COUNT, SUM_COUNT + 4)
RESULT_COLUMNS = SUM_COUNT + 4

# Columns of a place: the node that leaves, and the nodes before which the request and the
# other half of its shipment go; -1 for none.
SKIP, FIRST, SECOND = range(3)
PLACE_COLUMNS = 3

_MOST_PAUSES = 8


@kernel
def try_places(  # noqa: PLR0917 - compiled code takes no keywords
    day: Day,
    state: State,
    van: int,
    route: NDArray[np.int32],
    request: int,
    places: NDArray[np.int64],
    repause: bool,
    results: NDArray[np.int64],
) -> None:
    """Time a route with a request, for each of some places.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        Whose scratch is used; the last sequence is left in the first row of `trial`.
    van : int
        Who drives.
    route : ndarray of int32, shape (k,)
        Nodes.
    request : int
        Which; the pickup, if it is a shipment.
    places : ndarray of int64, shape (n, 3)
        See the columns above; numbers of nodes of the route as it is.
    repause : bool
        Whether the pauses of a sequence that breaks something are placed anew.
    results : ndarray of int64, shape (n, 18)
        Filled: the sums of `walk`, and the columns above.
    """
    trial, times, sums = state.trial[0], state.times, state.sums
    for number in range(len(places)):
        count, own = 0, 0
        for place in range(len(route) + 1):
            if place == places[number, FIRST]:
                trial[count] = request
                count += 1
                own = count
            if place == places[number, SECOND]:
                trial[count] = day.nodes[request, PARTNER]
                count += 1
            if place < len(route) and place != places[number, SKIP]:
                trial[count] = route[place]
                count += 1
        kept = walk(day, van, trial, count, times, sums)
        late = max(0, times[own, BEGIN] - day.nodes[request, CLOSES])
        wait = times[own, BEGIN] - times[own, ARRIVAL]
        if not kept and repause and day.vans[van, TRAITS] & PAUSED:
            before = without_pauses(day, trial, count)
            after = place_pauses(day, state, van, before)
            if after > 0:
                kept, count = True, after
        for column in range(SUM_COUNT):
            results[number, column] = sums[column]
        results[number, KEPT], results[number, LENGTH] = kept, count
        results[number, OWN_LATE], results[number, OWN_WAIT] = late, wait


def scratch(day: Day) -> State:
    """Make the arrays of a search that is none: only their scratch is used.

    Parameters
    ----------
    day : Day
        The day.

    Returns
    -------
    State
        As `try_places` takes it.
    """
    longest = len(day.nodes) + len(day.nodes[day.sizes[0] :]) + _MOST_PAUSES
    wide, narrow = (np.zeros((0, 0), dtype=kind) for kind in (np.int64, np.int32))
    return State(
        routes=narrow,
        stops=np.zeros((0, 0, STOP_COLUMNS), dtype=np.int64),
        facts=np.zeros((0, FACT_COLUMNS), dtype=np.int64),
        trip_loads=np.zeros((0, 0, 0), dtype=np.int64),
        offers=np.zeros((0, 0, 3), dtype=np.int64),
        lists=np.zeros((LISTS, 0), dtype=np.int64),
        near=narrow,
        ranks=np.zeros((0, 0), dtype=np.uint8),
        near_ways=np.zeros((0, 0, 0, 0, 4), dtype=np.int32),
        keys=wide,
        active=np.zeros(0, dtype=np.int32),
        best=narrow,
        pool=wide,
        counters=np.zeros(COUNTERS, dtype=np.int64),
        times=np.zeros((longest + 2, TIME_COLUMNS), dtype=np.int64),
        early=np.zeros((longest + 2, TIME_COLUMNS), dtype=np.int64),
        sums=np.zeros(SUM_COUNT, dtype=np.int64),
        trial=np.zeros((2, longest), dtype=np.int32),
    )
