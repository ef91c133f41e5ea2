"""Find routes: searchers on every core, and OR-Tools that recombines what they find.

A solve is a row of rounds. In each, every searcher works in a thread of its own; compiled code
runs beside the interpreter, so threads use all cores and share the day's arrays. Between
rounds CP-SAT picks the best set of all good routes that anybody has found, and the searchers
go on from there. The best solution so far is always at hand.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.cooling import COLD, heat_for, mean_way, taste_of, temperature
from collection.routing.day import day_of
from collection.routing.incumbent import Incumbent
from collection.routing.kernels.ruin import LONGEST, MEAN_REMOVED
from collection.routing.member_pyvrp import Member, expresses
from collection.routing.model_ortools import first_solution
from collection.routing.model_routes import planned
from collection.routing.route_pool import RoutePool
from collection.routing.search import Searcher
from collection.routing.solution import evaluate
from collection.routing.teams import WHOLE, divide

if TYPE_CHECKING:
    from collections.abc import Callable

    from collection.model import Progress
    from collection.routing.cooling import Taste
    from collection.routing.problem import Problem
    from collection.routing.search import Met
    from collection.routing.solution import Solution

EFFORT, SMALL = 0.05, 20
"""Seconds per request after which a day of up to so many requests is done: nothing better was
ever found later."""

MODEL_REQUESTS, MODEL_SHARE = 40, 0.1
"""Requests up to which OR-Tools' routing model, with its view of the whole day, gives a first
solution, too, and the share of the time that it may take for it; also on days with prefixes."""

MEMBER_SHARE, MEMBER_SECONDS = 0.5, 2.0
"""Share of the time in which PyVRP searches in place of a searcher, and least seconds of it."""

MIXING = 0.1
"""First share of the solve of a large day in which it is not divided yet: neighbourhoods are of
use once routes lie where they belong."""

TRIAL_SECONDS = 0.2
"""For which a search is timed before it starts."""

ROUNDS, DIVIDED_ROUNDS = 12, 96
"""Rounds of a solve, of a day that is searched whole and of one that is divided."""

SHORTEST_ROUND = 0.5
"""Seconds that a round of a divided day takes at least."""

CHUNK = 0.04
"""Seconds that a searcher works before it looks up."""

POLL = 0.1
"""Seconds after which a waiting parent asks whether to go on."""

RECOMBINE_SHARE = 0.25
"""Share of a round that its recombination may take."""

MIN_RECOMBINE = 10.0
"""Seconds that a recombination may take at most where a count of moves is the limit."""

POOL_MARGIN = 0.002
"""How much more than the best, as a share of it, a solution may cost to give its routes."""


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
        Seconds; all of them are used but for a day of up to `SMALL` requests.
    seed : int
        Of the searches.
    workers : int
        Searchers at a time; one for each core is best.
    on_progress : callable, optional
        Told a few times a second how far it is.
    cancelled : callable, optional
        Polled ten times a second; True ends the search with the best so far.
    iteration_limit : int, optional
        Moves that each searcher tries. With it the same problem, seed and workers give the
        same answer, unless the time limit comes first.

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
    problem, begun = _begun(problem)
    work = _Work(
        problem,
        begun,
        time_limit=time_limit,
        seed=seed,
        workers=workers,
        on_progress=on_progress,
        cancelled=cancelled,
        iteration_limit=iteration_limit,
    )
    work.construct()
    if problem.reasons.count(None) and problem.vehicle_ids:
        work.improve()
    return work.finish()


class _Work:
    """One solve: the incumbent, the searchers, and when to stop."""

    def __init__(
        self,
        problem: Problem,
        begun: tuple[tuple[int, ...], ...],
        *,
        time_limit: float,
        seed: int,
        workers: int,
        on_progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
        iteration_limit: int | None,
    ) -> None:
        self.problem = problem
        self.started = time.monotonic()
        self.deadline = self.started + time_limit
        self.cancelled = cancelled or (lambda: False)
        self.iteration_limit = iteration_limit
        servable = problem.reasons.count(None)
        self.effort = time_limit
        if servable <= SMALL and iteration_limit is None:
            self.effort = min(time_limit, EFFORT * servable)
        self.large = servable > WHOLE and workers > 1
        self.divided = False
        self.rounds = ROUNDS
        if self.large:
            most = self.effort / SHORTEST_ROUND if iteration_limit is None else DIVIDED_ROUNDS
            self.rounds = ROUNDS * max(1, min(DIVIDED_ROUNDS, int(most)) // ROUNDS)
        self.recombine_every = self.rounds // ROUNDS
        self.seed = seed
        self.workers = workers
        self.day = day_of(problem)
        self.searchers = [Searcher(problem, self.day, seed=seed)]
        self.pool = RoutePool(problem, self.day)
        self.searchers[0].load(begun)
        first = evaluate(problem, begun, day=self.day)
        assert first is not None  # noqa: S101 - vans that cannot begin as told were freed
        self.best = Incumbent(problem, self.day, first, on_progress or (lambda _: None))
        self.current = first.routes
        self.stop = False
        self.tries = 20
        self.mean_way, self.heat = 1.0, 1.0
        self.member: Member | None = None

    def construct(self) -> None:
        """Insert every request once, and so have a plan."""
        searcher = self.searchers[0]
        searcher.construct()
        self.best.take(searcher.best_routes())
        servable = self.problem.reasons.count(None)
        locked = any(self.problem.prefixes)
        if self.iteration_limit is None and (locked or 1 < servable <= MODEL_REQUESTS):
            routes = first_solution(self.problem, seconds=MODEL_SHARE * self.effort, seed=self.seed)
            if routes is not None and self.best.take(routes):
                searcher.load(self.best.routes)
        self.best.begin()
        self.best.tell(self._share(), at_once=True)
        self.mean_way = mean_way(self.day, self.best.routes)
        self.heat = self._heat()

    def improve(self) -> None:
        """Search in rounds until the end."""
        while len(self.searchers) < self.workers:
            number = len(self.searchers)
            searcher = Searcher(self.problem, self.day, seed=self.seed + 1_000_003 * number)
            searcher.load(self.best.routes)
            self.searchers.append(searcher)
        self.tastes = [taste_of(n, self.best.routes) for n in range(self.workers)]
        for searcher, taste in zip(self.searchers, self.tastes, strict=True):
            searcher.settings[MEAN_REMOVED] = taste.removed
            searcher.settings[LONGEST] = taste.longest
        self.current = self.best.routes
        self.working = list(zip(self.searchers, self.tastes, strict=True))
        with ExitStack() as stack, ThreadPoolExecutor(max_workers=self.workers) as executor:
            self.member = self._member(stack)
            for number in range(self.rounds):
                if self._ended():
                    break
                if self.large and number >= MIXING * self.rounds:
                    self.current = self.current if self.divided else self.best.routes
                    self.divided = True
                    self._assign_teams(number)
                futures = [
                    executor.submit(self._search, searcher, taste, number)
                    for searcher, taste in self.working
                ]
                while wait(futures, timeout=POLL).not_done:
                    self._cancelled()
                    self.best.tell(self._share())
                for future in futures:
                    self.pool.add(future.result())
                self._gather()
                self._hear_member()
                # Early routes are of little use, and recombining stops the search.
                due = (number + 1) % self.recombine_every == 0 and 3 * number > self.rounds
                if due and number + 1 < self.rounds and not self._ended():
                    self._recombine(number)

    def _member(self, stack: ExitStack) -> Member | None:
        """Let PyVRP search in place of the last searcher for a while, if it knows all there is."""
        seconds = MEMBER_SHARE * self.effort
        able = self.workers > 1 and self.iteration_limit is None and seconds >= MEMBER_SECONDS
        if not able or not expresses(self.problem):
            return None
        self.working.pop()
        unassigned = len(self.best.solution.unassigned) - sum(map(bool, self.problem.reasons))
        return stack.enter_context(
            Member(
                self.problem,
                seconds=seconds - (time.monotonic() - self.started),
                seed=self.seed,
                everybody=not unassigned,
            )
        )

    def _hear_member(self) -> None:
        """Go on from what PyVRP found, with a searcher in its place."""
        routes = self.member.poll() if self.member is not None else None
        if routes is None:
            return
        self.member = None
        self.working = list(zip(self.searchers, self.tastes, strict=True))
        better = self.best.take(routes)
        if self.divided:
            self.current = self.best.routes if better else self.current
        elif self.searchers[-1].load(routes):
            self.pool.add(self.searchers[-1].met())
        else:
            self.searchers[-1].load(self.best.routes)

    def finish(self) -> Solution:
        """Close the solve."""
        reason = "finished"
        if self.stop or self.cancelled():
            reason = "cancelled"
        elif time.monotonic() >= self.deadline:
            reason = "time_limit"
        elif self.effort < self.deadline - self.started:
            reason = "no_improvement"
        self.best.tell(1.0, at_once=True)
        return replace(self.best.solution, stopped=reason)

    def _search(self, searcher: Searcher, taste: Taste, number: int) -> list[Met]:
        """Let a searcher work for one round, in a thread; give the good routes it met."""
        met: list[Met] = []
        begin, end = number / self.rounds, (number + 1) / self.rounds
        margin = int(POOL_MARGIN * self.best.solution.parts)
        if self.iteration_limit is not None:
            goal = int(end * self.iteration_limit) - int(begin * self.iteration_limit)
            steps = 10
            for step in range(steps):
                if self._ended():
                    break
                share = begin + (end - begin) * step / steps
                tries = goal * (step + 1) // steps - goal * step // steps
                searcher.run(tries, self.mean_way * temperature(taste, self.heat, share), margin)
                met += searcher.drain_pool()
            return met
        round_end = self.started + self.effort * end
        while not self._ended() and (now := time.monotonic()) < round_end:
            share = min(1.0, (now - self.started) / self.effort)
            searcher.run(self.tries, self.mean_way * temperature(taste, self.heat, share), margin)
            met += searcher.drain_pool()
            took = time.monotonic() - now
            self.tries = max(10, int(self.tries * min(2.0, CHUNK / max(took, 1e-4))))
        return met

    def _heat(self) -> float:
        """Choose how hot to start by how many moves there is time for."""
        requests = self.problem.reasons.count(None)
        if self.iteration_limit is not None:
            return heat_for(self.iteration_limit, requests)
        searcher, started = self.searchers[0], time.monotonic()
        while (spent := time.monotonic() - started) < min(TRIAL_SECONDS, 0.05 * self.effort):
            searcher.run(20, COLD * self.mean_way)
        self.best.take(searcher.best_routes())
        moves = searcher.iterations * self.effort / spent if spent else 0.0
        return heat_for(moves * (self.workers if self.large else 1), requests)

    def _assign_teams(self, number: int) -> None:
        """Give each searcher a neighbourhood of the one solution."""
        rng = np.random.default_rng((self.seed, number))
        shares = len(self.working)
        teams = divide(self.problem, self.current, shares, rng)
        for place, ((searcher, _), vans) in enumerate(zip(self.working, teams, strict=True)):
            share = ((place + number) % shares, shares)
            searcher.load(self.current, active=vans, share=share)

    def _gather(self) -> None:
        """Take what the searchers found, and put the neighbourhoods together again."""
        if not self.divided:
            for searcher in self.searchers:
                self.best.take(searcher.best_routes())
            return
        best, current = list(self.current), list(self.current)
        for searcher, _ in self.working:
            found, now = searcher.best_routes(), searcher.current_routes()
            for van in searcher.vans:
                best[van], current[van] = found[van], now[van]
        self.best.take(best)
        whole = evaluate(self.problem, current, day=self.day)
        # What nobody may change in a team can still be broken between two of them.
        self.current = self.best.routes if whole is None else whole.routes

    def _recombine(self, number: int) -> None:
        """Let CP-SAT pick the best set of routes, and hand it to the worst searcher."""
        between = self.effort / self.rounds * self.recombine_every
        limit = min(RECOMBINE_SHARE * between, self.deadline - time.monotonic())
        routes = self.pool.recombine(
            self.best.routes,
            time_limit=max(limit, MIN_RECOMBINE) if self.iteration_limit else limit,
            deterministic=self.iteration_limit is not None,
            seed=self.seed + number,
            stop=self._cancelled,
        )
        if routes is None or not self.best.take(routes):
            return
        if self.divided:
            self.current = self.best.routes
        else:
            worst, _ = max(self.working, key=lambda pair: pair[0].cost)
            worst.load(self.best.routes)

    def _cancelled(self) -> bool:
        """Ask whether to stop, and remember it."""
        self.stop = self.stop or self.cancelled()
        return self.stop

    def _ended(self) -> bool:
        return self.stop or time.monotonic() >= self.started + self.effort

    def _share(self) -> float:
        return (time.monotonic() - self.started) / max(self.effort, CHUNK)


def _begun(problem: Problem) -> tuple[Problem, tuple[tuple[int, ...], ...]]:
    """Begin routes as vans are told to, with the pauses and reloads that this takes.

    A van that cannot begin so is freed: better that than no plan. The verifier then says that
    its prefix is not kept, so nobody overlooks it.
    """
    routes: list[tuple[int, ...]] = [()] * len(problem.vehicle_ids)
    if not any(problem.prefixes):
        return problem, tuple(routes)
    day = day_of(problem)
    prefixes = list(problem.prefixes)
    for van, prefix in enumerate(problem.prefixes):
        if prefix:
            routes[van] = planned(problem, day, van, prefix)
            alone = replace(
                problem, prefixes=(*prefixes[: van + 1], *((),) * (len(routes) - van - 1))
            )
            if evaluate(alone, routes) is None:
                routes[van], prefixes[van] = (), ()
    return replace(problem, prefixes=tuple(prefixes)), tuple(routes)


def _refuse_not_positive(**limits: float | None) -> None:
    for name, limit in limits.items():
        if limit is not None and not limit > 0:
            msg = f"{name} must be more than 0, is {limit}"
            raise ValueError(msg)
