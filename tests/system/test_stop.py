"""Told to stop, every command ends what it has started."""

import signal
import subprocess
import sys

import pytest

from tests.system.processes import REPOSITORY, environment, until


def processes_below(folder):
    """Command lines of the running processes that name a folder."""
    lines = subprocess.run(
        ["ps", "-eo", "pid,stat,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [line for line in lines if str(folder) in line and " Z" not in line]


@pytest.mark.parametrize("command", [("serve",), ("worker",), ("nightly", "--cron")])
def test_the_last_user_of_the_embedded_store_stops_it(command, tmp_path):
    env = environment("", tmp_path, COLLECTION_PORT="0")
    child = subprocess.Popen(
        [sys.executable, "-m", "collection", *command],
        cwd=REPOSITORY,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: processes_below(tmp_path), what="the start of the store")
    # Stopped in the middle of its start too, nothing may stay behind.
    child.send_signal(signal.SIGTERM)
    child.wait(30)
    until(lambda: not processes_below(tmp_path), seconds=10, what="the end of the store")
