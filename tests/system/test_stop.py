"""Told to stop, every command ends the store that it has started."""

import fcntl
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from collection.store import EmbeddedServer, connect
from tests.system.processes import REPOSITORY, api, environment, process, until


def runs(folder):
    """Whether a server holds a folder: it keeps a lock for as long as it lives."""
    lock = folder / "server.lock"
    if not lock.exists():
        return False
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_store_that_is_killed_under_the_api_comes_back_by_itself(tmp_path):
    with api(environment("", tmp_path), tmp_path / "api.log") as url:
        with connect(EmbeddedServer(tmp_path / "store").url) as client:
            pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGKILL)
        until(lambda: httpx.get(f"{url}/readyz").is_success, seconds=20, what="its return")
        with connect(EmbeddedServer(tmp_path / "store").url) as client:
            assert client.info("server")["process_id"] != pid


def test_the_clockwork_outlives_a_store_that_goes_away(tmp_path):
    with EmbeddedServer(tmp_path / "store") as server:
        env = environment(server.url, tmp_path)
        log = tmp_path / "cron.log"
        with process("nightly", "--cron", env=env, log=log) as child, connect(server.url) as client:
            until(lambda: client.keys("rq:cron*"), what="the start of the clockwork")
            os.kill(client.info("server")["process_id"], signal.SIGKILL)
            until(lambda: "cron_lost_the_store" in log.read_text(), what="its complaint")
            server.start()
            time.sleep(3)
            assert child.poll() is None


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("nightly", "--cron")])
def test_the_last_user_of_the_embedded_store_stops_it(command, tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-m", "collection", *command],
        cwd=REPOSITORY,
        env=environment("", tmp_path, COLLECTION_PORT="0"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: runs(tmp_path / "store"), what="the start of the store")
    child.send_signal(signal.SIGTERM)
    child.wait(30)
    assert not runs(tmp_path / "store")
