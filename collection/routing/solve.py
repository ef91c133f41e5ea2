"""Find routes: searchers on every core, and OR-Tools that recombines what they find.

A solve is a row of rounds. In each, every searcher works in a thread of its own; compiled code
runs beside the interpreter, so threads use all cores and share the day's arrays. Between
rounds CP-SAT picks the best set of all good routes that anybody has found, and the searchers
go on from there. The best solution so far is always at hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.routing.day import day_of
from collection.routing.model_routes import planned
from collection.routing.rounds import Rounds
from collection.routing.solution import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collection.model import Progress
    from collection.routing.problem import Problem
    from collection.routing.solution import Solution


def solve(
    problem: Problem,
    *,
    time_limit: float,
    seed: int = 0,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    iteration_limit: int | None = None,
    start: Sequence[Sequence[int]] = (),
) -> Solution:
    """Find cheap routes that keep every constraint.

    Parameters
    ----------
    problem : Problem
        The day.
    time_limit : float
        Seconds; all of them are used but for a day of few requests.
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
    rounds = Rounds(
        problem,
        begun,
        time_limit=time_limit,
        seed=seed,
        workers=workers,
        on_progress=on_progress,
        cancelled=cancelled,
        iteration_limit=iteration_limit,
    )
    rounds.construct(start)
    if problem.reasons.count(None) and problem.vehicle_ids:
        rounds.improve()
    return rounds.finish()


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
