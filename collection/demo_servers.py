"""The demo's own API and worker: processes that are started, awaited and stopped in order."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from collection.errors import CollectionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0


def free_port(host: str, wanted: int) -> int:
    """Find a port to listen on.

    Parameters
    ----------
    host : str
        Address of this machine.
    wanted : int
        Taken if it is free.

    Returns
    -------
    int
        Some free port otherwise.

    Raises
    ------
    CollectionError
        If nothing can listen on the host.
    """
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CollectionError(f"no free port on {host}")


@contextmanager
def process(
    command: str, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of this package beside this process, and stop it in the end.

    Parameters
    ----------
    command : str
        As on the command line.
    environment : dict of str to str
        All of its environment.
    log : Path
        File for what it prints.

    Yields
    ------
    subprocess.Popen
        While it runs.
    """
    with log.open("wb") as output:
        started = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "collection", command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C must reach the demo alone, which then stops its servers in order.
            start_new_session=True,
        )
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


def wait_until_ready(
    base_url: str, processes: Sequence[subprocess.Popen[bytes]], logs: Path
) -> None:
    """Wait for the API.

    Parameters
    ----------
    base_url : str
        Its address.
    processes : Sequence of subprocess.Popen
        Those that it needs.
    logs : Path
        Folder that an error names.

    Raises
    ------
    CollectionError
        If a process ends, or the API takes too long.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        for server in processes:
            if server.poll() is not None:
                raise CollectionError(
                    f"a server ended with code {server.returncode}; its log is in {logs}"
                )
        try:
            if httpx.get(f"{base_url}/readyz", timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise CollectionError(f"the API was not ready within {_START_SECONDS:.0f} s; see {logs}")


def serve_on(console: Console, processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Keep servers up until somebody interrupts.

    Parameters
    ----------
    console : Console
        Told when serving begins and ends.
    processes : Sequence of subprocess.Popen
        The servers.

    Raises
    ------
    CollectionError
        If one of them ends by itself.
    """
    console.print("\nServing until Ctrl-C.")
    try:
        while all(server.poll() is None for server in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("Stopping.")
        return
    raise CollectionError("a server ended by itself; see its log")
