"""Days filled by random arrivals, beside a plan that knows everybody in advance.

Each customer comes with one slot in mind, drawn at random from the six of the day, and goes away
where it is not offered. Between bookings the tentative plan is improved as in the product, where
a worker has ten seconds for it every minute; here it has two after every ten customers.
"""

# ruff: noqa: T201

import statistics
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collection.errors import NoRoom
from collection.routing.matrix import StreetMatrix
from collection.routing.solve import solve
from collection.routing.streets import network_folder
from collection.routing.traffic import read_traffic, traffic_in
from collection.routing.warm import warm
from collection.scheduling.improving import improve
from collection.scheduling.nightly import NightPorts, plan_night
from collection.scheduling.tentative import TentativeDays
from collection.scheduling.tentative_plans import kept_promises, kept_routes
from tests.benchmarks import slot_world
from tests.benchmarks.heidelberg import EXTRACT, ROOT
from tests.benchmarks.options import Options
from tests.benchmarks.peers import CORES
from tests.benchmarks.records import Filled, Records
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not EXTRACT.exists(), reason="no Heidelberg extract"),
]

DAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NIGHT = NOW + timedelta(days=1, hours=12)

ARRIVALS = 1_100
"""More than 25 vans can serve: at the end of the day of slots most people are sent away."""

EVERY, SECONDS = 10, 2.0
"""A worker improves the plan after so many customers, and how long."""

SHARE = 0.95
"""What must be accepted of what an offline plan serves."""


class Filling:
    """One day, its customers, and what became of them."""

    def __init__(self, folder, seed):
        catalogue, network = slot_world.write_world(folder)
        self.territory, self.devices = catalogue.territory(slot_world.NAME), catalogue.devices
        self.source = StreetMatrix(
            network,
            traffic=traffic_in(read_traffic(ROOT / "data" / "traffic.toml"), "de"),
            cache=network_folder(slot_world.networks(), slot_world.NAME),
        )
        self.people = list(
            slot_world.customers(self.territory, network, DAY, count=ARRIVALS, seed=seed)
        )
        self.store, self.clock = FakeRequestStore(FakeEventLog()), FakeClock(NOW)
        self.days = TentativeDays(
            devices=self.devices,
            requests=self.store,
            source=lambda _: self.source,
            clock=self.clock,
        )
        self.accepted = []

    def arrive(self, number, request):
        """One customer asks, and books or goes; now and then the plan is improved."""
        asked = self.days.ask(request, self.territory, {DAY: request.windows})[DAY]
        if asked.quotes[0] is not None:
            # What is offered can be booked.
            self.days.place(
                request, self.territory, lambda plan: self.store.book(request, tentative=plan)
            )
            self.accepted.append(request.id)
        else:
            with pytest.raises(NoRoom):
                self.days.place(request, self.territory, lambda _: pytest.fail("it was stored"))
        if number % EVERY == EVERY - 1:
            improve(
                self.territory,
                DAY,
                self.store,
                self.devices,
                self.source,
                now=NOW,
                seconds=SECONDS,
            )

    def night(self, seconds):
        """The night's plan; who is in it."""
        self.clock.instant = NIGHT
        territory = replace(self.territory, solve_seconds=seconds)
        ports = NightPorts(
            territories={territory.id: territory},
            devices=self.devices,
            requests=self.store,
            plans=FakePlanStore(self.store),
            source=lambda _: self.source,
            clock=self.clock,
            workers=CORES,
        )
        plan = plan_night(territory.id, DAY, ports).plan
        assert plan.violations == ()
        return {stop.request_id for route in plan.routes for stop in route.stops}

    def offline(self, seconds):
        """The most that a solver serves of everybody who came: cold, and from what was promised."""
        kept = self.store.tentative(self.territory.id, DAY)
        problem = slot_world.problem_of(self.people, self.territory, self.devices, self.source, DAY)
        everybody, most = kept_promises(problem), 0
        for start in ((), kept_routes(problem, kept)):
            found = solve(everybody, time_limit=seconds, workers=CORES, start=start)
            most = max(most, sum(n < len(self.people) for route in found.routes for n in route))
        return most


def test_a_day_is_filled(tmp_path):
    options = Options.read()
    if not options.wants("acceptance"):
        pytest.skip("not asked for")
    records, rows = Records.open(options.path), []
    warm()
    print(f"\n{'seed':>4}{'came':>7}{'accepted':>10}{'in plan':>9}{'offline':>9}{'share':>8}")
    for seed in options.seeds:
        filling = Filling(tmp_path / f"data{seed}", seed)
        for number, request in enumerate(filling.people):
            filling.arrive(number, request)
        in_plan = filling.night(max(1, round(options.limit(60))))
        row = Filled(
            what="random arrivals",
            seed=seed,
            arrivals=len(filling.people),
            accepted=len(filling.accepted),
            in_plan=len(in_plan & set(filling.accepted)),
            offline=filling.offline(options.limit(240)),
        )
        records.add(row)
        rows.append(row)
        print(
            f"{seed:4}{row.arrivals:7}{row.accepted:10}{row.in_plan:9}{row.offline:9}"
            f"{row.accepted / row.offline:8.1%}",
            flush=True,
        )
    assert all(row.in_plan == row.accepted for row in rows)
    assert statistics.fmean(row.accepted / row.offline for row in rows) >= SHARE
