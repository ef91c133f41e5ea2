"""Travel on real streets, and the way from words to places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.model import AddressMatch, Leg, Position
    from collection.units import Seconds


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelTable:
    """Travel between n points on one day, by emission class and period of the day.

    Parameters
    ----------
    classes : tuple of str
        The C emission classes, each once.
    periods : tuple of int
        Start of each of the T periods in seconds of the local day, ascending, the first 0.
    seconds : ndarray of int32, shape (C, T, n, n)
        From row to column while the period's traffic lasts; zero on the diagonal;
        `UNREACHABLE` where no way leads.
    metres : ndarray of int32, shape (C, T, n, n)
        Length of the fastest way; `UNREACHABLE` where no way leads.
    snap_metres : ndarray of int32, shape (n,)
        As in `TravelMatrix`. A point may be near a street that a class may not enter: then
        its rows and columns of that class are `UNREACHABLE`, and this number is not.
    """

    classes: tuple[str, ...]
    periods: tuple[Seconds, ...]
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    snap_metres: NDArray[np.int32]

    @classmethod
    def of(cls, matrix: TravelMatrix) -> Self:
        """Take a matrix for the whole day and for vehicles that may go everywhere.

        Parameters
        ----------
        matrix : TravelMatrix
            Arrays of shape (n, n); they are shared, not copied.

        Returns
        -------
        TravelTable
            Of the one class ``""`` and one period.
        """
        return cls(
            classes=("",),
            periods=(0,),
            seconds=matrix.seconds[None, None],
            metres=matrix.metres[None, None],
            snap_metres=matrix.snap_metres,
        )


class MatrixSource(Protocol):
    """Travel on real streets."""

    @property
    def fingerprint(self) -> str:
        """Hash of network, traffic and zones; the same gives the same tables on each day."""
        ...

    def travel(
        self, points: Sequence[Position], *, day: date, classes: Sequence[str]
    ) -> TravelTable:
        """Travel from each point to each other on one day.

        Parameters
        ----------
        points : Sequence of Position
            The n points.
        day : date
            Decides on traffic and on the zones in force.
        classes : Sequence of str
            Emission classes of the vehicles; ``""`` may enter every zone that anybody may.

        Returns
        -------
        TravelTable
            Of the distinct classes in their order.
        """
        ...

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        """Travel from each point to each other, without traffic and zones.

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

    def paths(
        self,
        sequence: Sequence[Position],
        *,
        emission_class: str = "",
        departures: Sequence[Seconds] | None = None,
        day: date | None = None,
    ) -> tuple[Leg, ...]:
        """Fastest ways along a sequence of points.

        Parameters
        ----------
        sequence : Sequence of Position
            The points in driving order, all reachable.
        emission_class : str
            The vehicle's class.
        departures : Sequence of int, optional
            When each point but the last is left, in seconds of the local day; the start of
            the day where nothing is said.
        day : date, optional
            Day of the drive; None for ways without traffic and zones.

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
