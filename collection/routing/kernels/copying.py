"""Copies between the arrays of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.compiled import kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@kernel
def copy(
    target: NDArray[np.int32], at: int, source: NDArray[np.int32], start: int, end: int
) -> None:
    """Copy entries of a row, first to last.

    Parameters
    ----------
    target : ndarray
        Where to; may be `source`, if they move to the left.
    at : int
        First place there.
    source : ndarray
        Where from.
    start : int
        First entry.
    end : int
        Entry to stop before.
    """
    for number in range(end - start):
        target[at + number] = source[start + number]


@kernel
def copy_with(
    target: NDArray[np.int32], source: NDArray[np.int32], count: int, place: int, node: int
) -> None:
    """Copy a route with a node more.

    Parameters
    ----------
    target : ndarray of int32
        Where to.
    source : ndarray of int32
        The route; its first `count` nodes hold.
    count : int
        How many.
    place : int
        Where the node goes.
    node : int
        Which.
    """
    for number in range(place):
        target[number] = source[number]
    target[place] = node
    for number in range(place, count):
        target[number + 1] = source[number]
