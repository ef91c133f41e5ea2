"""What if: a day planned with other vans, shifts, windows or weights, against itself.

A scenario changes the inputs of a plan and nothing else; it is solved as the night solves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from collection.model import Instructions, Scenario
from collection.routing.assemble import assemble
from collection.routing.building import build, emission_classes, points
from collection.routing.check import check
from collection.routing.compare import Comparison, compare
from collection.routing.demand import local_windows
from collection.routing.lapsing import build_lasting
from collection.routing.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import DeviceType, PickupRequest, Plan, Progress, Territory
    from collection.ports import MatrixSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A day as it is, and how it is planned.

    Parameters
    ----------
    requests : tuple of PickupRequest
        The requests to plan.
    territory : Territory
        Whose vehicles serve them.
    device_types : Mapping of str to DeviceType
        By id.
    source : MatrixSource
        Travel times.
    day : date
        Local date.
    at : datetime
        Aware UTC instant that its plans carry.
    instructions : Instructions, optional
        What a dispatcher asks for.
    earlier : Plan, optional
        The plan that they name.
    kept : bool
        Whether they were asked of an earlier plan: what of them became impossible lapses.
    """

    requests: tuple[PickupRequest, ...]
    territory: Territory
    device_types: Mapping[str, DeviceType]
    source: MatrixSource
    day: date
    at: datetime
    instructions: Instructions | None = None
    earlier: Plan | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A scenario, planned.

    Parameters
    ----------
    scenario : Scenario
        What was changed.
    plan : Plan
        Verified, neither numbered nor stored.
    comparison : Comparison
        Against the plan of the day as it is; how late both may be is told by the windows of
        the scenario.
    """

    scenario: Scenario
    plan: Plan
    comparison: Comparison


AS_IT_IS = Scenario(name="as it is")
"""Changes nothing."""


def what_if(
    situation: Situation,
    scenarios: Sequence[Scenario],
    *,
    time_limit: float,
    seed: int = 0,
    workers: int = 1,
    iteration_limit: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Outcome, ...]:
    """Plan a day as it is and under each scenario, and compare.

    Parameters
    ----------
    situation : Situation
        The day.
    scenarios : Sequence of Scenario
        Each is applied to the day as it is.
    time_limit : float
        Seconds of each solve; it is the same for all, so that plans are comparable.
    seed : int
        Of the solves.
    workers : int
        Searchers at a time.
    iteration_limit : int, optional
        As for `collection.routing.solve.solve`.
    on_progress : callable, optional
        Told how far each solve is.
    cancelled : callable, optional
        Polled during the solves; True ends each with its best so far.

    Returns
    -------
    tuple of Outcome
        The day as it is first, compared with itself.

    Raises
    ------
    InvalidRequest
        If a scenario names what is not there, before anything is solved, or an instruction
        does. What is asked of a van that a scenario takes away lapses there, and so does a
        prefix that the scenario makes impossible.
    RoutingUnavailable
        If the streets cannot be read.
    """
    every = (AS_IT_IS, *scenarios)
    applied = [(s.requests(situation.requests), s.territory(situation.territory)) for s in every]
    plans: list[Plan] = []
    outcomes = []
    for scenario, (requests, territory) in zip(every, applied, strict=True):
        travel = situation.source.travel(
            points(requests, territory), day=situation.day, classes=emission_classes(territory)
        )
        rest = (requests, territory, situation.device_types, travel)
        asked = situation.instructions or Instructions()
        if scenario is not AS_IT_IS:
            asked = asked.among(
                [request.id for request in requests],
                [vehicle.id for vehicle in territory.vehicles],
            )
        if situation.kept or scenario is not AS_IT_IS:
            problem, asked = build_lasting(
                *rest, day=situation.day, instructions=asked, earlier=situation.earlier
            )
        else:
            problem = build(*rest, day=situation.day, instructions=asked, earlier=situation.earlier)
        solution = solve(
            problem,
            time_limit=time_limit,
            seed=seed,
            workers=workers,
            iteration_limit=iteration_limit,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        plan = assemble(problem, solution, created_at=situation.at, fingerprint="", seed=seed)
        violations = tuple(check(plan, *rest, asked, earlier=situation.earlier))
        plans.append(replace(plan, violations=violations, instructions=asked))
        zone = ZoneInfo(territory.timezone)
        windows = {r.id: local_windows(r, situation.day, zone) for r in requests}
        outcomes.append(
            Outcome(
                scenario=scenario,
                plan=plans[-1],
                comparison=compare(plans[0], plans[-1], windows),
            )
        )
    return tuple(outcomes)
