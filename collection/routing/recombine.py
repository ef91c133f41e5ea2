"""Choose the best set of routes out of those that searches have met: set partitioning.

A search gives up good routes for the sake of others; the best of all that it met seldom
stood in one solution. Here each route is a column, and CP-SAT chooses columns that serve
each request at most once. Vehicles that are alike are one kind with a number.

CP-SAT is fast up to a few thousand columns and lost beyond. So the linear relaxation ranks
them: a column whose reduced cost is above the gap between the relaxation and the incumbent
can be in no better plan, and the lower it is the sooner it is tried.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

from collection.routing.columns import Column, pool_of, relax
from collection.routing.day import kinds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from collection.routing.columns import Pool
    from collection.routing.problem import Problem

FIRST_COLUMNS, MOST_COLUMNS = 500, 4_000
"""Columns of the first model, doubled in each, and of the last."""

_ROUNDING = 1e-6  # share of the cost that floats may be wrong by, far below a cent
_POLL = 0.05  # seconds between two questions whether to stop


def recombine(
    problem: Problem,
    columns: Iterable[Column],
    incumbent: Sequence[Column],
    *,
    time_limit: float,
    deterministic_limit: float | None = None,
    workers: int = 1,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
) -> list[Column] | None:
    """Find a plan of the given routes that is cheaper than the incumbent.

    Parameters
    ----------
    problem : Problem
        The day.
    columns : Iterable of Column
        Feasible routes.
    incumbent : Sequence of Column
        Routes of a plan; vehicles that stay have none.
    time_limit : float
        Seconds.
    deterministic_limit : float, optional
        Seconds of CP-SAT's deterministic clock: with it the same input gives the same plan,
        unless the time limit comes first.
    workers : int
        Threads of CP-SAT.
    seed : int
        Of its search.
    stop : callable, optional
        Polled from a thread, twenty times a second; True ends the search with the best so
        far.

    Returns
    -------
    list of Column or None
        A cheaper plan, growing by vehicle, each with a vehicle of its own; None where none
        was found.
    """
    deadline = time.monotonic() + time_limit
    stopped = stop or (lambda: False)
    before = _total(problem, incumbent)
    pool, chosen = pool_of(problem, columns, incumbent)
    best = pool.total(chosen)
    if not pool.columns or stopped():
        return None
    relaxed = relax(pool, scale=max(best, 1), time_limit=max(0.0, deadline - time.monotonic()))
    if relaxed is None:
        return None
    bound, reduced = relaxed
    ranking = np.argsort(reduced, kind="stable")
    size, left = FIRST_COLUMNS, deterministic_limit
    while not stopped() and (seconds := deadline - time.monotonic()) > 0:
        able = ranking[reduced[ranking] <= best - bound + _ROUNDING * best]
        model = _Model(pool, sorted({*able[:size].tolist(), *chosen}), chosen)
        model.limit(seconds, left, workers, seed)
        with _watched(model.solver, stopped):
            better, done = model.solve()
        if better is not None and (total := pool.total(better)) < best:
            chosen, best = better, total
        left = None if left is None else left - model.solver.deterministic_time
        spent = left is not None and left <= 0
        if not done or spent or size >= min(len(able), MOST_COLUMNS):
            break
        size *= 2
    return _assigned(problem, pool, chosen) if best < before else None


class _Model:
    """Which columns of a pool to take, as a CP-SAT model."""

    def __init__(self, pool: Pool, columns: list[int], hint: Sequence[int]) -> None:
        self.columns = columns
        self.model = model = cp_model.CpModel()
        self.solver = cp_model.CpSolver()
        self.taken = [model.new_bool_var("") for _ in columns]
        hinted = set(hint)
        for column, taken in zip(columns, self.taken, strict=True):
            model.add_hint(taken, column in hinted)
        cost = cp_model.LinearExpr.weighted_sum(self.taken, pool.costs[columns].tolist())
        cost = cost + self._unserved(pool, hinted) + self._uneven(pool, hinted)
        model.add(cost <= pool.total(hint))
        model.minimize(cost)
        self._vehicles(pool)

    def limit(self, seconds: float, deterministic: float | None, workers: int, seed: int) -> None:
        """Set when to stop, and how to search."""
        parameters = self.solver.parameters
        parameters.max_time_in_seconds = seconds
        if deterministic is not None:
            parameters.max_deterministic_time = deterministic
            parameters.interleave_search = workers > 1
        parameters.num_workers = workers
        parameters.random_seed = seed % (1 << 31)
        # The relaxation does the work here: presolve costs more than it saves.
        parameters.linearization_level = 2
        parameters.cp_model_presolve = False

    def solve(self) -> tuple[list[int] | None, bool]:
        """Give the best columns, if any were found, and whether the search is done."""
        status = self.solver.solve(self.model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None, status == cp_model.INFEASIBLE
        better = [
            column
            for column, taken in zip(self.columns, self.taken, strict=True)
            if self.solver.boolean_value(taken)
        ]
        return better, status == cp_model.OPTIMAL

    def _unserved(self, pool: Pool, hinted: set[int]) -> cp_model.LinearExprT:
        """Serve each request once, or pay its price."""
        serving: list[list[cp_model.IntVar]] = [[] for _ in pool.prices]
        for column, taken in zip(self.columns, self.taken, strict=True):
            for request in pool.requests[column]:
                serving[request].append(taken)
        served = {request for column in hinted for request in pool.requests[column]}
        left = [self.model.new_bool_var("") for _ in pool.prices]
        for request, columns in enumerate(serving):
            self.model.add_hint(left[request], request not in served)
            self.model.add_exactly_one([left[request], *columns])
        return cp_model.LinearExpr.weighted_sum(left, pool.prices.tolist())

    def _uneven(self, pool: Pool, hinted: set[int]) -> cp_model.LinearExprT:
        """Price the longest day against the shortest of the columns taken."""
        if not pool.uneven:
            return 0
        most = int(pool.days.max())
        longest, shortest = (self.model.new_int_var(0, most, "") for _ in range(2))
        days = pool.days[sorted(hinted)] if hinted else np.zeros(1, dtype=np.int64)
        self.model.add_hint(longest, int(days.max()))
        self.model.add_hint(shortest, int(days.min()))
        self.model.add(longest >= shortest)
        for day, taken in zip(pool.days[self.columns].tolist(), self.taken, strict=True):
            self.model.add(longest >= day * taken)
            self.model.add(shortest <= most - (most - day) * taken)
        return pool.uneven * (longest - shortest)

    def _vehicles(self, pool: Pool) -> None:
        """Take no more columns of a kind than vehicles, and one at most for a group."""
        taken_of = dict(zip(self.columns, self.taken, strict=True))
        for kind, number in enumerate(pool.vehicles.tolist()):
            of_kind = [taken_of[c] for c in self.columns if pool.kinds[c] == kind]
            if pool.needed[kind]:
                self.model.add_exactly_one(of_kind)
            elif len(of_kind) > number:
                self.model.add(sum(of_kind) <= number)
        for group in pool.groups:
            self.model.add_at_most_one([taken_of[c] for c in group if c in taken_of])


@contextmanager
def _watched(solver: cp_model.CpSolver, stopped: Callable[[], bool]) -> Iterator[None]:
    """Ask every now and then whether to stop, while the block solves."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_POLL):
            if stopped():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _total(problem: Problem, incumbent: Sequence[Column]) -> int:
    pool, chosen = pool_of(problem, (), incumbent)
    return pool.total(chosen)


def _assigned(problem: Problem, pool: Pool, chosen: Sequence[int]) -> list[Column]:
    """Give each column a vehicle of its kind: its own, or the next that is free."""
    kinds = kinds_of(problem).tolist()
    free = set(range(len(kinds)))
    homeless, plan = [], []
    for column in (pool.columns[number] for number in chosen):
        if column.vehicle in free:
            free.remove(column.vehicle)
            plan.append(column)
        else:
            homeless.append(column)
    for column in homeless:
        vehicle = min(v for v in free if kinds[v] == kinds[column.vehicle])
        free.remove(vehicle)
        plan.append(replace(column, vehicle=vehicle))
    return sorted(plan, key=lambda column: column.vehicle)
