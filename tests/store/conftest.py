import socket
import subprocess
import time
from dataclasses import dataclass

import pytest
from redis.exceptions import RedisError

from collection.ports import (
    CustodyStore,
    DropOffStore,
    EtaStore,
    EventLog,
    IdempotencyStore,
    Outbox,
    PlanStore,
    RequestStore,
)
from collection.store import (
    RedisCustody,
    RedisDropOffs,
    RedisEtaStore,
    RedisEventLog,
    RedisIdempotency,
    RedisOutbox,
    RedisPlanStore,
    RedisRequestStore,
    connect,
)
from collection.store.embedded import _binary
from tests.custody_fakes import FakeCustody, FakeDropOffs
from tests.fakes import FakeEtas, FakeEventLog, FakeIdempotency, FakePlanStore, FakeRequestStore


@dataclass
class Ports:
    requests: RequestStore
    plans: PlanStore
    events: EventLog
    idempotency: IdempotencyStore
    custody: CustodyStore
    drop_offs: DropOffStore
    outbox: Outbox
    etas: EtaStore


def fake_ports():
    requests = FakeRequestStore(FakeEventLog())
    custody = FakeCustody(requests)
    return Ports(
        requests,
        FakePlanStore(requests),
        requests.events,
        FakeIdempotency(),
        custody,
        FakeDropOffs(custody),
        requests.events.outbox,
        FakeEtas(),
    )


def redis_ports(client):
    return Ports(
        RedisRequestStore(client),
        RedisPlanStore(client),
        RedisEventLog(client),
        RedisIdempotency(client),
        RedisCustody(client),
        RedisDropOffs(client),
        RedisOutbox(client),
        RedisEtaStore(client),
    )


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory):
    """A one-node cluster: it refuses scripts whose keys have different hash tags."""
    folder = tmp_path_factory.mktemp("cluster")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bus = str(probe.getsockname()[1])
    # A bus of its own: by default every node of a machine wants the same port.
    options = ["--port", "0", "--unixsocket", "node.sock", "--cluster-enabled", "yes"]
    process = subprocess.Popen(
        [_binary(), *options, "--cluster-port", bus, "--save", ""],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    url = f"unix://{folder}/node.sock"
    try:
        with connect(url) as client:
            wait_for(client.ping)
            client.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
            wait_for(lambda: client.cluster("INFO")["cluster_state"] == "ok")
        yield url
    finally:
        process.terminate()
        process.wait()


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except RedisError:
            pass
        time.sleep(0.02)
    raise AssertionError("what was waited for did not happen")


@pytest.fixture(params=["fake", "embedded", "cluster"])
def ports(request):
    if request.param == "fake":
        yield fake_ports()
        return
    url = "server_url" if request.param == "embedded" else "cluster_url"
    with connect(request.getfixturevalue(url)) as client:
        client.flushdb()
        yield redis_ports(client)


@pytest.fixture
def real_ports(redis_client):
    return redis_ports(redis_client)
