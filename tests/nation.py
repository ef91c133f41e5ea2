"""Many territories out of one network: a data folder, and booked days in the store."""

import random
import shutil
from dataclasses import replace
from datetime import timedelta

from collection.catalogue import load_catalogue
from collection.model import Device, Position
from collection.scheduling.calendar import zone_of
from collection.settings import Settings
from collection.units import HOUR, to_utc
from tests.places import make_request

_TERRITORY = """
id = "{id}"
name = "{id}"
country = "mc"
timezone = "Europe/Monaco"
network = "{network}"
cut_off = "{cut_off}"
booking_days = 14
publish = "auto"
solve_seconds = {solve_seconds}

[service]
setup = 60
at_door = 90
apartment = 45
office = 60
per_floor = 15
unknown_battery = 40

[[depots]]
id = "hub"
name = "Hub"
lon = {lon}
lat = {lat}

[vehicle_defaults]
units = 60
litres = 900
grams = 400000
skills = []
fixed_cost = 4500
cost_per_hour = 2600
cost_per_km = 28
"""
_VEHICLE = """
[[vehicles]]
id = "van-{number}"
name = "Van {number}"
shift = ["{start:02}:00", "{end:02}:00"]
"""
_SLOT = """
[[slots]]
start = "{start:02}:00"
end = "{end:02}:00"
"""
_SLOTS = range(8, 20, 2)


def write_nation(
    folder, network, *, name, count, vans=4, solve_seconds=3, cut_off="18:00", weekdays=range(7)
):
    """Write `count` territories on one network, and give the catalogue that they make.

    Early vans and late vans take turns. Somebody works on each of `weekdays`, holiday or not.
    """
    shutil.copytree(Settings().data_dir, folder, ignore=shutil.ignore_patterns("networks", "run"))
    shutil.rmtree(folder / "territories")
    country = folder / "countries" / "mc.toml"
    text = country.read_text().replace("[0, 1, 2, 3, 4, 5]", str(list(weekdays)))
    country.write_text(text)
    west, east = network.node_lon.min() - 0.01, network.node_lon.max() + 0.01
    south, north = network.node_lat.min() - 0.01, network.node_lat.max() + 0.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    hub = random.Random(0).randrange(network.nodes)
    for number in range(count):
        text = _TERRITORY.format(
            id=f"t{number:03}",
            network=name,
            cut_off=cut_off,
            solve_seconds=solve_seconds,
            lon=network.node_lon[hub],
            lat=network.node_lat[hub],
        )
        for van in range(vans):
            start = (8, 12)[van % 2]
            text += _VEHICLE.format(number=van + 1, start=start, end=start + 9)
        text += "".join(_SLOT.format(start=start, end=start + 2) for start in _SLOTS)
        territory = folder / "territories" / f"t{number:03}"
        territory.mkdir(parents=True)
        (territory / "territory.toml").write_text(text)
        (territory / "zones.geojson").write_text(geojson(ring))
    return load_catalogue(folder)


def geojson(ring):
    shape = {"type": "Polygon", "coordinates": [[[float(x), float(y)] for x, y in ring]]}
    features = [{"type": "Feature", "properties": {}, "geometry": shape}]
    return str({"type": "FeatureCollection", "features": features}).replace("'", '"')


def draw_requests(territory, network, day, *, count, seed):
    """Confirmed requests beside the streets of a network."""
    drawn = random.Random(f"{territory.id} {seed}")
    zone = zone_of(territory)
    requests = []
    for number in range(count):
        node = drawn.randrange(network.nodes)
        start = drawn.choice(_SLOTS)
        plain = make_request(str(number), day=day, hours=((start, start + 2),))
        requests.append(
            replace(
                plain,
                id=f"{territory.id}.{number:04}",
                territory=territory.id,
                address=replace(
                    plain.address,
                    position=Position(
                        lon=float(network.node_lon[node]), lat=float(network.node_lat[node])
                    ),
                ),
                devices=tuple(
                    Device(type=drawn.choice(("phone", "phone", "laptop")))
                    for _ in range(drawn.choice((1, 1, 1, 2)))
                ),
                cancel_by=to_utc(day - timedelta(days=1), 18 * HOUR, zone),
            )
        )
    return requests
