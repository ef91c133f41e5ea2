"""Compiled travel and window arithmetic: the one formula for when a van is where.

Travel follows the period of the day in which each part of it is driven, so who leaves later
never arrives earlier (FIFO). All of it is exact in integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.ports import UNREACHABLE
from collection.routing.compiled import kernel
from collection.routing.day import CLOSES, END_WINDOW, FIRST_WINDOW, OPENS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FAR = 1 << 50
"""Later than any second of a day, and yet far from the end of 64 bits."""

# Columns of `Day.ways`: seconds of the way from the first point to the second, and of the way
# back, each followed by its metres.
THERE, BACK = 0, 2


@kernel
def period_at(periods: NDArray[np.int64], clock: int) -> int:
    """Find the period of a time.

    Parameters
    ----------
    periods : ndarray of int64, shape (T,)
        Starts; the first holds before it, too.
    clock : int
        Seconds of the day.

    Returns
    -------
    int
        Its number.
    """
    period = len(periods) - 1
    while period > 0 and clock < periods[period]:
        period -= 1
    return period


@kernel
def arrival(way: NDArray[np.int32], side: int, periods: NDArray[np.int64], clock: int) -> int:
    """Time when a van is there that leaves now.

    Parameters
    ----------
    way : ndarray of int32, shape (T, 4)
        Between two points, as of `Day.ways`.
    side : int
        `THERE`, or `BACK` for the way from the second point to the first.
    periods : ndarray of int64, shape (T,)
        Starts of the periods.
    clock : int
        Departure.

    Returns
    -------
    int
        Seconds of the day; `FAR` or more where no way leads.
    """
    if len(periods) == 1:
        travel = int(way[0, side])
        return clock + travel if travel != UNREACHABLE else FAR
    period = period_at(periods, clock)
    left = int(way[period, side])
    if left == UNREACHABLE:
        return FAR
    while period + 1 < len(periods) and clock + left > periods[period + 1]:
        whole, following = int(way[period, side]), int(way[period + 1, side])
        if following == UNREACHABLE:
            return FAR
        left -= periods[period + 1] - clock
        # Rounded up: a van is never there before it could be.
        left = -((-left * following) // whole)
        period += 1
        clock = periods[period]
    return clock + left


@kernel
def latest_departure(  # noqa: C901 - compiled code pays for every call
    way: NDArray[np.int32], periods: NDArray[np.int64], clock: int
) -> int:
    """Last departure with which a van is there in time: the inverse of `arrival`.

    Parameters
    ----------
    way : ndarray of int32, shape (T, 4)
        Between two points, as of `Day.ways`.
    periods : ndarray of int64, shape (T,)
        Starts of the periods.
    clock : int
        When it must be there.

    Returns
    -------
    int
        Seconds of the day; ``-FAR`` or less where no way leads.
    """
    if len(periods) == 1:
        travel = int(way[0, THERE])
        return clock - travel if travel != UNREACHABLE else -FAR
    period = period_at(periods, clock)
    late = clock
    left = int(way[period, THERE])
    while period > 0 and left != UNREACHABLE and late - left < periods[period]:
        whole, before = int(way[period, THERE]), int(way[period - 1, THERE])
        if before == UNREACHABLE or whole == 0:
            left = before
        else:
            left = (left - (late - periods[period])) * before // whole
        late = periods[period]
        period -= 1
    guess = late - left
    if left == UNREACHABLE:
        # The way may be closed now and open before; look at each period's end.
        guess = -FAR
        while period > 0 and guess == -FAR:
            period -= 1
            whole = int(way[period, THERE])
            # Who leaves at the border is in the next period, even for a way of no seconds.
            border = int(periods[period + 1]) - max(1, whole)
            if whole != UNREACHABLE and arrival(way, THERE, periods, border) <= clock:
                guess = border
        if guess == -FAR:
            return -FAR
    # Rounding of `arrival` moves the guess by a second or two at each border.
    while arrival(way, THERE, periods, guess) > clock:
        guess -= 1
        if guess < periods[0] - UNREACHABLE:
            return -FAR
    while arrival(way, THERE, periods, guess + 1) <= clock:
        guess += 1
    return guess


@kernel
def first_start(nodes: NDArray[np.int64], windows: NDArray[np.int64], node: int, clock: int) -> int:
    """Time when service starts after an arrival.

    Parameters
    ----------
    nodes : ndarray of int64, shape (N, 17)
        Of the day.
    windows : ndarray of int64, shape (W, 2)
        Of the day.
    node : int
        Where.
    clock : int
        Arrival.

    Returns
    -------
    int
        First second of a window from then on; the arrival itself where all are over.
    """
    first, end = nodes[node, FIRST_WINDOW], nodes[node, END_WINDOW]
    if end - first == 1:
        return int(max(clock, nodes[node, OPENS]))
    for window in range(first, end):
        if clock <= windows[window, 1]:
            return int(max(clock, windows[window, 0]))
    return clock


@kernel
def last_start(nodes: NDArray[np.int64], windows: NDArray[np.int64], node: int, clock: int) -> int:
    """Latest time from which service can start by a bound.

    Parameters
    ----------
    nodes : ndarray of int64, shape (N, 17)
        Of the day.
    windows : ndarray of int64, shape (W, 2)
        Of the day.
    node : int
        Where.
    clock : int
        The bound.

    Returns
    -------
    int
        Last second of a window up to the bound; ``-FAR`` where all open later.
    """
    first, end = nodes[node, FIRST_WINDOW], nodes[node, END_WINDOW]
    if end - first == 1:
        return int(min(clock, nodes[node, CLOSES])) if nodes[node, OPENS] <= clock else -FAR
    for window in range(end - 1, first - 1, -1):
        if windows[window, 0] <= clock:
            return int(min(clock, windows[window, 1]))
    return -FAR
