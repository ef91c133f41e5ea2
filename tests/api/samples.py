"""A plan of two stops, by hand, so that every figure in the golden files is known."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

from collection.model import (
    Leg,
    Load,
    Pause,
    Plan,
    Position,
    ReloadVisit,
    Route,
    Stop,
    Unassigned,
    UnassignedReason,
    Violation,
)

DAY = date(2026, 3, 3)
PLAN_ID = "monaco.2026-03-03.v1"
ROUTE_ID = f"{PLAN_ID}.van-1"
HUB = (7.417, 43.729)
PLACES = ((7.4197, 43.7325), (7.4205, 43.731))


def make_stop(request_id, number):
    lon, lat = PLACES[(number - 1) % 2]
    arrival = 28_200 + 600 * number
    return Stop(
        request_id=request_id,
        position=Position(lon=lon, lat=lat),
        arrival=arrival,
        start=max(arrival, 28_800),
        departure=max(arrival, 28_800) + 210,
        travel=300,
        metres=1_450,
        load=Load(units=number, litres=2 * number, grams=350 * number),
    )


def make_plan(*request_ids, left=(), violations=(), fingerprint="f1"):
    stops = tuple(make_stop(key, number) for number, key in enumerate(request_ids, start=1))
    way = (HUB, *(PLACES[number % 2] for number in range(len(stops))), HUB)
    legs = tuple(
        Leg(line=(start, (end[0], start[1]), end), streets=("Rue Grimaldi", "Boulevard Albert I"))
        for start, end in pairwise(way)
    )
    route = Route(
        id="draft",
        vehicle_id="van-1",
        stops=stops,
        legs=legs,
        start=28_500,
        end=30_600,
        travel=900,
        metres=4_350,
        cost=6_138,
        load=Load(units=2, litres=4, grams=700),
    )
    return Plan(
        id="draft",
        territory="monaco",
        day=DAY,
        version=0,
        created_at=datetime(2026, 3, 2, 17, 1, tzinfo=UTC),
        routes=(route,) if stops else (),
        unassigned=tuple(
            Unassigned(
                request_id=key, reason=UnassignedReason.NO_CAPACITY, detail="the vans are full"
            )
            for key in left
        ),
        violations=tuple(Violation(constraint=name, detail="60 s too late") for name in violations),
        cost=6_138,
        fingerprint=fingerprint,
        seed=0,
    )


def with_rests(plan):
    """The same with a pause and a visit of the hub after the first stop."""
    (route,) = plan.routes
    lon, lat = HUB
    visit = ReloadVisit(
        site_id="hub",
        position=Position(lon=lon, lat=lat),
        arrival=29_280,
        start=29_280,
        departure=29_880,
        travel=270,
        metres=1_450,
        after=1,
    )
    pause = Pause(start=29_010, end=29_160, after=1)
    route = replace(route, pauses=(pause,), reloads=(visit,), overtime=600)
    return replace(plan, routes=(route,), soft=250)
