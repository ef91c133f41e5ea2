"""Quantities that add up along a route of an OR-Tools routing model: its dimensions.

Every function takes the model that it adds to. Nothing here calls back into Python while
the search runs: travel, loads and counts are matrices and vectors.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.costs import SECOND_PARTS
from collection.routing.model_routes import reserved
from collection.routing.problem import NO_LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from collection.routing.model_ortools import RoutingModel

_FROM_ZERO, _FROM_ANY = True, False  # whether a quantity is 0 where a vehicle starts
_ALWAYS = False  # a pause is not optional


def add_time(model: RoutingModel) -> None:
    """Add times, with windows, shifts, the price of hours, and the longest day.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    nodes, routing = model.nodes, model.routing
    transits = [
        routing.RegisterTransitMatrix((seconds + nodes.service[:, None] + nodes.setup).tolist())
        for seconds, _ in model.travel
    ]
    horizon = nodes.horizon
    _add_dimension(model, "time", transits, horizon, start=_FROM_ANY, slack=horizon)
    _add_windows(model)
    _add_shifts(model)


def add_limits(model: RoutingModel) -> None:
    """Add the limits of driving, of distance and of stops.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    problem, nodes, routing = model.problem, model.nodes, model.routing
    for name, kind, limits in (
        ("driving", 0, problem.max_travel),
        ("distance", 1, problem.max_metres),
    ):
        if (limits < NO_LIMIT).any():
            legs = [routing.RegisterTransitMatrix(table[kind].tolist()) for table in model.travel]
            _add_dimension(model, name, legs, limits)
    if (problem.max_stops < nodes.requests).any():
        stops = np.zeros(len(nodes.points), dtype=np.int64)
        stops[nodes.depots : nodes.first_reload] = 1
        counted = routing.RegisterUnaryTransitVector(stops.tolist())
        _add_dimension(model, "stops", [counted], np.minimum(problem.max_stops, nodes.requests))


def add_loads(model: RoutingModel) -> None:
    """Add loads on board, emptied at reloads.

    What is on board is what was picked up in this trip and what is still to be delivered in
    it. Where a day has only one of both, the load is a quantity of its own; where it has
    both, the load is at least their sum.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    problem, nodes = model.problem, model.nodes
    requests = nodes.originals[nodes.depots : nodes.first_reload]
    for dimension, capacities in enumerate(problem.capacities.T):
        change, initial = problem.loads[requests, dimension], problem.initial[requests, dimension]
        if np.maximum(change, 0).sum() + initial.sum() <= capacities.min():
            continue
        name, picked = f"load {dimension}", change + initial
        start = _FROM_ANY if initial.any() else _FROM_ZERO
        load = _add_load(model, name, change, capacities, start=start)
        if initial.any() and picked.any():
            parts = (
                _add_load(model, f"{name} picked", picked, capacities, start=_FROM_ZERO),
                _add_load(model, f"{name} to deliver", -initial, capacities, start=_FROM_ANY),
            )
            for index in _indexes(model):
                load_here = model.routing.GetDimensionOrDie(load).CumulVar(index)
                picked_here, left_here = (
                    model.routing.GetDimensionOrDie(part).CumulVar(index) for part in parts
                )
                model.solver.Add(load_here >= picked_here + left_here)


def add_trips(model: RoutingModel) -> None:
    """Count reloads, so that none comes between the halves of a shipment.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    nodes = model.nodes
    reloads = len(nodes.points) - nodes.first_reload
    if not reloads or (model.problem.partner < 0).all():
        return
    ends = np.zeros(len(nodes.points), dtype=np.int64)
    ends[nodes.first_reload :] = 1
    counted = model.routing.RegisterUnaryTransitVector(ends.tolist())
    _add_dimension(model, "trips", [counted], reloads)
    trips = model.routing.GetDimensionOrDie("trips")
    for request, index in model.index_of.items():
        partner = int(model.problem.partner[request])
        if partner >= 0:
            model.solver.Add(trips.CumulVar(index) == trips.CumulVar(model.index_of[partner]))


def add_breaks(model: RoutingModel) -> None:
    """Add pauses during which nobody works, and which take time from the day.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    routing, solver, nodes = model.routing, model.solver, model.nodes
    time = routing.GetDimensionOrDie("time")
    service = [
        int(nodes.service[model.manager.IndexToNode(index)]) for index in range(routing.Size())
    ]
    for vehicle in range(routing.vehicles()):
        intervals = []
        for rest in reserved(model.problem, vehicle):
            # A plan may leave earlier than the model, so that a break which ended before the
            # model's departure is due after all. That cannot be for one that starts late.
            first = rest.first if rest.by_rule else max(rest.first, rest.last - rest.seconds)
            if rest.seconds:
                intervals.append(
                    solver.FixedDurationIntervalVar(first, rest.last, rest.seconds, _ALWAYS, "")
                )
        if intervals:
            time.SetBreakIntervalsOfVehicle(intervals, vehicle, service)


def _add_windows(model: RoutingModel) -> None:
    time = model.routing.GetDimensionOrDie("time")
    for node in range(model.nodes.depots, len(model.nodes.points)):
        windows = model.nodes.windows[node]
        begin = time.CumulVar(model.manager.NodeToIndex(node))
        begin.SetRange(windows[0][0], windows[-1][1])
        for (_, closed), (opened, _) in pairwise(windows):
            begin.RemoveInterval(closed + 1, opened - 1)


def _add_shifts(model: RoutingModel) -> None:
    problem, routing = model.problem, model.routing
    time = routing.GetDimensionOrDie("time")
    for vehicle in range(len(problem.vehicle_ids)):
        start, end = routing.Start(vehicle), routing.End(vehicle)
        opening, closing = problem.shifts[vehicle].tolist()
        latest = int(problem.latest_ends[vehicle])
        time.CumulVar(start).SetRange(opening, latest)
        time.CumulVar(end).SetRange(opening, latest)
        # It could as well leave later than wait at its first stop, and may not pause there.
        time.SlackVar(start).SetValue(0)
        time.SetSpanCostCoefficientForVehicle(
            SECOND_PARTS * int(problem.hour_costs[vehicle]), vehicle
        )
        overtime = SECOND_PARTS * int(problem.overtime_costs[vehicle])
        if overtime and latest > closing:
            time.SetCumulVarSoftUpperBound(end, closing, overtime)
        if problem.max_seconds[vehicle] < NO_LIMIT:
            time.SetSpanUpperBoundForVehicle(int(problem.max_seconds[vehicle]), vehicle)


def _add_dimension(
    model: RoutingModel,
    name: str,
    evaluators: Sequence[int],
    limits: int | NDArray[np.int64],
    *,
    start: bool = _FROM_ZERO,
    slack: int = 0,
) -> None:
    """Add a quantity that grows by one evaluator, or by that of the vehicle's profile."""
    profiles = model.problem.profiles.tolist()
    model.routing.AddDimensionWithVehicleTransitAndCapacity(
        [evaluators[min(profile, len(evaluators) - 1)] for profile in profiles],
        slack,
        np.broadcast_to(limits, len(profiles)).tolist(),
        start,
        name,
    )


def _add_load(
    model: RoutingModel,
    name: str,
    change: NDArray[np.int64],
    capacities: NDArray[np.int64],
    *,
    start: bool,
) -> str:
    nodes, routing = model.nodes, model.routing
    room = int(capacities.max())
    amounts = np.zeros(len(nodes.points), dtype=np.int64)
    amounts[nodes.depots : nodes.first_reload] = change
    # A reload takes all that there may be, and its slack gives back what the next trip needs.
    amounts[nodes.first_reload :] = -room
    reloads = len(amounts) - nodes.first_reload
    evaluator = routing.RegisterUnaryTransitVector(amounts.tolist())
    slack = 2 * room if reloads else 0
    _add_dimension(model, name, [evaluator], capacities, start=start, slack=slack)
    if reloads:
        dimension = routing.GetDimensionOrDie(name)
        for index in range(routing.Size()):
            if model.manager.IndexToNode(index) < nodes.first_reload:
                dimension.SlackVar(index).SetValue(0)
    return name


def _indexes(model: RoutingModel) -> list[int]:
    routing = model.routing
    return [*range(routing.Size()), *(routing.End(v) for v in range(routing.vehicles()))]
