import os
import signal
import time

import pytest

from collection.errors import StoreUnavailable
from collection.model import RequestState
from collection.ports import StoredAnswer
from collection.store import EmbeddedServer, connect, durability, migrate
from collection.store.keys import DayKeys
from tests.store.conftest import redis_ports
from tests.store.samples import DAY, NOW, make_event, make_plan, make_request

PLAN = "monaco.2026-03-03.v1"


@pytest.fixture
def server(tmp_path):
    with EmbeddedServer(tmp_path / "store") as server:
        yield server


def calls(ports, client):
    requests, plans = ports.requests, ports.plans
    request = make_request()
    answer = StoredAnswer(status=200, body="", media_type="")

    def night():
        with plans.night_lock("monaco", DAY):
            pytest.fail("held without a server")

    return {
        "book": lambda: requests.book(request),
        "get": lambda: requests.get(request.id),
        "day": lambda: requests.day("monaco", DAY),
        "cancel": lambda: requests.cancel(request.id, at=NOW),
        "reschedule": lambda: requests.reschedule(request, at=NOW),
        "transition": lambda: requests.transition(request.id, RequestState.PLANNED, make_event()),
        "confirm": lambda: requests.confirm(request, at=NOW),
        "free": lambda: requests.free(request.id, DAY),
        "close_day": lambda: requests.close_day("monaco", DAY, at=NOW),
        "is_closed": lambda: requests.is_closed("monaco", DAY),
        "closed_days": lambda: requests.closed_days("monaco", [DAY]),
        "save": lambda: plans.save(make_plan()),
        "plan": lambda: plans.get(PLAN),
        "versions": lambda: plans.versions("monaco", DAY),
        "published": lambda: plans.published("monaco", DAY),
        "publish": lambda: plans.publish(PLAN, at=NOW),
        "night_lock": night,
        "append": lambda: ports.events.append(make_event()),
        "read": lambda: ports.events.read("monaco", DAY),
        "begin": lambda: ports.idempotency.begin("k", "f"),
        "finish": lambda: ports.idempotency.finish("k", "f", answer),
        "abandon": lambda: ports.idempotency.abandon("k"),
        "durability": lambda: durability(client),
        "migrate": lambda: migrate(client),
    }


def test_server_away_then_back(server):
    with connect(server.url) as client:
        ports = redis_ports(client)
        stored = ports.requests.book(make_request())
        server.stop()
        for name, call in calls(ports, client).items():
            with pytest.raises(StoreUnavailable, match="try again later"):
                pytest.fail(f"{name} answered {call()}")
        server.start()
        assert ports.requests.get(stored.id) == stored
        assert ports.requests.book(make_request("r2")).id == "monaco.r2"


def test_silent_server_is_given_up_and_taken_up_again(server):
    with connect(server.url, answer_timeout=0.2) as client:
        ports = redis_ports(client)
        stored = ports.requests.book(make_request())
        pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(StoreUnavailable, match="does not answer"):
                ports.requests.get(stored.id)
        finally:
            os.kill(pid, signal.SIGCONT)
        assert ports.requests.get(stored.id) == stored


def test_lock_held_through_a_restart_is_kept_and_renewed(server):
    with connect(server.url) as client:
        plans = redis_ports(client).plans
        with plans.night_lock("monaco", DAY, lease=2):
            server.stop()
            time.sleep(0.8)
            server.start()
            time.sleep(0.7)
            assert client.pttl(DayKeys("monaco", DAY).night) > 1_000


def test_lock_without_a_server_at_the_end_is_told(server):
    with connect(server.url) as client:
        plans = redis_ports(client).plans
        with pytest.raises(StoreUnavailable), plans.night_lock("monaco", DAY, lease=3):
            server.stop()


@pytest.mark.parametrize("url", ["", "localhost:6379", "http://x", "redis://x:port"])
def test_an_address_that_is_none(url):
    with pytest.raises(StoreUnavailable, match="COLLECTION_REDIS_URL"):
        connect(url)


def test_an_absent_host_is_given_up_quickly():
    with pytest.raises(StoreUnavailable):
        redis_ports(connect("redis://127.0.0.1:1")).requests.get("monaco.r1")


def test_embedded_server_is_durable_and_local(server):
    with connect(server.url) as client:
        assert durability(client) == []
        assert client.config_get("port") == {"port": "0"}


def test_durability_names_what_loses_requests(server):
    with connect(server.url) as client:
        client.config_set("appendfsync", "everysec")
        client.config_set("maxmemory-policy", "allkeys-lru")
        problems = durability(client)
        assert len(problems) == 2
        assert "appendfsync is 'everysec'" in problems[0]
        assert "set it to 'always'" in problems[0]
        assert "maxmemory-policy" in problems[1]


def test_durability_of_a_server_that_hides_its_settings(server):
    with connect(server.url) as client:
        client.acl_setuser("guest", enabled=True, nopass=True, commands=["+@all", "-config"])
        guest = connect(f"{server.url}?username=guest&password=x")
        (problem,) = durability(guest)
        assert "appendfsync always" in problem
        guest.close()
