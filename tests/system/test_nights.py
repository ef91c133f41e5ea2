"""A night of several territories and several workers, of which one is killed."""

import os
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from collection.errors import NotFound
from collection.routing.streets import Network, network_folder
from collection.scheduling.calendar import zone_of
from collection.scheduling.jobs import RqJobs
from collection.settings import Settings
from collection.store import EmbeddedServer, RedisPlanStore, RedisRequestStore, connect
from tests.nation import draw_requests, write_nation
from tests.system.processes import environment, kill, process, until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="workers fork")

TERRITORIES, REQUESTS = 3, 40


def test_a_killed_workers_nights_are_taken_over_by_the_others(tmp_path):
    network = Network.load(network_folder(Settings().network_dir, "monaco"))
    # The cut-off of every day has passed when the day before begins.
    catalogue = write_nation(
        tmp_path / "data", network, name="monaco", count=TERRITORIES, cut_off="00:00"
    )
    territories = catalogue.territories
    first = next(iter(territories.values()))
    day = datetime.now(zone_of(first)).date() + timedelta(days=1)
    with EmbeddedServer(tmp_path / "store") as server, connect(server.url) as client:
        store, plans = RedisRequestStore(client), RedisPlanStore(client)
        booked = {
            territory.id: [
                store.book(request).id
                for request in draw_requests(territory, network, day, count=REQUESTS, seed=1)
            ]
            for territory in territories.values()
        }
        env = environment(
            server.url,
            tmp_path,
            COLLECTION_DATA_DIR=str(tmp_path / "data"),
            COLLECTION_SOLVE_WORKERS="1",
        )
        ids = {territory: f"night_{territory}_{day}" for territory in booked}
        with connect(server.url, decode_responses=False) as queue:
            jobs = RqJobs(queue)

            def status(territory):
                with suppress(NotFound):
                    return jobs.status(ids[territory])
                return None

            def busy():
                """A worker amid the solve of a night with requests."""
                for worker in Worker.all(connection=queue, serializer=JSONSerializer):
                    for territory, job_id in ids.items():
                        if worker.get_current_job_id() == job_id:
                            now = status(territory)
                            if now and now.progress and now.progress.phase == "solve":
                                return worker, territory
                return None

            def ended():
                now = [status(territory) for territory in ids]
                return all(s and s.status in ("finished", "failed") for s in now) and now

            logs = [tmp_path / f"worker{number}.log" for number in range(2)]
            with (
                process("worker", env=env, log=logs[0]) as one,
                process("worker", env=env, log=logs[1]) as two,
            ):
                doomed, territory = until(busy, what="a solve")
                kill({child.pid: child for child in (one, two)}[doomed.pid])
                assert plans.versions(territory, day) == ()
                done = until(ended, seconds=120, what="the end of all nights")
            assert [(s.status, s.error) for s in done] == [("finished", "")] * TERRITORIES
            job = Job.fetch(ids[territory], connection=queue, serializer=JSONSerializer)
            assert job.latest_result().worker_name not in (None, doomed.name)
        for territory, requests in booked.items():
            (version,) = plans.versions(territory, day)
            plan = plans.get(version)
            assert plan.violations == ()
            met = [stop.request_id for route in plan.routes for stop in route.stops]
            assert sorted(met + [left.request_id for left in plan.unassigned]) == requests
            assert len(met) > REQUESTS * 0.9
    # Each worker says what a night took.
    assert "peak_mb=" in logs[0].read_text() + logs[1].read_text()
