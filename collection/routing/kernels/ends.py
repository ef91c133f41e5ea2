"""Ways between one point and places, from the ways between that point and all nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from collection.ports import UNREACHABLE
from collection.routing.compiled import kernel
from collection.routing.weights import LENGTH_BITS, LENGTH_STEP_BITS, TIME_STEP_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Ends(NamedTuple):
    """n points on the streets under each of W weights: `Anchors`, stacked for compiled code.

    Parameters
    ----------
    edge : ndarray of int32, shape (W, 2, n)
        The edges; -1 where there is none.
    fraction : ndarray of float64, shape (2, n)
        How far along each edge.
    tail, head : ndarray of int32, shape (2, n)
        Where each edge starts and ends.
    arriving, leaving : ndarray of float64, shape (W, 2, n)
        Weight from the edge's tail to the point, and from the point to its head.
    """

    edge: NDArray[np.int32]
    fraction: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    arriving: NDArray[np.float64]
    leaving: NDArray[np.float64]


@kernel
def fill_rows(
    trees: NDArray[np.float64],
    here: Ends,
    there: Ends,
    seconds: NDArray[np.int32],
    metres: NDArray[np.int32],
) -> None:
    """Go on from nodes to places.

    Parameters
    ----------
    trees : ndarray of float64, shape (2, W, nodes)
        Weights of the ways from the point to all nodes, then from all of them to it.
    here : Ends
        The point.
    there : Ends
        The n places.
    seconds, metres : ndarray of int32, shape (2, W, n)
        Filled: from the point to each place, then from each place to the point.
    """
    for weight in range(trees.shape[1]):
        for place in range(there.tail.shape[1]):
            out, home = np.inf, np.inf
            for side in range(2):
                edge = there.edge[weight, side, place]
                if edge < 0:
                    continue
                arriving = there.arriving[weight, side, place]
                leaving = there.leaving[weight, side, place]
                out = min(out, trees[0, weight, there.tail[side, place]] + arriving)
                home = min(home, trees[1, weight, there.head[side, place]] + leaving)
                if edge == here.edge[weight, side, 0]:
                    # Along one edge, over no node.
                    if there.fraction[side, place] >= here.fraction[side, 0]:
                        out = min(out, arriving - here.arriving[weight, side, 0])
                    if there.fraction[side, place] <= here.fraction[side, 0]:
                        home = min(home, leaving - here.leaving[weight, side, 0])
            for direction in range(2):
                way = home if direction else out
                if way == np.inf:
                    seconds[direction, weight, place] = UNREACHABLE
                    metres[direction, weight, place] = UNREACHABLE
                    continue
                whole = np.int64(way)
                time, length = whole >> LENGTH_BITS, whole & ((1 << LENGTH_BITS) - 1)
                # Rounded up to whole seconds and metres.
                seconds[direction, weight, place] = (
                    time + ((1 << TIME_STEP_BITS) - 1)
                ) >> TIME_STEP_BITS
                metres[direction, weight, place] = (
                    length + ((1 << LENGTH_STEP_BITS) - 1)
                ) >> LENGTH_STEP_BITS
