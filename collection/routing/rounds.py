"""One solve, round by round: searchers, and OR-Tools that recombines what they find."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.budget import ROUNDS, Budget
from collection.routing.building import MAX_PRICE
from collection.routing.cooling import COLD, cold_for, course_of, heat_for, mean_way, temperature
from collection.routing.costs import COST_PARTS
from collection.routing.day import day_of
from collection.routing.guide import guide_of
from collection.routing.incumbent import Incumbent
from collection.routing.kernels.ruin import LONGEST, MEAN_REMOVED
from collection.routing.member_pyvrp import Member, expresses
from collection.routing.model_ortools import first_solution
from collection.routing.problem import served
from collection.routing.route_pool import RoutePool
from collection.routing.search import Searcher
from collection.routing.solution import evaluate
from collection.routing.teams import WHOLE, divide, in_use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collection.model import Progress
    from collection.routing.cooling import Taste
    from collection.routing.problem import Problem
    from collection.routing.search import Met
    from collection.routing.solution import Solution

MODEL_REQUESTS, MODEL_SHARE = 40, 0.1
"""Requests up to which OR-Tools' routing model, with its view of the whole day, gives a first
solution, too, and the share of the time that it may take for it; also on days with prefixes."""

MEMBER_SHARE, MEMBER_SECONDS = 0.5, 2.0
"""Share of the time in which PyVRP searches in place of a searcher, and least seconds of it."""

THRIFTY = 0.5
"""Share of the time after which vans are no dearer than they are."""

TRIAL_SECONDS = 0.2
"""For which a search is timed before it starts."""

POLL = 0.1
"""Seconds after which a waiting parent asks whether to go on."""

RECOMBINE_SHARE = 0.25
"""Share of a round that its recombination may take."""

MIN_RECOMBINE = 10.0
"""Seconds that a recombination may take at most where a count of moves is the limit."""

POOL_MARGIN = 0.002
"""How much more than the best, as a share of it, a solution may cost to give its routes."""


class Rounds:
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
        self.servable = problem.reasons.count(None)
        self.large = self.servable > WHOLE and workers > 1
        self.budget = Budget(
            self.servable,
            time_limit=time_limit,
            iteration_limit=iteration_limit,
            cancelled=cancelled,
            large=self.large,
        )
        self.seed = seed
        self.day = day_of(problem)
        guide = guide_of(problem, self.day)
        seeds = (seed + 1_000_003 * number for number in range(workers))
        self.searchers = [Searcher(problem, self.day, guide, seed=one) for one in seeds]
        self.working: list[tuple[Searcher, Taste]] = []
        self.pool = RoutePool(problem, self.day)
        self.searchers[0].load(begun)
        first = evaluate(problem, begun, day=self.day)
        assert first is not None  # noqa: S101 - vans that cannot begin as told were freed
        self.best = Incumbent(problem, self.day, first, on_progress or (lambda _: None))
        self.current = first.routes
        self.divided = False
        self.number = 0
        self.mean_way, self.heat, self.cold = 1.0, 1.0, COLD
        self.member: Member | None = None
        self.course = course_of(self.day, first.routes, large=self.large)

    def construct(self, start: Sequence[Sequence[int]] = ()) -> None:
        """Insert every request once, and so have a plan.

        Parameters
        ----------
        start : Sequence of Sequence of int
            Per vehicle, nodes that are there already; not used if they break a constraint.
        """
        searcher = self.searchers[0]
        used = [route if served(self.problem, tuple(route)) else () for route in start]
        if used and evaluate(self.problem, used, day=self.day) is not None:
            searcher.load(used)
        searcher.construct()
        self.best.take(searcher.best_routes())
        asked = any(self.problem.prefixes) or 1 < self.servable <= MODEL_REQUESTS
        if self.budget.iteration_limit is None and asked:
            seconds = MODEL_SHARE * self.budget.effort
            routes = first_solution(self.problem, seconds=seconds, seed=self.seed)
            if routes is not None and self.best.take(routes):
                searcher.load(self.best.routes)
        self.course = course_of(self.day, self.best.routes, large=self.large)
        self.best.begin()
        self.best.tell(self.budget.share, at_once=True)
        self.mean_way = mean_way(self.day, self.best.routes)
        moves = self._moves()
        self.heat = heat_for(moves, self.servable, self.course.enough)
        self.cold = cold_for(moves, self.servable, self.course.hurry)

    def improve(self) -> None:
        """Search in rounds until the end."""
        self.current = self.best.routes
        for searcher in self.searchers:
            self._begin_at(searcher, self.current)
        everybody = list(zip(self.searchers, cycle(self.course.tastes), strict=False))
        for searcher, taste in everybody:
            searcher.settings[MEAN_REMOVED] = taste.removed
            searcher.settings[LONGEST] = taste.longest
        with ExitStack() as stack, ThreadPoolExecutor(max_workers=len(everybody)) as executor:
            self.member = self._member(stack)
            for number in range(self.budget.rounds):
                self.number = number
                if self.budget.ended:
                    break
                self.working = everybody[:-1] if self.member is not None else everybody
                if self.large:
                    self._share_out()
                futures = [executor.submit(self._search, *pair) for pair in self.working]
                while wait(futures, timeout=POLL).not_done:
                    self.budget.cancelled()
                    self.best.tell(self.budget.share)
                for future in futures:
                    self.pool.add(future.result())
                self._gather()
                self.mean_way = mean_way(self.day, self.best.routes)
                self._hear_member()
                # Early routes are of little use, and recombining stops the search.
                early = 3 * self.number <= self.budget.rounds
                if self._round_of_all() and not early and not self.budget.ended:
                    self._recombine()

    def _round_of_all(self) -> bool:
        """Tell whether one of `ROUNDS` parts of the solve ends, but not the last."""
        following = self.number + 1
        return following % self.budget.each == 0 and following < self.budget.rounds

    def _share_out(self) -> None:
        """Let the searchers of a large day begin the round."""
        if self.number >= self.course.mixing * self.budget.rounds:
            self.current = self.current if self.divided else self.best.routes
            self.divided = True
            self._assign_teams()
        elif self.number and self.number % self.budget.each == 0:
            for searcher in self.searchers:
                self._begin_at(searcher, searcher.current_routes())

    def _member(self, stack: ExitStack) -> Member | None:
        """Let PyVRP search in place of the last searcher for a while, if it knows all there is."""
        seconds = MEMBER_SHARE * self.budget.effort
        able = len(self.searchers) > 1 and not self.large and self.budget.iteration_limit is None
        if not able or seconds < MEMBER_SECONDS or not expresses(self.problem):
            return None
        unassigned = len(self.best.solution.unassigned) - sum(map(bool, self.problem.reasons))
        if unassigned and int(self.problem.prices.max()) > MAX_PRICE:
            return None  # It would rather be hours late than leave out somebody so dear.
        return stack.enter_context(
            Member(
                self.problem,
                seconds=seconds - self.budget.spent,
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
        self.best.take(routes)
        if self._begin_at(self.searchers[-1], routes):
            self.pool.add(self.searchers[-1].met())
        else:
            self._begin_at(self.searchers[-1], self.best.routes)

    def finish(self) -> Solution:
        """Close the solve."""
        reason = self.budget.reason
        self.best.tell(1.0, at_once=True)
        return replace(self.best.solution, stopped=reason)

    def _search(self, searcher: Searcher, taste: Taste) -> list[Met]:
        """Let a searcher work for one round, in a thread; give the good routes it met."""
        met: list[Met] = []
        # What is left out may be dearer than all routes together.
        best = self.best.solution
        margin = int(POOL_MARGIN * (best.parts - COST_PARTS * best.price))

        def run(tries: int, share: float) -> None:
            degrees = temperature(taste, self.heat, share, self.cold)
            searcher.run(tries, self.mean_way * degrees, margin)
            met.extend(searcher.drain_pool())

        self.budget.spend(self.number, run)
        return met

    def _moves(self) -> float:
        """Tell how many moves there is time for."""
        if self.budget.iteration_limit is not None:
            return float(self.budget.iteration_limit)
        searcher, started = self.searchers[0], self.budget.spent
        trial = min(TRIAL_SECONDS, 0.05 * self.budget.effort)
        while (spent := self.budget.spent - started) < trial:
            searcher.run(20, COLD * self.mean_way)
        self.best.take(searcher.best_routes())
        moves = searcher.iterations * self.budget.effort / spent if spent else 0.0
        return moves * (len(self.searchers) if self.large else 1)

    def _assign_teams(self) -> None:
        """Give each searcher a neighbourhood of the one solution."""
        rng = np.random.default_rng((self.seed, self.number))
        shares = len(self.working)
        teams = divide(self.problem, self.day, self.current, shares, most=self.course.team, rng=rng)
        for place, ((searcher, _), vans) in enumerate(zip(self.working, teams, strict=True)):
            share = ((place + self.number) % shares, shares)
            searcher.load(self.current, active=vans, share=share, thrift=self._thrift())

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

    def _recombine(self) -> None:
        """Let CP-SAT pick the best set of routes, and hand it to the worst searcher."""
        counted = self.budget.iteration_limit is not None
        limit = min(RECOMBINE_SHARE * self.budget.effort / ROUNDS, self.budget.left)
        routes = self.pool.recombine(
            self.best.routes,
            time_limit=max(limit, MIN_RECOMBINE) if counted else limit,
            deterministic=counted,
            seed=self.seed + self.number,
            stop=self.budget.cancelled,
        )
        if routes is None or not self.best.take(routes):
            return
        if self.divided:
            self.current = self.best.routes
        else:
            worst, _ = max(self.working, key=lambda pair: pair[0].cost)
            self._begin_at(worst, self.best.routes)

    def _begin_at(self, searcher: Searcher, routes: Sequence[Sequence[int]]) -> bool:
        """Let a searcher go on from routes; tell whether they keep every constraint."""
        return searcher.load(routes, active=in_use(self.day, routes), thrift=self._thrift())

    def _thrift(self) -> int:
        left = max(0.0, 1.0 - self.number / (THRIFTY * self.budget.rounds))
        return int(left * self.course.thrift * self.mean_way)
