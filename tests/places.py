"""One small territory and its devices, for tests that need any."""

from collection.model import (
    Country,
    Depot,
    DeviceType,
    Load,
    Position,
    ServiceRule,
    Shift,
    SlotWindow,
    Territory,
    Vehicle,
)
from collection.units import HOUR

MONACO = Country(code="mc", name="Monaco", language="fr", working_weekdays=frozenset(range(6)))
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
HUB = Depot(id="hub", name="Hub", position=Position(lon=7.417, lat=43.729))


def make_vehicle(name="van-1", *, start=8, end=20, skills=("battery_trained",), **changes):
    fields = {
        "id": name,
        "name": name.title(),
        "shift": Shift(start=start * HOUR, end=end * HOUR),
        "capacity": Load(units=60, litres=900, grams=400_000),
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
    slots=tuple(
        SlotWindow(start=hour * HOUR, end=(hour + 2) * HOUR, capacity=5) for hour in range(8, 20, 2)
    ),
    cut_off=18 * HOUR,
    booking_days=14,
    service=ServiceRule(at_door=150, apartment=45, office=60, unknown_battery=40),
    publish="review",
    solve_seconds=5,
)
