"""Slots under load: every slot of the next two weeks, tried in its day's plan, over HTTP.

A real API process with a real store, and a load of a process of its own that does not wait for
answers; two cores for all of them.
"""

# ruff: noqa: T201

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from collection.model import TentativePlan
from collection.routing.matrix import StreetMatrix
from collection.routing.streets import network_folder
from collection.routing.traffic import read_traffic, traffic_in
from collection.routing.warm import warm
from collection.scheduling import calendar
from collection.store import EmbeddedServer, RedisRequestStore, connect
from tests.benchmarks import slot_world
from tests.benchmarks.heidelberg import EXTRACT, ROOT
from tests.benchmarks.options import PREFIX, Options
from tests.benchmarks.records import Latency, Records
from tests.system.processes import REPOSITORY, api, environment

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not EXTRACT.exists(), reason="no Heidelberg extract"),
]

STOPS = 1_000
PER_SECOND = 50
TARGET_MS = 50


@pytest.fixture(scope="module")
def options():
    return Options.read()


@pytest.fixture(scope="module")
def records(options):
    return Records.open(options.path)


class World:
    """The territory, its streets, and a store."""

    def __init__(self, folder):
        warm()
        self.folder = folder
        catalogue, self.network = slot_world.write_world(folder / "data")
        self.territory, self.devices = catalogue.territory(slot_world.NAME), catalogue.devices
        self.networks = slot_world.networks()
        self.source = StreetMatrix(
            self.network,
            traffic=traffic_in(read_traffic(ROOT / "data" / "traffic.toml"), "de"),
            cache=network_folder(self.networks, slot_world.NAME),
        )

    def bookable(self):
        return tuple(calendar.bookable_days(self.territory, datetime.now(UTC)))

    def fill(self, store, day, *, count, seconds, seed):
        """Book so many stops of a day, with the tentative plan that a night's solver found."""
        arrivals = list(
            slot_world.customers(
                self.territory, self.network, day, count=count + count // 15, seed=seed
            )
        )
        booked, routes = slot_world.booked_day(
            arrivals, self.territory, self.devices, self.source, day, count=count, seconds=seconds
        )
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(store.book, booked))
        (version,) = store.tentative_versions(self.territory.id, [day])
        plan = TentativePlan(territory=self.territory.id, day=day, version=version, routes=routes)
        assert store.keep_tentative(plan)

    @contextmanager
    def serving(self, redis_url):
        env = environment(
            redis_url,
            self.folder,
            COLLECTION_DATA_DIR=str(self.folder / "data"),
            COLLECTION_NETWORK_DIR=str(self.networks),
            # The load comes from one address, and every call is counted all the same.
            COLLECTION_PUBLIC_RATE_LIMIT="1000000/minute",
        )
        # The product refuses settings that it does not know.
        env = {name: value for name, value in env.items() if not name.startswith(PREFIX)}
        with api(env, self.folder / "api.log") as url:
            yield url


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return World(tmp_path_factory.mktemp("slots"))


def paths(world, count, seed):
    """Questions of customers anywhere: where, which house, which devices."""
    draw = np.random.default_rng(seed)
    for _ in range(count):
        where = slot_world.place(draw, world.network)
        device = draw.choice(
            ["phone", "laptop", "tablet", "phone:swollen"], p=[0.6, 0.3, 0.07, 0.03]
        )
        yield (
            f"/v1/slots?lon={where.lon}&lat={where.lat}&device={device}"
            f"&building={draw.choice(['house', 'apartment'])}&floor={draw.integers(5)}&lift=false"
        )


def under_load(url, asked, *, seconds, even, seed):
    """Milliseconds of each answer, and how many were none."""
    count = round(PER_SECOND * seconds)
    due = np.arange(count) / PER_SECOND
    if not even:
        due = np.cumsum(np.random.default_rng(seed).exponential(1 / PER_SECOND, count))
    where = urlsplit(url)
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.slot_load", where.hostname, str(where.port)],
        input=json.dumps(list(zip(due.tolist(), asked, strict=True))),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    answers = json.loads(done.stdout)
    failed = sum(status != httpx.codes.OK for _, _, status, _ in answers)
    return 1_000 * np.array([took for _, took, _, _ in answers]), failed


def told(rows):
    print(f"\n{'':44}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}  errors")
    for row in rows:
        figures = "".join(f"{ms:8.1f}" for ms in (row.p50, row.p95, row.p99, row.most))
        print(f"{row.what:<44}{figures}  {row.errors} of {row.count}")


def test_slots_for_an_address(options, records, world, tmp_path):
    if not options.wants("slots"):
        pytest.skip("not asked for")
    seconds, rows = options.limit(80), []
    with EmbeddedServer(tmp_path / "store") as server, connect(server.url) as client:
        store, day = RedisRequestStore(client), world.bookable()[1]
        world.fill(store, day, count=STOPS, seconds=options.limit(80), seed=1)
        with world.serving(server.url) as url, httpx.Client(base_url=url, timeout=60) as one:
            began = time.perf_counter()
            first = one.get(next(paths(world, 1, 0))).raise_for_status().json()["slots"]
            print(f"\nlaid out and answered first in {time.perf_counter() - began:.1f} s")
            assert len(first) == len(world.bookable()) * len(world.territory.slots)
            for path in paths(world, 20, 1):
                one.get(path).raise_for_status()
            alone = []
            for path in paths(world, 100, 2):
                began = time.perf_counter()
                answer = one.get(path).raise_for_status()
                alone.append(1_000 * (time.perf_counter() - began))
            offered = [slot["offered"] for slot in answer.json()["slots"]]
            assert any(offered)
            rows.append(Latency.of("one at a time", alone, 0))
            for what, even in (("50 a second, evenly", True), ("50 a second, at random", False)):
                asked = list(paths(world, round(PER_SECOND * seconds), 3 + even))
                rows.append(
                    Latency.of(what, *under_load(url, asked, seconds=seconds, even=even, seed=5))
                )
            grid = [f"/v1/slots?territory={slot_world.NAME}"] * round(PER_SECOND * seconds)
            rows.append(
                Latency.of(
                    "no address, so nothing is tried (the floor)",
                    *under_load(url, grid, seconds=seconds, even=False, seed=5),
                )
            )
    told(rows)
    for row in rows:
        records.add(row)
    assert all(row.errors == 0 for row in rows)
    assert all(row.p99 < TARGET_MS for row in rows)
