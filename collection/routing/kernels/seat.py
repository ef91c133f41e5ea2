"""Seats of a day that is laid out: who sits down in which window, and who could come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.clock import BACK, THERE
from collection.routing.compiled import kernel
from collection.routing.day import CLOSES, END_FIXED, FIRST_FIXED, FIRST_WINDOW, OPENS
from collection.routing.kernels.pauses import place_pauses

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.kernels.state import State


@kernel
def take_seat(day: Day, point: int, seconds: NDArray[np.int32], metres: NDArray[np.int32]) -> None:
    """Give a point its ways.

    Parameters
    ----------
    day : Day
        The day.
    point : int
        Which.
    seconds, metres : ndarray of int32, shape (F, 2, T, P)
        From it to each point, then from each point to it.
    """
    ways = day.ways
    for profile in range(len(seconds)):
        for other in range(seconds.shape[3]):
            for period in range(seconds.shape[2]):
                there, back = seconds[profile, 0, period, other], seconds[profile, 1, period, other]
                far, near = metres[profile, 0, period, other], metres[profile, 1, period, other]
                if other == point:
                    there = back = far = near = 0
                one, two = ways[profile, point, other, period], ways[profile, other, point, period]
                one[THERE], one[THERE + 1], one[BACK], one[BACK + 1] = there, far, back, near
                two[THERE], two[THERE + 1], two[BACK], two[BACK + 1] = back, near, there, far


@kernel
def reopen(day: Day, request: int, opens: int, closes: int) -> None:
    """Give another window to a request that has one.

    Parameters
    ----------
    day : Day
        The day.
    request : int
        Which.
    opens : int
        First second at which its service may start.
    closes : int
        Last one.
    """
    day.nodes[request, OPENS], day.nodes[request, CLOSES] = opens, closes
    window = day.nodes[request, FIRST_WINDOW]
    day.windows[window, 0], day.windows[window, 1] = opens, closes


@kernel
def could_come(day: Day, state: State, request: int) -> bool:
    """Ask whether some van could serve a request if it had no other.

    Parameters
    ----------
    day : Day
        The day.
    state : State
        The search, whose scratch is used.
    request : int
        Which.

    Returns
    -------
    bool
        False where a van with a prefix would have to.
    """
    for van in state.active:
        if not day.able[request, van] or day.vans[van, END_FIXED] > day.vans[van, FIRST_FIXED]:
            continue
        state.trial[0, 0] = request
        if place_pauses(day, state, van, 1) > 0:
            return True
    return False
