"""Travel on real streets, and the way from words to places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.model import AddressMatch, Leg, Position


UNREACHABLE: int = np.iinfo(np.int32).max
"""Entry of a `TravelMatrix` where no way leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMatrix:
    """Travel times and distances between points, asymmetric.

    Parameters
    ----------
    seconds : ndarray of int32, shape (n, n)
        From row to column; zero on the diagonal; `UNREACHABLE` where no way leads.
    metres : ndarray of int32, shape (n, n)
        Length of the fastest way; `UNREACHABLE` where no way leads.
    snap_metres : ndarray of int32, shape (n,)
        How far each point is from the street it was put on; `UNREACHABLE` where farther
        than the limit, and then its row and column are too.
    """

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    snap_metres: NDArray[np.int32]


class MatrixSource(Protocol):
    """Travel on real streets."""

    @property
    def fingerprint(self) -> str:
        """Hash of network and speeds; the same gives the same matrices."""
        ...

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        """Travel from each point to each other.

        Parameters
        ----------
        points : Sequence of Position
            The n points.

        Returns
        -------
        TravelMatrix
            Arrays of shape (n, n).
        """
        ...

    def paths(self, sequence: Sequence[Position]) -> tuple[Leg, ...]:
        """Fastest ways along a sequence of points.

        Parameters
        ----------
        sequence : Sequence of Position
            The points in driving order, all reachable.

        Returns
        -------
        tuple of Leg
            One fewer than points.
        """
        ...


class Geocoder(Protocol):
    """From the words of an address to its place."""

    def search(self, text: str, *, limit: int = 5) -> tuple[AddressMatch, ...]:
        """Addresses that match a text, best first.

        Parameters
        ----------
        text : str
            What somebody typed, whole or in part.
        limit : int
            How many at most.

        Returns
        -------
        tuple of AddressMatch
            Empty where nothing matches.
        """
        ...
