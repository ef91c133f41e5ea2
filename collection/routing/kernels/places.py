"""Every place for a request in a route, timed one by one: slow, but nothing is estimated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.compiled import kernel
from collection.routing.day import CLOSES, PARTNER, PAUSED, TRAITS
from collection.routing.kernels.moves import without_pauses
from collection.routing.kernels.pauses import place_pauses
from collection.routing.walk import ARRIVAL, BEGIN, SUM_COUNT, walk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State

# Columns of a result after those of `walk`: whether all is kept; how late the request's own
# service starts and how long it is waited for; nodes of the sequence.
KEPT, OWN_LATE, OWN_WAIT, LENGTH = range(SUM_COUNT, SUM_COUNT + 4)
RESULT_COLUMNS = SUM_COUNT + 4

# Columns of a place: the node that leaves, and the nodes before which the request and the
# other half of its shipment go; -1 for none.
SKIP, FIRST, SECOND = range(3)
PLACE_COLUMNS = 3


@kernel
def try_places(
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
