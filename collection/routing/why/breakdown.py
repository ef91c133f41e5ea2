"""What a route costs, part by part, and what its last stop and its constraints cost.

The cost of a constraint is what the same vehicle could save on the same stops if that one
constraint did not hold: the best route that a short search finds without it, against the best
that the same search finds with it. It is a lower bound of the saving, never below zero; the
costs of two constraints do not add up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from collection.routing.alone import halves
from collection.routing.costs import COST_PARTS, METRE_PARTS, SECOND_PARTS, to_cents
from collection.routing.day import day_of
from collection.routing.guide import guide_of
from collection.routing.part import part_of
from collection.routing.problem import NO_LIMIT, served
from collection.routing.search import Searcher
from collection.routing.timing import schedule
from collection.units import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collection.routing.problem import Problem
    from collection.routing.timing import Timing
    from collection.units import Cents

ITERATIONS = 200
"""Moves that a search tries at each of its temperatures."""

TEMPERATURES = (0.1, 0.03, 0.01)
"""As multiples of what a stop of the route costs on average."""

_NEVER_LEFT_OUT: Cents = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCost:
    """What one route costs, in cents.

    Parameters
    ----------
    vehicle_id : str
        Who drives.
    cost : int
        The bill: exactly the sum of the next five, which are rounded one after the other.
    fixed : int
        For going out at all.
    hours : int
        From departure to return, by the hour.
    overtime : int
        On top, after the end of the shift.
    driving : int
        On top, while driving.
    kilometres : int
        By the kilometre.
    soft : int
        What preferences and changed times weigh; on no bill. Uneven days are a matter of
        the whole plan.
    last_request_id : str
        Who is served last.
    last_stop : int
        Bill and soft prices, less those of the best route that the search finds without the
        last stop (and without the other half of its shipment).
    savings : int
        What the search saves on the route as it is, all constraints kept: 0 where the plan
        has the best order of its stops.
    constraints : dict of str to int
        What each constraint costs, the dearest first, of those that hold for the vehicle:
        ``time_windows`` (of stops and reloads), ``shift`` (with overtime), ``breaks``,
        ``capacity``, ``range``, ``max_duration``, ``max_travel``, ``profile`` (low-emission
        zones and speed: each way as quick and as short as for any vehicle of the day),
        ``traffic`` (each way as quick and as short as in its best period) and ``prefix``.
    """

    vehicle_id: str
    cost: Cents
    fixed: Cents
    hours: Cents
    overtime: Cents
    driving: Cents
    kilometres: Cents
    soft: Cents
    last_request_id: str
    last_stop: Cents
    savings: Cents
    constraints: dict[str, Cents]


def breakdown(problem: Problem, vehicle: int, route: Sequence[int], *, seed: int = 0) -> RouteCost:
    """Say what a route costs and why.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Who drives.
    route : Sequence of int
        Its nodes in driving order, with at least one request; all constraints are kept.
    seed : int
        Of the searches.

    Returns
    -------
    RouteCost
        The same for the same seed.
    """
    stops = served(problem, tuple(route))
    part = part_of(problem, stops, [vehicle])
    own = replace(
        part.problem, fairness=None, prices=np.full(len(stops), _NEVER_LEFT_OUT, dtype=np.int64)
    )
    nodes = part.down(route)
    timing = schedule(own, 0, nodes)
    now = timing.parts + timing.soft
    best = min(now, _searched(own, nodes, seed))
    costs: dict[str, Cents] = {}
    for name, relax in _RELAXED.items():
        relaxed = relax(own)
        if relaxed is not None:
            costs[name] = to_cents(max(0, best - _searched(relaxed, nodes, seed)))
    others = set(stops).difference(halves(problem, stops[-1]))
    rest = part_of(own, part.down(sorted(others)), [0])
    return RouteCost(
        vehicle_id=problem.vehicle_ids[vehicle],
        cost=timing.cost,
        **_by_part(own, timing),
        soft=to_cents(timing.soft),
        last_request_id=problem.request_ids[stops[-1]],
        last_stop=to_cents(now - _searched(rest.problem, rest.down(nodes), seed)),
        savings=to_cents(now - best),
        constraints=dict(sorted(costs.items(), key=lambda item: -item[1])),
    )


def _by_part(problem: Problem, timing: Timing) -> dict[str, Cents]:
    """Split the bill; each sum so far is rounded, so that the whole is what is paid."""
    out = timing.end - timing.departure
    parts = {
        "fixed": COST_PARTS * int(problem.fixed_costs[0]),
        "hours": SECOND_PARTS * int(problem.hour_costs[0]) * out,
        "overtime": SECOND_PARTS * int(problem.overtime_costs[0]) * timing.overtime,
        "driving": SECOND_PARTS * int(problem.drive_costs[0]) * sum(timing.travel),
        "kilometres": METRE_PARTS * int(problem.km_costs[0]) * sum(timing.metres),
    }
    sums = [to_cents(total) for total in accumulate(parts.values(), initial=0)]
    return {
        name: after - before for name, (before, after) in zip(parts, pairwise(sums), strict=True)
    }


def _searched(problem: Problem, route: tuple[int, ...], seed: int) -> int:
    """Find how cheap the one vehicle's route can be, in parts of a cent."""
    count = len(problem.request_ids)
    if not count:
        return 0
    day = day_of(problem)
    starts = (
        route,
        tuple(node for node in route if node not in problem.pause_nodes),
        served(problem, route),
    )
    timings = [(schedule(day, 0, start), start) for start in starts]
    feasible = [(t.parts + t.soft, start) for t, start in timings if t.feasible]
    searcher = Searcher(problem, day, guide_of(problem, day), seed=seed)
    if feasible:
        searcher.load([min(feasible)[1]])
    else:
        searcher.construct()
    best = searcher.best_cost
    for share in TEMPERATURES:
        searcher.run(ITERATIONS, share * best / count)
    return searcher.best_cost


def _without_windows(problem: Problem) -> Problem:
    always = ((0, 2 * DAY),)
    return replace(
        problem,
        windows=(always,) * len(problem.windows),
        reload_windows=(always,) * len(problem.reload_windows),
    )


def _without_shift(problem: Problem) -> Problem:
    ends = np.full(1, 2 * DAY)
    return replace(problem, shifts=np.array([[0, 2 * DAY]]), latest_ends=ends)


def _without_breaks(problem: Problem) -> Problem | None:
    if not any(problem.breaks) and not any(problem.rules):
        return None
    return replace(problem, breaks=((),), rules=((),))


def _without_capacity(problem: Problem) -> Problem:
    return replace(problem, capacities=np.full_like(problem.capacities, NO_LIMIT))


def _without_limit(field: str) -> Callable[[Problem], Problem | None]:
    def relax(problem: Problem) -> Problem | None:
        if getattr(problem, field)[0] >= NO_LIMIT:
            return None
        changes: dict[str, Any] = {field: np.full(1, NO_LIMIT)}
        return replace(problem, **changes)

    return relax


def _without_profile(problem: Problem) -> Problem | None:
    if len(problem.seconds) == 1:
        return None
    return _best_ways(problem, axis=0)


def _without_traffic(problem: Problem) -> Problem | None:
    if len(problem.periods) == 1:
        return None
    return replace(_best_ways(problem, axis=1), periods=np.zeros(1, dtype=np.int64))


def _without_prefix(problem: Problem) -> Problem | None:
    return replace(problem, prefixes=((),)) if problem.prefixes[0] else None


def _best_ways(problem: Problem, axis: int) -> Problem:
    profiles = np.zeros(1, dtype=np.int64) if axis == 0 else problem.profiles
    return replace(
        problem,
        seconds=problem.seconds.min(axis=axis, keepdims=True),
        metres=problem.metres.min(axis=axis, keepdims=True),
        profiles=profiles,
    )


_RELAXED: dict[str, Callable[[Problem], Problem | None]] = {
    "time_windows": _without_windows,
    "shift": _without_shift,
    "breaks": _without_breaks,
    "capacity": _without_capacity,
    "range": _without_limit("max_metres"),
    "max_duration": _without_limit("max_seconds"),
    "max_travel": _without_limit("max_travel"),
    "profile": _without_profile,
    "traffic": _without_traffic,
    "prefix": _without_prefix,
}
