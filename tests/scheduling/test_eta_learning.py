"""What days with known noise show, and that the range that is learnt from them holds."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collection.model import EtaDay
from collection.scheduling.day_events import read_events
from collection.scheduling.eta_history import NO_HISTORY, learn
from collection.scheduling.eta_learning import due_lessons, learn_day, look_back
from collection.scheduling.nightly import NightPorts
from collection.scheduling.progress import fold
from collection.units import HOUR, to_utc
from tests.fakes import (
    FakeClock,
    FakeEtas,
    FakeEventLog,
    FakePlanStore,
    FakeRequestStore,
    GridMatrix,
)
from tests.places import DAY, DEVICES, TERRITORY, make_vehicle
from tests.scheduling.line_plan import ZONE, at, line_plan, line_route, told

VANS = tuple(f"van-{number}" for number in range(4))
FLEET = replace(TERRITORY, vehicles=tuple(make_vehicle(name) for name in VANS))
PLAN = line_plan(
    *(line_route(tuple(f"monaco.{van}-{n}" for n in range(12)), vehicle=van) for van in VANS)
)


def driven(rng, *, travel, service):
    """Events of a day whose ways and services take a random part of what was planned."""
    events = []
    for route in PLAN.routes:
        clock = route.start
        events.append(told("shift_started", "08:00", vehicle=route.vehicle_id))
        for stop in route.stops:
            clock += round(stop.travel * travel(rng))
            arrived = told("arrived", "08:00", vehicle=route.vehicle_id)
            events.append(replace(arrived, at=to_utc(DAY, clock, ZONE), request_id=stop.request_id))
            clock += round((stop.departure - stop.start) * service(rng))
            collected = told("collected", "08:00", vehicle=route.vehicle_id)
            events.append(
                replace(collected, at=to_utc(DAY, clock, ZONE), request_id=stop.request_id)
            )
    return events


def noisy(rng):
    return driven(
        rng,
        travel=lambda rng: rng.lognormvariate(0.05, 0.25),
        service=lambda rng: rng.lognormvariate(-0.05, 0.4),
    )


def shown(events):
    return look_back(PLAN, events, territory=FLEET, requests={})


def coverage(history, days):
    """Share of the starts that lay in the range that was told of them before."""
    held = asked = 0
    for events in days:
        now = at("08:00")
        last = max(event.at for event in events)
        end = fold(PLAN, events, now=last, territory=FLEET)
        while now < last:
            heard = [event for event in events if event.at <= now]
            for route in fold(PLAN, heard, now=now, territory=FLEET, history=history).routes:
                for stop in route.stops:
                    if not stop.over and stop.arrived_at is None:
                        start = end.stop(stop.request_id).eta
                        asked += 1
                        held += stop.eta_earliest <= start <= stop.eta_latest
            now += timedelta(minutes=17)
    return held / asked


def test_four_of_five_starts_lie_in_the_range_that_was_learnt():
    rng = random.Random(4)
    history = learn([shown(noisy(rng)) for _ in range(15)])
    days = [noisy(rng) for _ in range(10)]

    assert 0.72 <= coverage(history, days) <= 0.88
    # The guess alone is far from it: there is something to learn.
    assert abs(coverage(NO_HISTORY, days) - 0.8) > abs(coverage(history, days) - 0.8)
    assert history.travel == pytest.approx(1.05, abs=0.03)
    assert history.service == pytest.approx(0.95, abs=0.04)


def test_a_day_as_planned_shows_no_error():
    day = shown(driven(random.Random(0), travel=lambda _: 1, service=lambda _: 1))

    assert {minutes for counts in day.errors.values() for minutes in counts} == {0}
    assert set(day.travel) == set(day.service) == {100}


def test_nothing_is_learnt_from_what_was_known_already_or_never_happened():
    day = shown([])
    assert day == EtaDay(errors={}, travel={}, service={})
    # Whoever comes to one door shows one error per question before it: at 08:00 only.
    one = shown([told("arrived", "08:14", "van-0-0", vehicle="van-0")])
    assert one.errors == {0: {4: 1}}


def test_a_break_on_the_way_is_no_travel():
    events = [
        told("collected", "08:15", "van-0-0", vehicle="van-0"),
        told("break_started", "08:16", vehicle="van-0"),
        told("break_ended", "08:30", vehicle="van-0"),
        told("arrived", "08:40", "van-0-1", vehicle="van-0"),
        told("collected", "08:50", "van-0-1", vehicle="van-0"),
        told("arrived", "09:05", "van-0-2", vehicle="van-0"),
    ]
    assert shown(events).travel == {150: 1}


@pytest.fixture
def ports():
    requests = FakeRequestStore(FakeEventLog())
    return NightPorts(
        territories={"monaco": FLEET},
        devices=DEVICES,
        requests=requests,
        plans=FakePlanStore(requests),
        source=lambda _: GridMatrix(),
        # A Thursday morning; Sunday is no working day.
        clock=FakeClock(datetime(2026, 3, 5, 6, tzinfo=UTC)),
        workers=1,
        events=requests.events,
        etas=FakeEtas(),
    )


def test_each_finished_working_day_is_learnt_from_once(ports):
    due = list(due_lessons(ports, ports.clock.now()))
    assert [day.day for _, day in due] == [4, 3, 2, 28, 27, 26]

    for territory, day in due:
        learn_day(territory, day, ports)
    assert list(due_lessons(ports, ports.clock.now())) == []
    # In a day there is another one.
    tomorrow = ports.clock.now() + timedelta(days=1)
    assert [day.day for _, day in due_lessons(ports, tomorrow)] == [5]
    assert list(due_lessons(replace(ports, etas=None), tomorrow)) == []


def test_learning_twice_is_learning_once(ports):
    plan = replace(PLAN, created_at=to_utc(DAY, -8 * HOUR, ZONE))
    stored = ports.plans.save(plan)
    ports.requests.publish = lambda *_: None
    ports.plans.publish(stored.id, at=ports.clock.now())
    for event in noisy(random.Random(1)):
        ports.events.append(event)

    first = learn_day("monaco", DAY, ports)
    assert learn_day("monaco", DAY, ports) == first == ports.etas.days("monaco")[DAY]
    assert sum(first.travel.values()) == 44


def test_all_pages_are_read(monkeypatch):
    monkeypatch.setattr("collection.scheduling.day_events._PAGE", 3)
    log = FakeEventLog()
    for minute in range(10):
        log.append(told("position", f"08:{minute:02d}"))
    read = list(read_events("monaco", DAY, log))
    assert [event.at for event in read] == [at(f"08:{minute:02d}") for minute in range(10)]
    assert list(read_events("monaco", DAY, log, after=read[7].id)) == read[8:]
