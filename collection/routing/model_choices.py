"""Who may go where with whom in an OR-Tools routing model, and at what price.

Every function takes the model that it adds to, after its dimensions.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.costs import COST_PARTS, METRE_PARTS, SECOND_PARTS

if TYPE_CHECKING:
    from collection.routing.model_ortools import RoutingModel


def add_costs(model: RoutingModel) -> None:
    """Add the costs of vehicles, of their legs, and preferences.

    Parameters
    ----------
    model : RoutingModel
        To add to; it holds one matrix for each kind of vehicle.
    """
    problem, nodes, routing = model.problem, model.nodes, model.routing
    served = nodes.originals[nodes.depots : nodes.first_reload]
    evaluators: dict[tuple[int, int, int, bytes], int] = {}
    for vehicle, cents in enumerate(problem.fixed_costs.tolist()):
        # A van on the road has its way home paid back; the model knows no such bonus.
        routing.SetFixedCostOfVehicle(COST_PARTS * max(0, cents), vehicle)
        profile, per_hour, per_km = (
            int(rates[vehicle])
            for rates in (problem.profiles, problem.drive_costs, problem.km_costs)
        )
        weighs = COST_PARTS * problem.preferences[served, vehicle]
        kind = (profile, per_hour, per_km, weighs.tobytes())
        if kind not in evaluators:
            seconds, metres = model.travel[profile]
            costs = SECOND_PARTS * per_hour * seconds + METRE_PARTS * per_km * metres
            # A preference is paid on the leg that leads to the request.
            costs[:, nodes.depots : nodes.first_reload] += weighs
            evaluators[kind] = routing.RegisterTransitMatrix(costs.tolist())
        routing.SetArcCostEvaluatorOfVehicle(evaluators[kind], vehicle)


def add_choices(model: RoutingModel) -> None:
    """Add the prices of what is left out, and who may serve what.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    problem, nodes, routing = model.problem, model.nodes, model.routing
    requests = len(problem.request_ids)
    for node in range(nodes.depots, len(nodes.points)):
        index, original = model.manager.NodeToIndex(node), int(nodes.originals[node])
        if original < requests:
            price, allowed = int(problem.prices[original]), problem.allowed[original]
        else:
            price, allowed = 0, problem.reload_allowed[:, original - requests]
        routing.AddDisjunction([index], COST_PARTS * price)
        if not allowed.all():
            routing.VehicleVar(index).SetValues([-1, *np.flatnonzero(allowed).tolist()])


def add_shipments(model: RoutingModel) -> None:
    """Add shipments: first the pickup, then the delivery, by one van.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    routing, solver = model.routing, model.solver
    time = routing.GetDimensionOrDie("time")
    for request, index in model.index_of.items():
        partner = int(model.problem.partner[request])
        if partner <= request:
            continue
        other = model.index_of[partner]
        routing.AddPickupAndDelivery(index, other)
        solver.Add(routing.VehicleVar(index) == routing.VehicleVar(other))
        solver.Add(time.CumulVar(index) <= time.CumulVar(other))


def add_company(model: RoutingModel) -> None:
    """Add requests that must or must not share a van.

    Parameters
    ----------
    model : RoutingModel
        To add to.
    """
    problem, routing, solver = model.problem, model.routing, model.solver
    groups: dict[int, list[int]] = {}
    for request, index in model.index_of.items():
        if problem.together[request] >= 0:
            groups.setdefault(int(problem.together[request]), []).append(index)
    for group in groups.values():
        for one, other in combinations(group, 2):
            solver.Add(
                (routing.VehicleVar(one) != routing.VehicleVar(other))
                + routing.ActiveVar(one)
                + routing.ActiveVar(other)
                <= 2
            )
    rivals = [pair for pair in problem.apart if model.index_of.keys() >= set(pair)]
    for request in {request for pair in rivals for request in pair}:
        routing.SetVisitType(model.index_of[request], request, routing.TYPE_ADDED_TO_VEHICLE)
    for one, other in rivals:
        routing.AddHardTypeIncompatibility(one, other)


def add_prefixes(model: RoutingModel) -> bool:
    """Fix how routes begin.

    Parameters
    ----------
    model : RoutingModel
        To add to.

    Returns
    -------
    bool
        False where a prefix holds a request that its vehicle may not serve.
    """
    problem, nodes, routing = model.problem, model.nodes, model.routing
    spare = list(range(nodes.first_reload, len(nodes.points)))
    for vehicle, prefix in enumerate(problem.prefixes):
        before, trip = routing.Start(vehicle), []
        for request in prefix:
            if request not in model.index_of or not problem.allowed[request, vehicle]:
                return False
            trip.append(request)
            chain = [model.index_of[request]]
            if not _fits(model, vehicle, trip):
                reload = next((node for node in spare if _may_reload(model, vehicle, node)), None)
                if reload is not None:
                    spare.remove(reload)
                    chain.insert(0, model.manager.NodeToIndex(reload))
                    trip = [request]
            for index in chain:
                routing.NextVar(before).SetValue(index)
                before = index
    return True


def _fits(model: RoutingModel, vehicle: int, trip: list[int]) -> bool:
    problem = model.problem
    on_board = problem.initial[trip].sum(axis=0) + problem.loads[trip].cumsum(axis=0)
    return bool((on_board <= problem.capacities[vehicle]).all())


def _may_reload(model: RoutingModel, vehicle: int, node: int) -> bool:
    reload = int(model.nodes.originals[node]) - len(model.problem.request_ids)
    return bool(model.problem.reload_allowed[vehicle, reload])
