"""A published day of two vans, in memory, and what its people do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from collection.model import Device, Event, EventType, RequestState
from collection.scheduling.door import Door, DoorScan
from collection.scheduling.hub import Hub
from collection.scheduling.labels import new_label
from tests.api.samples import make_plan
from tests.custody_fakes import FakeCustody, FakeDropOffs
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore
from tests.places import DEVICES, TERRITORY, make_request

DAY = make_plan("monaco.1").day
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
TERRITORIES = {"monaco": TERRITORY}


class CustodyDay:
    """Requests 1 and 2 in the route of van-1, request 3 in that of van-2."""

    def __init__(self, *devices):
        self.requests = FakeRequestStore(FakeEventLog())
        self.events = self.requests.events
        self.plans = FakePlanStore(self.requests)
        self.custody = FakeCustody(self.requests)
        self.drop_offs = FakeDropOffs(self.custody)
        self.clock = FakeClock(AT)
        for name in ("1", "2", "3"):
            self.requests.book(make_request(name, day=DAY, devices=devices or None))
        first = make_plan("monaco.1", "monaco.2")
        second = make_plan("monaco.3").routes[0]
        routes = (*first.routes, replace(second, vehicle_id="van-2", end=40_000))
        self.plan = self.plans.save(replace(first, routes=routes))
        self.plans.publish(self.plan.id, at=AT)
        self.door = Door(
            territories=TERRITORIES,
            devices=DEVICES,
            requests=self.requests,
            custody=self.custody,
        )
        self.hub = Hub(
            territories=TERRITORIES,
            requests=self.requests,
            plans=self.plans,
            events=self.events,
            custody=self.custody,
            drop_offs=self.drop_offs,
            clock=self.clock,
            grace=timedelta(minutes=60),
        )

    def scan(self, name="1", number=0, *, route=0, minutes=0, **told):
        return self.door.scan(
            self.plan,
            self.plan.routes[route],
            DoorScan(
                request_id=f"monaco.{name}",
                number=number,
                at=AT + timedelta(minutes=minutes),
                **told,
            ),
        )

    def label(self, name="1", number=0, **told):
        label = new_label()
        self.scan(name, number, label=label, **told)
        return label

    def tell(self, kind, name="1", *, route=0, minutes=5, **fields):
        event = Event(
            type=kind,
            territory="monaco",
            day=DAY,
            at=AT + timedelta(minutes=minutes),
            request_id=f"monaco.{name}" if name else None,
            route_id=self.plan.routes[route].id,
            **fields,
        )
        if kind is EventType.SHIFT_ENDED:
            return self.events.append(event)
        return self.requests.transition(f"monaco.{name}", RequestState(kind.value), event)

    def collect(self, name="1", **fields):
        return self.tell(EventType.COLLECTED, name, **fields)

    def receive(self, label, **fields):
        return self.hub.receive(TERRITORY, label, who="dora", **fields)

    def told(self):
        return [event.type.value for event in self.events.read("monaco", DAY)]

    def request(self, name="1"):
        return self.requests.get(f"monaco.{name}")


def phones(*batteries):
    return tuple(Device(type="phone", battery=battery) for battery in batteries)
