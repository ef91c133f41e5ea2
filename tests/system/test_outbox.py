"""Real processes that deliver: killed between send and receipt, beside the API, beside a worker."""

import os
import signal
import threading
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from collection.model import Channel
from collection.store import RedisOutbox, RedisRequestStore
from collection.store.keys import OutboxKeys
from tests.senders.conftest import AnyPort
from tests.store.samples import NOW, make_request
from tests.system.processes import api, booking, environment, market, process, until

QUEUE = OutboxKeys("monaco").due(Channel.MAIL)


class Killer:
    """Takes mails, and kills who brought the first before it says so."""

    def __init__(self):
        self.mails = []
        self.victim = None
        self.ready = threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if len(self.mails) == 1:
            self.ready.wait(30)
            os.kill(self.victim, signal.SIGKILL)
        return "250 taken"


@pytest.fixture
def smtp():
    killer = Killer()
    controller = AnyPort(killer, hostname="127.0.0.1", port=0)
    controller.start()
    yield killer, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def test_killed_between_send_and_receipt_it_is_sent_again_under_the_same_id(
    redis_client, server_url, smtp, tmp_path
):
    killer, url = smtp
    env = environment(server_url, tmp_path / "run", COLLECTION_SMTP_URL=url)
    outbox, log = RedisOutbox(redis_client), tmp_path / "log"
    RedisRequestStore(redis_client).book(make_request())
    with process("outbox", "deliver", env=env, log=log) as child:
        killer.victim = child.pid
        killer.ready.set()
        child.wait(60)
    assert child.returncode == -signal.SIGKILL, log.read_text()
    # It was taken, and nobody knows: it comes again once the claim of the dead one is over.
    (pending,) = outbox.pending("monaco", Channel.MAIL)
    assert (pending.attempts, len(killer.mails)) == (1, 1)
    redis_client.zadd(QUEUE, {pending.delivery.id: 0}, xx=True)
    with process("outbox", "deliver", env=env, log=log):
        until(lambda: not outbox.pending("monaco", Channel.MAIL), what="the second try")
    first, second = killer.mails
    assert first["X-Delivery-Id"] == second["X-Delivery-Id"] == pending.delivery.id
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_body().get_content() == second.get_body().get_content()


def mails(run_dir):
    return list((run_dir / "mails").glob("*.eml"))


def test_the_api_delivers(redis_client, server_url, tmp_path):
    env = environment(server_url, tmp_path / "run")
    with api(env, tmp_path / "log") as url, market(url) as client:
        slots = client.get("/v1/slots", params={"territory": "monaco"}).json()["slots"]
        answer = client.post(
            "/v1/pickup-requests",
            json=booking(3, slots[-1]["id"]),
            headers={"Idempotency-Key": "outbox"},
        )
        assert answer.is_success, answer.text
        (path,) = until(lambda: mails(tmp_path / "run"), what="a mail")
        until(lambda: RedisOutbox(redis_client).counts("monaco"), what="its receipt")
    assert answer.json()["confirmation_code"] in path.read_text()


def test_a_worker_delivers_and_leaves_nobody_behind(redis_client, server_url, tmp_path):
    env = environment(server_url, tmp_path / "run")
    with process("worker", env=env, log=tmp_path / "log") as child:
        RedisRequestStore(redis_client).book(make_request(created_at=NOW))
        until(lambda: mails(tmp_path / "run"), what="a mail")
        beside = children(child.pid)
        assert beside
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        # Though nobody told it to, it ends with the worker.
        until(lambda: not any(alive(pid) for pid in beside), seconds=20, what="its end")


def children(parent):
    found = {int(folder.name): status(folder) for folder in Path("/proc").glob("[0-9]*")}
    return [pid for pid, fields in found.items() if fields[1:2] == [str(parent)]]


def alive(pid):
    return status(Path(f"/proc/{pid}"))[:1] not in ([], ["Z"])


def status(folder):
    """State and parent of a process; nothing where it is gone."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
