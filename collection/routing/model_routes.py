"""From a routing model's routes to those of a plan: pauses come in, idle reloads go.

A model takes pauses anywhere, also on the way; a plan takes them after a stop. So a model
only keeps the time for them free, and they are placed by the arrival arithmetic of plans.
Reloads cost a model no decision, so it comes to some without need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collection.routing.day import Day
    from collection.routing.problem import Problem

Route = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Time that a model keeps free; not due where it can end before or begin after a route.

    Parameters
    ----------
    node : int
        Pause of the problem.
    first : int
        First second of the day at which it may start in the model.
    last : int
        Last one.
    seconds : int
        How long it lasts.
    by_rule : bool
        Whether it is there for hours worked, and not by the clock.
    """

    node: int
    first: int
    last: int
    seconds: int
    by_rule: bool = False


def reserved(problem: Problem, vehicle: int) -> tuple[Rest, ...]:
    """List the pauses that a model keeps time for.

    Rules become pauses by the clock, one whenever the longest stretch could be over. That
    keeps every rule, at a price in freedom.

    Parameters
    ----------
    problem : Problem
        The day.
    vehicle : int
        Whose.

    Returns
    -------
    tuple of Rest
        In the order of the day.
    """
    opening, latest = int(problem.shifts[vehicle, 0]), int(problem.latest_ends[vehicle])
    rests = []
    for number in problem.breaks[vehicle]:
        first, last, seconds = problem.pauses[number].tolist()
        if opening < first + seconds and last < latest:
            node = problem.pause_nodes[number]
            rests.append(Rest(node=node, first=first, last=last, seconds=seconds))
    rests += _by_rules(problem, vehicle, [rest.seconds for rest in rests])
    return tuple(sorted(rests, key=lambda rest: rest.last))


def planned(problem: Problem, day: Day, vehicle: int, route: Route) -> Route:
    """Make a route of the model one of a plan.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays.
    vehicle : int
        Who drives.
    route : tuple of int
        Nodes without pauses.

    Returns
    -------
    tuple of int
        With the pauses that are due, where they cost least, and without idle reloads. Of a
        route that keeps some constraint in the model only, as much of its beginning as
        keeps all.
    """
    for end in range(len(route), 0, -1):
        needed = _without_idle(problem, day, vehicle, route[:end])
        head = _with_pauses(problem, day, vehicle, needed)
        if schedule(day, vehicle, head).feasible:
            return head
    return route if problem.prefixes[vehicle] else ()


def _with_pauses(problem: Problem, day: Day, vehicle: int, route: Route) -> Route:
    for rest in reserved(problem, vehicle):
        timing = schedule(day, vehicle, route)
        due = timing.departure < rest.first + rest.seconds and rest.last < timing.end
        if due if not rest.by_rule else "break_rule" in timing.breaches:
            tries = [(place, _inserted(route, rest, place)) for place in range(1, len(route) + 1)]
            bad = [_badness(day, vehicle, longer, place, rest) for place, longer in tries]
            route = tries[bad.index(min(bad))][1]
    return route


def _without_idle(problem: Problem, day: Day, vehicle: int, route: Route) -> Route:
    for place in reversed(range(len(route))):
        if route[place] in problem.reload_nodes:
            shorter = route[:place] + route[place + 1 :]
            now, then = schedule(day, vehicle, route), schedule(day, vehicle, shorter)
            if then.parts <= now.parts and all(
                getattr(then, measure) <= getattr(now, measure)
                for measure in ("lateness", "late_return", "overload", "unreachable")
            ):
                route = shorter
    return route


def _inserted(route: Route, rest: Rest, place: int) -> Route:
    return (*route[:place], rest.node, *route[place:])


def _badness(
    day: Day, vehicle: int, route: Route, place: int, rest: Rest
) -> tuple[bool, int, int, int]:
    """Weigh constraints first, then when the pause should be, then cost."""
    timing = schedule(day, vehicle, route)
    late = bool(timing.lateness or timing.late_return)
    begin = timing.starts[place]
    away = max(rest.first - begin, begin - rest.last, 0) if rest.by_rule else 0
    return late, len(timing.breaches), away, timing.parts + timing.soft


def _by_rules(problem: Problem, vehicle: int, by_clock: list[int]) -> list[Rest]:
    opening, latest = int(problem.shifts[vehicle, 0]), int(problem.latest_ends[vehicle])
    rules = [
        rule
        for rule in problem.rules[vehicle]
        if latest - opening > rule.over
        and sum(seconds for seconds in by_clock if seconds >= rule.least) < rule.pause
    ]
    lengths = problem.pauses[:, 2]
    longest = max((max(rule.pause, rule.least, 1) for rule in rules), default=1)
    anytime = (problem.pauses[:, 0] <= opening) & (problem.pauses[:, 1] >= latest)
    enough = np.flatnonzero((lengths >= longest) & anytime)
    if not rules or not len(enough):
        return []
    number = int(enough[lengths[enough].argmin()])
    node, seconds = problem.pause_nodes[number], int(lengths[number])
    # Nobody works so long without a pause, whatever the rule.
    stretch = max(seconds, min(min(rule.stretch, rule.over) for rule in rules))
    rests = []
    for last in range(opening + stretch, latest, stretch):
        # As early as the rest of the day is no longer than a stretch; else it comes again.
        first = max(opening, min(last, latest - stretch) - seconds)
        rests.append(Rest(node=node, first=first, last=last, seconds=seconds, by_rule=True))
    return rests
