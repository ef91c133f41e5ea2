"""The verifier's constraints on breaks; see `collection.routing.check`.

Work is all time from departure to return that is no pause; waiting is work. Driving is
travel only. A rule cuts a route at every pause that is long enough for it; a shorter pause
is neither work nor rest.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from collection.routing.check_facts import Rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.model import BreakRule
    from collection.routing.check_driven import Driven
    from collection.routing.check_facts import Facts
    from collection.routing.check_routes import Breach, RouteConstraint
    from collection.units import Seconds


def _break_due(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require each break that is due by the clock once, and none twice."""
    taken = Counter(rest for _, rest in route.rests())
    for rest in route.van.breaks if route.van else ():
        earliest = min(opens for opens, _ in rest.windows)
        latest = max(closes for _, closes in rest.windows)
        # Who leaves late enough has rested before, and who is back early enough rests then.
        due = route.start < earliest + rest.service and route.end > latest
        if taken[rest] > 1 or (due and not taken[rest]):
            break_ = f"a break of {rest.service} s that starts by {latest} s"
            yield f"has {break_} {taken[rest]} times, must have it once", None


def _work_stretch(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require a pause before too long a stretch of work."""
    yield from _too_long(route, "work")


def _work_pauses(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require pauses that add up to what the hours of work ask for."""
    yield from _too_little(route, "work")


def _driving_stretch(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require a pause before too long a stretch of driving."""
    yield from _too_long(route, "driving")


def _driving_pauses(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require pauses that add up to what the hours of driving ask for."""
    yield from _too_little(route, "driving")


def _max_work(facts: Facts, route: Driven) -> Iterator[Breach]:  # noqa: ARG001
    """Require that the driver does not work longer than the law of the day allows."""
    most = route.van.max_work if route.van else None
    rests = [visit for visit in route.visits if isinstance(visit.what, Rest)]
    rested = sum(visit.departure - visit.start for visit in rests)
    work = route.end - route.start - rested
    if most is not None and work > most:
        yield f"works {work} s, may work {most} s", None


REST_CONSTRAINTS: tuple[RouteConstraint, ...] = (
    _max_work,
    _break_due,
    _work_stretch,
    _work_pauses,
    _driving_stretch,
    _driving_pauses,
)
"""What the breaks of every route must keep."""


def _too_long(route: Driven, counts: str) -> Iterator[Breach]:
    for rule, stretches, _ in _in_force(route, counts):
        if max(stretches) > rule.stretch:
            detail = f"{counts} of {max(stretches)} s without a pause of {rule.least} s"
            yield f"{detail}, must be {rule.stretch} s at most", None


def _too_little(route: Driven, counts: str) -> Iterator[Breach]:
    for rule, stretches, paused in _in_force(route, counts):
        if paused < rule.pause:
            detail = f"pauses of {rule.least} s or more add up to {paused} s"
            yield f"{detail} in {sum(stretches)} s of {counts}, must be {rule.pause} s", None


def _in_force(route: Driven, counts: str) -> Iterator[tuple[BreakRule, list[Seconds], Seconds]]:
    """Give the rules that hold for a day as long as the route, its stretches and pauses."""
    for rule in route.van.rules if route.van else ():
        if rule.counts != counts:
            continue
        stretches, paused = _stretches(route, rule)
        if sum(stretches) > rule.over:
            yield rule, stretches, paused


def _stretches(route: Driven, rule: BreakRule) -> tuple[list[Seconds], Seconds]:
    """Cut the route's work or driving at the pauses that count; add those up."""
    stretches, paused, since = [0], 0, route.start
    for visit in route.visits:
        if isinstance(visit.what, Rest):
            lasts = visit.departure - visit.start
            counted = visit.start - since if rule.counts == "work" else 0
        else:
            lasts = 0
            counted = visit.departure - since if rule.counts == "work" else visit.travel
        stretches[-1] += counted
        since = visit.departure
        if lasts >= rule.least and isinstance(visit.what, Rest):
            paused += lasts
            stretches.append(0)
    stretches[-1] += route.end - since if rule.counts == "work" else route.back
    return stretches, paused
