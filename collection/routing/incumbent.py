"""The best solution so far, and telling how good it is."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from collection.model import Progress
from collection.routing.solution import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collection.routing.day import Day
    from collection.routing.problem import Problem
    from collection.routing.solution import Solution

TELL_EVERY = 0.2
"""Seconds between two reports."""


class Incumbent:
    """The best solution so far.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays.
    solution : Solution
        The first.
    on_progress : callable
        Told a few times a second.
    """

    def __init__(
        self,
        problem: Problem,
        day: Day,
        solution: Solution,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.problem = problem
        self.day = day
        self.solution = solution
        self.first = solution.parts
        self._on_progress = on_progress
        self._told = -math.inf

    @property
    def routes(self) -> tuple[tuple[int, ...], ...]:
        """Per vehicle, its nodes in driving order."""
        return self.solution.routes

    def take(self, routes: Sequence[Sequence[int]]) -> bool:
        """Keep routes if they are better.

        Parameters
        ----------
        routes : Sequence of Sequence of int
            Per vehicle, its nodes in driving order; they may break constraints.

        Returns
        -------
        bool
            Whether they are.
        """
        solution = evaluate(self.problem, routes, day=self.day)
        if solution is None or solution.parts >= self.solution.parts:
            return False
        self.solution = solution
        return True

    def begin(self) -> None:
        """Count gains from here on."""
        self.first = self.solution.parts

    def tell(self, share: float, *, at_once: bool = False) -> None:
        """Report progress, a few times a second.

        Parameters
        ----------
        share : float
            Of the time that is over.
        at_once : bool
            Whether to report in any case.
        """
        now = time.monotonic()
        if not at_once and now - self._told < TELL_EVERY:
            return
        self._told = now
        gap = self.solution.parts / self.first - 1 if self.first else 0.0
        text = (
            f"cost {self.solution.cost / 100:.2f}, unassigned {len(self.solution.unassigned)}, "
            f"{gap:+.1%} against the start"
        )
        self._on_progress(Progress(phase="solve", done=min(1.0, share), text=text))
