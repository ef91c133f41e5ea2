"""A day that runs, for tests: booked, planned, published, and driven as far as wanted."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from collection.model import Event, EventType, RequestState, Territory
from collection.scheduling.calendar import zone_of
from collection.scheduling.nightly import plan_night
from collection.scheduling.open_day import DayPorts
from collection.units import to_utc
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore, GridMatrix
from tests.places import DEVICES, TERRITORY, make_request, make_vehicle

DAY = date(2026, 11, 25)
EVENING = datetime(2026, 11, 24, 19, tzinfo=UTC)
FLEET = replace(
    TERRITORY,
    solve_seconds=1,
    publish="auto",
    vehicles=tuple(make_vehicle(f"van-{number}") for number in (1, 2, 3)),
)

_TO_COME = {RequestState.PLANNED, RequestState.EN_ROUTE, RequestState.ARRIVED}


@dataclass
class LiveDay:
    """A published day and its driving."""

    ports: DayPorts
    clock: FakeClock
    requests: FakeRequestStore
    territory: Territory

    @property
    def plan(self):
        return self.ports.plans.get(self.ports.plans.published(self.territory.id, DAY))

    def route(self, vehicle_id):
        return next(r for r in self.plan.routes if r.vehicle_id == vehicle_id)

    def at(self, seconds):
        """Instant of a second of the local day."""
        return to_utc(DAY, seconds, zone_of(self.territory))

    def tell(self, kind, seconds, *, route=None, stop=None, **more):
        """Append what a driver or a dispatcher tells."""
        event = Event(
            type=EventType(kind),
            territory=self.territory.id,
            day=DAY,
            at=self.at(seconds),
            route_id=route.id if route else None,
            plan_id=self.plan.id,
            request_id=stop.request_id if stop else None,
            **more,
        )
        if stop is None:
            self.ports.events.append(event)
        else:
            self.requests.transition(stop.request_id, RequestState(kind), event)

    def cancel(self, request_id, seconds):
        event = Event(
            type=EventType.CANCELLED,
            territory=self.territory.id,
            day=DAY,
            at=self.at(seconds),
            request_id=request_id,
        )
        self.requests.transition(request_id, RequestState.CANCELLED, event)

    def drive(self, until, *, late=0, only=None):
        """Let vans do what is planned up to a second of the day, later by some seconds."""
        for route in self.plan.routes:
            if only is not None and route.vehicle_id not in only:
                continue
            for stop in route.stops:
                state = self.requests.get(stop.request_id).state
                start, departure = stop.start + late, stop.departure + late
                if state in _TO_COME and state != RequestState.ARRIVED and start <= until:
                    self.tell("arrived", start, route=route, stop=stop)
                    state = RequestState.ARRIVED
                if state == RequestState.ARRIVED and departure <= until:
                    self.tell("collected", departure, route=route, stop=stop)
        self.clock.instant = self.at(until)


def live_day(hours, *, territory=FLEET, source=None, places=MappingProxyType({}), devices=None):
    """Plan and publish a day of requests with these windows."""
    clock = FakeClock(EVENING)
    events = FakeEventLog()
    requests = FakeRequestStore(events)
    for number, span in enumerate(hours):
        grid = (7.41 + 0.003 * (number % 9), 43.725 + 0.002 * (number // 9))
        lon, lat = places.get(number, grid)
        request = make_request(
            f"{number:03d}",
            hours=(span,),
            lon=lon,
            lat=lat,
            day=DAY,
            devices=devices,
            created_at=EVENING - timedelta(days=1),
        )
        requests.book(request)
    ports = DayPorts(
        territories={territory.id: territory},
        devices=DEVICES,
        requests=requests,
        plans=FakePlanStore(requests),
        source=lambda _: source or GridMatrix(),
        clock=clock,
        workers=1,
        events=events,
    )
    plan_night(territory.id, DAY, ports)
    return LiveDay(ports=ports, clock=clock, requests=requests, territory=territory)
