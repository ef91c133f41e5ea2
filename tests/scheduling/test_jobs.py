"""Nights as rq jobs on the real server: one per day, with progress, retried, told apart."""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
import redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from collection.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
    PlanRejected,
    RoutingUnavailable,
    StoreUnavailable,
)
from collection.model import Instructions, Scenario, Shift, TimeWindow
from collection.scheduling.jobs import QUEUE, RqJobs, run_due
from collection.scheduling.memory import peak_mb
from collection.scheduling.nightly import NightPorts
from collection.scheduling.work import install, run_night
from collection.store import connect
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore, GridMatrix
from tests.places import DEVICES, TERRITORY, make_request

DAY = date(2026, 11, 25)
JOB = "night_monaco_2026-11-25"


@pytest.fixture
def queue(redis_client, server_url):
    # `redis_client` empties the store; rq wants bytes.
    return redis.Redis.from_url(server_url)


@pytest.fixture
def ports():
    requests = FakeRequestStore(FakeEventLog())
    return NightPorts(
        territories={"monaco": replace(TERRITORY, solve_seconds=1)},
        devices=DEVICES,
        requests=requests,
        plans=FakePlanStore(requests),
        source=lambda _: GridMatrix(),
        clock=FakeClock(datetime(2026, 11, 24, 17, 30, tzinfo=UTC)),
        workers=1,
    )


@pytest.fixture
def work(queue, ports, monkeypatch):
    """Empty the queue in this process, so that the fakes can be looked at afterwards."""
    monkeypatch.setattr("collection.scheduling.work._ports", None)
    install(lambda: ports)

    def work():
        SimpleWorker([QUEUE], connection=queue, serializer=JSONSerializer).work(
            burst=True, logging_level="ERROR"
        )

    return work


def test_a_night_is_queued_once_and_then_done(queue, ports, work):
    night = RqJobs(queue)
    assert night.enqueue_night("monaco", DAY) == JOB
    assert night.enqueue_night("monaco", DAY) == JOB
    assert len(night._queue) == 1
    assert night.status(JOB).status == "queued"
    work()
    status = night.status(JOB)
    assert (status.status, status.plan_id, status.error) == (
        "finished",
        "monaco.2026-11-25.v1",
        "",
    )
    assert status.progress.phase == "done"
    assert "solve" in status.phases
    assert ports.plans.versions("monaco", DAY) == ("monaco.2026-11-25.v1",)


def test_asking_again_after_the_end_runs_again_and_finds_the_same_plan(queue, ports, work):
    night = RqJobs(queue)
    night.enqueue_night("monaco", DAY)
    work()
    assert night.enqueue_night("monaco", DAY) == JOB
    assert night.status(JOB).status == "queued"
    work()
    assert night.status(JOB).plan_id == "monaco.2026-11-25.v1"
    assert len(ports.plans.versions("monaco", DAY)) == 1


def test_another_seed_is_another_plan(queue, ports, work):
    night = RqJobs(queue)
    for seed in (1, 2):
        night.enqueue_night("monaco", DAY, seed=seed)
        work()
    assert len(ports.plans.versions("monaco", DAY)) == 2


def test_a_night_that_cannot_be_planned_is_failed_with_its_reason(queue, work):
    night = RqJobs(queue)
    job_id = night.enqueue_night("atlantis", DAY)
    work()
    status = night.status(job_id)
    assert status.status == "failed"
    assert "atlantis" in status.error
    assert status.plan_id is None


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (Conflict, 6),
        (RoutingUnavailable, 6),
        (StoreUnavailable, 6),
        (OSError, 6),
        (InvalidRequest, 1),
        (NotFound, 1),
        (PlanRejected, 1),
    ],
)
def test_only_what_may_pass_is_tried_again(queue, work, monkeypatch, error, tries):
    tried = []

    def fail(*_, **__):
        tried.append(1)
        raise error("so it is")

    monkeypatch.setattr("collection.scheduling.work.LOCK_PATIENCE", 0.0)
    monkeypatch.setattr("collection.scheduling.work.plan_night", fail)
    monkeypatch.setattr("collection.scheduling.work.try_scenario", fail)
    jobs = RqJobs(queue)
    both = (
        jobs.enqueue_night("monaco", DAY),
        jobs.enqueue_scenario("monaco", DAY, Scenario(name="as it is")),
    )
    work()
    for job_id in both:
        status = jobs.status(job_id)
        assert (status.status, status.error[-8:]) == ("failed", "so it is")
    assert len(tried) == 2 * tries


def test_unknown_jobs_are_not_found(queue):
    for job_id in ("night_monaco_2020-01-01", "", "a b", "rq:job"):
        with pytest.raises(NotFound):
            RqJobs(queue).status(job_id)


def test_a_night_tells_its_memory(queue, work):
    job_id = RqJobs(queue).enqueue_night("monaco", DAY)
    work()
    job = Job.fetch(job_id, connection=queue, serializer=JSONSerializer)
    assert 50 < job.return_value()["peak_mb"] <= peak_mb()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_night_that_needs_more_memory_than_its_worker_may_take_says_so(queue, ports, work):
    def streets(_):
        return np.empty(1 << 30, dtype=np.uint8)

    install(lambda: replace(ports, source=streets), memory_mb=256)
    night = RqJobs(queue)
    job_id = night.enqueue_night("monaco", DAY)
    work()
    status = night.status(job_id)
    assert status.status == "failed"
    assert "the night of monaco on 2026-11-25 needs more than the 256 MB" in status.error
    assert "COLLECTION_WORKER_MEMORY_MB" in status.error


def test_a_night_is_planned_with_what_was_asked(queue, ports, work):
    waiting = make_request("a", day=DAY)
    ports.requests.book(waiting)
    asked = Instructions(vehicles={waiting.id: "van-2"}, together=(frozenset({waiting.id}),))
    night = RqJobs(queue)
    job_id = night.enqueue_night("monaco", DAY, instructions=asked)
    assert night.enqueue_night("monaco", DAY, instructions=asked) == job_id
    assert night.enqueue_night("monaco", DAY) == job_id
    work()
    plan = ports.plans.get(night.status(job_id).plan_id)
    assert plan.instructions == asked
    assert [route.vehicle_id for route in plan.routes] == ["van-2"]


def test_other_instructions_than_those_of_a_waiting_night_are_not_lost_in_silence(queue, work):
    night = RqJobs(queue)
    night.enqueue_night("monaco", DAY)
    with pytest.raises(Conflict, match="other instructions; ask again with another Idem"):
        night.enqueue_night("monaco", DAY, instructions=Instructions())
    work()
    assert night.enqueue_night("monaco", DAY, instructions=Instructions()) == JOB


def test_a_scenario_is_compared_as_a_job(queue, ports, work):
    waiting = make_request("a", day=DAY, hours=((9, 9),))
    ports.requests.book(waiting)
    later = TimeWindow(start=datetime(2026, 11, 25, 14, tzinfo=UTC), end=waiting.windows[0].end)
    scenario = Scenario(
        name="later",
        removed=frozenset({"van-1"}),
        copies={"van-2": 1},
        shifts={"van-2+1": Shift(start=0, end=50_000)},
        windows={waiting.id: (replace(later, end=later.start),)},
    )
    night = RqJobs(queue)
    job_id = night.enqueue_scenario("monaco", DAY, scenario)
    assert night.enqueue_scenario("monaco", DAY, scenario) == job_id
    assert night.enqueue_scenario("monaco", DAY, scenario, seed=1) != job_id
    assert job_id.startswith("scenario_monaco_2026-11-25_")
    work()
    status = night.status(job_id)
    assert (status.status, status.plan_id, status.progress.phase) == ("finished", None, "solve")
    assert status.comparison["other_time"] == {waiting.id: 6 * 3_600}
    assert ports.plans.versions("monaco", DAY) == ()


def test_only_due_nights_without_a_plan_are_enqueued(queue, ports, work):
    night = RqJobs(queue)
    now = ports.clock.now()
    assert night.enqueue_due(ports, now) == ["night_monaco_2026-11-24", JOB]
    work()
    assert night.enqueue_due(ports, now) == []


def test_the_cron_s_job_looks_after_devices(queue, ports, work):
    class Rounds:
        runs = 0

        def run(self):
            self.runs += 1

    rounds = Rounds()
    install(lambda: replace(ports, rounds=rounds))
    Queue(QUEUE, connection=queue, serializer=JSONSerializer).enqueue(run_due)
    work()
    assert rounds.runs == 1


def test_a_lock_that_stays_held_ends_in_conflict(ports, work, monkeypatch):
    monkeypatch.setattr("collection.scheduling.work.LOCK_PATIENCE", 0.0)
    with ports.plans.night_lock("monaco", DAY), pytest.raises(Conflict):
        run_night("monaco", DAY.isoformat())


def test_a_lock_that_is_freed_is_waited_for(ports, work, monkeypatch):
    lock = ports.plans.night_lock("monaco", DAY)
    lock.__enter__()
    monkeypatch.setattr(
        "collection.scheduling.work.time.sleep", lambda _: lock.__exit__(None, None, None)
    )
    assert run_night("monaco", DAY.isoformat())["plan_id"] == "monaco.2026-11-25.v1"


def test_without_its_ports_a_job_says_how_to_start_a_worker(monkeypatch):
    monkeypatch.setattr("collection.scheduling.work._ports", None)
    with pytest.raises(RuntimeError, match="collection worker"):
        run_night("monaco", DAY.isoformat())


def test_a_queue_that_is_away_is_said():
    away = RqJobs(connect("redis://127.0.0.1:1", decode_responses=False))
    with pytest.raises(StoreUnavailable):
        away.enqueue_night("monaco", DAY)
    with pytest.raises(StoreUnavailable):
        away.status(JOB)
