"""What fields of a VROOM file must be to each other, and what of it is not supported."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.routing.formats.vroom_places import visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collection.routing.formats.vroom_schema import Input, Visit


def wrong(path: str, message: str) -> InvalidRequest:
    """Build the error of a field.

    Parameters
    ----------
    path : str
        Where it stands.
    message : str
        What is wrong and how to mend it.

    Returns
    -------
    InvalidRequest
        Names the path.
    """
    return InvalidRequest(f"{path} {message}", field=path)


def verify(file: Input) -> None:
    """Refuse what contradicts itself and what is not supported.

    Parameters
    ----------
    file : Input
        The file.

    Raises
    ------
    InvalidRequest
        Names the path.
    """
    if file.options.c:
        raise wrong("options.c", "asks for plan mode, which is not supported; leave it out")
    _unique("jobs[{}].id", (job.id for job in file.jobs))
    _unique("shipments[{}].pickup.id", (shipment.pickup.id for shipment in file.shipments))
    _unique("shipments[{}].delivery.id", (shipment.delivery.id for shipment in file.shipments))
    _unique("vehicles[{}].id", (vehicle.id for vehicle in file.vehicles))
    _verify_amounts(file)
    known = {
        "job": {job.id for job in file.jobs},
        "pickup": {shipment.pickup.id for shipment in file.shipments},
        "delivery": {shipment.delivery.id for shipment in file.shipments},
    }
    for number, vehicle in enumerate(file.vehicles):
        path = f"vehicles[{number}]"
        _unique(f"{path}.breaks[{{}}].id", (rest.id for rest in vehicle.breaks))
        for place, rest in enumerate(vehicle.breaks):
            if rest.max_load is not None:
                raise wrong(f"{path}.breaks[{place}].max_load", "is not supported; leave it out")
        known["break"] = {rest.id for rest in vehicle.breaks}
        for place, step in enumerate(vehicle.steps):
            if step.type in known and step.id not in known[step.type]:
                raise wrong(f"{path}.steps[{place}].id", f"is {step.id}: no such {step.type}")


def dimensions(file: Input) -> int:
    """Count load dimensions.

    Parameters
    ----------
    file : Input
        The file.

    Returns
    -------
    int
        As many as capacities have; without vehicles, as many as amounts have.
    """
    if file.vehicles:
        return max(len(vehicle.capacity or ()) for vehicle in file.vehicles)
    return max((len(amounts) for _, amounts in _amounts(file)), default=0)


def sorted_windows(
    windows: Sequence[tuple[int, int]] | None, path: str, horizon: int
) -> tuple[tuple[int, int], ...]:
    """Put the windows of a task in order.

    Parameters
    ----------
    windows : Sequence of (int, int), optional
        As in the file; None for any time.
    path : str
        Where they stand.
    horizon : int
        When everything is over.

    Returns
    -------
    tuple of (int, int)
        Disjoint and in order.

    Raises
    ------
    InvalidRequest
        If two of them meet.
    """
    ordered = tuple(sorted(windows or ((0, horizon),)))
    for (_, end), (start, _) in pairwise(ordered):
        if start <= end:
            raise wrong(path, f"overlap at {start}; make one window of them")
    return ordered


def seconds_of(file: Input) -> tuple[list[int], list[int]]:
    """Find how long tasks take, with these vehicles.

    Parameters
    ----------
    file : Input
        The file.

    Returns
    -------
    setup : list of int
        Seconds, of the R tasks.
    service : list of int
        Likewise.

    Raises
    ------
    InvalidRequest
        If a task takes vehicles of different types different times.
    """
    types = sorted({vehicle.type for vehicle in file.vehicles}) or [""]

    def one(visit: Visit, path: str, name: str) -> int:
        per_type: dict[str, int] = getattr(visit, f"{name}_per_type")
        found = {per_type.get(kind, getattr(visit, name)) for kind in types}
        if len(found) > 1:
            raise wrong(
                f"{path}.{name}_per_type",
                "differs between the types of these vehicles, which is not supported; "
                "give vehicles of one type",
            )
        return int(found.pop())

    stops = list(visits(file))
    setup = [one(visit, path, "setup") for _, path, visit in stops]
    return setup, [one(visit, path, "service") for _, path, visit in stops]


def _unique(path: str, ids: Iterable[int]) -> None:
    known: set[int] = set()
    for number, identifier in enumerate(ids):
        if identifier in known:
            raise wrong(path.format(number), f"is {identifier}, as one before; give each its own")
        known.add(identifier)


def _amounts(file: Input) -> Iterable[tuple[str, list[int]]]:
    for number, job in enumerate(file.jobs):
        for name in ("delivery", "pickup", "amount"):
            if getattr(job, name) is not None:
                yield f"jobs[{number}].{name}", getattr(job, name)
    for number, shipment in enumerate(file.shipments):
        if shipment.amount is not None:
            yield f"shipments[{number}].amount", shipment.amount


def _verify_amounts(file: Input) -> None:
    size = dimensions(file)
    for number, vehicle in enumerate(file.vehicles):
        if vehicle.capacity is not None and len(vehicle.capacity) != size:
            path = f"vehicles[{number}].capacity"
            raise wrong(path, f"has {len(vehicle.capacity)} numbers; another vehicle's has {size}")
    for path, amounts in _amounts(file):
        if len(amounts) != size:
            raise wrong(path, f"has {len(amounts)} numbers; the vehicles' capacity has {size}")
