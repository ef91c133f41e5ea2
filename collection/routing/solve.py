"""Find routes: a portfolio of OR-Tools searches in worker processes, under one deadline.

The parent builds a plan by cheapest insertion while the workers start, takes every better
solution that they send, and ends them: at the deadline, when asked to stop, or when a small
day no longer gets better. So an answer always comes, and in time, whatever a worker does.
Workers are spawned, never forked, and share nothing with the parent but the `Problem`.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import signal
import threading
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from collection.model import Progress
from collection.routing.insertion import insert_all
from collection.routing.model_ortools import PORTFOLIO, Routes, RoutingModel
from collection.routing.solution import Solution, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.context import SpawnProcess

    from collection.routing.model_ortools import Strategy
    from collection.routing.problem import Problem

logger = logging.getLogger(__name__)

SMALL = 200
"""Requests up to which a search may stop before its time limit."""

PATIENCE = 5.0
"""Seconds without a gain after which a small day may stop; never in its first half: the last
gain must also be older than half of the time spent so far."""

GAIN = 0.001
"""Share of the total by which a solution must be better to count as a gain."""

_POLL = 0.1  # seconds between looks at the clock and at `cancelled`
_SEND = 0.05  # seconds between two solutions of a worker, so that sending costs little
_GRACE = 5.0  # seconds after which a worker whose parent is gone ends itself


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
        Seconds at most, the start of the workers included. A day of up to `SMALL` requests ends earlier when its searches have not
        gained `GAIN` for `PATIENCE` seconds and for half of the time spent.
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
    pool = _Pool(
        _Task(
            problem=problem,
            strategy=PORTFOLIO[number % len(PORTFOLIO)],
            seed=seed + 1_000_003 * number,
            deadline=search.deadline,
            iteration_limit=iteration_limit,
        )
        for number in range(workers)
    )
    try:
        search.take_insertion()
        may_stop = iteration_limit is None and servable <= SMALL
        for routes in pool.solutions():
            if routes is not None:
                search.take(routes)
            search.tell()
            if (reason := search.ended(may_stop=may_stop)) is not None:
                break
        else:
            reason = search.ended(may_stop=False) or "finished"
    finally:
        pool.end()
    return search.finish(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What one worker is to do; its deadline is on the clock that all processes share."""

    problem: Problem
    strategy: Strategy
    seed: int
    deadline: float
    iteration_limit: int | None

    def left(self) -> float:
        """Seconds until the deadline, 0 where it has passed."""
        return max(0.0, self.deadline - time.monotonic())


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
        if done is None and now - self.told < 2 * _POLL:
            return
        self.told = now
        share = (now - self.started) / self.time_limit if done is None else done
        text = f"cost {self.best.cost / 100:.2f}, unassigned {len(self.best.unassigned)}"
        self.on_progress(Progress(phase="solve", done=min(1.0, share), text=text))

    def finish(self, reason: str) -> Solution:
        """Close the search."""
        self.tell(done=1.0)
        return replace(self.best, stopped=reason)


class _Pool:
    """Worker processes and the pipes that tasks go and solutions come through."""

    def __init__(self, tasks: Iterable[_Task]) -> None:
        context = multiprocessing.get_context("spawn")
        self.processes: dict[Connection, SpawnProcess] = {}
        self.tasks: dict[Connection, _Task] = {}
        for task in tasks:
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs,), daemon=True)
            process.start()
            # Only the worker holds its end: when it is gone, so is the pipe.
            theirs.close()
            self.processes[ours] = process
            self.tasks[ours] = task
        self.feeder = threading.Thread(target=self._feed, daemon=True)
        self.feeder.start()

    def _feed(self) -> None:
        """Send the tasks; each send blocks until its worker has started and reads.

        A task is no argument of its process: start() would then block as well, and for ever
        if the worker died before reading it.
        """
        for pipe, task in self.tasks.items():
            try:
                pipe.send(task)
            except OSError:
                continue  # a dead worker; told where its pipe is read

    def solutions(self) -> Iterator[Routes | None]:
        """Yield routes as they come, and None at least every `_POLL` seconds."""
        open_ = set(self.processes)
        while open_:
            ready = wait(list(open_), timeout=_POLL)
            if not ready:
                yield None
            for pipe in ready:
                assert isinstance(pipe, Connection)  # noqa: S101 - only pipes were given
                try:
                    yield pipe.recv()
                except (EOFError, OSError):
                    open_.remove(pipe)
                    self._report(self.processes[pipe])

    def end(self) -> None:
        """End every worker, by its own id, and free what it held."""
        for process in self.processes.values():
            process.kill()
        self.feeder.join()
        for pipe, process in self.processes.items():
            process.join()
            process.close()
            pipe.close()

    @staticmethod
    def _report(process: SpawnProcess) -> None:
        process.join()
        if process.exitcode:
            logger.error("planner worker %d ended with code %d", process.pid, process.exitcode)


def _work(pipe: Connection) -> None:
    """Search in a process of its own and send each better solution."""
    # Ctrl-C reaches the whole group; the parent ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    task: _Task = pipe.recv()
    if hasattr(signal, "setitimer"):
        # Ends this process even inside OR-Tools, should the parent be gone.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, task.left() + _GRACE)
    sent = -math.inf

    def send(routes: Routes) -> None:
        nonlocal sent
        if task.iteration_limit is not None or time.monotonic() - sent >= _SEND:
            pipe.send(routes)
            sent = time.monotonic()

    routes = RoutingModel(task.problem, seed=task.seed).search(
        task.strategy,
        time_limit=task.left(),
        iteration_limit=task.iteration_limit,
        on_solution=send,
    )
    if routes is not None:
        pipe.send(routes)
    pipe.close()


def _refuse_not_positive(**limits: float | None) -> None:
    for name, limit in limits.items():
        if limit is not None and not limit > 0:
            msg = f"{name} must be more than 0, is {limit}"
            raise ValueError(msg)
