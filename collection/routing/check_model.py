"""The verifier's facts of a day, derived a second time from the raw inputs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.model import Instructions
from collection.routing.check_demands import demand_of, inputs_of
from collection.routing.check_facts import ALWAYS, Facts, Reload, Rest, Van
from collection.routing.check_travel import Travel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from collection.model import DeviceType, PickupRequest, Plan, Territory, Vehicle
    from collection.ports import TravelTable
    from collection.routing.check_demands import Inputs


def facts_of(
    requests: Sequence[PickupRequest],
    territory: Territory,
    device_types: Mapping[str, DeviceType],
    travel: TravelTable,
    *,
    day: date,
    instructions: Instructions | None,
    earlier: Plan | None = None,
) -> Facts:
    """Derive what a plan is verified against.

    Parameters
    ----------
    requests : Sequence of PickupRequest
        All requests of the day.
    territory : Territory
        Whose rules hold.
    device_types : Mapping of str to DeviceType
        By id.
    travel : TravelTable
        Over depots, sites and requests.
    day : date
        Local date of the plan.
    instructions : Instructions, optional
        What was asked of the plan.
    earlier : Plan, optional
        The plan that they name.

    Returns
    -------
    Facts
        In seconds of the local day, metres and cents.

    Raises
    ------
    InvalidRequest
        If the table has another size or lacks a class, or a device's type is unknown.
    """
    before = len(territory.depots) + len(territory.sites)
    _refuse_other_size(travel, before + len(requests))
    asked = instructions or Instructions()
    inputs = inputs_of(territory, device_types, asked, day, earlier)
    numbers = {request.id: number for number, request in enumerate(requests)}
    reloads = _reloads(territory)
    pairs = {pair for group in asked.apart for pair in combinations(sorted(group), 2)}
    return Facts(
        demands=tuple(
            demand_of(inputs, request, number=number, point=before + number)
            for number, request in enumerate(requests)
        ),
        vans=tuple(
            replace(
                _van(inputs, vehicle, number),
                profile=_table_of(vehicle, travel),
                prefix=tuple(
                    numbers.get(first, -1) for first in asked.prefixes.get(vehicle.id, ())
                ),
                reloads=_may_empty_at(vehicle, reloads),
            )
            for number, vehicle in enumerate(territory.vehicles)
        ),
        reloads=reloads,
        travel=Travel(
            periods=tuple(int(start) for start in travel.periods),
            seconds=travel.seconds,
            metres=travel.metres,
        ),
        together=tuple(
            frozenset(numbers[member] for member in group if member in numbers)
            for group in asked.together
        ),
        apart=tuple(
            (numbers[one], numbers[other])
            for one, other in sorted(pairs)
            if one in numbers and other in numbers
        ),
        fairness=territory.weights.fairness,
    )


def _van(inputs: Inputs, vehicle: Vehicle, number: int) -> Van:
    depots = [depot.id for depot in inputs.territory.depots]
    return Van(
        number=number,
        id=vehicle.id,
        speed_percent=vehicle.speed_percent,
        start=depots.index(vehicle.start_depot) if vehicle.start_depot in depots else None,
        end=depots.index(vehicle.end_depot) if vehicle.end_depot in depots else None,
        shift=(vehicle.shift.start, vehicle.shift.end),
        latest_end=vehicle.shift.end + vehicle.overtime,
        capacity=vehicle.capacity.as_tuple(),
        fixed=vehicle.fixed_cost,
        per_hour=vehicle.cost_per_hour,
        per_overtime_hour=vehicle.overtime_cost_per_hour,
        per_km=vehicle.cost_per_km,
        max_metres=vehicle.max_metres,
        max_stops=vehicle.max_stops,
        max_duration=vehicle.max_seconds,
        max_work=_work_of_a_day(inputs),
        breaks=tuple(
            Rest(number=place, windows=((pause.earliest, pause.latest),), service=pause.seconds)
            for place, pause in enumerate(vehicle.breaks)
        ),
        rules=tuple(
            law.rule
            for law in inputs.territory.country.break_rules
            if law.valid_from <= inputs.day <= (law.valid_until or date.max)
            and (law.applies_to == "everybody" or (law.applies_to == "eu_561" and vehicle.eu_561))
        ),
    )


def _work_of_a_day(inputs: Inputs) -> int | None:
    laws = [law for law in inputs.territory.country.hours if law.per == "day"]
    held = [law for law in laws if law.valid_from <= inputs.day <= (law.valid_until or date.max)]
    return min((law.limit for law in held), default=None)


def _table_of(vehicle: Vehicle, travel: TravelTable) -> int:
    if vehicle.emission_class not in travel.classes:
        known = ", ".join(map(repr, travel.classes))
        msg = f"vehicle {vehicle.id} is of class {vehicle.emission_class!r}, the table has {known}"
        raise InvalidRequest(msg, field="travel")
    return travel.classes.index(vehicle.emission_class)


def _may_empty_at(vehicle: Vehicle, places: Iterable[Reload]) -> frozenset[str]:
    every = frozenset(place.id for place in places)
    return every if vehicle.reload_sites is None else every & vehicle.reload_sites


def _reloads(territory: Territory) -> tuple[Reload, ...]:
    """Places where vans are emptied."""
    first_site = len(territory.depots)
    depots = territory.depots if territory.reload_at_depots else ()
    return (
        *(
            Reload(id=depot.id, point=point, windows=ALWAYS, service=territory.reload_seconds)
            for point, depot in enumerate(depots)
        ),
        *(
            Reload(id=site.id, point=point, windows=site.opening, service=site.service)
            for point, site in enumerate(territory.sites, start=first_site)
            if site.reload
        ),
    )


def _refuse_other_size(travel: TravelTable, size: int) -> None:
    if {travel.seconds.shape[-2:], travel.metres.shape[-2:]} != {(size, size)}:
        msg = f"the table must be over the {size} points of depots, sites and requests"
        raise InvalidRequest(msg, field="travel")
