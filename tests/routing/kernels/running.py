"""A search that stands still, so that one kernel at a time can be tried on it."""

from typing import NamedTuple

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from collection.routing.day import Day, day_of
from collection.routing.guide import guide_of
from collection.routing.kernels.moves import begin_move
from collection.routing.kernels.recreate import recreate
from collection.routing.kernels.ruin import ruin
from collection.routing.kernels.state import (
    ABSENT,
    COUNT,
    LEFT,
    WHERE,
    State,
    slot_of,
    total_cost,
)
from collection.routing.problem import Problem
from collection.routing.search import SETTINGS, Searcher
from tests.problems import CONSTRAINTS, problems

EAGER = np.array((*SETTINGS[:4], 0.5, *SETTINGS[5:]))
"""The settings of a search that tries a reload in every other string."""


class Running(NamedTuple):
    """A searcher's problem and arrays."""

    problem: Problem
    day: Day
    state: State

    def __repr__(self):
        return f"Running({self.routes}, absent={self.absent})"

    @property
    def absent(self):
        return self.state.lists[LEFT, : self.state.counters[ABSENT]].tolist()

    @property
    def routes(self):
        return [self.route(slot_of(self.state, van)) for van in range(len(self.day.vans))]

    @property
    def cost(self):
        return total_cost(self.day, self.state)

    def route(self, slot):
        return tuple(self.state.routes[slot, : self.state.facts[slot, COUNT]].tolist())

    def move(self):
        """Ruin and recreate once; whether the move can be looked at, and who was absent."""
        before = int(self.state.counters[ABSENT])
        begin_move(self.state)
        kept = ruin(self.day, self.state, EAGER)
        return kept and recreate(self.day, self.state, EAGER, before, 1 << 50), before

    def held(self):
        """All that a move may change, by value."""
        slots = [slot_of(self.state, van) for van in range(len(self.day.vans))]
        rows = [int(self.state.facts[slot, COUNT]) + 2 for slot in slots]
        return (
            self.routes,
            self.absent,
            self.state.lists[WHERE].tolist(),
            self.state.facts[slots].tolist(),
            [self.state.stops[s, :n].tolist() for s, n in zip(slots, rows, strict=True)],
            self.state.trip_loads[slots].tolist(),
            self.cost,
        )


def running(problem, routes=None, *, seed=0, constructed=False):
    """Start a search from routes."""
    day = day_of(problem)
    searcher = Searcher(problem, day, guide_of(problem, day), seed=seed)
    if routes is not None:
        searcher.load((*routes, *((),) * (len(problem.vehicle_ids) - len(routes))))
    if constructed:
        searcher.construct()
    return Running(problem, day, searcher.state)


@st.composite
def searches(draw, *, constraints=CONSTRAINTS, always=()):
    """The first plan of a random problem with a vehicle and a request at least."""
    problem = draw(problems(constraints=constraints, always=always))
    assume(problem.vehicle_ids and None in problem.reasons)
    day = day_of(problem)
    searcher = Searcher(problem, day, guide_of(problem, day), seed=draw(st.integers(0, 99)))
    # Prefixes that cannot be kept are refused before a search begins.
    assume(searcher.load(problem.prefixes))
    searcher.construct()
    return Running(problem, day, searcher.state)
