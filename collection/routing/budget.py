"""How long a solve may take, how it is divided into rounds, and when it ends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EFFORT, SMALL = 0.05, 20
"""Seconds per request after which a day of up to so many requests is done: nothing better was
ever found later."""

ROUNDS, DIVIDED_ROUNDS = 12, 96
"""Rounds of a solve, of a day that is searched whole and of one that is divided."""

SHORTEST_ROUND = 0.5
"""Seconds that a round of a divided day takes at least."""

CHUNK = 0.04
"""Seconds that a searcher works before it looks up."""

STEPS = 10
"""Chunks of a round where a count of moves is the limit."""


class Budget:
    """The time, or the moves, of one solve.

    Parameters
    ----------
    servable : int
        Requests that somebody can serve.
    time_limit : float
        Seconds from now on.
    iteration_limit : int, optional
        Moves of each searcher.
    cancelled : callable, optional
        Asked whether to stop.
    large : bool
        Whether the day is divided.
    """

    def __init__(
        self,
        servable: int,
        *,
        time_limit: float,
        iteration_limit: int | None,
        cancelled: Callable[[], bool] | None,
        large: bool,
    ) -> None:
        self.started = time.monotonic()
        self.deadline = self.started + time_limit
        self.iteration_limit = iteration_limit
        self._time_limit = time_limit
        self.effort = time_limit
        if servable <= SMALL and iteration_limit is None:
            self.effort = min(time_limit, EFFORT * servable)
        self.rounds = ROUNDS
        if large:
            most = self.effort / SHORTEST_ROUND if iteration_limit is None else DIVIDED_ROUNDS
            self.rounds = ROUNDS * max(1, min(DIVIDED_ROUNDS, int(most)) // ROUNDS)
        # Rounds in each of the `ROUNDS` parts after which everybody is heard.
        self.each = self.rounds // ROUNDS
        self._cancelled = cancelled or (lambda: False)
        self._stop = False
        self._tries = 20

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        """Seconds until the time limit."""
        return self.deadline - time.monotonic()

    @property
    def share(self) -> float:
        """How much of the time that will be used is over, from 0."""
        return self.spent / max(self.effort, CHUNK)

    @property
    def ended(self) -> bool:
        """Whether to stop, of all that was heard and by the clock."""
        return self._stop or self.spent >= self.effort

    def cancelled(self) -> bool:
        """Ask whether to stop, and remember it.

        Returns
        -------
        bool
            Whether somebody ever said so.
        """
        self._stop = self._stop or self._cancelled()
        return self._stop

    @property
    def reason(self) -> str:
        """Why the solve ends now, as `Solution.stopped` has it."""
        if self.cancelled():
            return "cancelled"
        if self.left <= 0:
            return "time_limit"
        return "no_improvement" if self.effort < self._time_limit else "finished"

    def spend(self, number: int, run: Callable[[int, float], None]) -> None:
        """Let a searcher work for one round, chunk by chunk.

        Parameters
        ----------
        number : int
            Which round.
        run : callable
            Told how many moves to try, and which share of the solve is over.
        """
        begin, end = number / self.rounds, (number + 1) / self.rounds
        if self.iteration_limit is not None:
            goal = int(end * self.iteration_limit) - int(begin * self.iteration_limit)
            for step in range(STEPS):
                if self.ended:
                    return
                tries = goal * (step + 1) // STEPS - goal * step // STEPS
                run(tries, begin + (end - begin) * step / STEPS)
            return
        round_end = self.started + self.effort * end
        while not self.ended and (now := time.monotonic()) < round_end:
            run(self._tries, min(1.0, (now - self.started) / self.effort))
            took = time.monotonic() - now
            self._tries = max(10, int(self._tries * min(2.0, CHUNK / max(took, 1e-4))))
