"""One small territory, its devices and requests, for tests that need any."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from collection.catalogue.triage import read_triage
from collection.model import (
    Address,
    Battery,
    Country,
    Customer,
    Depot,
    Device,
    DeviceType,
    Load,
    PhoneRule,
    PickupRequest,
    Position,
    PostcodeRule,
    RequestState,
    ServiceRule,
    Shift,
    SlotWindow,
    Territory,
    TimeWindow,
    Vehicle,
)
from collection.units import HOUR, to_utc

LAW = {"valid_from": date(2020, 1, 1), "valid_until": None, "source": "a law"}
MONACO = Country(
    code="mc",
    name="Monaco",
    language="fr",
    languages=("fr", "en", "de", "es"),
    time_zone="Europe/Monaco",
    working_weekdays=frozenset(range(6)),
    phones=(PhoneRule(calling_code="+377", region="MC", example="+377 6 12 34 56 78", **LAW),),
    postcodes=(PostcodeRule(pattern="980[0-9]{2}", example="98000", **LAW),),
)
DEVICES = {
    "phone": DeviceType(
        id="phone",
        label="Phone",
        load=Load(units=1, litres=2, grams=350),
        service=60,
        battery_class="lithium_ion",
    ),
    "laptop": DeviceType(
        id="laptop",
        label="Laptop",
        load=Load(units=1, litres=14, grams=3_000),
        service=90,
        battery_class="lithium_ion",
    ),
}
TRIAGE = read_triage(Path(__file__).parents[1] / "data" / "triage.toml")
HUB = Depot(id="hub", name="Hub", position=Position(lon=7.417, lat=43.729))


def make_vehicle(name="van-1", *, start=8, end=20, skills=("battery_trained",), **changes):
    fields = {
        "id": name,
        "name": name.title(),
        "shift": Shift(start=start * HOUR, end=end * HOUR),
        "capacity": Load(units=60, litres=900, grams=400_000, hazards=4),
        "start_depot": "hub",
        "end_depot": "hub",
        "skills": frozenset(skills),
        "fixed_cost": 4_500,
        "cost_per_hour": 2_600,
        "cost_per_km": 28,
    }
    return Vehicle(**{**fields, **changes})


TERRITORY = Territory(
    id="monaco",
    name="Monaco",
    country=MONACO,
    subdivision=None,
    timezone="Europe/Monaco",
    network="monaco",
    area=(((7.40, 43.71), (7.45, 43.71), (7.45, 43.76), (7.40, 43.76), (7.40, 43.71)),),
    depots=(HUB,),
    vehicles=(make_vehicle("van-1"), make_vehicle("van-2", skills=())),
    slots=tuple(SlotWindow(start=hour * HOUR, end=(hour + 2) * HOUR) for hour in range(8, 20, 2)),
    cut_off=18 * HOUR,
    booking_days=14,
    service=ServiceRule(at_door=150, apartment=45, office=60, unknown_battery=40),
    publish="review",
    solve_seconds=5,
    triage=TRIAGE.rules,
)

FIVE_STOPS = replace(TERRITORY, vehicles=(make_vehicle(max_stops=5),))
"""The same with one van, which takes five requests a day and no more."""

DAY = date(2026, 3, 4)
CREATED = datetime(2026, 3, 1, 9, tzinfo=UTC)
CUSTOMER = Customer(
    name="Camille Roux", phone="+37799991234", email="camille@example.org", language="fr"
)


def make_request(
    name="1", *, hours=((8, 20),), lon=7.42, lat=43.73, devices=None, day=DAY, **changes
):
    """A request of `tests.places.TERRITORY`; `hours` are its windows on the local clock."""
    zone = ZoneInfo(TERRITORY.timezone)
    fields = {
        "id": f"{TERRITORY.id}.{name}",
        "territory": TERRITORY.id,
        "day": day,
        "reference": f"ref-{name}",
        "code": "KX7P2M",
        "customer": CUSTOMER,
        "address": Address(
            line1="1 Rue Grimaldi",
            postcode="98000",
            city="Monaco",
            country="mc",
            position=Position(lon=lon, lat=lat),
        ),
        "devices": devices or (Device(type="phone", battery=Battery.OK),),
        "windows": tuple(
            TimeWindow(
                start=to_utc(day, round(start * HOUR), zone),
                end=to_utc(day, round(end * HOUR), zone),
            )
            for start, end in hours
        ),
        "slot_id": None,
        "cancel_by": CREATED + timedelta(days=2),
        "created_at": CREATED,
        "state": RequestState.CONFIRMED,
    }
    return PickupRequest(**{**fields, **changes})
