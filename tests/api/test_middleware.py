import asyncio

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from collection.api.middleware import LimitBody, read_body, replay
from tests.api.conftest import API_KEY, bearer, book

SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


@pytest.mark.parametrize(
    "path", ["/healthz", "/v1/slots?territory=monaco", "/nothing", "/v1/plans"]
)
def test_every_answer_has_the_security_headers(public, path):
    headers = public.get(path).headers
    for name, value in SAFE.items():
        assert headers[name] == value
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "server" not in headers


def messages(chunks):
    """A client that sends some chunks and then goes away."""
    queue = [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks) - 1}
        for number, chunk in enumerate(chunks)
    ]

    async def receive():
        return queue.pop(0) if queue else {"type": "http.disconnect"}

    return receive


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=8), st.integers(0, 100))
def test_a_body_is_read_whole_up_to_its_limit(chunks, limit):
    async def run():
        receive = messages(chunks)
        body = await read_body(receive, limit)
        whole = b"".join(chunks)
        if len(whole) > limit:
            assert body is None
            return
        assert body == whole
        again = replay(body, receive)
        assert await again() == {"type": "http.request", "body": whole, "more_body": False}
        assert (await again())["type"] == "http.disconnect"

    asyncio.run(run())


def test_a_body_that_was_cut_off_is_never_acted_on():
    messages = [
        {"type": "http.request", "body": b'{"a', "more_body": True},
        {"type": "http.disconnect"},
    ]
    acted = []

    async def receive():
        return messages.pop(0)

    async def application(*_):
        acted.append("work")

    async def send(message):
        acted.append(message)

    asyncio.run(LimitBody(application)({"type": "http"}, receive, send))
    assert acted == []


def test_the_log_names_routes_but_neither_people_nor_tokens(market, public, services, signer):
    with structlog.testing.capture_logs() as logs:
        booked = book(market)
        token = signer.tracking_token(services.requests.get(booked["id"]))
        public.get(booked["url"], params={"token": token})
        public.get(booked["url"], headers=bearer(API_KEY))
        public.get("/v1/addresses", params={"q": "12 Rue Grimaldi"})
        public.get("/track/unknown-token")
    text = repr(logs)
    assert "/v1/pickup-requests/{request_id}" in text
    for secret in (token, booked["id"], API_KEY, "Grimaldi", "Camille", "unknown-token"):
        assert secret not in text
    assert {log["status"] for log in logs if log["event"] == "request"} >= {200, 201}
