"""What if: a day as it stands in the store, planned under other circumstances and not kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest, PlanRejected
from collection.routing.scenario import Situation, what_if
from collection.scheduling.calendar import require_plannable, zone_of
from collection.scheduling.inputs import from_now, known_territory, rest_of, waiting_requests
from collection.scheduling.instructions import earlier_of, instructions_of, warn_of_lapsed
from collection.units import DAY, to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from collection.model import Progress, Scenario, Shift, Territory
    from collection.routing.compare import Comparison
    from collection.scheduling.nightly import NightPorts


def require_possible(
    scenario: Scenario, territory: Territory, day: date, ports: NightPorts
) -> None:
    """Refuse a scenario that cannot be tried, before a job fails over it.

    Parameters
    ----------
    scenario : Scenario
        What would be otherwise.
    territory : Territory
        Of which territory.
    day : date
        Local date.
    ports : NightPorts
        What to look things up in.

    Raises
    ------
    InvalidRequest
        If the day is over or no van goes out on it, or the scenario names what is not there
        or a window of another day, or a shift that is over by now.
    """
    now, zone = ports.clock.now(), zone_of(territory)
    require_plannable(territory, day, now)
    _left_of(scenario, territory, day, now).territory(from_now(territory, day, now))
    scenario.requests(waiting_requests(territory, day, ports))
    for request, windows in scenario.windows.items():
        for window in windows:
            ends = (to_seconds(window.start, day, zone), to_seconds(window.end, day, zone))
            if min(ends) < 0 or max(ends) > DAY:
                message = f"a window of request {request!r} is not on {day}; give one that is"
                raise InvalidRequest(message, field="scenario.windows")


def try_scenario(
    territory_id: str,
    day: date,
    scenario: Scenario,
    ports: NightPorts,
    *,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Comparison:
    """Plan a day as it is and under a scenario, each as long as a night takes, and compare.

    Nothing is closed, stored or published.

    Parameters
    ----------
    territory_id : str
        Which territory.
    day : date
        Local date.
    scenario : Scenario
        What would be otherwise.
    ports : NightPorts
        What to look things up in.
    seed : int
        Of both solves.
    on_progress : callable, optional
        Told how far each solve is.

    Returns
    -------
    Comparison
        From the day as it is, with what is asked of its published plan, to the scenario.

    Raises
    ------
    NotFound
        If there is no such territory.
    InvalidRequest
        As for `require_possible`.
    PlanRejected
        If a plan of one of the two breaks a constraint.
    RoutingUnavailable
        If the territory's streets cannot be read.
    """
    territory, now = known_territory(territory_id, ports), ports.clock.now()
    require_possible(scenario, territory, day, ports)
    requests, going = waiting_requests(territory, day, ports), from_now(territory, day, now)
    asked = instructions_of(None, requests, going, day, ports.plans)
    situation = Situation(
        requests=requests,
        territory=going,
        device_types=ports.devices,
        source=ports.source(territory),
        day=day,
        at=now,
        instructions=asked,
        earlier=earlier_of(asked, ports.plans),
        kept=True,
    )
    outcomes = what_if(
        situation,
        (_left_of(scenario, territory, day, now),),
        time_limit=territory.solve_seconds,
        seed=seed,
        workers=ports.workers,
        on_progress=on_progress,
    )
    for outcome in outcomes:
        warn_of_lapsed(asked, outcome.plan.instructions, day, scenario=outcome.scenario.name)
        if outcome.plan.violations:
            broken = sorted({violation.constraint for violation in outcome.plan.violations})
            raise PlanRejected(f"the plan of {outcome.scenario.name!r} breaks {', '.join(broken)}")
    return outcomes[-1].comparison


def _left_of(scenario: Scenario, territory: Territory, day: date, now: datetime) -> Scenario:
    """Let no van of a scenario leave in the past, as `from_now` does for those of the day."""
    clock = to_seconds(now, day, zone_of(territory))

    def left(vehicle: str, shift: Shift, field: str) -> Shift:
        rest = rest_of(shift, clock)
        if rest is None:
            message = f"the shift of vehicle {vehicle!r} is over; give one that ends later"
            raise InvalidRequest(message, field=f"scenario.{field}")
        return rest

    # A van that is added may still get another shift than its own, and that one counts.
    added = tuple(
        van if van.id in scenario.shifts else replace(van, shift=left(van.id, van.shift, "added"))
        for van in scenario.added
    )
    shifts = {name: left(name, shift, "shifts") for name, shift in scenario.shifts.items()}
    return replace(scenario, added=added, shifts=shifts)
