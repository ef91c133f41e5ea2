"""Plans of a night become the day's plan, until the day runs: then only its rest is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.errors import Conflict
from collection.scheduling.calendar import zone_of
from collection.scheduling.day_events import read_events
from collection.scheduling.heard import FROM_VAN
from collection.scheduling.inputs import known_territory

if TYPE_CHECKING:
    from datetime import date, datetime

    from collection.model import Territory
    from collection.scheduling.nightly import NightPorts


def publish_night(plan_id: str, ports: NightPorts, *, at: datetime) -> None:
    """Publish a plan of a night; publishing the published one again changes nothing.

    Parameters
    ----------
    plan_id : str
        Which.
    ports : NightPorts
        What to work with.
    at : datetime
        Aware present.

    Raises
    ------
    NotFound
        If there is none.
    Conflict
        If its day runs, or another version was published meanwhile.
    PlanRejected
        If the plan has violations.
    """
    plan = ports.plans.get(plan_id)
    published = ports.plans.published(plan.territory, plan.day)
    if published == plan_id:
        return
    refuse_running(known_territory(plan.territory, ports), plan.day, ports)
    ports.plans.publish(plan_id, at=at, replaces=published)


def refuse_running(territory: Territory, day: date, ports: NightPorts) -> None:
    """Refuse to plan a day as a whole that runs: its vans are no longer at their depots.

    Parameters
    ----------
    territory : Territory
        Which territory.
    day : date
        Local date.
    ports : NightPorts
        What to look things up in.

    Raises
    ------
    Conflict
        If it runs.
    """
    if is_running(territory, day, ports):
        raise Conflict(f"{day} runs; plan the rest of it again instead")


def is_running(territory: Territory, day: date, ports: NightPorts) -> bool:
    """Ask whether a day runs.

    Parameters
    ----------
    territory : Territory
        Which territory.
    day : date
        Local date.
    ports : NightPorts
        What to look things up in.

    Returns
    -------
    bool
        Whether a driver has told something of the published plan on that day, or its rest was
        planned again.
    """
    published = ports.plans.published(territory.id, day)
    if published is None:
        return False
    if ports.plans.get(published).rest is not None:
        return True
    if ports.events is None:
        return False
    zone = zone_of(territory)
    return any(
        # What a phone tells before its day begins does not begin it.
        event.type in FROM_VAN and event.route_id and event.at.astimezone(zone).date() >= day
        for event in read_events(territory.id, day, ports.events)
    )
