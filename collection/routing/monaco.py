"""Fetches the embedded example: OpenStreetMap's streets and addresses of Monaco.

The extract (ODbL, © OpenStreetMap contributors) is a test file of a package on the Python
index. pip fetches it, so that it comes from whatever index or mirror pip is set up for.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from collection.errors import RoutingUnavailable

PACKAGE = "quackosm==0.19.0"
MEMBER = "tests/test_files/monaco.osm.pbf"
SHA256 = "1fdee8b72c48f932cab3aa9f1f74f87dfd954509a3b47cb932556d827189b97c"

_TRIES = 3
_PAUSE_SECONDS = 2.0
_TIMEOUT_SECONDS = 180


def fetch_monaco(directory: Path) -> Path:
    """Fetch the extract unless it is there.

    Parameters
    ----------
    directory : Path
        Folder to keep it in; created if need be.

    Returns
    -------
    Path
        ``directory / "monaco.osm.pbf"``, with the right contents.

    Raises
    ------
    RoutingUnavailable
        If it cannot be fetched, or what comes is not the expected file.
    """
    target = directory / "monaco.osm.pbf"
    if target.is_file() and _digest(target.read_bytes()) == SHA256:
        return target
    directory.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        archive = _download(Path(folder))
        data = _member(archive)
    if _digest(data) != SHA256:
        raise RoutingUnavailable(f"{PACKAGE} holds another {MEMBER} than expected; not used")
    beside = directory / f".monaco.{os.getpid()}.tmp"
    beside.write_bytes(data)
    beside.replace(target)
    return target


def _download(folder: Path) -> Path:
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
        *("--no-input", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), PACKAGE),
    ]
    problem = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE_SECONDS * attempt)
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command
                command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            problem = f"no answer within {_TIMEOUT_SECONDS} s"
            continue
        found = sorted(folder.glob("*.tar.gz"))
        if found:
            return found[0]
        lines = (done.stderr or done.stdout).strip().splitlines()
        problem = next((line for line in lines if line.startswith("ERROR")), "pip failed")
    raise RoutingUnavailable(
        f"cannot fetch the Monaco extract with pip after {_TRIES} tries ({problem});"
        " check the connection and pip's index, or build a network from a file with --osm"
    )


def _member(archive: Path) -> bytes:
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and member.name.endswith(f"/{MEMBER}"):
                    file = tar.extractfile(member)
                    if file is not None:
                        return file.read()
    except (tarfile.TarError, OSError, EOFError) as error:
        raise RoutingUnavailable(f"{PACKAGE} came damaged: {error}") from error
    raise RoutingUnavailable(f"{PACKAGE} holds no {MEMBER}")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
