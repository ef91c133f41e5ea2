"""A day of 1,000 stops with 5,000 events: one fold, and a look for 200 who follow it."""

# ruff: noqa: T201

import asyncio
import json
import random
import time
from dataclasses import replace

import pytest

from collection.api.present.progress import present_progress
from collection.api.streams import Streams
from collection.api.web.texts import texts_of
from collection.model import LiveRules
from collection.scheduling.alerts import alerts
from collection.scheduling.live_day import LiveDay, LivePorts
from collection.scheduling.progress import fold
from collection.units import to_utc
from tests.fakes import FakeClock, FakeEtas, FakeEventLog, FakePlanStore, FakeRequestStore
from tests.places import DAY, TERRITORY, make_vehicle
from tests.scheduling.line_plan import (
    START,
    ZONE,
    line_plan,
    line_requests,
    line_route,
    place,
    told,
)

VANS, STOPS, DONE, FOLLOWERS = 25, 40, 30, 200


def full_day():
    """A plan of 25 routes of 40 stops, its requests, and all that happened until 15:30."""
    routes, requests, events = [], {}, []
    for van in (f"van-{number}" for number in range(VANS)):
        names = tuple(f"monaco.{van}-{number}" for number in range(STOPS))
        route = line_route(names, vehicle=van, pause_after=STOPS // 2)
        routes.append(route)
        requests |= line_requests(names=names)
        moments = [("shift_started", None, START)]
        for stop in route.stops[:DONE]:
            moments += [
                ("en_route", stop.request_id, stop.arrival - 600),
                ("arrived", stop.request_id, stop.arrival + 20),
                ("collected", stop.request_id, stop.departure + 10),
            ]
        moments += [("position", None, START + 250 * number) for number in range(109)]
        for kind, request_id, clock in moments:
            where = place((clock - START) / 900) if kind == "position" else None
            event = told(kind, "08:00", vehicle=van, where=where)
            events.append(replace(event, at=to_utc(DAY, clock, ZONE), request_id=request_id))
    random.Random(1).shuffle(events)
    events = [replace(event, id=f"{number}-0") for number, event in enumerate(events, start=1)]
    return line_plan(*routes), requests, events


def best_ms(call, rounds=9):
    """Time of the quickest round: the machine's other work is none of ours."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1_000


@pytest.mark.bench
def test_a_day_of_1000_stops_and_5000_events():
    plan, requests, events = full_day()
    territory = replace(
        TERRITORY, vehicles=tuple(make_vehicle(f"van-{number}") for number in range(VANS))
    )
    now = to_utc(DAY, START + 900 * DONE, ZONE)

    def folded():
        return fold(plan, events, now=now, territory=territory, requests=requests)

    progress = folded()
    store = FakeRequestStore(FakeEventLog())
    ports = LivePorts(
        plans=FakePlanStore(store),
        events=store.events,
        requests=store,
        etas=FakeEtas(),
        clock=FakeClock(now),
        rules=LiveRules(),
    )
    store.publish = lambda *_: None
    ports.plans.publish(ports.plans.save(plan).id, at=now)
    for event in events:
        ports.events.append(event)
    day = LiveDay(territory, DAY, ports)
    whole = day.look()

    def changed():
        ports.events.append(told("position", "15:31", vehicle="van-3", where=place(30.5)))
        return present_progress(day, day.look(), texts_of("en"), before=whole)

    rows = {
        "fold": best_ms(folded),
        "alerts": best_ms(lambda: alerts(progress, plan, territory, rules=LiveRules())),
        "look after one event": best_ms(changed),
        "all of the day as JSON": best_ms(
            lambda: present_progress(day, whole, texts_of("en")).model_dump_json()
        ),
        f"told to {FOLLOWERS} followers, poll included": best_ms(
            lambda: told_to_all(day, ports), 3
        ),
    }
    print(f"\n{len(requests)} stops, {len(events)} events")
    for name, value in rows.items():
        print(f"{name:<40}  {value:8.2f} ms")
    print(json.dumps({name: round(value, 2) for name, value in rows.items()}))
    assert rows["fold"] < 100


def told_to_all(day, ports):
    async def main():
        stopping = asyncio.Event()
        streams = Streams(stopping, most=FOLLOWERS)
        ready = asyncio.Semaphore(0)

        async def follow():
            count = 0
            async for _ in streams.follow(day):
                count += 1
                ready.release()
                if count == 2:
                    return

        tasks = [asyncio.create_task(follow()) for _ in range(FOLLOWERS)]
        for _ in range(FOLLOWERS):
            await ready.acquire()
        ports.events.append(told("position", "15:32", vehicle="van-4", where=place(30.6)))
        await asyncio.gather(*tasks)
        stopping.set()

    asyncio.run(main())
