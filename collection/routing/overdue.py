"""Breaks of a driver on the road: which are due, and those that are overdue come first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.model import Pause
from collection.routing.rest_breaks import Worked, still_due
from collection.routing.working_time import rules_of

if TYPE_CHECKING:
    from datetime import date

    from collection.model import ClockBreak, Route, Territory, Vehicle
    from collection.routing.rest import Underway
    from collection.units import Seconds


def rested(territory: Territory, van: Underway, day: date) -> Underway:
    """Let a driver whose break is overdue take it before anything else.

    A planned van leaves as late as it can; so where it would wait for its next stop, a break that
    begins at once would lie before its departure.

    Parameters
    ----------
    territory : Territory
        As the day began.
    van : Underway
        As it stands.
    day : date
        Local date.

    Returns
    -------
    Underway
        Free when the break is over.
    """
    latest = van.vehicle.shift.end + van.vehicle.overtime
    for rest in breaks_due(territory, van, day, until=latest):
        if rest.latest <= van.free:
            end = van.free + rest.seconds
            pause = Pause(start=van.free, end=end, after=len(van.done.stops))
            van = replace(van, done=replace(van.done, pauses=(*van.done.pauses, pause), end=end))
    return van


def breaks_due(
    territory: Territory, van: Underway, day: date, *, until: Seconds
) -> tuple[ClockBreak, ...]:
    """List the breaks that a driver on the road has still to take.

    Parameters
    ----------
    territory : Territory
        As the day began.
    van : Underway
        As it stands.
    day : date
        Local date.
    until : int
        Latest return.

    Returns
    -------
    tuple of ClockBreak
        In the order of their latest starts.
    """
    vehicle, done, free = van.vehicle, van.done, van.free
    worked = Worked(
        start=done.start,
        now=free,
        pauses=tuple((pause.start, pause.end) for pause in done.pauses),
        drives=(
            *((visit.arrival, visit.travel) for visit in done.visits),
            *([(free, van.under_way)] if van.under_way else []),
        ),
    )
    return still_due(
        _missing(vehicle, done), rules_of(territory.country, vehicle, day), worked, until=until
    )


def _missing(vehicle: Vehicle, done: Route) -> list[ClockBreak]:
    """List the breaks by the clock that are still due; what was rested counts for the first."""
    taken = [[pause.start, pause.end - pause.start] for pause in done.pauses]
    missing = []
    for rest in sorted(vehicle.breaks, key=lambda rest: rest.earliest):
        if done.start >= rest.earliest + rest.seconds:
            continue  # It came before the van left.
        lacking = rest.seconds
        for pause in taken:
            if pause[0] >= rest.earliest:
                used = min(lacking, pause[1])
                lacking, pause[1] = lacking - used, pause[1] - used
        if lacking:
            missing.append(replace(rest, seconds=lacking))
    return missing
