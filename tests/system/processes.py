"""Real processes of the product on loopback, for tests that kill them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from collection.api.security import hash_password

API_KEY = "a-key-of-the-tests-only"
PASSWORD = "a password of the tests only"
REPOSITORY = Path(__file__).parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(redis_url, run_dir, **changes):
    return {
        **os.environ,
        "COLLECTION_REDIS_URL": redis_url,
        "COLLECTION_RUN_DIR": str(run_dir),
        "COLLECTION_SECRET_KEY": "a secret of the tests only",
        "COLLECTION_API_KEYS": json.dumps({"shop": API_KEY}),
        "COLLECTION_DISPATCHERS": json.dumps({"dora": hash_password(PASSWORD)}),
        **changes,
    }


@contextmanager
def process(*arguments, env, log):
    """A process in a session of its own, so that `kill` reaches its children too."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-m", "collection", *arguments],
            cwd=REPOSITORY,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            kill(child)


def kill(child):
    """Kill -9 of a process and of all that it started, as when its machine dies."""
    # A worker's nights run in groups of their own: only the session holds all of them.
    for pid in [child.pid, *session(child.pid)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    child.wait()


def session(leader):
    """Processes of a session beside its leader; none where there is no /proc to look in."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        with suppress(ProcessLookupError, PermissionError):
            if pid != leader and os.getsid(pid) == leader:
                found.append(pid)
    return found


def until(condition, *, seconds=60.0, what="it"):
    """Poll until `condition` gives something true, and return that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds} s")


def ready(url):
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/readyz", timeout=2).is_success
    return False


@contextmanager
def api(env, log):
    """The API in its own process; gives its address once it is ready."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    changed = {**env, "COLLECTION_PORT": str(port), "COLLECTION_BASE_URL": url}
    with process("serve", env=changed, log=log) as child:
        until(lambda: ready(url) or child.poll() is not None, what="the API's start")
        assert child.poll() is None, log.read_text()
        yield url


def market(url):
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {API_KEY}"}, timeout=30)


@contextmanager
def dispatcher(url):
    with httpx.Client(base_url=url, timeout=30) as client:
        answer = client.post("/v1/session", json={"name": "dora", "password": PASSWORD})
        assert answer.is_success, answer.text
        yield client


def booking(number, slot_id):
    return {
        "reference": f"S-{number}",
        "customer": {
            "name": "Ada Martin",
            "phone": "+33639980001",
            "email": "ada@example.org",
            "language": "fr",
        },
        "address": {
            "line1": f"{number} Rue Grimaldi",
            "postcode": "98000",
            "city": "Monaco",
            "country": "mc",
            "lon": 7.4170 + (number % 12) * 0.0008,
            "lat": 43.7330 + (number // 12) * 0.0006,
        },
        "devices": [{"type": "phone", "battery": "ok"}],
        "slot_id": slot_id,
    }
