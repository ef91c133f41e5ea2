"""Signed webhooks: who sent them, and when; keys that change without a gap."""

import ast
import hashlib
import hmac
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.model import Channel
from collection.senders import WebhookSender, signing
from collection.senders.signing import HEADER, TOLERANCE, sign, verify
from tests.senders.samples import make_delivery
from tests.senders.stub import receiving

OLD, NEW = {"2026a": "the old secret 123456"}, {"2026b": "the new secret 123456"}
BOTH = {**OLD, **NEW}
AT = 1_767_225_600
BODY = '{"type":"pickup.collected","é":1}'.encode()


def test_it_is_hmac_sha256_of_time_and_body():
    expected = hmac.new(b"the old secret 123456", b"1767225600." + BODY, hashlib.sha256)
    assert sign(BODY, OLD, at=AT) == f"t=1767225600,2026a={expected.hexdigest()}"


@pytest.mark.parametrize("sender", [OLD, BOTH, NEW])
@pytest.mark.parametrize("receiver", [OLD, BOTH, NEW])
def test_keys_change_without_a_gap(sender, receiver):
    known = set(sender) & set(receiver)
    assert verify(sign(BODY, sender, at=AT), BODY, receiver, now=AT) == bool(known)


def test_the_same_id_with_another_secret_is_another_key():
    assert not verify(sign(BODY, OLD, at=AT), BODY, {"2026a": "guessed secret 123"}, now=AT)


@pytest.mark.parametrize(
    ("seconds", "good"),
    [
        (0, True),
        (TOLERANCE, True),
        (-TOLERANCE, True),
        (TOLERANCE + 1, False),
        (-TOLERANCE - 1, False),
    ],
)
def test_an_old_one_sent_again_is_refused(seconds, good):
    assert verify(sign(BODY, OLD, at=AT), BODY, OLD, now=AT + seconds) is good


@given(st.binary(max_size=50), st.integers(0, 49), st.integers(1, 255))
def test_a_changed_body_is_refused(body, place, flip):
    header = sign(body, OLD, at=AT)
    assert verify(header, body, OLD, now=AT)
    changed = bytearray(body or b"x")
    changed[place % len(changed)] ^= flip
    assert not verify(header, bytes(changed), OLD, now=AT)


def test_a_changed_time_is_refused():
    header = sign(BODY, OLD, at=AT)
    assert not verify(header.replace(f"t={AT}", f"t={AT + 1}"), BODY, OLD, now=AT)


@given(st.text(max_size=200))
def test_nonsense_is_refused_and_breaks_nothing(header):
    assert not verify(header, BODY, OLD, now=AT)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=",
        f"t={AT}",
        f"t={AT},2026a=",
        f"t={AT},2026a=é",
        f"t={AT},t={AT},2026a=x",
        "t=²,2026a=x",
        f"t={'9' * 5000},2026a=x",
        f"2026a={'0' * 64}",
        f"t={AT},2026a={'0' * 64}",
    ],
)
def test_forged_headers(header):
    assert not verify(header, BODY, OLD, now=AT)


def test_a_webhook_is_signed_with_every_key_at_each_try():
    delivery = make_delivery(channel=Channel.WEBHOOK, text=BODY.decode())
    now = [AT]
    with receiving() as (url, posted):
        sender = WebhookSender(url, BOTH, clock=lambda: now[0])
        sender.send(delivery)
        now[0] += 3_600
        sender.send(delivery)
    first, second = posted
    assert first.body == second.body == BODY
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"] == delivery.id
    assert first.headers["Collection-Event"] == "pickup.next_stop"
    for one, at in ((first, AT), (second, AT + 3_600)):
        assert verify(one.headers[HEADER], one.body, OLD, now=at)
        assert verify(one.headers[HEADER], one.body, NEW, now=at)
    assert not verify(first.headers[HEADER], first.body, BOTH, now=AT + 3_600)


def test_the_clock_is_the_machines():
    with receiving() as (url, posted):
        WebhookSender(url, OLD).send(make_delivery(channel=Channel.WEBHOOK))
    (one,) = posted
    assert verify(one.headers[HEADER], one.body, OLD, now=time.time())


def test_receivers_can_copy_the_file():
    tree = ast.parse(Path(signing.__file__).read_text())
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }
    assert imported <= sys.stdlib_module_names
