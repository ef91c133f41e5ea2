"""The rest of a day: solved from the routes as they are, late only where it must, verified."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

from collection.routing.assemble import assemble
from collection.routing.building import emission_classes, points
from collection.routing.check import check
from collection.routing.day import day_of
from collection.routing.explain import classified
from collection.routing.insertion import insert_all
from collection.routing.lapsing import build_lasting
from collection.routing.legs import with_legs
from collection.routing.rest import held_open, ways_home, with_ways_home
from collection.routing.solve import solve
from collection.routing.timing import schedule
from collection.scheduling.present_routes import present_routes
from collection.scheduling.tentative_plans import PROMISE_PRICE
from collection.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from collection.model import (
        Instructions,
        PickupRequest,
        Plan,
        Territory,
    )
    from collection.ports import TravelTable
    from collection.routing.problem import Problem
    from collection.scheduling.nightly import NightPorts
    from collection.units import Metres, Seconds

LATER: tuple[Seconds, ...] = tuple(n * MINUTE for n in (15, 30, 45, 60, 90, 120, 180, 240))
"""How much longer a window is held open for whom nobody can serve in it, step by step."""

FIRST_SHARE = 0.6
"""Share of the time for the solve that keeps every window, where somebody is left over."""

MIN_SECONDS = 0.2
"""That the second solve has at least."""

URGENT_PRICE = 2 * PROMISE_PRICE
"""What leaving out an urgent request costs a solve, on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the rest of a day.

    Parameters
    ----------
    instructions : Instructions
        Among what is open.
    urgent : frozenset of str
        Requests that go before others.
    promised : frozenset of str
        Requests that the published plan serves.
    """

    instructions: Instructions
    urgent: frozenset[str]
    promised: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The rest of a day, solved and verified.

    Parameters
    ----------
    plan : Plan
        Over the vans of `territory`, with legs and what the verifier found.
    territory : Territory
        As `collection.routing.rest.rest_territory` built it.
    later : Mapping of str to int
        By request: seconds for which its last window was held open.
    back : Mapping of str to (int, int)
        By vehicle: seconds and metres of its way back if it has nothing more to do.
    phases : Mapping of str to float
        Seconds that each phase took.
    """

    plan: Plan
    territory: Territory
    later: Mapping[str, Seconds]
    back: Mapping[str, tuple[Seconds, Metres]]
    phases: Mapping[str, float]


def solve_rest(
    before: Plan,
    territory: Territory,
    requests: Sequence[PickupRequest],
    asked: Asked,
    ports: NightPorts,
    *,
    deadline: float,
    seed: int,
    cancelled: Callable[[], bool] | None,
    iteration_limit: int | None = None,
) -> Rest:
    """Solve the rest of a day, from its routes as they are.

    Promised windows are kept first. Only for those whom nobody can serve in time then, windows
    are held open longer, no more than it takes.

    Parameters
    ----------
    before : Plan
        The published plan; changes against it have a price.
    territory : Territory
        As `collection.routing.rest.rest_territory` built it.
    requests : Sequence of PickupRequest
        What is open.
    asked : Asked
        What is asked.
    ports : NightPorts
        What to work with.
    deadline : float
        When the solver is done, by `time.perf_counter`.
    seed : int
        Of the solve.
    cancelled : callable, optional
        Polled.
    iteration_limit : int, optional
        Moves that each searcher tries.

    Returns
    -------
    Rest
        Solved, verified and drawn.
    """
    clock = _Clock()
    source = ports.source(territory)
    travel = source.travel(
        points(requests, territory), day=before.day, classes=emission_classes(territory)
    )
    back = ways_home(territory, travel)
    territory = with_ways_home(territory, back)
    clock.lap("matrix")
    day = _Open(before, territory, tuple(requests), asked, ports, travel)
    problem, lasting = day.problem({})
    started = present_routes(problem, before)
    grown = insert_all(problem, started, day.missing(problem, started))
    full = not day.missing(problem, grown)
    clock.lap("build")
    solve_ = partial(
        solve,
        seed=seed,
        workers=ports.workers,
        cancelled=cancelled,
        iteration_limit=iteration_limit,
    )
    share = 1.0 if full else FIRST_SHARE
    left_over = max(MIN_SECONDS, share * (deadline - perf_counter()))
    solution = solve_(day.priced(problem), start=grown, time_limit=left_over)
    later: dict[str, Seconds] = {}
    left = [n for n in day.missing(problem, solution.routes) if day.promised(problem, n)]
    routes: Sequence[tuple[int, ...]] = solution.routes
    if left:
        routes, later = day.held_open(problem, routes, left)
        problem, lasting = day.problem(later) if later else (problem, lasting)
    if later or not full:
        left_over = max(MIN_SECONDS, deadline - perf_counter())
        solution = solve_(day.priced(problem), start=routes, time_limit=left_over)
    clock.lap("solve")
    plan = assemble(problem, solution, created_at=ports.clock.now(), fingerprint="", seed=seed)
    plan = replace(plan, instructions=lasting)
    clock.lap("assemble")
    held = held_open(requests, later)
    found = check(plan, held, territory, ports.devices, travel, lasting, earlier=before)
    clock.lap("check")
    drawn = with_legs(plan, territory, source, drawn=before)
    clock.lap("paths")
    return Rest(
        plan=replace(drawn, violations=tuple(found)),
        territory=territory,
        later=later,
        back=back,
        phases=clock.laps,
    )


class _Clock:
    """Measures what follows what."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.laps[name] = now - self._last
        self._last = now


@dataclass(frozen=True, slots=True)
class _Open:
    """What is open, and how it is asked of a solver."""

    before: Plan
    territory: Territory
    requests: tuple[PickupRequest, ...]
    asked: Asked
    ports: NightPorts
    travel: TravelTable

    def problem(self, later: Mapping[str, Seconds]) -> tuple[Problem, Instructions]:
        """Build it, with some windows held open longer."""
        return build_lasting(
            held_open(self.requests, later),
            self.territory,
            self.ports.devices,
            self.travel,
            day=self.before.day,
            instructions=self.asked.instructions,
            earlier=self.before,
        )

    def priced(self, problem: Problem) -> Problem:
        """Make it dear to leave out whom the published plan serves, and dearer who is urgent."""
        prices = problem.prices.copy()
        for node, name in enumerate(problem.request_ids):
            if problem.reasons[node] is None:
                prices[node] += PROMISE_PRICE * (name in self.asked.promised)
                prices[node] += URGENT_PRICE * (name in self.asked.urgent)
        return replace(problem, prices=prices)

    def promised(self, problem: Problem, node: int) -> bool:
        name = problem.request_ids[node]
        return name in self.asked.promised or name in self.asked.urgent

    @staticmethod
    def missing(problem: Problem, routes: Sequence[Sequence[int]]) -> list[int]:
        inside = {node for route in routes for node in route}
        return [node for node in range(len(problem.request_ids)) if node not in inside]

    def held_open(
        self, problem: Problem, routes: Sequence[tuple[int, ...]], left: Sequence[int]
    ) -> tuple[Sequence[tuple[int, ...]], dict[str, Seconds]]:
        """Hold windows open longer and longer, until everybody has a place that can have one."""
        later: dict[str, Seconds] = {}
        waiting = list(left)
        longest = classified(self._with_later(problem, dict.fromkeys(waiting, LATER[-1])))
        problem = replace(problem, allowed=longest.allowed, reasons=longest.reasons)
        for seconds in LATER:
            tried = self._with_later(problem, dict.fromkeys(waiting, seconds))
            routes = insert_all(self.priced(tried), routes, waiting)
            # No longer than it took to find each a place.
            found = {
                n: s for n, s in self._lateness(problem, tried, routes).items() if n in waiting
            }
            later.update({problem.request_ids[node]: late for node, late in found.items()})
            problem = self._with_later(problem, found)
            waiting = [node for node in waiting if node not in found]
            if not waiting:
                break
        return routes, later

    @staticmethod
    def _with_later(problem: Problem, later: Mapping[int, Seconds]) -> Problem:
        windows = list(problem.windows)
        for node, seconds in later.items():
            *others, (opens, closes) = windows[node]
            windows[node] = (*others, (opens, closes + seconds))
        return replace(problem, windows=tuple(windows))

    @staticmethod
    def _lateness(
        problem: Problem, tried: Problem, routes: Sequence[tuple[int, ...]]
    ) -> dict[int, Seconds]:
        """Tell in whole minutes how late requests are served, of all that are."""
        day = day_of(tried)
        return {
            node: -(-max(0, start - problem.windows[node][-1][1]) // MINUTE) * MINUTE
            for van, route in enumerate(routes)
            for node, start in zip(route, schedule(day, van, route).starts, strict=True)
            if node < len(problem.request_ids)
        }
