"""One searcher: ruin and recreate under simulated annealing, over compiled kernels.

A searcher runs in short chunks that release the interpreter, so threads search at the same
time, can be stopped between chunks, and exchange what they find.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from collection.routing.clock import FAR
from collection.routing.costs import COST_PARTS, SECOND_PARTS
from collection.routing.day import FIXED, RELOADS, TRAITS, Day
from collection.routing.insertion import insert_all
from collection.routing.kernels.anneal import anneal, keep_best
from collection.routing.kernels.moves import begin_move, change, take_back
from collection.routing.kernels.recreate import recreate
from collection.routing.kernels.state import (
    ABSENT,
    BEST,
    BEST_COUNT,
    BEST_FIRST,
    BY_STOPS,
    COST,
    COUNT,
    COUNTERS,
    CURRENT,
    FACT_COLUMNS,
    ITERATIONS,
    LEFT,
    LISTS,
    NOBODYS,
    OFFER_VERSION,
    OUTSIDE,
    POOL_COST,
    POOL_COUNT,
    POOL_FIRST,
    POOL_VAN,
    POOLED,
    RANDOM,
    STOP_COLUMNS,
    TURNED,
    UNEVEN,
    WHERE,
    State,
    total_cost,
)
from collection.routing.problem import served
from collection.routing.walk import SUM_COUNT, TIME_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collection.routing.guide import Guide
    from collection.routing.problem import Problem

Met: TypeAlias = tuple[int, tuple[int, ...], int]
"""A route that a searcher met: van, nodes, and cost in parts of a cent with soft prices."""

POOL = 64

# Mean removed, longest string, shares of split strings and of stopping to split, share of
# trial reloads, blinks, then the shares of the orders of `Guide.keys`; the rest is at random.
SETTINGS = (10.0, 10.0, 0.5, 0.01, 0.1, 0.01, 0.21, 0.21, 0.11, 0.05, 0.1, 0.1, 0.02)


class Searcher:
    """A running search of a day, or of some vans of it.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays.
    guide : Guide
        Its neighbours and orders.
    seed : int
        Of the random numbers.
    settings : Sequence of float
        See `SETTINGS`.
    """

    def __init__(
        self,
        problem: Problem,
        day: Day,
        guide: Guide,
        *,
        seed: int = 0,
        settings: Sequence[float] = SETTINGS,
    ) -> None:
        self.problem = problem
        # Its own fixed costs, for `load` to raise.
        self.day = day._replace(vans=day.vans.copy())
        self._fixed = day.vans[:, FIXED]
        self._thrift = 0
        self.settings = np.array(settings, dtype=np.float64)
        self.state = _state(problem, day, guide, seed)
        self.company = _company(problem)
        self.load(problem.prefixes)

    @property
    def cost(self) -> int:
        """Cost of the current solution in parts of a cent: absent requests, thrift included."""
        return int(self.state.counters[CURRENT])

    @property
    def best_cost(self) -> int:
        """Cost of the best solution, likewise."""
        return int(self.state.counters[BEST])

    @property
    def vans(self) -> list[int]:
        """Vans that may be changed."""
        vans: list[int] = self.state.active.tolist()
        return vans

    @property
    def iterations(self) -> int:
        """Moves tried so far."""
        return int(self.state.counters[ITERATIONS])

    def load(
        self,
        routes: Sequence[Sequence[int]],
        *,
        active: Iterable[int] | None = None,
        share: tuple[int, int] = (0, 1),
        thrift: int = 0,
    ) -> bool:
        """Start from routes.

        Parameters
        ----------
        routes : Sequence of Sequence of int
            Per vehicle, its nodes in driving order.
        active : Iterable of int, optional
            Vans that may be changed; all by default.
        share : (int, int)
            Which share of the absent requests is this searcher's, of how many: two must not
            insert the same.
        thrift : int
            Parts of a cent by which each van out is dearer to this search than it is, so that
            it finds plans with fewer of them.

        Returns
        -------
        bool
            Whether they keep every constraint.
        """
        state, count = self.state, len(self.problem.request_ids)
        vans = range(len(routes)) if active is None else sorted(active)
        # What was pooled and not drained cost another thrift.
        state.counters[POOLED] = 0
        self._thrift = thrift
        self.day.vans[:, FIXED] = self._fixed + thrift
        state = self.state = state._replace(active=np.array(list(vans), dtype=np.int32))
        state.lists[WHERE] = -1
        for route in routes:
            state.lists[WHERE, list(served(self.problem, tuple(route)))] = OUTSIDE
        kept = True
        begin_move(state)
        for van in vans:
            state.lists[TURNED, van] = 0
            nodes = np.array(routes[van], dtype=np.int32)
            kept &= bool(change(self.day, state, van, nodes, len(nodes)))
            state.lists[WHERE, nodes[nodes < count]] = van
        number, shares = share
        absent = []
        for request in range(count):
            if state.lists[WHERE, request] != -1:
                continue
            mine = self.company[request] % shares == number
            if mine and self.problem.reasons[request] is None:
                absent.append(request)
            else:
                state.lists[WHERE, request] = NOBODYS
        state.lists[LEFT, : len(absent)] = absent
        state.counters[ABSENT] = len(absent)
        begin_move(state)
        state.counters[CURRENT] = state.counters[BEST] = total_cost(self.day, state)
        keep_best(state)
        return kept

    def construct(self) -> None:
        """Insert the absent requests once, each where it costs least."""
        state = self.state
        before = int(state.counters[ABSENT])
        begin_move(state)
        if not recreate(self.day, state, self.settings, before, FAR):
            # An estimate overlooked a constraint; insertions that time every place do not.
            take_back(self.day, state, before)
            absent = state.lists[LEFT, :before].tolist()
            self.load(insert_all(self.problem, self.current_routes(), absent))
            return
        state.counters[CURRENT] = total_cost(self.day, state)
        if state.counters[CURRENT] < state.counters[BEST]:
            state.counters[BEST] = state.counters[CURRENT]
            keep_best(state)

    def run(self, iterations: int, temperature: float, pool_margin: int = 0) -> None:
        """Try moves.

        Parameters
        ----------
        iterations : int
            How many.
        temperature : float
            Parts of a cent.
        pool_margin : int
            See `collection.routing.kernels.anneal.anneal`.
        """
        anneal(self.day, self.state, self.settings, iterations, temperature, pool_margin)

    def best_routes(self) -> list[tuple[int, ...]]:
        """Give the best routes of the active vans.

        Returns
        -------
        list of tuple of int
            Per vehicle, nodes; empty also for vans that are not active.
        """
        state = self.state
        routes: list[tuple[int, ...]] = [()] * len(self.problem.vehicle_ids)
        for van in state.active.tolist():
            end = BEST_FIRST + int(state.best[van, BEST_COUNT])
            routes[van] = tuple(state.best[van, BEST_FIRST:end].tolist())
        return routes

    def current_routes(self) -> list[tuple[int, ...]]:
        """Give the current routes of the active vans.

        Returns
        -------
        list of tuple of int
            Per vehicle, nodes; empty also for vans that are not active.
        """
        state = self.state
        routes: list[tuple[int, ...]] = [()] * len(self.problem.vehicle_ids)
        for van in self.vans:
            slot = 2 * van + int(state.lists[TURNED, van])
            routes[van] = tuple(state.routes[slot, : state.facts[slot, COUNT]].tolist())
        return routes

    def met(self) -> list[Met]:
        """Give the current routes with their costs.

        Returns
        -------
        list of (int, tuple of int, int)
            Van, nodes, and cost in parts of a cent with soft prices.
        """
        facts, turned = self.state.facts, self.state.lists[TURNED]
        return [
            (van, route, int(facts[2 * van + int(turned[van]), COST]) - self._thrift)
            for van, route in enumerate(self.current_routes())
            if route
        ]

    def drain_pool(self) -> list[Met]:
        """Take what the pool has gathered.

        Returns
        -------
        list of (int, tuple of int, int)
            Van, nodes, and cost in parts of a cent with soft prices.
        """
        state = self.state
        columns = []
        for number in range(int(state.counters[POOLED])):
            row = state.pool[number]
            end = POOL_FIRST + int(row[POOL_COUNT])
            nodes = tuple(row[POOL_FIRST:end].tolist())
            columns.append((int(row[POOL_VAN]), nodes, int(row[POOL_COST]) - self._thrift))
        state.counters[POOLED] = 0
        return columns


def _state(problem: Problem, day: Day, guide: Guide, seed: int) -> State:
    requests, vans = len(problem.request_ids), len(problem.vehicle_ids)
    longest = requests + len(problem.pauses) + 2 * len(problem.reload_ids) + 16
    slots = 2 * vans
    emptied = bool((day.vans[:, TRAITS] & RELOADS).any())
    counters = np.zeros(COUNTERS, dtype=np.int64)
    counters[RANDOM] = seed
    if problem.fairness is not None:
        by_stops = problem.fairness.measure == "stops"
        counters[BY_STOPS] = by_stops
        counters[UNEVEN] = problem.fairness.price * (COST_PARTS if by_stops else SECOND_PARTS)
    offers = np.zeros((requests, slots, 3), dtype=np.int64)
    offers[:, :, OFFER_VERSION] = -1
    return State(
        routes=np.zeros((slots, longest), dtype=np.int32),
        stops=np.zeros((slots, longest + 2, STOP_COLUMNS), dtype=np.int64),
        facts=np.zeros((slots, FACT_COLUMNS), dtype=np.int64),
        trip_loads=np.zeros(
            (slots, longest + 1 if emptied else 1, day.loads.shape[2]), dtype=np.int64
        ),
        offers=offers,
        lists=np.zeros((LISTS, requests + vans + 1), dtype=np.int64),
        near=guide.near,
        ranks=guide.ranks,
        near_ways=guide.near_ways,
        keys=guide.keys,
        active=np.arange(vans, dtype=np.int32),
        best=np.zeros((vans, longest + BEST_FIRST), dtype=np.int32),
        pool=np.zeros((POOL, longest + POOL_FIRST), dtype=np.int64),
        counters=counters,
        times=np.zeros((longest + 2, TIME_COLUMNS), dtype=np.int64),
        early=np.zeros((longest + 2, TIME_COLUMNS), dtype=np.int64),
        sums=np.zeros(SUM_COUNT, dtype=np.int64),
        trial=np.zeros((2, longest), dtype=np.int32),
    )


def _company(problem: Problem) -> list[int]:
    """Give a number to each request, the same to those that share a van or a shipment."""
    firsts: dict[int, int] = {}
    company = []
    for request, (group, partner) in enumerate(
        zip(problem.together.tolist(), problem.partner.tolist(), strict=True)
    ):
        first = request if partner < 0 else min(request, partner)
        if group >= 0:
            first = firsts.setdefault(group, first)
        company.append(first)
    # Halves of a shipment may stand in a group through one of them only.
    for request, partner in enumerate(problem.partner.tolist()):
        if partner >= 0:
            company[request] = company[min(request, partner)]
    return company
