"""What customers are told: which events of a day they hear of, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.model import EventType

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from collection.model import Event
    from collection.services import Services
    from collection.simulate.world import World

TOLD = frozenset(
    {
        EventType.BOOKED,
        EventType.RESCHEDULED,
        EventType.CANCELLED,
        EventType.EN_ROUTE,
        EventType.COLLECTED,
        EventType.FAILED,
        EventType.RECEIVED,
        EventType.PROMISE_BROKEN,
        EventType.DELAYED,
    }
)
"""Events of one request that its customer is told of."""

PAGE = 1_000


def events_of(services: Services, territory: str, day: date) -> Iterator[Event]:
    """Read the whole stream of a day.

    Parameters
    ----------
    services : Services
        The product.
    territory : str
        Whose.
    day : date
        Local date.

    Yields
    ------
    Event
        In order.
    """
    after = ""
    while page := services.events.read(territory, day, after=after, limit=PAGE):
        yield from page
        after = page[-1].id


def messages(world: World) -> int:
    """Count the messages about driven days.

    Parameters
    ----------
    world : World
        Played to its end.

    Returns
    -------
    int
        To all customers together: one for each event that a customer is told of, and one with
        the arrival of each stop that a night planned.
    """
    count = 0
    for day in world.days:
        count += sum(len(route.stops) for route in world.plans[day].routes)
        events = events_of(world.services, world.territory.id, day)
        count += sum(event.request_id is not None and event.type in TOLD for event in events)
    return count
