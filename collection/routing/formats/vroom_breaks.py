"""Breaks of a VROOM file as pauses.

VROOM gives every route all breaks of its vehicle, if need be before it leaves or after it is
back, where they cost nothing. Here a pause is due only where neither would be in time; a break
that is not due goes to either end of its route when that is written down
(`collection.routing.formats.vroom_steps`). So that there is room for it after the drive, a
pause starts early enough to end within the vehicle's working hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.routing.formats.instance import Break
from collection.routing.formats.vroom_rules import sorted_windows, wrong

if TYPE_CHECKING:
    from collection.routing.formats.vroom_schema import Input, Vehicle


def breaks_of(file: Input, first_node: int) -> list[tuple[Break, ...]]:
    """Give the breaks of all vehicles their nodes.

    Parameters
    ----------
    file : Input
        The file.
    first_node : int
        Node of the first one.

    Returns
    -------
    list of tuple of Break
        Per vehicle, in the order of their windows.

    Raises
    ------
    InvalidRequest
        If a break has no time windows; names the path.
    """
    found: list[tuple[Break, ...]] = []
    for number, vehicle in enumerate(file.vehicles):
        breaks = []
        for place, rest in enumerate(vehicle.breaks):
            path = f"vehicles[{number}].breaks[{place}].time_windows"
            if rest.time_windows is None:
                raise wrong(path, "is missing; write [[start, end]]")
            breaks.append(
                Break(
                    id=rest.id,
                    node=first_node,
                    windows=sorted_windows(rest.time_windows, path, 0),
                    seconds=rest.service,
                    description=rest.description,
                )
            )
            first_node += 1
        found.append(tuple(sorted(breaks, key=lambda rest: rest.windows)))
    return found


def pause_of(rest: Break, vehicle: Vehicle) -> tuple[int, int, int]:
    """Choose the window in which a break is due.

    Parameters
    ----------
    rest : Break
        The break.
    vehicle : Vehicle
        Who takes it.

    Returns
    -------
    tuple of (int, int, int)
        Earliest start, latest start and seconds. Of several windows the last one that the
        working hours leave room for: where none is due, all are open at a route's ends.
    """
    if vehicle.time_window is None:
        return (*rest.windows[-1], rest.seconds)
    opens, closes = vehicle.time_window
    kept = [
        (max(start, opens), min(end, closes - rest.seconds))
        for start, end in rest.windows
        if max(start, opens) <= min(end, closes - rest.seconds)
    ]
    return (*(kept or rest.windows)[-1], rest.seconds)
