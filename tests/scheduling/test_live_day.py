"""A followed day reads what is new and nothing else, and is folded once for everybody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collection.model import EtaDay, EventType, LiveRules, RequestState
from collection.scheduling import live_day
from collection.scheduling.alerts import Alert
from collection.scheduling.live_day import LiveDay, LiveDays, LivePorts
from collection.scheduling.progress import fold
from tests.fakes import FakeClock, FakeEtas, FakeEventLog, FakePlanStore, FakeRequestStore
from tests.places import DAY, TERRITORY
from tests.scheduling.line_plan import at, line_plan, line_route, place, told


class Log(FakeEventLog):
    """Counts what is read of it."""

    def __init__(self):
        super().__init__()
        self.given = 0

    def read(self, *args, **options):
        found = super().read(*args, **options)
        self.given += len(found)
        return found


@pytest.fixture
def ports():
    requests = FakeRequestStore(Log())
    return LivePorts(
        plans=FakePlanStore(requests),
        events=requests.events,
        requests=requests,
        etas=FakeEtas(),
        clock=FakeClock(at("08:00")),
        rules=LiveRules(),
    )


@pytest.fixture
def day(ports):
    return LiveDay(TERRITORY, DAY, ports)


def publish(ports, *routes, fingerprint="f"):
    """Publish a plan; its requests need not be booked for that."""
    ports.requests.publish = lambda *_: None
    plan = ports.plans.save(replace(line_plan(*routes), fingerprint=fingerprint))
    ports.plans.publish(plan.id, at=ports.clock.now())
    return plan


def test_a_day_without_a_plan_is_empty(day):
    snapshot = day.look()
    assert (snapshot.plan, snapshot.progress, snapshot.alerts) == (None, None, ())
    assert snapshot.last_event_id == ""


def test_a_day_is_folded_anew_when_something_happens_or_time_passes(day, ports):
    plan = publish(ports)
    first = day.look()
    assert (first.plan, first.last_event_id) == (plan, "2-0")
    assert day.look() is first
    ports.clock.advance(seconds=14)
    assert day.look() is first
    ports.clock.advance(seconds=1)
    second = day.look()
    assert second is not first
    ports.events.append(told("arrived", "08:00", "a"))
    third = day.look()
    assert third.progress.stop("monaco.a").state is RequestState.ARRIVED
    assert (third.last_event_id, third.now) == ("3-0", second.now)


def test_what_was_read_is_not_read_again(day, ports):
    publish(ports)
    for minute in range(20):
        ports.events.append(told("position", f"08:{minute:02d}", where=place(minute / 20)))
    day.look()
    assert ports.events.given == 22
    for _ in range(5):
        day.look()
    # The last one that was seen shows that the stream is the same.
    assert ports.events.given == 22 + 5


def test_only_the_last_position_of_each_van_counts(day, ports):
    routes = (line_route(("monaco.a",)), line_route(("monaco.b",), vehicle="van-2"))
    plan = publish(ports, *routes)
    events = [
        told("position", "08:04", where=place(0.5)),
        told("position", "08:02", where=place(0.2)),
        told("position", "08:03", where=place(0.3), vehicle="van-2"),
        told("shift_started", "08:00"),
    ]
    stored = [ports.events.append(event) for event in events]
    ports.clock.instant = at("08:05")

    assert day.look().progress == fold(plan, stored, now=at("08:05"), territory=TERRITORY)


def test_another_plan_is_taken_up(day, ports):
    publish(ports)
    day.look()
    ports.etas.keep("monaco", DAY - timedelta(days=1), EtaDay(travel={100: 3}))
    plan = publish(ports, line_route(("monaco.b", "monaco.a")), fingerprint="other")
    snapshot = day.look()
    assert snapshot.plan == plan
    assert snapshot.history.days == 1
    assert [stop.request_id for stop in snapshot.progress.routes[0].stops] == [
        "monaco.b",
        "monaco.a",
    ]


def test_a_store_that_was_emptied_is_begun_anew(day, ports):
    publish(ports)
    ports.events.append(told("collected", "08:00", "a"))
    assert day.look().progress.stop("monaco.a").over
    ports.events.entries.clear()
    publish(ports, fingerprint="other")
    assert not day.look().progress.stop("monaco.a").over


def test_whoever_saw_an_event_saw_the_first_snapshot_with_it(day, ports):
    publish(ports)
    first = day.look()
    ports.clock.advance(minutes=1)
    later = day.look()
    assert later is not first
    assert day.since("2-0") is first
    assert day.since("9-9") is None


def test_others_may_watch_too(ports):
    def unaccounted(scene):
        yield Alert(kind="unaccounted", severity="warning", values={"plan": scene.plan.id})

    publish(ports)
    day = LiveDay(TERRITORY, DAY, replace(ports, watches=(unaccounted,)))
    assert [alert.kind for alert in day.look().alerts] == ["unaccounted"]


def test_requests_are_read_again_when_they_change(day, ports):
    publish(ports)
    read = []
    ports.requests.day = lambda *place: read.append(place) or ()
    day.look()
    ports.events.append(told("arrived", "08:00", "a"))
    day.look()
    assert len(read) == 1
    ports.events.append(replace(told("cancelled", "08:00", "b"), route_id=None))
    assert day.look().progress.stop("monaco.b").state is RequestState.CANCELLED
    assert len(read) == 2
    assert EventType.CANCELLED in live_day._CHANGES_REQUESTS


def test_a_day_is_followed_once_and_the_one_nobody_asks_for_goes(ports, monkeypatch):
    monkeypatch.setattr(live_day, "MOST_DAYS", 2)
    days = LiveDays(ports)
    one, two = (days.of(TERRITORY, DAY + timedelta(days=n)) for n in range(2))
    assert days.of(TERRITORY, DAY) is one
    days.of(TERRITORY, DAY + timedelta(days=2))
    assert days.of(TERRITORY, DAY) is one
    assert days.of(TERRITORY, DAY + timedelta(days=1)) is not two
