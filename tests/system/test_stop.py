"""Told to stop, every command ends the store that it has started."""

import fcntl
import signal
import subprocess
import sys

import pytest

from tests.system.processes import REPOSITORY, environment, until


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
