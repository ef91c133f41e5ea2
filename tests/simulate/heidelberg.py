"""The benchmarks' fleet of Heidelberg as a data folder, to be played by `collection simulate`.

    python -m tests.simulate.heidelberg FOLDER

writes one, builds its streets beside it, and prints the settings under which
`collection simulate heidelberg` finds both.
"""

import shutil
import sys
from pathlib import Path

from collection.catalogue import load_catalogue
from collection.geocode import write_index
from collection.routing.network import OsmFile, build_network
from collection.routing.speeds import SpeedTable
from collection.routing.streets import network_exists
from collection.settings import Settings
from collection.units import HOUR, format_clock
from tests.benchmarks.heidelberg_fleet import make_territory
from tests.nation import geojson

ROOT = Path(__file__).resolve().parents[2]
EXTRACT = ROOT.parent / "shared" / "data" / "maps" / "heidelberg.osm.pbf"
AREA = (8.625, 49.350, 8.900, 49.490)
SLOTS = range(8, 20, 2)
PLAQUES = {"": "", "euro_4": "plakette_3", "euro_6": "plakette_4"}
"""The benchmarks' classes in the words of Germany's data; no zone is drawn here that reads them."""


def write_heidelberg(folder):
    """Copy the shipped data to `folder`, with Heidelberg in the place of its territories."""
    shipped = Settings().data_dir
    shutil.copytree(shipped, folder, ignore=shutil.ignore_patterns("networks", "run", "benchmarks"))
    shutil.rmtree(folder / "territories")
    own = folder / "territories" / "heidelberg"
    own.mkdir(parents=True)
    territory = make_territory(load_catalogue(shipped).countries["de"])
    (own / "territory.toml").write_text(_toml(territory))
    west, south, east, north = AREA
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    (own / "zones.geojson").write_text(geojson(ring))
    return folder


def _toml(territory):
    rule = territory.service
    tables = {
        "": {
            "id": territory.id,
            "name": territory.name,
            "country": territory.country.code,
            "subdivision": territory.subdivision,
            "timezone": territory.timezone,
            "network": territory.network,
            "cut_off": format_clock(territory.cut_off),
            "booking_days": territory.booking_days,
            "publish": territory.publish,
            "solve_seconds": territory.solve_seconds,
            "reload_seconds": territory.reload_seconds,
            "slack_seconds": territory.slack,
        },
        "[service]": {name: getattr(rule, name) for name in rule.__slots__},
    }
    text = "".join(f"{head}\n{_rows(rows)}\n" for head, rows in tables.items())
    for depot in territory.depots:
        place = {"lon": depot.position.lon, "lat": depot.position.lat}
        text += "[[depots]]\n" + _rows({"id": depot.id, "name": depot.name, **place})
    for van in territory.vehicles:
        text += "[[vehicles]]\n" + _rows(_vehicle(van))
    for start in SLOTS:
        slot = {"start": format_clock(start * HOUR), "end": format_clock((start + 2) * HOUR)}
        text += "[[slots]]\n" + _rows(slot)
    return text


def _vehicle(van):
    row = {name: getattr(van, name) for name in van.__slots__}
    load = row.pop("capacity")
    return {
        **row,
        "shift": [format_clock(van.shift.start), format_clock(van.shift.end)],
        "units": load.units,
        "litres": load.litres,
        "grams": load.grams,
        "hazard_packages": load.hazards,
        "skills": sorted(van.skills),
        "emission_class": PLAQUES[van.emission_class],
        "home": {"lon": van.home.lon, "lat": van.home.lat},
        "reload_sites": None if van.reload_sites is None else sorted(van.reload_sites),
        "breaks": [
            {
                "earliest": format_clock(rest.earliest),
                "latest": format_clock(rest.latest),
                "seconds": rest.seconds,
            }
            for rest in van.breaks
        ],
    }


def _rows(rows):
    return "".join(f"{key} = {_value(value)}\n" for key, value in rows.items() if value is not None)


def _value(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def build_streets(networks):
    """Build Heidelberg's streets, unless they are there."""
    if not network_exists(networks, "heidelberg"):
        build_network(
            "heidelberg",
            OsmFile(path=EXTRACT),
            networks,
            speeds=SpeedTable.load(ROOT / "data" / "speeds.toml"),
            write_addresses=write_index,
        )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if not place.exists():
        write_heidelberg(place)
    build_streets(Settings().network_dir)
    sys.stdout.write(
        f"COLLECTION_DATA_DIR={place} COLLECTION_NETWORK_DIR={Settings().network_dir}\n"
    )
