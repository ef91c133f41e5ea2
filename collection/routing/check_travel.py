"""Travel as the verifier reads it: its own arithmetic of periods and emission classes."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from collection.ports import UNREACHABLE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collection.routing.check_facts import Van
    from collection.units import Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Travel from one point to another over the day.

    Parameters
    ----------
    periods : tuple of int
        Start of each period in seconds of the day; the first holds before it, too.
    seconds : tuple of int or None
        Travel time if the whole way is driven in the period; None where no way leads.
    metres : tuple of int or None
        Length of it.
    """

    periods: tuple[Seconds, ...]
    seconds: tuple[Seconds | None, ...]
    metres: tuple[Metres | None, ...]

    def arrival(self, clock: Seconds) -> Seconds | None:
        """Time of arrival.

        What is left of the way at a period's end takes, in the next one, the share that it
        is of the whole; a started second counts.

        Parameters
        ----------
        clock : int
            Departure.

        Returns
        -------
        int or None
            Seconds of the day; None where no way leads.
        """
        first = self._period(clock)
        left = self.seconds[first]
        for period, end in enumerate(self.periods[first + 1 :], first):
            whole, following = self.seconds[period], self.seconds[period + 1]
            if left is None or not whole or clock + left <= end:
                break
            if following is None:
                return None
            left = math.ceil(Fraction(clock + left - end, whole) * following)
            clock = end
        return None if left is None else clock + left

    def length(self, clock: Seconds) -> Metres | None:
        """Length of the way that is taken at a departure.

        Parameters
        ----------
        clock : int
            Departure.

        Returns
        -------
        int or None
            Metres; None where no way leads.
        """
        return self.metres[self._period(clock)]

    def _period(self, clock: Seconds) -> int:
        return max(0, bisect_right(self.periods, clock) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """Tables of travel; F of them for T periods and P points.

    Parameters
    ----------
    periods : tuple of int
        Starts of the T periods.
    seconds : ndarray of int32, shape (F, T, P, P)
        Travel times.
    metres : ndarray of int32, shape (F, T, P, P)
        Lengths.
    """

    periods: tuple[Seconds, ...]
    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]

    def way(self, van: Van, tail: int, head: int, *, profile: int | None = None) -> Way:
        """Travel of a van between two points.

        Parameters
        ----------
        van : Van
            Who drives.
        tail : int
            Point that it leaves.
        head : int
            Point that it drives to.
        profile : int, optional
            Another table than its own.

        Returns
        -------
        Way
            In every period.
        """
        table = van.profile if profile is None else profile
        return Way(
            periods=self.periods,
            seconds=tuple(
                None if time == UNREACHABLE else math.ceil(Fraction(100 * time, van.speed_percent))
                for time in self.seconds[table, :, tail, head].tolist()
            ),
            metres=tuple(
                None if length == UNREACHABLE else length
                for length in self.metres[table, :, tail, head].tolist()
            ),
        )

    def others_may(self, van: Van, tail: int, head: int, clock: Seconds) -> bool:
        """Ask whether a way that is closed to a van is open to one of another class.

        Parameters
        ----------
        van : Van
            To whom it is closed.
        tail : int
            Point that it leaves.
        head : int
            Point that it drives to.
        clock : int
            Departure.

        Returns
        -------
        bool
            Whether another table has a way then.
        """
        return any(
            self.way(van, tail, head, profile=profile).arrival(clock) is not None
            for profile in range(len(self.seconds))
        )
