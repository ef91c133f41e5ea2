"""A made-up Heidelberg of 25 vans, and customers who ask for slots all over its streets."""

import shutil
from datetime import UTC, datetime

import numpy as np

from collection.catalogue import load_catalogue
from collection.model import (
    Address,
    Battery,
    Building,
    Customer,
    Device,
    PickupRequest,
    Position,
    RequestState,
)
from collection.network_setup import build_named_network
from collection.routing.building import build, emission_classes, points
from collection.routing.solve import solve
from collection.routing.streets import Network, network_exists, network_folder
from collection.scheduling import calendar
from collection.scheduling.tentative_plans import kept_promises, named
from collection.settings import Settings
from tests.benchmarks.heidelberg import EXTRACT, ROOT

NAME = "heidelberg"
VANS = 25
CREATED = datetime(2026, 1, 1, tzinfo=UTC)

# Early and late vans take turns; each has lunch where it then is, on top of what the law asks.
_SHIFTS = (("07:45", "16:15", "11:30", "13:30"), ("11:30", "20:00", "15:00", "17:00"))
_TERRITORY = """
id = "heidelberg"
name = "Heidelberg"
country = "de"
subdivision = "BW"
timezone = "Europe/Berlin"
network = "heidelberg"
cut_off = "18:00"
booking_days = 14
publish = "auto"
solve_seconds = 60
reload_at_depots = true
reload_seconds = 600

[service]
setup = 60
at_door = 90
apartment = 45
office = 60
per_floor = 15
unknown_battery = 40

[[depots]]
id = "hub"
name = "Pfaffengrund"
lon = 8.6446
lat = 49.3975

[vehicle_defaults]
units = 60
litres = 900
grams = 400000
fixed_cost = 4500
cost_per_hour = 2600
cost_per_km = 28
max_metres = 180000
"""
_VEHICLE = """
[[vehicles]]
id = "van-{number:02}"
name = "Van {number}"
shift = ["{start}", "{end}"]
breaks = [{{ earliest = "{earliest}", latest = "{latest}", seconds = 1800 }}]
skills = {skills}
"""
_SLOT = """
[[slots]]
start = "{start:02}:00"
end = "{end:02}:00"
"""
_DEVICES = ("phone", "laptop", "tablet", "smartwatch", "headphones", "console", "e_reader")
_SHARES = (0.52, 0.26, 0.09, 0.05, 0.04, 0.02, 0.02)
_NOBODY = Customer(name="", phone="", email="", language="de")


def networks():
    """The folder of built networks, Heidelberg among them; built once and kept."""
    folder = Settings().network_dir
    if not network_exists(folder, NAME):
        build_named_network(Settings(), NAME, osm=EXTRACT)
    return folder


def write_world(folder):
    """Write a data folder with this one territory; gives its catalogue and streets."""
    shutil.copytree(ROOT / "data", folder, ignore=shutil.ignore_patterns("networks", "run"))
    shutil.rmtree(folder / "territories")
    network = Network.load(network_folder(networks(), NAME))
    text = _TERRITORY
    for number in range(1, VANS + 1):
        start, end, earliest, latest = _SHIFTS[number % 2]
        text += _VEHICLE.format(
            number=number,
            start=start,
            end=end,
            earliest=earliest,
            latest=latest,
            skills='["battery_trained"]' if number % 4 < 2 else "[]",
        )
    text += "".join(_SLOT.format(start=start, end=start + 2) for start in range(8, 20, 2))
    territory = folder / "territories" / NAME
    territory.mkdir(parents=True)
    (territory / "territory.toml").write_text(text)
    west, east = float(network.node_lon.min()) - 0.01, float(network.node_lon.max()) + 0.01
    south, north = float(network.node_lat.min()) - 0.01, float(network.node_lat.max()) + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    (territory / "zones.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
        f'"geometry": {{"type": "Polygon", "coordinates": [{ring}]}}}}]}}'
    )
    return load_catalogue(folder), network


def place(draw, network):
    """A point of a street: every street is as likely, be it in town or in the woods."""
    line = network.vertices(int(draw.integers(network.edges)))
    lon, lat = line[len(line) // 2]
    return Position(lon=round(float(lon), 6), lat=round(float(lat), 6))


def customers(territory, network, day, *, count, seed):
    """Customers in the order in which they come, each with the one slot that would suit."""
    draw = np.random.default_rng(seed)
    for number in range(count):
        row = territory.slots[int(draw.integers(len(territory.slots)))]
        yield PickupRequest(
            id=f"{NAME}.{number:05}",
            territory=NAME,
            day=day,
            reference=str(number),
            code=f"C{number:05}",
            customer=_NOBODY,
            address=Address(
                line1=f"Stop {number}",
                postcode="69117",
                city="Heidelberg",
                country="de",
                position=place(draw, network),
                building=Building(draw.choice(["apartment", "house", "office"], p=[0.6, 0.3, 0.1])),
                floor=int(draw.integers(6)),
                lift=bool(draw.random() < 0.6),
            ),
            devices=tuple(
                Device(
                    type=str(draw.choice(_DEVICES, p=_SHARES)),
                    battery=Battery.SWOLLEN if draw.random() < 0.03 else Battery.OK,
                )
                for _ in range(int(draw.choice([1, 2, 3], p=[0.78, 0.17, 0.05])))
            ),
            windows=(calendar.slot_window(territory, day, row),),
            slot_id=calendar.slot_id(territory, day, row),
            cancel_by=calendar.cut_off(territory, day),
            created_at=CREATED,
            state=RequestState.CONFIRMED,
        )


def problem_of(requests, territory, devices, source, day):
    """The day of some requests."""
    travel = source.travel(
        points(requests, territory), day=day, classes=emission_classes(territory)
    )
    return build(requests, territory, devices, travel, day=day)


def booked_day(requests, territory, devices, source, day, *, count, seconds):
    """So many of some requests that fit into one day, and its tentative routes by name."""
    problem = problem_of(requests, territory, devices, source, day)
    routes = ()
    for _ in range(4):
        # Others may be busy on this machine: what counts is that so many are in it.
        routes = solve(kept_promises(problem), time_limit=seconds, workers=2, start=routes).routes
        served = sorted(n for route in routes for n in route if n < len(requests))
        if len(served) >= count:
            break
    chosen = served[:count]
    assert len(chosen) == count, f"{len(chosen)} of {len(requests)} fit into a day"
    kept = {*chosen, *range(len(requests), len(requests) + 1_000)}
    routes = [tuple(n for n in route if n in kept) for route in routes]
    routes = named(problem, routes, dict(enumerate(problem.request_ids)))
    return [requests[n] for n in chosen], routes
