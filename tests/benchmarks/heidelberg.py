"""A day in Heidelberg: real streets and addresses, and every constraint that there is."""

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from collection.catalogue import load_catalogue
from collection.geocode import iter_addresses, write_index
from collection.model import (
    Address,
    Battery,
    Building,
    Customer,
    Device,
    DeviceType,
    Instructions,
    PickupRequest,
    Plan,
    Position,
    Territory,
    TimeWindow,
)
from collection.ports import UNREACHABLE, TravelTable
from collection.routing.assemble import assemble
from collection.routing.building import build, emission_classes, points
from collection.routing.explain import classified
from collection.routing.matrix import MAX_SNAP_METRES, StreetMatrix
from collection.routing.network import OsmFile, build_network
from collection.routing.problem import Problem
from collection.routing.snap import Snapper
from collection.routing.solve import solve
from collection.routing.speeds import SpeedTable
from collection.routing.streets import Network
from collection.routing.traffic import read_traffic, traffic_in
from collection.units import HOUR, to_utc
from tests.benchmarks.heidelberg_fleet import low_emission_zone, make_territory

ROOT = Path(__file__).resolve().parents[2]
EXTRACT = ROOT.parent / "shared" / "data" / "maps" / "heidelberg.osm.pbf"
REQUESTS = 300
DAY = date(2026, 3, 4)
CREATED = datetime(2026, 3, 3, 19, tzinfo=UTC)

_ZONE = ZoneInfo("Europe/Berlin")
_CORE = (8.625, 49.350, 8.900, 49.490)
_DEVICES = ("phone", "laptop", "tablet", "smartwatch", "headphones", "console", "e_reader")
_SHARES = (0.52, 0.26, 0.09, 0.05, 0.04, 0.02, 0.02)
_NOBODY = Customer(name="", phone="", email="", language="de")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Day:
    """What a plan is made from and verified against."""

    requests: tuple[PickupRequest, ...]
    territory: Territory
    devices: dict[str, DeviceType]
    travel: TravelTable
    instructions: Instructions
    earlier: Plan
    problem: Problem


@cache
def live_inputs():
    """Requests, territory, devices and streets of the day, for what plans it itself."""
    catalogue = load_catalogue(ROOT / "data")
    rng = np.random.default_rng(20_260_304)
    requests, streets = _inputs(rng)
    return requests, make_territory(catalogue.countries["de"]), catalogue.devices, streets


def _inputs(rng):
    with tempfile.TemporaryDirectory() as folder:
        built = build_network(
            "heidelberg",
            OsmFile(path=EXTRACT),
            Path(folder),
            speeds=SpeedTable.load(ROOT / "data" / "speeds.toml"),
            write_addresses=write_index,
        )
        network = Network.load(built.folder)
        houses = [
            match.position
            for match in iter_addresses(built.folder / "addresses.sqlite", country="de")
        ]
    snaps = Snapper(network).snap(houses, MAX_SNAP_METRES)
    houses = [h for h, far in zip(houses, snaps.metres, strict=True) if far != UNREACHABLE]
    requests = _requests(rng, _places(rng, network, houses))
    streets = StreetMatrix(
        network,
        traffic=traffic_in(read_traffic(ROOT / "data" / "traffic.toml"), "de"),
        zones=(low_emission_zone(),),
    )
    return requests, streets


@cache
def day():
    """The day with everything on."""
    rng = np.random.default_rng(20_260_304)
    catalogue = load_catalogue(ROOT / "data")
    territory = make_territory(catalogue.countries["de"])
    requests, streets = _inputs(rng)
    travel = streets.travel(
        points(requests, territory), day=DAY, classes=emission_classes(territory)
    )
    instructions = _instructions(rng, requests)
    earlier = _tentative(requests[:60], territory, catalogue.devices, travel)
    problem = build(
        requests,
        territory,
        catalogue.devices,
        travel,
        day=DAY,
        instructions=instructions,
        earlier=earlier,
    )
    return Day(
        requests=requests,
        territory=territory,
        devices=catalogue.devices,
        travel=travel,
        instructions=instructions,
        earlier=earlier,
        problem=problem,
    )


def plain(problem):
    """The same places with what all peers know: windows, loads, shifts, costs, one pace.

    Vans are alike but for their shifts, half an hour longer at both ends, so that everybody
    can serve all and costs can be compared.
    """
    vans = len(problem.vehicle_ids)
    noon = int(np.searchsorted(problem.periods, 12 * HOUR, side="right")) - 1
    profile = int(problem.profiles[0])
    return classified(
        Problem(
            territory=problem.territory,
            day=problem.day,
            request_ids=problem.request_ids,
            vehicle_ids=problem.vehicle_ids,
            positions=problem.positions,
            depots=problem.depots,
            seconds=problem.seconds[profile, noon],
            metres=problem.metres[profile, noon],
            service=problem.service + problem.setup,
            loads=problem.loads,
            windows=tuple((spans[-1],) for spans in problem.windows),
            prices=np.full(len(problem.request_ids), 10_000_000),
            shifts=problem.shifts + np.array([-HOUR, HOUR]) // 2,
            capacities=np.tile([[60, 900, 400_000]], (vans, 1)),
            starts=np.zeros(vans, dtype=np.int64),
            ends=np.zeros(vans, dtype=np.int64),
            fixed_costs=np.full(vans, 4_500),
            hour_costs=np.full(vans, 2_600),
            km_costs=np.full(vans, 28),
        )
    )


def timeless(problem):
    """The same day with the traffic of noon from morning to evening."""
    noon = int(np.searchsorted(problem.periods, 12 * HOUR, side="right")) - 1
    return replace(
        problem,
        periods=problem.periods[:1],
        seconds=problem.seconds[:, [noon]],
        metres=problem.metres[:, [noon]],
    )


def _places(rng, network, houses):
    """Half of the stops at houses, some of them twice; half beside streets of the core."""
    chosen = [houses[number] for number in rng.choice(len(houses), 140, replace=False)]
    chosen += chosen[:10]
    while len(chosen) < REQUESTS:
        edge = int(rng.integers(network.edges))
        line = network.vertices(edge)
        lon, lat = line[len(line) // 2]
        if _CORE[0] < lon < _CORE[2] and _CORE[1] < lat < _CORE[3]:
            chosen.append(Position(lon=round(float(lon), 6), lat=round(float(lat), 6)))
    return chosen


def _requests(rng, places):
    return tuple(_request(rng, number, place) for number, place in enumerate(places))


def _request(rng, number, place):
    # The first two begin a route; 20 to 22 ask for a van of the morning.
    slots = (8, 10, 12, 14, 16, 18) if number not in {0, 1, 20, 21, 22} else (8, 10)
    first = int(rng.choice(slots))
    spans = [(8, 14) if number < 2 else (first, first + 2)]
    if rng.random() < 0.25 and first < 16:
        spans.append((first + 4, first + 6))
    return PickupRequest(
        id=f"heidelberg.{number:03}",
        territory="heidelberg",
        day=DAY,
        reference=f"{number:03}",
        code=f"{number:06}",
        customer=_NOBODY,
        address=Address(
            line1=f"Stop {number}",
            postcode="69117",
            city="Heidelberg",
            country="de",
            position=place,
            building=Building(rng.choice(["apartment", "house", "office"], p=[0.6, 0.3, 0.1])),
            floor=int(rng.integers(6)),
            lift=bool(rng.random() < 0.6),
        ),
        devices=tuple(
            Device(
                type=str(rng.choice(_DEVICES, p=_SHARES)),
                battery=Battery.SWOLLEN if rng.random() < 0.04 and number > 22 else Battery.OK,
            )
            for _ in range(int(rng.choice([1, 2, 3], p=[0.78, 0.17, 0.05])))
        ),
        windows=tuple(
            TimeWindow(start=to_utc(DAY, a * HOUR, _ZONE), end=to_utc(DAY, b * HOUR, _ZONE))
            for a, b in spans
        ),
        slot_id=None,
        cancel_by=CREATED,
        created_at=CREATED,
        priority=int(rng.choice([0, 1, 2], p=[0.85, 0.1, 0.05])),
    )


def _instructions(rng, requests):
    """Wishes of a dispatcher."""
    ids = [request.id for request in requests]
    drawn = rng.permutation(np.arange(60, REQUESTS)).tolist()
    groups = [frozenset({ids[a], ids[b]}) for a, b in zip(drawn[:20:2], drawn[1:20:2], strict=True)]
    return Instructions(
        prefixes={"van-1": tuple(ids[:2])},
        vehicles={ids[number]: "van-1" for number in (20, 21, 22)},
        together=tuple(groups[:5]),
        apart=tuple(groups[5:]),
        familiar={ids[number]: f"driver-{int(rng.integers(1, 11))}" for number in drawn[20:100]},
    )


def _tentative(requests, territory, devices, travel):
    """The plan of the first bookings."""
    size = len(territory.places) + len(requests)
    first = replace(
        travel,
        seconds=travel.seconds[..., :size, :size],
        metres=travel.metres[..., :size, :size],
        snap_metres=travel.snap_metres[:size],
    )
    wishes = Instructions(prefixes={"van-1": tuple(request.id for request in requests[:2])})
    problem = build(requests, territory, devices, first, day=DAY, instructions=wishes)
    solution = solve(problem, time_limit=60, iteration_limit=20)
    return assemble(problem, solution, created_at=CREATED, fingerprint="")
