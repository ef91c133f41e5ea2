"""How long it takes to plan the rest of a day of 300 open stops again."""

# ruff: noqa: T201

from dataclasses import replace
from datetime import datetime
from time import perf_counter

import pytest

from collection.model import Event, EventType, RequestState
from collection.scheduling.calendar import zone_of
from collection.scheduling.nightly import plan_night
from collection.scheduling.open_day import DayPorts
from collection.scheduling.replan import propose
from collection.units import HOUR, to_utc
from tests.benchmarks import heidelberg
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore

WITHIN = 10.0
CLOCK = round(8.2 * HOUR)
"""A few doors after eight: nearly everything is open, and half of the vans are out."""


def running_day():
    """Plan the day with everything on, publish it and drive until a few doors after eight."""
    requests, territory, devices, streets = heidelberg.live_inputs()
    territory = replace(territory, solve_seconds=20)
    clock, events = FakeClock(heidelberg.CREATED), FakeEventLog()
    store = FakeRequestStore(events)
    for request in requests:
        store.book(request)
    ports = DayPorts(
        territories={territory.id: territory},
        devices=devices,
        requests=store,
        plans=FakePlanStore(store),
        source=lambda _: streets,
        clock=clock,
        workers=2,
        events=events,
    )
    plan = plan_night(territory.id, heidelberg.DAY, ports).plan
    assert not plan.violations

    def at(seconds: int) -> datetime:
        return to_utc(heidelberg.DAY, seconds, zone_of(territory))

    for route in plan.routes:
        where = {
            "territory": territory.id,
            "day": heidelberg.DAY,
            "route_id": route.id,
            "plan_id": plan.id,
        }
        if route.start <= CLOCK:
            events.append(Event(type=EventType.SHIFT_STARTED, at=at(route.start), **where))
        for stop in route.stops:
            for kind, when in (("arrived", stop.start), ("collected", stop.departure)):
                if when <= CLOCK:
                    event = Event(
                        type=EventType(kind), at=at(when), request_id=stop.request_id, **where
                    )
                    store.transition(stop.request_id, RequestState(kind), event)
    clock.instant = at(CLOCK)
    return ports, plan


@pytest.mark.bench
@pytest.mark.skipif(not heidelberg.EXTRACT.exists(), reason="no Heidelberg extract")
def test_the_rest_of_a_day_is_planned_again_in_time():
    ports, plan = running_day()
    longest = max(plan.routes, key=lambda route: len(route.stops)).vehicle_id
    for name, out in (("nothing", set()), ("a van drops out", {longest})):
        started = perf_counter()
        found = propose(
            plan.territory, plan.day, ports, now=ports.clock.now(), van_out=frozenset(out)
        )
        took = perf_counter() - started
        ports.clock.advance(seconds=1)
        told = sum(change.told for change in found.changes)
        print(f"{name}: {len(found.changes)} open stops in {took:.1f} s, {found.phases}")
        print(
            f"  before {found.before.served} served, {found.before.late} late, "
            f"{found.before.cost / 100:.0f} euros; after {found.after.served} served, "
            f"{found.after.late} late, {found.after.cost / 100:.0f} euros; "
            f"{len(found.affected)} affected, {told} to be told"
        )
        assert not found.plan_after.violations
        assert took < WITHIN
