"""Heidelberg's made-up fleet, hubs, partner sites and low-emission zone."""

from datetime import date
from pathlib import Path

import shapely

from collection.catalogue.triage import read_triage
from collection.catalogue.weights import read_weights
from collection.model import (
    ClockBreak,
    Depot,
    Load,
    Position,
    ServiceRule,
    Shift,
    Site,
    Territory,
    Vehicle,
)
from collection.routing.zones import Zone
from collection.units import HOUR, MINUTE

ROOT = Path(__file__).resolve().parents[2]

_EARLY, _LATE = (7.5, 16.5), (11, 20)
_HUB = Depot(id="hub", name="Pfaffengrund", position=Position(lon=8.6446, lat=49.3975))
_BRANCH = Depot(id="branch", name="Neckargemünd", position=Position(lon=8.7950, lat=49.3935))
_OLD_TOWN = shapely.box(8.6900, 49.4085, 8.7160, 49.4140)


def make_territory(country):
    return Territory(
        id="heidelberg",
        name="Heidelberg",
        country=country,
        subdivision="BW",
        timezone="Europe/Berlin",
        network="heidelberg",
        area=(),
        depots=(_HUB, _BRANCH),
        sites=(
            _site("altstadt", 8.6935, 49.4090, (9, 19)),
            _site("handschuhsheim", 8.6870, 49.4280, (8, 18)),
        ),
        vehicles=tuple(_vans()),
        slots=(),
        cut_off=18 * HOUR,
        booking_days=14,
        service=ServiceRule(
            at_door=90, apartment=45, office=60, unknown_battery=40, setup=60, per_floor=15
        ),
        publish="auto",
        solve_seconds=60,
        reload_seconds=10 * MINUTE,
        slack=10 * MINUTE,
        weights=read_weights(ROOT / "data" / "weights.toml"),
        triage=read_triage(ROOT / "data" / "triage.toml").rules,
    )


def _site(name, lon, lat, hours):
    return Site(
        id=name,
        name=name.title(),
        position=Position(lon=lon, lat=lat),
        service=8 * MINUTE,
        opening=((hours[0] * HOUR, hours[1] * HOUR),),
    )


def _vans():
    """Four electric vans, three clean and two old diesels, and a cargo bike."""
    homes = ((8.67, 49.40), (8.69, 49.42), (8.70, 49.37), (8.72, 49.41), (8.79, 49.39))
    lunch = ClockBreak(earliest=round(11.5 * HOUR), latest=round(13.5 * HOUR), seconds=30 * MINUTE)
    for number in range(1, 11):
        start, end = _EARLY if number % 2 else _LATE
        lon, lat = homes[number % len(homes)]
        bike, old, electric = number == 10, number in {8, 9}, number <= 4
        yield Vehicle(
            id=f"van-{number}",
            name=f"Van {number}",
            shift=Shift(start=round(start * HOUR), end=round(end * HOUR)),
            capacity=Load(units=15, litres=70, grams=60_000, hazards=1)
            if bike
            else Load(units=40, litres=150, grams=300_000, hazards=4),
            start_depot="hub",
            end_depot="branch" if number == 7 else "hub",
            skills=frozenset() if number in {3, 6, 9} else frozenset({"battery_trained"}),
            fixed_cost=1_500 if bike else 4_500,
            cost_per_hour=2_600,
            cost_per_km=3 if bike else 22 if electric else 28,
            overtime=HOUR,
            overtime_cost_per_hour=1_300,
            max_metres=90_000 if electric else None,
            max_stops=30 if bike else 50,
            max_seconds=round(9.5 * HOUR),
            speed_percent=60 if bike else 100,
            emission_class="euro_4" if old else "" if bike or electric else "euro_6",
            breaks=(lunch,) if number in {1, 3, 5} else (),
            eu_561=number == 8,
            driver=f"driver-{number}",
            home=Position(lon=lon, lat=lat),
            reload_sites=frozenset({"hub", "branch"}) if old else None,
            co2_class="cargo_bike" if bike else "electric_van" if electric else "diesel_van",
        )


def low_emission_zone():
    return Zone(
        name="Altstadt",
        shape=_OLD_TOWN,
        admitted=None,
        refused=frozenset({"euro_4"}),
        valid_from=date(2024, 1, 1),
        valid_until=None,
        hours=(),
        weekdays=frozenset(),
        source="an example",
    )
