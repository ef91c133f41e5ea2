"""A day built with what is asked of it, where what became impossible lapses."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.routing.building import build
from collection.routing.day import day_of
from collection.routing.model_routes import planned
from collection.routing.solution import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from collection.model import DeviceType, Instructions, PickupRequest, Plan, Territory
    from collection.ports import TravelTable
    from collection.routing.problem import Problem


def build_lasting(
    requests: Sequence[PickupRequest],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    travel: TravelTable,
    *,
    day: date,
    instructions: Instructions,
    earlier: Plan | None = None,
) -> tuple[Problem, Instructions]:
    """Build a day with instructions that were possible when they were given.

    Time passes, vans and windows change: a request that its van can no longer begin with is
    left out of the van's prefix, and so are the last ones of those that no longer fit together.

    Parameters
    ----------
    requests, territory, device_types, travel, day, earlier
        As for `collection.routing.building.build`.
    instructions : Instructions
        What was asked of an earlier plan, among the requests and vehicles that are there.

    Returns
    -------
    problem : Problem
        The day.
    lasting : Instructions
        What is asked in it: the given ones where all of them are possible.

    Raises
    ------
    InvalidRequest
        As for `collection.routing.building.build`, but for prefixes that are impossible.
    """
    asking = partial(build, requests, territory, device_types, travel, day=day, earlier=earlier)
    try:
        problem = asking(instructions=instructions)
    except InvalidRequest as error:
        if error.field != "instructions.prefixes":
            raise
        instructions = _servable(asking(instructions=_fixed(instructions)), instructions)
        problem = asking(instructions=instructions)
    begun = _begun(problem)
    if begun == problem.prefixes:
        return problem, instructions
    prefixes = zip(problem.vehicle_ids, begun, strict=True)
    instructions = replace(
        instructions,
        prefixes={
            vehicle: tuple(problem.request_ids[request] for request in prefix)
            for vehicle, prefix in prefixes
            if prefix
        },
    )
    return asking(instructions=instructions), instructions


def _fixed(instructions: Instructions) -> Instructions:
    """Turn prefixes into fixed vehicles, which leave the same vehicles for each request."""
    fixed = {
        request: vehicle for vehicle, prefix in instructions.prefixes.items() for request in prefix
    }
    return replace(instructions, prefixes={}, vehicles={**fixed, **instructions.vehicles})


def _servable(problem: Problem, instructions: Instructions) -> Instructions:
    """Leave out of prefixes what their vehicles cannot serve, had they nothing else to do."""
    servable = {
        (problem.request_ids[request], problem.vehicle_ids[vehicle])
        for request, vehicle in zip(*problem.allowed.nonzero(), strict=True)
    }
    lasting = {
        vehicle: tuple(request for request in prefix if (request, vehicle) in servable)
        for vehicle, prefix in instructions.prefixes.items()
    }
    return replace(
        instructions, prefixes={van: prefix for van, prefix in lasting.items() if prefix}
    )


def _begun(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """Shorten each prefix until its van can begin so."""
    count = len(problem.vehicle_ids)
    begun: list[tuple[int, ...]] = [()] * count
    routes: list[tuple[int, ...]] = [()] * count
    for van, prefix in enumerate(problem.prefixes):
        for length in range(len(prefix), 0, -1):
            begun[van] = prefix[:length]
            tried = replace(problem, prefixes=tuple(begun))
            routes[van] = planned(tried, day_of(tried), van, begun[van])
            if evaluate(tried, routes) is not None:
                break
            begun[van] = routes[van] = ()
    return tuple(begun)
