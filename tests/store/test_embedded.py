import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from collection.errors import Conflict, StoreUnavailable
from collection.store import EmbeddedServer, connect

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "store"
    # A killed user leaves the server running, as it should.
    with EmbeddedServer(tmp_path / "store"):
        pass


def run_user(folder, body):
    """Another process that uses the server of a folder; its body sees `server` and `client`."""
    program = f"""
from pathlib import Path
from collection.store import EmbeddedServer, connect
with EmbeddedServer(Path({str(folder)!r})) as server, connect(server.url) as client:
    print(client.info("server")["process_id"], flush=True)
{textwrap.indent(textwrap.dedent(body).strip(), "    ")}
"""
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def server_pid(server):
    with connect(server.url) as client:
        return client.info("server")["process_id"]


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie is dead, only not yet waited for.
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_dead(pid):
    deadline = time.monotonic() + 10
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_data_outlives_the_server(folder):
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        client.set("a", "1")
        pid = server_pid(server)
    assert not is_alive(pid)
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        assert client.get("a") == "1"
        assert server_pid(server) != pid


def test_processes_that_start_at_once_share_one_server(folder):
    users = [run_user(folder, "input()") for _ in range(4)]
    pids = {int(user.stdout.readline()) for user in users}
    assert len(pids) == 1
    (pid,) = pids
    for user in users[:-1]:
        user.communicate("\n")
        assert is_alive(pid)
    users[-1].communicate("\n")
    assert not is_alive(pid)
    assert [user.returncode for user in users] == [0] * 4


def test_killed_server_is_started_anew_with_all_answered_writes(folder):
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        for n in range(50):
            client.rpush("answered", n)
        os.kill(server_pid(server), signal.SIGKILL)
        server.start()
        assert client.lrange("answered", 0, -1) == [str(n) for n in range(50)]


def test_server_of_a_killed_user_is_found_and_then_stopped(folder):
    user = run_user(folder, "client.set('a', '1'); input()")
    pid = int(user.stdout.readline())
    with EmbeddedServer(folder):
        user.kill()
        user.communicate()
    assert not is_alive(pid)


def test_user_and_server_killed(folder):
    user = run_user(folder, "client.set('a', '1'); print('written', flush=True); input()")
    pid = int(user.stdout.readline())
    user.stdout.readline()
    user.kill()
    user.communicate()
    assert is_alive(pid)
    os.kill(pid, signal.SIGKILL)
    wait_until_dead(pid)
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        assert client.get("a") == "1"


def test_ctrl_c_in_the_terminal_leaves_time_to_write(folder):
    user = run_user(
        folder,
        """
        try:
            print("inside", flush=True)
            input()
        except KeyboardInterrupt:
            client.set("last", "word")
        """,
    )
    while user.stdout.readline() != "inside\n":
        assert user.poll() is None
    os.killpg(user.pid, signal.SIGINT)
    user.communicate()
    assert user.returncode == 0
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        assert client.get("last") == "word"


def test_long_and_odd_folder(tmp_path):
    folder = tmp_path / "données de l'été ?#%" / ("x" * 100)
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        client.set("a", "1")
        socket = server._socket()
        assert folder not in socket.parents
        with EmbeddedServer(folder) as other:
            assert other.url == server.url
    assert not socket.parent.exists()
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        assert client.get("a") == "1"


def test_odd_folder_within_the_limit(tmp_path):
    folder = tmp_path / "été ?#%"
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        assert client.ping()
        assert server._socket().parent == folder


def test_folder_is_private(folder):
    with EmbeddedServer(folder) as server:
        assert folder.stat().st_mode & 0o077 == 0
        assert server._socket().stat().st_mode & 0o077 == 0


def test_damaged_data_is_told_with_the_log(tmp_path):
    folder = tmp_path / "store"
    with EmbeddedServer(folder):
        pass
    manifest = folder / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("damaged\n")
    with pytest.raises(StoreUnavailable, match=r"(?s)ended at once.*manifest"):
        EmbeddedServer(folder).start()
    assert not EmbeddedServer(folder).is_running()


def test_is_running_and_clear(tmp_path):
    folder = tmp_path / "store"
    assert not EmbeddedServer(folder).is_running()
    EmbeddedServer(folder).clear()
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        client.set("a", "1")
        assert EmbeddedServer(folder).is_running()
        with pytest.raises(Conflict, match="in use"):
            EmbeddedServer(folder).clear()
        assert client.get("a") == "1"
    assert not EmbeddedServer(folder).is_running()
    EmbeddedServer(folder).clear()
    with EmbeddedServer(folder) as server, connect(server.url) as client:
        assert client.get("a") is None


def test_clear_stops_the_server_of_killed_users(folder):
    user = run_user(folder, "client.set('a', '1'); input()")
    pid = int(user.stdout.readline())
    user.kill()
    user.communicate()
    EmbeddedServer(folder).clear()
    assert not is_alive(pid)


def test_stop_without_start(tmp_path):
    EmbeddedServer(tmp_path / "store").stop()
    assert not (tmp_path / "store").exists()
