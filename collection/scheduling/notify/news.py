"""From an event to what is news to whom; what was told before is not told again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from collection.errors import CollectionError, StoreUnavailable
from collection.model import (
    EventType,
    NoticeKind,
    RequestState,
    TimeWindow,
    is_of_site,
    plan_of,
)
from collection.scheduling.calendar import zone_of
from collection.scheduling.notify.arrival import announced_range, dump_range, holds, load_range
from collection.scheduling.notify.notices import (
    ARRIVAL,
    HUB,
    TRUE_IN,
    UNASSIGNED,
    VAN,
    YES,
    News,
    Notice,
    delayed,
    failed,
    plain,
    promised,
)
from collection.units import to_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from collection.model import (
        Event,
        OutboxEntry,
        PickupRequest,
        Plan,
        Route,
        Territory,
        Told,
    )
    from collection.ports import Outbox, PlanStore, RequestStore
    from collection.scheduling.notify.dropped import DropOffNews

SLOTS = 3
"""Other times that somebody is offered whom no van comes to."""

_PLAIN = {
    EventType.CANCELLED: NoticeKind.CANCELLED,
    EventType.COLLECTED: NoticeKind.COLLECTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsDesk:
    """Finds out what is news.

    Parameters
    ----------
    territories : Mapping of str to Territory
        By id.
    requests : RequestStore
        The system of record.
    plans : PlanStore
        Knows when a van comes.
    outbox : Outbox
        Knows what was told before.
    drop_offs : DropOffNews
        Knows who brought what to a site.
    offers : callable
        From a request to windows that it could move to, the earliest first.
    """

    territories: Mapping[str, Territory]
    requests: RequestStore
    plans: PlanStore
    outbox: Outbox
    drop_offs: DropOffNews
    offers: Callable[[PickupRequest], Iterable[TimeWindow]]
    _latest: dict[str, Plan] = field(default_factory=dict)

    def read(self, entry: OutboxEntry) -> News:
        """Find out what is news in an entry.

        Parameters
        ----------
        entry : OutboxEntry
            The oldest of its territory.

        Returns
        -------
        News
            Empty where there is none.
        """
        news = self._read(entry.event, entry.request)
        # A site's own pickup is the house's affair: who brought the devices is told.
        news.notices = [one for one in news.notices if not is_of_site(one.request)]
        return news

    def _read(self, event: Event, request: PickupRequest | None) -> News:
        match event.type:
            case EventType.ANNOUNCED | EventType.DROPPED_OFF:
                return self.drop_offs.told(event)
            case EventType.PLAN_PUBLISHED:
                return self._planned(event)
            case EventType.SHIFT_STARTED:
                return self._left(event)
            case EventType.EN_ROUTE:
                return self._coming(event, request)
        return News() if request is None else self._changed(event, request)

    def _changed(self, event: Event, request: PickupRequest) -> News:
        match event.type:
            case EventType.BOOKED | EventType.RESCHEDULED:
                return promised(request, event)
            case EventType.PROMISE_BROKEN:
                return self._broken([(request, event.text)], event)
            case EventType.DELAYED:
                return delayed(request, event)
            case EventType.FAILED | EventType.REFUSED:
                return failed(request, event)
            case EventType.RECEIVED:
                return self._received(request, event)
        return plain(_PLAIN[event.type], request, event) if event.type in _PLAIN else News()

    def _planned(self, event: Event) -> News:
        """Tell who is in a plan when the van comes, unless that was announced already."""
        plan = self._published(event)
        # Of two plans that were published meanwhile, only the later one is news.
        if plan is None or plan.id != event.plan_id:
            return News()
        territory = self.territories[event.territory]
        known = {request.id: request for request in self.requests.day(event.territory, event.day)}
        left = [
            (known[one.request_id], f"{one.reason}: {one.detail}")
            for one in plan.unassigned
            if one.request_id in known
        ]
        news, zone = self._broken(left, event), zone_of(territory)
        stops = [stop for route in plan.routes for stop in route.stops]
        told = self._told(event, [(stop.request_id, ARRIVAL) for stop in stops])
        for stop in stops:
            request, before = known.get(stop.request_id), told.get((stop.request_id, ARRIVAL), "")
            if request is None or request.state is not RequestState.PLANNED:
                continue
            if holds(before, to_utc(event.day, stop.start, zone)):
                continue
            arrival = announced_range(stop, request, territory)
            news.notices.append(
                Notice(
                    kind=NoticeKind.PLANNED,
                    form="replanned" if before else "planned",
                    request=request,
                    at=event.at,
                    arrival=arrival,
                    topic=ARRIVAL,
                    news=dump_range(arrival),
                )
            )
            news.told[request.id, ARRIVAL] = dump_range(arrival)
            news.told[request.id, UNASSIGNED] = ""
        return news

    def _broken(self, left: Sequence[tuple[PickupRequest, str]], event: Event) -> News:
        """Tell whom no van comes to any more, once."""
        told = self._told(event, [(request.id, UNASSIGNED) for request, _ in left])
        news = News()
        for request, reason in left:
            topic = (request.id, UNASSIGNED)
            fits = request.state in TRUE_IN[NoticeKind.UNASSIGNED] and request.day == event.day
            if told.get(topic) or not fits:
                continue
            news.notices.append(
                Notice(
                    kind=NoticeKind.UNASSIGNED,
                    form="unassigned",
                    request=request,
                    at=event.at,
                    code=reason.partition(":")[0],
                    slots=self._slots(request),
                    topic=UNASSIGNED,
                    news=YES,
                )
            )
            news.unassigned.append((request, reason))
            news.told |= {topic: YES, (request.id, ARRIVAL): ""}
        return news

    def _left(self, event: Event) -> News:
        """Tell everybody on a route that its van has left the hub, once."""
        route, news = self._route(event), News()
        stops = route.stops if route else ()
        topics = [(stop.request_id, topic) for stop in stops for topic in (VAN, ARRIVAL)]
        told = self._told(event, topics)
        for stop in stops:
            if told.get((stop.request_id, VAN)):
                continue
            request = self.requests.get(stop.request_id)
            if request.state is not RequestState.PLANNED or request.day != event.day:
                continue
            announced = load_range(told.get((request.id, ARRIVAL), ""))
            territory = self.territories[event.territory]
            news.notices.append(
                Notice(
                    kind=NoticeKind.ON_THE_WAY,
                    form="on_the_way",
                    request=request,
                    at=event.at,
                    arrival=announced or announced_range(stop, request, territory),
                    topic=VAN,
                    news=YES,
                )
            )
            news.told[request.id, VAN] = YES
        return news

    def _coming(self, event: Event, request: PickupRequest | None) -> News:
        """Tell who is next; on the first way of a route, the others on it too."""
        news = self._left(event)
        if request is None:
            return news
        # Who is next need not be told that the van has left.
        news.notices = [notice for notice in news.notices if notice.request.id != request.id]
        if request.state not in TRUE_IN[NoticeKind.NEXT_STOP] or request.day != event.day:
            return news
        expected = self._expected(event, request)
        news.notices.append(
            Notice(
                kind=NoticeKind.NEXT_STOP,
                form="next_stop",
                request=request,
                at=event.at,
                arrival=TimeWindow(start=expected, end=expected),
                topic=VAN,
                news=YES,
            )
        )
        news.told[request.id, VAN] = YES
        return news

    def _received(self, request: PickupRequest, event: Event) -> News:
        drop_off = self.drop_offs.owner(event)
        if drop_off is not None:
            before = self._told(event, [(drop_off.id, HUB)])
            news = self.drop_offs.received(drop_off, request, event)
            return news if news.told != before else News()
        topic = (request.id, HUB)
        # One event for each device; only once all are there is it news.
        if self._told(event, [topic]):
            return News()
        news = plain(NoticeKind.RECEIVED, request, event)
        news.told = {topic: YES} if news.notices else {}
        return news

    def _expected(self, event: Event, request: PickupRequest) -> datetime:
        route = self._route(event)
        ways = (
            [stop.travel for stop in route.stops if stop.request_id == request.id] if route else []
        )
        there = event.at + timedelta(seconds=ways[0] if ways else 0)
        return max([there, *sorted(window.start for window in request.windows)[:1]])

    def _route(self, event: Event) -> Route | None:
        """Route of the published plan that an event's van drives."""
        plan, vehicle = self._published(event), event.vehicle_id
        if event.route_id is not None:
            vehicle = event.route_id.removeprefix(f"{plan_of(event.route_id)}.")
        routes = plan.routes if plan else ()
        return next((route for route in routes if route.vehicle_id == vehicle), None)

    def _published(self, event: Event) -> Plan | None:
        plan_id = self.plans.published(event.territory, event.day)
        if plan_id is None:
            return None
        plan = self._latest.get(event.territory)
        if plan is None or plan.id != plan_id:
            # Plans are large, and each event of a day asks for the same one.
            plan = self._latest[event.territory] = self.plans.get(plan_id)
        return plan

    def _told(self, event: Event, topics: Sequence[tuple[str, str]]) -> Told:
        return self.outbox.told(event.territory, event.day, topics)

    def _slots(self, request: PickupRequest) -> tuple[TimeWindow, ...]:
        try:
            return tuple(self.offers(request))[:SLOTS]
        except StoreUnavailable:
            raise
        except CollectionError:
            # Without streets there are no slots; the page that is linked will say more.
            return ()
