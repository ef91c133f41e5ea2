"""Travel on real streets, and the way from words to places."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, Self

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

    def joined(self, rows: TravelRows) -> Self:
        """Add a point at the end.

        Parameters
        ----------
        rows : TravelRows
            Between the new point and all of the table, for the same classes and day.

        Returns
        -------
        TravelTable
            Of n + 1 points; nothing is shared.

        Raises
        ------
        ValueError
            If classes, periods or points differ.
        """
        n = len(self.snap_metres)
        if (rows.classes, rows.periods, rows.seconds.shape[-1]) != (self.classes, self.periods, n):
            msg = "rows of other classes, periods or points than the table's"
            raise ValueError(msg)
        shape = (*self.seconds.shape[:2], n + 1, n + 1)
        tables = []
        for old, new in ((self.seconds, rows.seconds), (self.metres, rows.metres)):
            table = np.zeros(shape, dtype=np.int32)
            table[:, :, :n, :n] = old
            table[:, :, n, :n], table[:, :, :n, n] = new
            tables.append(table)
        return replace(
            self,
            seconds=tables[0],
            metres=tables[1],
            snap_metres=np.append(self.snap_metres, np.int32(rows.snap_metres)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelRows:
    """Travel between one point and n others on one day: a row and a column of a table.

    Parameters
    ----------
    classes : tuple of str
        The C emission classes, each once.
    periods : tuple of int
        As in `TravelTable`.
    seconds : ndarray of int32, shape (2, C, T, n)
        From the one to each other, then from each other to the one.
    metres : ndarray of int32, shape (2, C, T, n)
        Likewise.
    snap_metres : int
        Of the one, as in `TravelTable`.
    """

    classes: tuple[str, ...]
    periods: tuple[Seconds, ...]
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    snap_metres: int

    def first(self, count: int) -> Self:
        """Take the ways to and from the first others only.

        Parameters
        ----------
        count : int
            How many.

        Returns
        -------
        TravelRows
            A view.
        """
        return replace(self, seconds=self.seconds[..., :count], metres=self.metres[..., :count])


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

    def places(self, points: Sequence[Position]) -> Any:
        """Look for the streets of points once, for `rows` to be asked often.

        Parameters
        ----------
        points : Sequence of Position
            The points.

        Returns
        -------
        Any
            What `rows` of the same source takes.
        """
        ...

    def rows(self, new: Position, places: Any, *, day: date, classes: Sequence[str]) -> TravelRows:
        """Travel between one point and others on one day: what `travel` says of it.

        Parameters
        ----------
        new : Position
            The one.
        places : Any
            The n others, as `places` gave them.
        day : date
            As of `travel`.
        classes : Sequence of str
            As of `travel`.

        Returns
        -------
        TravelRows
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
