"""A nation's night: 1 to 32 territories of 300 requests, planned by two workers.

Prints what docs/scale.md quotes. Real processes, a real store that keeps every answered write,
real streets; ``SCALE_TERRITORIES=4`` stops earlier.
"""

# ruff: noqa: T201

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from collection.network_setup import build_named_network
from collection.routing.streets import Network, network_folder
from collection.routing.warm import warm
from collection.scheduling.calendar import zone_of
from collection.scheduling.jobs import RqJobs
from collection.scheduling.nightly import plan_night
from collection.settings import Settings
from collection.store import EmbeddedServer, RedisPlanStore, RedisRequestStore, connect
from collection.store.keys import DayKeys
from collection.wiring import build_services
from tests.nation import draw_requests, write_nation
from tests.system.processes import REPOSITORY, environment, process, until

SIZES = tuple(
    size for size in (1, 2, 4, 8, 16, 32) if size <= int(os.environ.get("SCALE_TERRITORIES", "32"))
)
REQUESTS, VANS, SOLVE_SECONDS, WORKERS = 300, 12, 3, 2
EXTRACT = REPOSITORY.parent / "shared" / "data" / "maps" / "heidelberg.osm.pbf"


@dataclass(frozen=True, kw_only=True)
class Night:
    """What one size of a nation took."""

    territories: int
    enqueue: float
    seconds: float
    phases: dict
    peaks: list
    unassigned: int

    @property
    def busy(self):
        """Worker seconds per territory."""
        return self.seconds * min(WORKERS, self.territories) / self.territories


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a plan of capacity needs to know."""

    overhead: float
    """Seconds of a core for one territory beside its solve."""
    request_bytes: float
    plan_bytes: float
    """In the store, of one version and with its job."""
    peak_mb: float


def national(figures, *, pickups=100_000, solve_seconds=(15, 60, 120), workers=(2, 8, 32)):
    """Rows of (solve seconds, workers, hours) for a night of that many pickups."""
    territories = -(-pickups // REQUESTS)
    return [
        (seconds, count, territories * (seconds + figures.overhead) / count / 3_600)
        for seconds in solve_seconds
        for count in workers
    ]


def used(client):
    return client.info("memory")["used_memory"]


def resident_mb(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def run(queue, plans, territories, day, *, seed):
    """Enqueue a night of `territories` and wait for its end."""
    jobs = RqJobs(queue)
    start = time.perf_counter()
    ids = [jobs.enqueue_night(territory, day, seed=seed) for territory in territories]
    enqueue = time.perf_counter() - start
    for job in ids:
        while jobs.status(job).status not in ("finished", "failed"):
            time.sleep(0.5)
    done = [Job.fetch(job, connection=queue, serializer=JSONSerializer) for job in ids]
    assert [jobs.status(job).error for job in ids] == [""] * len(ids)
    results = [job.return_value() for job in done]
    made = [plans.get(result["plan_id"]) for result in results]
    assert all(plan.violations == () for plan in made)
    for plan in made:
        stops = sum(len(route.stops) for route in plan.routes)
        assert stops + len(plan.unassigned) == REQUESTS
    first, last = min(job.enqueued_at for job in done), max(job.ended_at for job in done)
    phases = {
        name: statistics.median(result["phases"][name] for result in results)
        for name in results[0]["phases"]
    }
    return Night(
        territories=len(territories),
        enqueue=enqueue,
        seconds=(last - first).total_seconds(),
        phases=phases,
        peaks=[result["peak_mb"] for result in results],
        unassigned=sum(len(plan.unassigned) for plan in made),
    )


def cpu_by_phase(settings, url, territory, day):
    """CPU seconds of each phase of one night, planned here: what others run is not in it."""
    warm()
    spent, last = {}, ["", 0.0]

    def tell(progress):
        now = time.process_time()
        spent[last[0]] = spent.get(last[0], 0.0) + now - last[1]
        last[:] = progress.phase, now

    ports = build_services(settings, url).night_ports()
    plan_night(territory, day, ports, seed=1_000, on_progress=tell)
    return {phase: round(seconds, 2) for phase, seconds in spent.items() if phase}


@pytest.mark.bench
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads memory from /proc")
def test_a_nation(tmp_path):
    networks = tmp_path / "networks"
    settings = Settings(network_dir=networks)
    if EXTRACT.exists():
        name, osm = "heidelberg", EXTRACT
    else:
        name, osm = "monaco", Settings().network_dir / "monaco.osm.pbf"
    build_named_network(settings, name, osm=osm)
    network = Network.load(network_folder(networks, name))
    soon = datetime.now().astimezone() + timedelta(days=3)
    catalogue = write_nation(
        tmp_path / "data",
        network,
        name=name,
        count=SIZES[-1],
        vans=VANS,
        solve_seconds=SOLVE_SECONDS,
        # No other day is a working day: nothing but these nights is due.
        weekdays=[soon.weekday()],
    )
    territories = list(catalogue.territories.values())
    day = soon.astimezone(zone_of(territories[0])).date()
    with ExitStack() as stack:
        server = stack.enter_context(EmbeddedServer(tmp_path / "store"))
        client = stack.enter_context(connect(server.url))
        queue = stack.enter_context(connect(server.url, decode_responses=False))
        store, plans = RedisRequestStore(client), RedisPlanStore(client)

        requests = [
            request
            for territory in territories
            for request in draw_requests(territory, network, day, count=REQUESTS, seed=1)
        ]
        empty, start = used(client), time.perf_counter()
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(store.book, requests))
        booking = (time.perf_counter() - start) / len(requests)
        request_bytes = (used(client) - empty) / len(requests)

        env = environment(
            server.url,
            tmp_path,
            COLLECTION_DATA_DIR=str(tmp_path / "data"),
            COLLECTION_NETWORK_DIR=str(networks),
            COLLECTION_SOLVE_WORKERS="1",
        )
        start = time.perf_counter()
        for number in range(WORKERS):
            stack.enter_context(process("worker", env=env, log=tmp_path / f"worker{number}.log"))
        until(lambda: Worker.count(connection=queue) == WORKERS, what="the start of the workers")
        started = time.perf_counter() - start
        # The first night of a territory contracts its streets and keeps that; not counted.
        run(queue, plans, [territories[0].id], day, seed=0)

        before, nights = used(client), []
        for size in SIZES:
            # Another seed is another plan: every size plans anew.
            ids = [territory.id for territory in territories[:size]]
            nights.append(run(queue, plans, ids, day, seed=size))
        versions = sum(SIZES)
        plan_bytes = (used(client) - before) / versions
        text_bytes = statistics.median(
            len(text) for text in client.hvals(DayKeys(territories[0].id, day).plans)
        )
        parents = [
            resident_mb(worker.pid)
            for worker in Worker.all(connection=queue, serializer=JSONSerializer)
        ]

        cpu = cpu_by_phase(
            settings.model_copy(update={"data_dir": tmp_path / "data", "solve_workers": 1}),
            server.url,
            territories[0].id,
            day,
        )

    figures = Figures(
        overhead=sum(seconds for phase, seconds in cpu.items() if phase != "solve"),
        request_bytes=request_bytes,
        plan_bytes=plan_bytes,
        peak_mb=max(peak for night in nights for peak in night.peaks),
    )
    print(
        f"\n{name}: {network.nodes:,} nodes; territories of {REQUESTS} requests, {VANS} vans, "
        f"{SOLVE_SECONDS} s of solving; {WORKERS} workers, {os.cpu_count()} cores, load of "
        f"others {os.getloadavg()[1]:.1f}"
    )
    print(f"start of the workers {started:.1f} s; booking {booking * 1_000:.2f} ms each")
    print("territories  enqueue s  night s  s per territory and worker  peak MB  unassigned")
    for night in nights:
        print(
            f"{night.territories:11} {night.enqueue:10.2f} {night.seconds:8.1f} {night.busy:27.2f} "
            f"{max(night.peaks):8} {night.unassigned:11}"
        )
    print("median phases of the largest, s:", nights[-1].phases)
    print("CPU seconds of one night's phases:", cpu)
    linearity = nights[min(1, len(nights) - 1)].busy / nights[-1].busy
    print(f"linearity from {SIZES[min(1, len(SIZES) - 1)]} to {SIZES[-1]}: {linearity:.2f}")
    print(
        f"store: {request_bytes:,.0f} bytes per request, {plan_bytes:,.0f} per plan of {REQUESTS} "
        f"({text_bytes:,.0f} of JSON)"
    )
    print(
        f"memory: waiting worker {max(parents):.0f} MB, night at most {figures.peak_mb} MB, both "
        f"with shared libraries; {figures.overhead:.2f} s of CPU per night beside the solve"
    )
    print("100,000 pickups: solve s  workers  hours")
    for seconds, count, hours in national(figures):
        print(f"{seconds:24} {count:8} {hours:6.2f}")
    assert linearity > 0.5
    assert figures.peak_mb < Settings().worker_memory_mb
