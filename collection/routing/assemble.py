"""From an engine's solution to a plan: times, loads, costs, and a reason for each left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.model import (
    Load,
    Pause,
    Plan,
    ReloadVisit,
    Route,
    Stop,
    Unassigned,
    UnassignedReason,
)
from collection.routing.costs import to_cents
from collection.routing.explain import detail, no_capacity
from collection.routing.inserter import Inserter
from collection.routing.insertion import insert_all
from collection.routing.solution import unevenness
from collection.routing.timing import schedule
from collection.routing.why.blocks import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from collection.routing.problem import Problem
    from collection.routing.solution import Solution
    from collection.routing.timing import Timing


def assemble(
    problem: Problem, solution: Solution, *, created_at: datetime, fingerprint: str, seed: int = 0
) -> Plan:
    """Make a plan of a solution.

    A request that the solution left out is first tried in every route: where it fits it is
    served, and only what fits nowhere is reported as having no capacity left.

    Parameters
    ----------
    problem : Problem
        The day, with the loads of `collection.model.LOAD_DIMENSIONS`.
    solution : Solution
        Its routes keep every constraint.
    created_at : datetime
        Aware UTC instant.
    fingerprint : str
        Hash of what the plan was made from.
    seed : int
        Of the solve.

    Returns
    -------
    Plan
        Without id, version and legs: the store numbers it, a ``MatrixSource`` draws it.
    """
    sequences, left = solution.routes, set(solution.unassigned)
    while left:
        grown = insert_all(problem, sequences, left)
        if grown == sequences:
            break
        sequences = grown
        left.difference_update(node for sequence in sequences for node in sequence)
    inserter = Inserter(problem)
    timings = [schedule(inserter.day, vehicle, nodes) for vehicle, nodes in enumerate(sequences)]
    routes = tuple(
        _route(problem, vehicle, sequence, timings[vehicle])
        for vehicle, sequence in enumerate(sequences)
        if sequence
    )
    soft = to_cents(sum(timing.soft for timing in timings))
    return Plan(
        id="",
        territory=problem.territory,
        day=problem.day,
        version=0,
        created_at=created_at,
        routes=routes,
        unassigned=tuple(_unassigned(inserter, sequences, request) for request in sorted(left)),
        cost=sum(route.cost for route in routes),
        soft=soft + to_cents(unevenness(problem, sequences, timings)),
        fingerprint=fingerprint,
        seed=seed,
    )


def _route(problem: Problem, vehicle: int, sequence: Sequence[int], timing: Timing) -> Route:
    stops: list[Stop] = []
    pauses: list[Pause] = []
    reloads: list[ReloadVisit] = []
    for place, node in enumerate(sequence):
        if node in problem.pause_nodes:
            pauses.append(_pause(timing, place, after=len(stops)))
        elif node in problem.reload_nodes:
            number = node - problem.reload_nodes.start
            reloads.append(_reload(problem, number, timing, place, after=len(stops)))
        else:
            stops.append(_stop(problem, node, timing, place))
    return Route(
        id="",
        vehicle_id=problem.vehicle_ids[vehicle],
        stops=tuple(stops),
        start=timing.departure,
        end=timing.end,
        travel=sum(timing.travel),
        metres=sum(timing.metres),
        cost=timing.cost,
        load=_load(timing.loads[-1]),
        pauses=tuple(pauses),
        reloads=tuple(reloads),
        overtime=timing.overtime,
    )


def _stop(problem: Problem, request: int, timing: Timing, place: int) -> Stop:
    return Stop(
        request_id=problem.request_ids[request],
        position=problem.positions[problem.depots + request],
        arrival=timing.arrivals[place],
        start=timing.starts[place],
        departure=timing.departures[place],
        travel=timing.travel[place],
        metres=timing.metres[place],
        load=_load(timing.loads[place]),
    )


def _reload(
    problem: Problem, number: int, timing: Timing, place: int, *, after: int
) -> ReloadVisit:
    return ReloadVisit(
        site_id=problem.reload_ids[number],
        position=problem.positions[problem.reload_points[number]],
        arrival=timing.arrivals[place],
        start=timing.starts[place],
        departure=timing.departures[place],
        travel=timing.travel[place],
        metres=timing.metres[place],
        after=after,
    )


def _pause(timing: Timing, place: int, *, after: int) -> Pause:
    return Pause(start=timing.starts[place], end=timing.departures[place], after=after)


def _load(amounts: tuple[int, ...]) -> Load:
    units, litres, grams, hazards = amounts
    return Load(units=units, litres=litres, grams=grams, hazards=hazards)


def _unassigned(inserter: Inserter, sequences: Sequence[Sequence[int]], request: int) -> Unassigned:
    problem = inserter.problem
    reason, text = problem.reasons[request], ""
    if reason is None:
        text = no_capacity(problem, request, blocks(inserter, sequences, request))
    return Unassigned(
        request_id=problem.request_ids[request],
        reason=reason or UnassignedReason.NO_CAPACITY,
        detail=text or detail(problem, request),
    )
