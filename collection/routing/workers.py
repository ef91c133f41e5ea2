"""Searches in processes of their own, each fed with a task and read through a pipe.

Workers are spawned, never forked, and share nothing with the parent: the solve may run in a
thread, in a forked job or under a test runner. Whatever becomes of a worker, the parent sees
only the end of its pipe.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Self

from collection.routing.model_ortools import RoutingModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.context import SpawnProcess

    from collection.routing.model_ortools import Routes, Strategy
    from collection.routing.problem import Problem

logger = logging.getLogger(__name__)

POLL = 0.1
"""Seconds after which a waiting parent looks at its clock again."""

_SEND = 0.05  # seconds between two solutions of a worker, so that sending costs little
_GRACE = 5.0  # seconds after which a worker whose parent is gone ends itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one worker is to do.

    Parameters
    ----------
    problem : Problem
        The day, with at least one vehicle and one request that it can serve.
    strategy : Strategy
        How to search.
    seed : int
        Of the search.
    deadline : float
        On the monotonic clock, which all processes of a machine share.
    iteration_limit : int, optional
        Solutions to visit at most.
    """

    problem: Problem
    strategy: Strategy
    seed: int
    deadline: float
    iteration_limit: int | None

    def left(self) -> float:
        """Count down to the deadline.

        Returns
        -------
        float
            Seconds; 0 where it has passed.
        """
        return max(0.0, self.deadline - time.monotonic())


class Pool:
    """Worker processes, started on creation and ended with the block that holds them.

    Parameters
    ----------
    tasks : Iterable of Task
        One for each worker.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        context = multiprocessing.get_context("spawn")
        self.processes: dict[Connection, SpawnProcess] = {}
        self.tasks: dict[Connection, Task] = {}
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
        """Give the workers' solutions as they come, until every worker is done.

        Yields
        ------
        tuple of tuples of int, or None
            Per vehicle, indexes of its requests; None where `POLL` seconds brought nothing.
        """
        open_ = set(self.processes)
        while open_:
            ready = wait(list(open_), timeout=POLL)
            if not ready:
                yield None
            for pipe in ready:
                assert isinstance(pipe, Connection)  # noqa: S101 - only pipes were given
                try:
                    yield pipe.recv()
                except (EOFError, OSError):
                    open_.remove(pipe)
                    self._report(self.processes[pipe])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
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
    task: Task = pipe.recv()
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
