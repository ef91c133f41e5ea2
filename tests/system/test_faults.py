"""What happens when processes are killed in the middle of their work."""

import os
import shutil
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx
import pytest

from collection.settings import Settings
from collection.store import EmbeddedServer, RedisRequestStore, connect
from tests.system.processes import (
    api,
    booking,
    dispatcher,
    environment,
    kill,
    market,
    process,
    until,
)

pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="signals and process groups as POSIX knows them"
)


@pytest.fixture(scope="module", autouse=True)
def _monaco():
    network = Settings().network_dir / "monaco" / "meta.json"
    assert network.exists(), "run `make setup` first: it builds the Monaco network"


@pytest.fixture
def store(tmp_path):
    with EmbeddedServer(tmp_path / "store") as server:
        yield server


def kill_server(store):
    with connect(store.url) as client:
        pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGKILL)


def first_slots(client):
    slots = client.get("/v1/slots", params={"territory": "monaco"}).json()["slots"]
    day = slots[0]["date"]
    return day, [slot["id"] for slot in slots if slot["date"] == day]


def book_many(client, slots, count, answered):
    """Book with retries as an honest client does: the same key until there is an answer."""

    def book(number):
        body = booking(number, slots[number % len(slots)])
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            answer = client.post(
                "/v1/pickup-requests", json=body, headers={"Idempotency-Key": f"booking-{number}"}
            )
            if answer.status_code in (409, 503):
                assert answer.headers["content-type"].startswith("application/problem+json")
                assert int(answer.headers["retry-after"]) >= 1
                answered.append(answer.status_code)
                time.sleep(0.2)
                continue
            assert answer.status_code == 201, answer.text
            answered.append(201)
            return answer.json()["id"]
        raise AssertionError("no answer in a minute")

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(book, range(count)))


def test_killing_the_server_amid_bookings_loses_and_doubles_nothing(store, tmp_path):
    env = environment(store.url, tmp_path)
    with api(env, tmp_path / "api.log") as url, market(url) as client:
        day, slots = first_slots(client)
        answered = []

        def disturb():
            until(lambda: answered.count(201) >= 10, what="ten bookings")
            kill_server(store)
            time.sleep(0.5)
            store.start()

        killer = threading.Thread(target=disturb)
        killer.start()
        booked = book_many(client, slots, 60, answered)
        killer.join()
        assert 503 in answered
        assert len(set(booked)) == 60
        for identifier in booked:
            assert client.get(f"/v1/pickup-requests/{identifier}").json()["status"] == "confirmed"
        with connect(store.url) as redis:
            of_day = RedisRequestStore(redis).day("monaco", date.fromisoformat(day))
        assert sorted(request.id for request in of_day) == sorted(booked)


def test_killing_the_worker_amid_a_night_ends_with_one_plan(store, tmp_path):
    env = environment(store.url, tmp_path)
    with api(env, tmp_path / "api.log") as url, market(url) as client, dispatcher(url) as desk:
        day, slots = first_slots(client)
        booked = book_many(client, slots, 60, [])
        with process("worker", env=env, log=tmp_path / "worker1.log") as worker:
            job = start_night(desk, day)
            until(lambda: phase_of(desk, job) == "solve", what="the solve")
            kill(worker)
        assert (
            desk.get("/v1/plans", params={"territory": "monaco", "date": day}).json()["plans"] == []
        )
        with process("worker", env=env, log=tmp_path / "worker2.log"):
            assert_night_ends(desk, job, day, booked)


def test_killing_the_server_amid_a_night_ends_with_one_plan(store, tmp_path):
    env = environment(store.url, tmp_path)
    with api(env, tmp_path / "api.log") as url, market(url) as client, dispatcher(url) as desk:
        day, slots = first_slots(client)
        booked = book_many(client, slots, 60, [])
        with process("worker", env=env, log=tmp_path / "worker.log"):
            job = start_night(desk, day)
            until(lambda: phase_of(desk, job) == "solve", what="the solve")
            kill_server(store)
            time.sleep(0.5)
            assert desk.get("/readyz").status_code == 503
            store.start()
            assert_night_ends(desk, job, day, booked)


def start_night(desk, day):
    answer = desk.post("/v1/plans", json={"territory": "monaco", "date": day})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def phase_of(desk, job):
    progress = desk.get(f"/v1/jobs/{job}").json().get("progress")
    return progress and progress["phase"]


def assert_night_ends(desk, job, day, booked):
    def ended():
        try:
            status = desk.get(f"/v1/jobs/{job}")
        except httpx.TransportError:
            return None
        return status.is_success and status.json()["status"] in ("finished", "failed") and status

    status = until(ended, seconds=120, what="the end of the night").json()
    assert status["status"] == "finished", status
    plans = desk.get("/v1/plans", params={"territory": "monaco", "date": day}).json()["plans"]
    assert [plan["id"] for plan in plans] == [status["plan_id"]]
    plan = desk.get(f"/v1/plans/{status['plan_id']}").json()
    planned = [stop["request_id"] for route in plan["routes"] for stop in route["stops"]]
    assert sorted(planned + [left["request_id"] for left in plan["unassigned"]]) == sorted(booked)
    assert plan["violations"] == []


def test_a_missed_night_is_caught_up_when_a_worker_starts(store, tmp_path):
    env = environment(store.url, tmp_path)
    data = Path(tmp_path) / "data"
    copy_data(data, cut_off="00:00")
    env["COLLECTION_DATA_DIR"] = str(data)
    with process("worker", "--burst", env=env, log=tmp_path / "worker.log") as worker:
        worker.wait(90)
    with connect(store.url) as client:
        plans = list(client.scan_iter("collection:{monaco}:*:plans"))
    assert plans, (tmp_path / "worker.log").read_text()


def copy_data(folder, *, cut_off):
    shutil.copytree(Settings().data_dir, folder, ignore=shutil.ignore_patterns("networks", "run"))
    path = folder / "territories" / "monaco" / "territory.toml"
    text = path.read_text()
    assert 'cut_off = "18:00"' in text
    text = (
        text.replace('cut_off = "18:00"', f'cut_off = "{cut_off}"')
        .replace("20:30", "24:00")
        .replace("12:30", "14:30")
    )
    path.write_text(text)
    # Due on every day of the week and at every hour, whenever the test runs.
    country = folder / "countries" / "mc.toml"
    country.write_text(country.read_text().replace("4, 5]", "4, 5, 6]"))
