"""The present of a played world."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import simpy


class PlayedClock:
    """A `Clock` that SimPy moves; one unit of its time is a second.

    Parameters
    ----------
    env : simpy.Environment
        Whose time counts.
    epoch : datetime
        Aware UTC instant of its beginning.
    """

    def __init__(self, env: simpy.Environment, epoch: datetime) -> None:
        self._env = env
        self._epoch = epoch

    def now(self) -> datetime:
        """Present instant.

        Returns
        -------
        datetime
            Aware, in UTC.
        """
        return self._epoch + timedelta(seconds=self._env.now)

    def until(self, instant: datetime) -> float:
        """Tell how long something is off, as SimPy waits for it.

        Parameters
        ----------
        instant : datetime
            Aware instant.

        Returns
        -------
        float
            Seconds; 0 where it is past.
        """
        return max(0.0, (instant - self.now()).total_seconds())
