"""Room before the end of promised windows, so that a slow drive breaks no promise.

A plan that starts a stop in the last minute of its window is as cheap as any, and late every
other day. So a night plans as if windows ended some minutes earlier. A promise is worth more
than its room: whoever finds no place then gets the whole window, and if that does not serve
everybody, all do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.routing.explain import classified
from collection.routing.insertion import insert_all
from collection.scheduling.tentative_plans import kept_promises, kept_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from collection.model import TentativePlan
    from collection.routing.problem import Problem
    from collection.routing.solution import Solution
    from collection.units import Seconds

LEAST_LEFT = 4
"""A window gives at most one part in so many of itself."""

TRIAL_SHARE = 0.2
"""Share of a night's time in which it is found out who needs the whole window."""


def solve_with_slack(
    problem: Problem,
    kept: TentativePlan,
    slack: Seconds,
    run: Callable[[Problem, Sequence[tuple[int, ...]], float], Solution],
) -> tuple[Problem, Solution]:
    """Solve a night with room before the ends of windows, where that serves everybody.

    Parameters
    ----------
    problem : Problem
        The night, with its windows as they were promised.
    kept : TentativePlan
        Of the day, to start from.
    slack : int
        Seconds of room.
    run : callable
        Solves a problem from routes, in a share of the time.

    Returns
    -------
    tuple of Problem and Solution
        The problem that was solved, its windows shorter or not, and the routes.
    """
    start = kept_routes(problem, kept)
    if not slack:
        return problem, run(kept_promises(problem), start, 1.0)
    tight = with_slack(problem, slack)
    trial = run(kept_promises(tight), kept_routes(tight, kept), TRIAL_SHARE)
    left = _left(problem, trial.routes)
    routes = trial.routes
    if left:
        tight = with_slack(problem, slack, whole=left)
        routes = insert_all(kept_promises(tight), routes, left)
    if _left(problem, routes):
        tight, routes = problem, start
    return tight, run(kept_promises(tight), routes, 1.0 - TRIAL_SHARE)


def with_slack(problem: Problem, slack: Seconds, *, whole: Collection[int] = ()) -> Problem:
    """End windows earlier.

    Parameters
    ----------
    problem : Problem
        The day.
    slack : int
        By so many seconds, but never by more than one part in `LEAST_LEFT` of a window.
    whole : Collection of int
        Requests whose windows stay whole.

    Returns
    -------
    Problem
        With other windows.
    """
    windows = tuple(
        spans
        if node in whole
        else tuple(
            (opens, closes - min(slack, (closes - opens) // LEAST_LEFT)) for opens, closes in spans
        )
        for node, spans in enumerate(problem.windows)
    )
    return classified(replace(problem, windows=windows))


def _left(problem: Problem, routes: Sequence[Sequence[int]]) -> list[int]:
    """Who could be served and is not."""
    inside = {node for route in routes for node in route}
    return [
        node for node, reason in enumerate(problem.reasons) if reason is None and node not in inside
    ]
