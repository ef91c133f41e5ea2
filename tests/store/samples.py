"""Requests, events and plans for the tests of this folder."""

from datetime import UTC, date, datetime, timedelta

from collection.model import (
    Address,
    Customer,
    Device,
    Event,
    EventType,
    Leg,
    Load,
    PickupRequest,
    Plan,
    Position,
    Route,
    Stop,
    TimeWindow,
    Unassigned,
    UnassignedReason,
)

DAY = date(2026, 3, 3)
NEXT_DAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
HOME = Position(lon=7.4246, lat=43.7384)
SLOT = "monaco.2026-03-03.0800"


def make_request(name="r1", *, day=DAY, slot_id=SLOT, **changes):
    start = datetime(day.year, day.month, day.day, 7, tzinfo=UTC)
    fields = {
        "id": f"monaco.{name}",
        "territory": "monaco",
        "day": day,
        "reference": "M-1001",
        "code": "K7QF",
        "customer": Customer(
            name="Ève Müller", phone="+37799991234", email="eve@example.org", language="fr"
        ),
        "address": Address(
            line1="12 Rue Grimaldi",
            postcode="98000",
            city="Monaco",
            country="mc",
            position=HOME,
            access_notes="3e étage",
        ),
        "devices": (Device(type="phone", imei="490154203237518"), Device(type="laptop")),
        "windows": (TimeWindow(start=start, end=start + timedelta(hours=2)),),
        "slot_id": slot_id,
        "cancel_by": start - timedelta(hours=12),
        "created_at": NOW,
    }
    return PickupRequest(**{**fields, **changes})


def make_event(kind=EventType.ARRIVED, *, day=DAY, **fields):
    return Event(type=kind, territory="monaco", day=day, at=NOW, **fields)


def make_plan(*planned, unassigned=(), fingerprint="f1", **changes):
    stops = tuple(
        Stop(
            request_id=request_id,
            position=HOME,
            arrival=28_800 + 600 * place,
            start=28_800 + 600 * place,
            departure=29_100 + 600 * place,
            travel=300,
            metres=1_200,
            load=Load(units=1 + place, litres=2 + 2 * place, grams=350 + 350 * place),
        )
        for place, request_id in enumerate(planned)
    )
    line = ((HOME.lon, HOME.lat), (7.417, 43.729))
    route = Route(
        id="draft",
        vehicle_id="van-1",
        stops=stops,
        legs=tuple(Leg(line=line, streets=("Rue Grimaldi",)) for _ in range(len(stops) + 1)),
        start=28_500,
        end=36_000,
        travel=300 * (len(stops) + 1),
        metres=1_200 * (len(stops) + 1),
        cost=9_900,
        load=stops[-1].load if stops else Load(units=0, litres=0, grams=0),
    )
    fields = {
        "id": "draft",
        "territory": "monaco",
        "day": DAY,
        "version": 0,
        "created_at": NOW,
        "routes": (route,) if stops else (),
        "unassigned": tuple(
            Unassigned(request_id=left, reason=UnassignedReason.NO_CAPACITY, detail="van full")
            for left in unassigned
        ),
        "cost": 9_900,
        "fingerprint": fingerprint,
        "seed": 0,
    }
    return Plan(**{**fields, **changes})
