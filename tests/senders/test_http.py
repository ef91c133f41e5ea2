"""What an HTTP receiver answers, and what that means."""

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from collection.errors import DeliveryRefused, NotDelivered, ReceiverAway
from collection.model import Channel
from collection.senders import HttpProvider, WebhookSender
from tests.senders.samples import make_delivery
from tests.senders.stub import receiving

KEYS = {"2026a": "a secret of sixteen or more"}


def provider(url):
    return HttpProvider(url, "token", timeout=2)


def webhook(url):
    return WebhookSender(url, KEYS, timeout=2)


BOTH = pytest.mark.parametrize("make", [provider, webhook])


def test_a_provider_gets_the_message():
    message = make_delivery(channel=Channel.SMS, to="+37799991234", subject="")
    with receiving() as (url, posted):
        provider(url).send(message)
    (one,) = posted
    assert one.path == "/hook"
    assert one.headers["Idempotency-Key"] == message.id
    assert one.headers["Authorization"] == "Bearer token"
    assert one.headers["Content-Type"] == "application/json"
    assert json.loads(one.body) == {
        "id": message.id,
        "channel": "sms",
        "kind": "next_stop",
        "to": "+37799991234",
        "title": "",
        "text": message.text,
        "language": "fr",
    }


def test_without_a_token_none_is_sent():
    with receiving() as (url, posted):
        HttpProvider(url, "").send(make_delivery())
    assert "Authorization" not in posted[0].headers


@BOTH
@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_taken(make, status):
    with receiving(lambda _: (status, {})) as (url, posted):
        make(url).send(make_delivery())
    assert len(posted) == 1


@pytest.mark.parametrize(
    ("make", "status", "error"),
    [
        *((provider, status, DeliveryRefused) for status in (400, 404, 410, 413, 422)),
        *((provider, status, NotDelivered) for status in (301, 307, 401, 403, 409, 500)),
        (webhook, 410, DeliveryRefused),
        *((webhook, status, NotDelivered) for status in (302, 308, 400, 401, 404, 422, 500)),
        *((make, status, ReceiverAway) for make in (provider, webhook) for status in (429, 503)),
    ],
)
def test_not_taken(make, status, error):
    headers = {"Location": "http://127.0.0.1:1/elsewhere"}
    with (
        receiving(lambda _: (status, headers)) as (url, posted),
        pytest.raises(NotDelivered) as caught,
    ):
        make(url).send(make_delivery())
    assert type(caught.value) is error
    assert str(status) in caught.value.message
    # A redirect is not followed.
    assert len(posted) == 1


@BOTH
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("-5", None),
        ("soon", None),
        ("Wed, 99 Foo 2026", None),
        (format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True), 7_200),
        (format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True), 0),
    ],
)
def test_retry_after(make, text, seconds):
    with (
        receiving(lambda _: (503, {"Retry-After": text})) as (url, _),
        pytest.raises(ReceiverAway) as caught,
    ):
        make(url).send(make_delivery())
    found = caught.value.retry_after
    assert found == seconds or seconds - 3_600 < found <= seconds


@BOTH
def test_nobody_there(make):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/secret-path"
    with pytest.raises(ReceiverAway) as caught:
        make(url).send(make_delivery())
    assert "secret-path" not in caught.value.message


@pytest.mark.parametrize(
    "make",
    [
        lambda url: HttpProvider(url, "", timeout=0.3),
        lambda url: WebhookSender(url, KEYS, timeout=0.3),
    ],
)
def test_a_receiver_that_says_nothing_is_given_up(make):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        with pytest.raises(ReceiverAway):
            make(f"http://127.0.0.1:{silent.getsockname()[1]}").send(make_delivery())
        assert time.monotonic() - start < 3
