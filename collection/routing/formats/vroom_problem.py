"""From VROOM's JSON to a problem.

A cent is VROOM's unit of cost, so its default of 3,600 an hour of driving makes a second of
driving a cent. What VROOM orders strictly, priorities before numbers before costs, prices do
here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from collection.model import Position
from collection.ports import UNREACHABLE
from collection.routing.explain import classified
from collection.routing.formats.classic import NO_DAY
from collection.routing.formats.instance import (
    MAX_CENTS,
    MAX_CLOCK,
    Instance,
    Place,
    Task,
    Van,
    dearest,
    prices,
)
from collection.routing.formats.options import Objective
from collection.routing.formats.vroom_breaks import breaks_of, pause_of
from collection.routing.formats.vroom_places import place_of, places_of, visits
from collection.routing.formats.vroom_rules import (
    dimensions,
    seconds_of,
    sorted_windows,
    verify,
    wrong,
)
from collection.routing.formats.vroom_ways import ways_of
from collection.routing.problem import NO_LIMIT, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from collection.routing.formats.vroom_places import Travel
    from collection.routing.formats.vroom_schema import Input
    from collection.routing.formats.vroom_ways import Ways


def build(
    file: Input, *, objective: Objective = Objective.COST, travel: Travel | None = None
) -> Instance:
    """Make a problem of a file.

    Parameters
    ----------
    file : Input
        The file.
    objective : Objective
        What to minimize.
    travel : callable, optional
        Gives the ways between coordinates where the file has no matrices.

    Returns
    -------
    Instance
        Its requests are the jobs, and then each shipment's pickup and delivery.

    Raises
    ------
    InvalidRequest
        If fields contradict each other or ask for what is not supported; names the path.
    """
    verify(file)
    places = places_of(file, travel)
    ways = ways_of(file, places, objective)
    stops = list(visits(file))
    setup, service = seconds_of(file)
    breaks = breaks_of(file, len(stops))
    horizon = _horizon(file, ways, sum(setup) + sum(service))
    skills = [frozenset(map(str, needed)) for needed in _per_task(file, "skills")]
    able = [frozenset(map(str, vehicle.skills)) for vehicle in file.vehicles]
    loads, initial = _loads(file, max(1, dimensions(file)))
    vehicles = len(file.vehicles)
    fixed = [v.costs.fixed if objective is Objective.COST else 0 for v in file.vehicles]
    preferences = _task_costs(file, setup, service, objective)
    problem = Problem(
        territory="",
        day=NO_DAY,
        request_ids=tuple(f"{kind} {visit.id}" for kind, _, visit in stops),
        vehicle_ids=tuple(str(vehicle.id) for vehicle in file.vehicles),
        positions=_positions(file, ways),
        depots=ways.depots,
        seconds=ways.seconds[:, None],
        metres=ways.metres[:, None],
        service=_column(service),
        setup=_column(setup),
        addresses=_column(places.tasks),
        loads=loads,
        initial=initial,
        windows=tuple(
            sorted_windows(visit.time_windows, f"{path}.time_windows", horizon)
            for _, path, visit in stops
        ),
        prices=_prices(file, ways, sum(fixed), preferences),
        partner=_column(_partners(file)),
        skills=tuple(skills),
        skilled=np.array([need <= has for need in skills for has in able], dtype=bool).reshape(
            len(stops), vehicles
        ),
        preferences=preferences,
        profiles=_column(ways.profiles),
        shifts=_column(v.time_window or (0, horizon) for v in file.vehicles).reshape(-1, 2),
        capacities=_column(v.capacity or [0] * loads.shape[1] for v in file.vehicles).reshape(
            vehicles, -1 if vehicles else loads.shape[1]
        ),
        starts=_column(ways.starts),
        ends=_column(ways.ends),
        fixed_costs=_column(fixed),
        hour_costs=_column([0] * vehicles),
        drive_costs=_column(ways.drive_costs),
        km_costs=_column(ways.km_costs),
        max_metres=_limits(vehicle.max_distance for vehicle in file.vehicles),
        max_stops=_limits(vehicle.max_tasks for vehicle in file.vehicles),
        max_travel=_limits(vehicle.max_travel_time for vehicle in file.vehicles),
        pauses=_column(
            pause_of(rest, vehicle)
            for vehicle, rests in zip(file.vehicles, breaks, strict=True)
            for rest in sorted(rests, key=lambda rest: rest.node)
        ).reshape(-1, 3),
        breaks=tuple(tuple(rest.node - len(stops) for rest in rests) for rests in breaks),
    )
    return Instance(
        kind="vroom",
        name="",
        problem=classified(problem),
        tasks=tuple(
            Task(
                kind=kind,
                id=visit.id,
                place=place_of(visit),
                priority=priority,
                description=visit.description,
            )
            for (kind, _, visit), priority in zip(stops, _per_task(file, "priority"), strict=True)
        ),
        vans=tuple(
            Van(
                id=vehicle.id,
                start=_kept(place_of(vehicle, "start")),
                end=_kept(place_of(vehicle, "end")),
                breaks=rests,
                description=vehicle.description,
            )
            for vehicle, rests in zip(file.vehicles, breaks, strict=True)
        ),
        distances=ways.distances,
        amounts=dimensions(file),
        ignored=file.ignored,
        objective=objective,
    )


def _column(values: Iterable[object]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def _limits(values: Iterable[int | None]) -> NDArray[np.int64]:
    return _column(NO_LIMIT if value is None else value for value in values)


def _kept(place: Place) -> Place | None:
    return None if place == Place() else place


def _per_task(file: Input, name: str) -> list[Any]:
    """Read a field of every job, and of every shipment twice."""
    halves = [getattr(shipment, name) for shipment in file.shipments for _ in range(2)]
    return [getattr(job, name) for job in file.jobs] + halves


def _partners(file: Input) -> list[int]:
    first = len(file.jobs)
    return [-1] * first + [first + (half ^ 1) for half in range(2 * len(file.shipments))]


def _loads(file: Input, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    count = len(file.jobs) + 2 * len(file.shipments)
    loads, initial = np.zeros((2, count, size), dtype=np.int64)
    for number, job in enumerate(file.jobs):
        brought = job.delivery
        if brought is None and job.pickup is None:
            brought = job.amount
        initial[number, : len(brought or ())] = brought or ()
        loads[number, : len(job.pickup or ())] = job.pickup or ()
        loads[number] -= initial[number]
    for number, shipment in enumerate(file.shipments):
        pickup = len(file.jobs) + 2 * number
        loads[pickup, : len(shipment.amount or ())] = shipment.amount or ()
        loads[pickup + 1] = -loads[pickup]
    return loads, initial


def _positions(file: Input, ways: Ways) -> tuple[Position, ...]:
    """Coordinates of the points, as far as the file has any."""
    known: dict[int, Place] = {}
    for number, vehicle in enumerate(file.vehicles):
        known[ways.starts[number]] = place_of(vehicle, "start")
        known[ways.ends[number]] = place_of(vehicle, "end")
    places = [known.get(point, Place()) for point in range(ways.depots)]
    places += (place_of(visit) for _, _, visit in visits(file))
    return tuple(
        Position(lon=place.location[0], lat=place.location[1])
        if place.location
        else Position(lon=0.0, lat=0.0)
        for place in places
    )


def _horizon(file: Input, ways: Ways, work: int) -> int:
    """When everything is over, however long it takes: what is open for ever closes then."""
    spans = [v.time_window for v in file.vehicles if v.time_window]
    spans += (window for _, _, visit in visits(file) for window in visit.time_windows or ())
    rests = [rest for vehicle in file.vehicles for rest in vehicle.breaks]
    spans += (window for rest in rests for window in rest.time_windows or ())
    travel = np.where(ways.seconds == UNREACHABLE, 0, ways.seconds).max(axis=(0, 1), initial=0)
    longest = int(travel.sum(dtype=np.int64)) + work + sum(rest.service for rest in rests)
    return min(MAX_CLOCK, max((end for _, end in spans), default=0) + longest)


def _task_costs(
    file: Input, setup: list[int], service: list[int], objective: Objective
) -> NDArray[np.int64]:
    """Cents of the time that a vehicle spends at tasks, shape (R, V)."""
    rates = [vehicle.costs.per_task_hour for vehicle in file.vehicles]
    if objective is Objective.DISTANCE or not any(rates):
        return np.zeros((len(service), len(rates)), dtype=np.int64)
    if any(setup):
        number = next(number for number, rate in enumerate(rates) if rate)
        path = f"vehicles[{number}].costs.per_task_hour"
        raise wrong(path, "is not supported beside setup times; make them part of service")
    cents = np.outer(np.array(service, dtype=np.float64), rates) / 3_600
    return np.floor(np.minimum(cents, 2.0 * MAX_CENTS) + 0.5).astype(np.int64)


def _prices(
    file: Input, ways: Ways, fixed: int, preferences: NDArray[np.int64]
) -> NDArray[np.int64]:
    legs = dearest(ways.dearest_legs, ways.starts, ways.ends)
    tasks = float(preferences.max(axis=1, initial=0).sum(dtype=np.float64))
    most = legs + fixed + tasks
    if most > MAX_CENTS:
        raise wrong(
            "vehicles", f"may cost {most:.0f} in all; the limit is {MAX_CENTS}: lower their costs"
        )
    return prices(_per_task(file, "priority"), int(most))
