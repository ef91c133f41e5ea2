import io
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from collection.demo_servers import free_port, serve_on, wait_until_ready
from collection.errors import CollectionError

ENDED = SimpleNamespace(poll=lambda: 3, returncode=3)


def test_the_wanted_port_is_taken_where_it_is_free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        taken = probe.getsockname()[1]
        other = free_port("127.0.0.1", taken)

    assert other not in {0, taken}
    assert free_port("127.0.0.1", taken) == taken


def test_a_host_of_others_has_no_free_port():
    with pytest.raises(CollectionError, match=r"^no free port on 203\.0\.113\.1$"):
        free_port("203.0.113.1", 0)


def test_a_server_that_ends_is_not_waited_for():
    with pytest.raises(CollectionError, match="ended with code 3; its log is in logs"):
        wait_until_ready("http://127.0.0.1:9", (ENDED,), Path("logs"))


def test_serving_ends_with_the_first_server():
    out = io.StringIO()

    with pytest.raises(CollectionError, match="a server ended by itself"):
        serve_on(Console(file=out), (ENDED,))
    assert out.getvalue() == "\nServing until Ctrl-C.\n"
