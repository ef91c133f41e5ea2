"""``collection outbox``, on the embedded store."""

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from collection.cli import app
from collection.model import Channel, NoticeKind
from collection.scheduling.notify.messages import Writer
from collection.scheduling.notify.notices import Notice
from collection.store import EmbeddedServer, RedisOutbox, RedisRequestStore, connect
from tests.places import TERRITORY
from tests.store.samples import NOW, make_request


@pytest.fixture
def run(monkeypatch, server_url, redis_client, tmp_path):
    monkeypatch.setenv("COLLECTION_RUN_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("COLLECTION_REDIS_URL", server_url)

    def run(*arguments):
        return CliRunner().invoke(app, ("outbox", *arguments))

    return run


@pytest.fixture
def buried(run, redis_client):
    """A booking, and the mail that tells of it given up."""
    outbox = RedisOutbox(redis_client)
    RedisRequestStore(redis_client).book(make_request())
    assert run("deliver", "--once").exit_code == 0
    RedisRequestStore(redis_client).cancel("monaco.r1", at=NOW)
    (entry,) = outbox.entries("monaco", now=NOW)
    notice = Notice(kind=NoticeKind.CANCELLED, form="cancelled", request=entry.request, at=NOW)
    writer = Writer(territory=TERRITORY, link_of=lambda _: "https://x.example")
    found = writer.deliveries(notice, entry_id=entry.id, event_id=entry.event.id, now=NOW)
    outbox.settle(entry, [one for one in found if one.channel is Channel.MAIL], {})
    delivery, _ = outbox.claim("monaco", Channel.MAIL, now=NOW, lease=timedelta(seconds=9))
    outbox.bury(delivery, "550 no such user", at=NOW)
    return delivery


def mails(tmp_path):
    return sorted(path.name for path in (tmp_path / "run" / "mails").glob("*.eml"))


def test_deliver_once(run, redis_client, tmp_path):
    RedisRequestStore(redis_client).book(make_request())
    result = run("deliver", "--once")
    assert (result.exit_code, result.stdout) == (0, "2 deliveries are over\n"), result.output
    assert [name.split(".")[-3:] for name in mails(tmp_path)] == [["confirmed", "mail", "eml"]]
    assert run("deliver", "--once").stdout == "0 deliveries are over\n"


def test_dead_letters_are_listed_and_replayed(run, buried, tmp_path):
    listed = run("dead")
    assert listed.stdout == f"{buried.id}\t1\t{NOW.isoformat()}\t550 no such user\n"
    replayed = run("replay", buried.id)
    assert replayed.stdout == "1 to be tried again\n"
    assert run("dead").stdout == ""
    assert run("deliver", "--once").stdout == "1 deliveries are over\n"
    assert f"{buried.id}.eml" in mails(tmp_path)


def test_all_are_replayed(run, buried):
    assert run("replay", "--all").stdout == "1 to be tried again\n"
    assert run("replay", "--all").stdout == "0 to be tried again\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("replay",), "either the ID"),
        (("replay", "x", "--all"), "either the ID"),
        (("replay", "monaco.none"), "no dead letter 'monaco.none'"),
        (("preview", "it"), "no texts in 'it'"),
        (("preview", "fr", "--territory", "atlantis"), "no territory 'atlantis'"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(run, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("language", ["fr", "de", "es", "en"])
def test_preview(run, language):
    result = run("preview", language)
    assert result.exit_code == 0
    assert "=== confirmed (mail" in result.stdout
    assert "=== received (mail" in result.stdout


def test_a_webhook_without_keys_is_said(run, monkeypatch):
    monkeypatch.setenv("COLLECTION_WEBHOOK_URL", "http://127.0.0.1:1/hook")
    result = run("deliver", "--once")
    assert result.exit_code == 2
    assert "COLLECTION_WEBHOOK_KEYS" in result.stderr


def test_an_old_store_without_an_outbox_starts_one(tmp_path):
    with EmbeddedServer(tmp_path / "store") as server, connect(server.url) as client:
        assert RedisOutbox(client).busy(["monaco"], now=NOW) == ()
        assert RedisOutbox(client).entries("monaco", now=NOW) == ()
