"""From an entry of the outbox to messages, and whether they are still true when they go out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import EventType
from collection.scheduling.notify.messages import Writer
from collection.scheduling.notify.notices import TRUE_IN

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from collection.model import Delivery, Event, OutboxEntry, PickupRequest, Told
    from collection.ports import EventLog
    from collection.scheduling.notify.news import NewsDesk
    from collection.scheduling.notify.notices import News


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Addresses that only the composition root knows.

    Parameters
    ----------
    link_of : callable
        From a request to the address of its customer's page.
    day_link : callable
        From a territory's id and a local date to the address of the dispatcher's page.
    dispatcher_email : str
        Who is told of broken promises; empty for nobody.
    """

    link_of: Callable[[PickupRequest], str]
    day_link: Callable[[str, date], str]
    dispatcher_email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Makes messages of news.

    Parameters
    ----------
    desk : NewsDesk
        Finds out what is news.
    links : Links
        Where the messages lead to.
    events : EventLog
        Where dispatchers see a promise that a plan does not keep.
    """

    desk: NewsDesk
    links: Links
    events: EventLog

    def write(self, entry: OutboxEntry, *, now: datetime) -> tuple[list[Delivery], Told]:
        """Turn an entry into deliveries.

        Parameters
        ----------
        entry : OutboxEntry
            The oldest of its territory.
        now : datetime
            Aware present.

        Returns
        -------
        tuple of list of Delivery and dict
            What goes out, and what is then told of the day; nothing for an event that is no
            news any more.
        """
        event, news = entry.event, self.desk.read(entry)
        self._record(event, news)
        territory = self.desk.territories[event.territory]
        writer = Writer(territory=territory, link_of=self.links.link_of)
        deliveries = [
            delivery
            for notice in news.notices
            for delivery in writer.deliveries(notice, entry_id=entry.id, event_id=event.id, now=now)
        ]
        if news.unassigned:
            alarm = writer.alarm(
                news.unassigned,
                day=event.day,
                entry_id=entry.id,
                to=self.links.dispatcher_email,
                link=self.links.day_link(territory.id, event.day),
                now=now,
            )
            deliveries.append(alarm)
        if event.type is EventType.UNACCOUNTED:
            search = writer.search(
                event,
                entry_id=entry.id,
                to=self.links.dispatcher_email,
                link=self.links.day_link(territory.id, event.day),
                now=now,
            )
            deliveries.append(search)
        return deliveries, news.told

    def _record(self, event: Event, news: News) -> None:
        """Have the day's stream name each promise that a published plan does not keep."""
        if event.type is not EventType.PLAN_PUBLISHED:
            return
        for request, reason in news.unassigned:
            broken = replace(
                event,
                id="",
                type=EventType.PROMISE_BROKEN,
                request_id=request.id,
                text=reason,
            )
            # Whoever dies after it comes here again.
            self.events.append(broken, dedupe=f"promise_broken|{request.id}|{event.plan_id}")

    def is_news(self, delivery: Delivery) -> bool:
        """Whether what a message says is still true, just before it goes out.

        Parameters
        ----------
        delivery : Delivery
            The message.

        Returns
        -------
        bool
            False if other news followed, or the request is past it.
        """
        if delivery.request_id is None:
            return True
        if delivery.topic:
            topic = (delivery.request_id, delivery.topic)
            told = self.desk.outbox.told(delivery.territory, delivery.day, [topic])
            if told.get(topic) != delivery.news:
                return False
        try:
            request = self.desk.requests.get(delivery.request_id)
        except NotFound:
            return False
        fits = request.state in TRUE_IN[delivery.kind]
        return fits and request.day == delivery.day
