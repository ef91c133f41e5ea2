"""Find routes: a portfolio of OR-Tools searches in worker processes, under one deadline.

The parent builds a plan by cheapest insertion while the workers start, takes every better
solution that they send, and ends them: at the deadline, when asked to stop, or when a small
day no longer gets better. So an answer always comes, and in time, whatever a worker does.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from collection.model import Progress
from collection.routing.insertion import insert_all
from collection.routing.model_ortools import PORTFOLIO
from collection.routing.solution import Solution, evaluate
from collection.routing.workers import POLL, Pool, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from collection.routing.model_ortools import Routes
    from collection.routing.problem import Problem

logger = logging.getLogger(__name__)

SMALL = 200
"""Requests up to which a search may stop before its time limit."""

PATIENCE = 5.0
"""Seconds without a gain after which a small day may stop."""

GAIN = 0.001
"""Share of the total by which a solution must be better to count as a gain."""


def solve(
    problem: Problem,
    *,
    time_limit: float,
    seed: int = 0,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    iteration_limit: int | None = None,
) -> Solution:
    """Find cheap routes that keep every constraint.

    Parameters
    ----------
    problem : Problem
        The day.
    time_limit : float
        Seconds at most, the start of the workers included. A day of up to `SMALL` requests
        ends earlier when its searches have not gained `GAIN` for `PATIENCE` seconds and for
        half of the time spent.
    seed : int
        Varies the searches.
    workers : int
        Processes, each with a strategy and seed of its own; the cheapest answer wins.
    on_progress : callable, optional
        Told a few times a second how far it is.
    cancelled : callable, optional
        Polled ten times a second; True ends the search with the best so far.
    iteration_limit : int, optional
        Solutions that each worker visits at most. With it the same problem and seed give
        the same answer, unless the time limit comes first.

    Returns
    -------
    Solution
        The cheapest found; requests that nobody could serve are unassigned.

    Raises
    ------
    ValueError
        If `time_limit`, `workers` or `iteration_limit` is not positive.
    """
    _refuse_not_positive(time_limit=time_limit, workers=workers, iteration_limit=iteration_limit)
    search = _Search(problem, time_limit, on_progress, cancelled)
    servable = problem.reasons.count(None)
    if servable < 2:
        search.take_insertion()
        return search.finish("finished")
    tasks = [
        Task(
            problem=problem,
            strategy=PORTFOLIO[number % len(PORTFOLIO)],
            seed=seed + 1_000_003 * number,
            deadline=search.deadline,
            iteration_limit=iteration_limit,
        )
        for number in range(workers)
    ]
    may_stop = iteration_limit is None and servable <= SMALL
    with Pool(tasks) as pool:
        search.take_insertion()
        for routes in pool.solutions():
            if routes is not None:
                search.take(routes)
            search.tell()
            if (reason := search.ended(may_stop=may_stop)) is not None:
                break
        else:
            reason = search.ended(may_stop=False) or "finished"
    return search.finish(reason)


class _Search:
    """The best solution so far, and whether to go on."""

    def __init__(
        self,
        problem: Problem,
        time_limit: float,
        on_progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.problem = problem
        self.time_limit = time_limit
        self.started = time.monotonic()
        self.deadline = self.started + time_limit
        self.on_progress = on_progress or (lambda _: None)
        self.cancelled = cancelled or (lambda: False)
        best = evaluate(problem, [()] * len(problem.vehicle_ids))
        assert best is not None  # noqa: S101 - vans that stay keep every constraint
        self.best = best
        self.gained = self.started
        self.mark = math.inf
        self.told = -math.inf

    def take(self, routes: Routes) -> None:
        """Keep routes if they are better; on a tie the first in order, whoever was faster."""
        solution = evaluate(self.problem, routes)
        if solution is None:
            logger.error("a worker's routes break a constraint and are left out")
            return
        # Against the last gain of the searches, not against the insertion: a search that is
        # still on its way down to that is not to be given up.
        if solution.total < (1 - GAIN) * self.mark:
            self.mark = solution.total
            self.gained = time.monotonic()
        self.best = min(self.best, solution, key=lambda s: (s.total, s.routes))

    def take_insertion(self) -> None:
        """Insert what is unassigned, as long as time is left."""
        routes = insert_all(
            self.problem,
            self.best.routes,
            self.best.unassigned,
            stop=lambda: self.ended(may_stop=False) is not None,
        )
        self.best = evaluate(self.problem, routes) or self.best

    def ended(self, *, may_stop: bool) -> str | None:
        """Why to stop now, if so."""
        now = time.monotonic()
        if self.cancelled():
            return "cancelled"
        if now >= self.deadline:
            return "time_limit"
        patience = max(PATIENCE, (now - self.started) / 2)
        return "no_improvement" if may_stop and now - self.gained > patience else None

    def tell(self, *, done: float | None = None) -> None:
        """Report progress, a few times a second."""
        now = time.monotonic()
        if done is None and now - self.told < 2 * POLL:
            return
        self.told = now
        share = (now - self.started) / self.time_limit if done is None else done
        text = f"cost {self.best.cost / 100:.2f}, unassigned {len(self.best.unassigned)}"
        self.on_progress(Progress(phase="solve", done=min(1.0, share), text=text))

    def finish(self, reason: str) -> Solution:
        """Close the search."""
        self.tell(done=1.0)
        return replace(self.best, stopped=reason)


def _refuse_not_positive(**limits: float | None) -> None:
    for name, limit in limits.items():
        if limit is not None and not limit > 0:
            msg = f"{name} must be more than 0, is {limit}"
            raise ValueError(msg)
