"""A territory with stores, a clock and senders that remember, for the tests of this folder."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from collection.model import (
    Channel,
    Event,
    EventType,
    Load,
    Plan,
    RequestState,
    Route,
    Site,
    Stop,
    TimeWindow,
    Unassigned,
    UnassignedReason,
)
from collection.scheduling.notify.deliver import Deliverer
from collection.scheduling.notify.dropped import DropOffNews
from collection.scheduling.notify.news import NewsDesk
from collection.scheduling.notify.telling import Links, Teller
from collection.units import HOUR
from tests.custody_fakes import FakeCustody, FakeDropOffs
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore
from tests.places import DAY, HUB, TERRITORY, make_request

KIOSK = Site(
    id="kiosk",
    name="Kiosk",
    position=HUB.position,
    service=300,
    opening=((9 * HOUR, 12 * HOUR + HOUR // 2), (14 * HOUR, 18 * HOUR)),
    reload=False,
    address="1 Rue Grimaldi",
    capacity=9,
)
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
SLOT = TimeWindow(start=NOON + timedelta(days=3), end=NOON + timedelta(days=3, hours=2))
PLACE = {"territory": TERRITORY.id, "day": DAY}


@dataclass
class Memory:
    """A `Sender` that remembers; `fails` are the errors of its next tries."""

    sent: list = field(default_factory=list)
    fails: list = field(default_factory=list)

    def send(self, delivery):
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error
        self.sent.append(delivery)


class World:
    def __init__(self, *, channels=tuple(Channel), instant=NOON):
        self.requests = FakeRequestStore(FakeEventLog())
        self.events = self.requests.events
        self.plans = FakePlanStore(self.requests)
        self.outbox = self.events.outbox
        self.clock = FakeClock(instant)
        self.custody = FakeCustody(self.requests)
        self.drop_offs = FakeDropOffs(self.custody)
        territories = {TERRITORY.id: replace(TERRITORY, sites=(KIOSK,))}
        self.slots = [SLOT]
        self.senders = {channel: Memory() for channel in channels}
        self.teller = Teller(
            desk=NewsDesk(
                territories=territories,
                requests=self.requests,
                plans=self.plans,
                outbox=self.outbox,
                drop_offs=DropOffNews(
                    territories=territories, drop_offs=self.drop_offs, custody=self.custody
                ),
                offers=lambda _: self.slots,
            ),
            links=Links(
                link_of=lambda request: f"https://x.example/track/{request.id}",
                day_link=lambda territory, day: f"https://x.example/dispatch/{territory}/{day}",
                dispatcher_email="desk@example.org",
            ),
            events=self.events,
        )
        self.deliverer = Deliverer(
            territories={TERRITORY.id: TERRITORY},
            outbox=self.outbox,
            teller=self.teller,
            senders=self.senders,
            clock=self.clock,
        )

    def book(self, *names, **changes):
        for name in names:
            self.requests.book(make_request(name, **changes))

    def publish(self, *routes, left=()):
        """Publish a plan of routes: each a mapping of request name to hour of its start."""
        made = [_route(number, stops) for number, stops in enumerate(routes, start=1)]
        plan = self.plans.save(
            Plan(
                id="draft",
                territory=TERRITORY.id,
                day=DAY,
                version=0,
                created_at=self.clock.now(),
                routes=tuple(made),
                unassigned=tuple(
                    Unassigned(
                        request_id=f"monaco.{name}",
                        reason=UnassignedReason.NO_CAPACITY,
                        detail="all vans are full",
                    )
                    for name in left
                ),
                cost=0,
                fingerprint=f"{routes} {left} {self.clock.now()}",
                seed=0,
            )
        )
        self.plans.publish(plan.id, at=self.clock.now())
        return plan

    def tell(self, kind, name=None, *, state=None, route=None, **fields):
        """An event of the published plan, with the change of state that goes with it."""
        event = Event(
            type=kind,
            **PLACE,
            at=fields.pop("at", self.clock.now()),
            request_id=f"monaco.{name}" if name else None,
            route_id=route,
            **fields,
        )
        if state is None:
            self.events.append(event)
        else:
            self.requests.transition(event.request_id, state, event)

    def collect(self, name):
        self.tell(EventType.COLLECTED, name, state=RequestState.COLLECTED)

    def news(self):
        """What all that is new becomes: kind, form and request of each notice."""
        found = []
        while entries := self.outbox.entries(TERRITORY.id, now=self.clock.now()):
            news = self.teller.desk.read(entries[0])
            found += [(n.kind.value, n.form, n.request.id.partition(".")[2]) for n in news.notices]
            self.outbox.settle(entries[0], [], news.told)
        return found

    def kinds(self):
        return [(kind, name) for kind, _, name in self.news()]

    def sent(self, channel=Channel.MAIL):
        return [(d.kind.value, d.request_id.partition(".")[2]) for d in self.senders[channel].sent]


def _route(number, stops):
    return Route(
        id="draft",
        vehicle_id=f"van-{number}",
        stops=tuple(
            Stop(
                request_id=f"monaco.{name}",
                position=HUB.position,
                arrival=round(hour * HOUR),
                start=round(hour * HOUR),
                departure=round(hour * HOUR) + 300,
                travel=480,
                metres=900,
                load=Load(units=1, litres=2, grams=350),
            )
            for name, hour in stops.items()
        ),
        start=7 * HOUR,
        end=20 * HOUR,
        travel=0,
        metres=0,
        cost=0,
        load=Load(units=1, litres=2, grams=350),
    )


def in_window(request, start, end):
    return replace(request, windows=(TimeWindow(start=start, end=end),))
