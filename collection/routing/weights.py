"""Time and length in one number, compared by time first.

A weight is a whole number in float64, exact below 2**53: 25 bits of time in steps of
1/128 s (72 hours), then 28 bits of length in steps of 1/64 m (4,194 km). Sums of weights
are sums of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.ports import UNREACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

LENGTH_BITS = 28
TIME_STEP_BITS = 7
LENGTH_STEP_BITS = 6


def pack(seconds: NDArray[np.float64], metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Make weights.

    Parameters
    ----------
    seconds : ndarray of float64
        Times; at least one step each, so that no way is free.
    metres : ndarray of float64
        Lengths of the same shape.

    Returns
    -------
    ndarray of float64
        Weights of the same shape.
    """
    time = np.maximum(np.rint(seconds * 2**TIME_STEP_BITS), 1)
    return np.asarray(time * 2.0**LENGTH_BITS + np.rint(metres * 2**LENGTH_STEP_BITS))


def share(weight: NDArray[np.float64], fraction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of the first part of an edge; the rest is the difference, exactly.

    Parameters
    ----------
    weight : ndarray of float64
        Weights of whole edges.
    fraction : ndarray of float64
        How far along each, 0 to 1.

    Returns
    -------
    ndarray of float64
        Time and length, each cut in proportion.
    """
    time = np.floor(weight / 2.0**LENGTH_BITS)
    length = weight - time * 2.0**LENGTH_BITS
    return np.asarray(np.rint(time * fraction) * 2.0**LENGTH_BITS + np.rint(length * fraction))


def unpack(weight: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Take weights apart.

    Parameters
    ----------
    weight : ndarray of float64
        Weights; infinite where there is no way.

    Returns
    -------
    seconds, metres : ndarray of int32
        Of the same shape, rounded up to whole ones; `UNREACHABLE` for infinite weights.
    """
    unknown = np.isinf(weight)
    if unknown.any():
        weight = np.where(unknown, 0.0, weight)
    whole = weight.astype(np.int64)
    seconds = _rounded_up(whole >> LENGTH_BITS, TIME_STEP_BITS)
    metres = _rounded_up(whole & (2**LENGTH_BITS - 1), LENGTH_STEP_BITS)
    seconds[unknown] = UNREACHABLE
    metres[unknown] = UNREACHABLE
    return seconds, metres


def _rounded_up(steps: NDArray[np.int64], bits: int) -> NDArray[np.int32]:
    return np.asarray((steps + (2**bits - 1)) >> bits).astype(np.int32)
