"""The process that plans nights: each night in a process of its own."""

import os
import signal
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import redis
import structlog
from rq.job import Job
from rq.serializers import JSONSerializer
from structlog.testing import capture_logs

from collection.scheduling.jobs import QUEUE, RqJobs, run_due
from collection.scheduling.nightly import NightPorts
from collection.scheduling.worker import NightWorker, make_cron, make_worker
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore, GridMatrix
from tests.places import DEVICES, TERRITORY, make_request

DAY = date(2026, 11, 25)


@pytest.fixture
def queue(redis_client, server_url):
    # `redis_client` empties the store; rq wants bytes.
    return redis.Redis.from_url(server_url)


@pytest.fixture
def ports(monkeypatch):
    monkeypatch.setattr("collection.scheduling.work._ports", None)
    requests = FakeRequestStore(FakeEventLog())
    for number in range(6):
        lon = 7.41 + number / 200
        requests.book(make_request(str(number), day=DAY, lon=lon))
    return NightPorts(
        territories={"monaco": replace(TERRITORY, solve_seconds=1)},
        devices=DEVICES,
        requests=requests,
        plans=FakePlanStore(requests),
        source=lambda _: GridMatrix(),
        clock=FakeClock(datetime(2026, 11, 24, 17, 30, tzinfo=UTC)),
        workers=2,
    )


def work(queue, ports):
    job_id = RqJobs(queue).enqueue_night("monaco", DAY)
    worker = make_worker(queue, lambda: ports)
    worker.work(burst=True, logging_level="ERROR")
    return Job.fetch(job_id, connection=queue, serializer=JSONSerializer)


def test_a_night_is_searched_by_threads_of_a_forked_process(queue, ports):
    night = work(queue, ports).return_value()
    assert night["plan_id"] == "monaco.2026-11-25.v1"
    assert night["phases"]["solve"] > 0
    # The plan was made in another process: this one's store has none.
    assert ports.plans.versions("monaco", DAY) == ()


def test_a_night_that_the_system_ends_is_tried_again_and_told_with_its_memory(queue, ports):
    def streets(_):
        os.kill(os.getpid(), signal.SIGKILL)

    structlog.reset_defaults()
    with capture_logs() as log:
        job = work(queue, replace(ports, source=streets))
    killed = [entry for entry in log if entry["event"] == "night_killed"]
    assert [entry["exit_code"] for entry in killed] == [-signal.SIGKILL] * 6
    assert all(entry["peak_mb"] > 20 for entry in killed)
    assert "signal 9" in RqJobs(queue).status(job.id).error


def test_workers_notice_the_death_of_others_within_seconds(queue, ports, monkeypatch):
    monkeypatch.setattr("collection.scheduling.work._ports", None)
    worker = make_worker(queue, lambda: ports)
    assert isinstance(worker, NightWorker)
    assert worker.get_heartbeat_ttl(None) <= 10
    assert worker.maintenance_interval <= 5


def test_cron_looks_for_due_nights_every_minute(queue):
    (job,) = make_cron(queue).get_jobs()
    assert job.cron == "* * * * *"
    assert job.queue_name == QUEUE
    assert job.func is run_due
