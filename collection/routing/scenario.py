"""What if: a day planned with other vans, shifts, windows or weights, against itself.

A scenario changes the inputs of a plan and nothing else; it is solved as the night solves.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from collection.errors import InvalidRequest
from collection.routing.assemble import assemble
from collection.routing.building import build, emission_classes, points
from collection.routing.check import check
from collection.routing.compare import Comparison, compare
from collection.routing.demand import local_windows
from collection.routing.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date, datetime

    from collection.model import (
        DeviceType,
        Instructions,
        PickupRequest,
        Plan,
        Shift,
        Territory,
        TimeWindow,
        Vehicle,
        Weights,
    )
    from collection.ports import MatrixSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Changes of a day's inputs.

    Parameters
    ----------
    name : str
        The word people read.
    removed : frozenset of str
        Vehicles that do not go out.
    added : tuple of Vehicle
        Vehicles that go out, too.
    copies : Mapping of str to int
        By vehicle: how many more of it go out, as ``<id>+1``, ``<id>+2``, ...
    shifts : Mapping of str to Shift
        By vehicle, added ones and copies included: another shift.
    windows : Mapping of str to tuple of TimeWindow
        By request: other windows.
    weights : Weights, optional
        Other weights.
    """

    name: str
    removed: frozenset[str] = frozenset()
    added: tuple[Vehicle, ...] = ()
    copies: Mapping[str, int] = field(default_factory=dict)
    shifts: Mapping[str, Shift] = field(default_factory=dict)
    windows: Mapping[str, tuple[TimeWindow, ...]] = field(default_factory=dict)
    weights: Weights | None = None

    def territory(self, territory: Territory) -> Territory:
        """Apply it to a territory.

        Parameters
        ----------
        territory : Territory
            As it is.

        Returns
        -------
        Territory
            With the vehicles and weights of the scenario.

        Raises
        ------
        InvalidRequest
            If a vehicle is unknown, or one that is added is there already.
        """
        known = {vehicle.id: vehicle for vehicle in territory.vehicles}
        _refuse_unknown(self.removed, known, "removed", "vehicle")
        _refuse_unknown(self.copies, known, "copies", "vehicle")
        more = [
            replace(known[name], id=f"{name}+{number}", name=f"{known[name].name} +{number}")
            for name, count in self.copies.items()
            for number in range(1, count + 1)
        ]
        fleet = [vehicle for name, vehicle in known.items() if name not in self.removed]
        fleet += [*self.added, *more]
        names = [vehicle.id for vehicle in fleet]
        for name in names:
            if names.count(name) > 1:
                msg = f"vehicle {name!r} is there already; give the added one another id"
                raise InvalidRequest(msg, field="scenario.added")
        _refuse_unknown(self.shifts, names, "shifts", "vehicle")
        vehicles = tuple(
            replace(vehicle, shift=self.shifts.get(vehicle.id, vehicle.shift)) for vehicle in fleet
        )
        return replace(territory, vehicles=vehicles, weights=self.weights or territory.weights)

    def requests(self, requests: Sequence[PickupRequest]) -> tuple[PickupRequest, ...]:
        """Apply it to the requests of a day.

        Parameters
        ----------
        requests : Sequence of PickupRequest
            As they are.

        Returns
        -------
        tuple of PickupRequest
            With the windows of the scenario.

        Raises
        ------
        InvalidRequest
            If a request is unknown.
        """
        _refuse_unknown(self.windows, [request.id for request in requests], "windows", "request")
        return tuple(
            replace(request, windows=self.windows.get(request.id, request.windows))
            for request in requests
        )


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
        What a dispatcher or an earlier plan asks for.
    """

    requests: tuple[PickupRequest, ...]
    territory: Territory
    device_types: Mapping[str, DeviceType]
    source: MatrixSource
    day: date
    at: datetime
    instructions: Instructions | None = None


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
    cancelled : callable, optional
        Polled during the solves; True ends each with its best so far.

    Returns
    -------
    tuple of Outcome
        The day as it is first, compared with itself.

    Raises
    ------
    InvalidRequest
        If a scenario names what is not there; before anything is solved.
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
        problem = build(*rest, day=situation.day, instructions=situation.instructions)
        solution = solve(
            problem,
            time_limit=time_limit,
            seed=seed,
            workers=workers,
            iteration_limit=iteration_limit,
            cancelled=cancelled,
        )
        plan = assemble(problem, solution, created_at=situation.at, fingerprint="", seed=seed)
        violations = tuple(check(plan, *rest, situation.instructions))
        plans.append(replace(plan, violations=violations))
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


def _refuse_unknown(names: Collection[str], known: Collection[str], where: str, what: str) -> None:
    for name in names:
        if name not in known:
            msg = f"{what} {name!r} is unknown; use {', '.join(sorted(known)) or 'none'}"
            raise InvalidRequest(msg, field=f"scenario.{where}")
