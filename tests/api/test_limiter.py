from dataclasses import replace

import pytest
from starlette.requests import HTTPConnection

from collection.api.limiter import RateLimiter, client_address
from collection.errors import InvalidRequest
from tests.api.conftest import API_KEY, bearer, make_body, make_client, serving
from tests.api.samples import DAY

SLOTS = "/v1/slots?territory=monaco"


@pytest.fixture
def limited(services):
    changes = {"public_rate_limit": "3/minute", "trust_proxy": True}
    settings = services.settings.model_copy(update=changes)
    with serving(replace(services, settings=settings)) as (url, _), make_client(url) as client:
        yield client


def test_a_client_without_a_role_is_limited_over_all_public_endpoints(limited, services):
    answers = [
        limited.get(SLOTS),
        limited.get("/v1/addresses?q=rue"),
        limited.post("/v1/pickup-requests", json=make_body()),
        limited.post("/v1/pickup-requests", json=make_body()),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 201, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert len(services.requests.day("monaco", DAY)) == 1


def test_each_client_has_its_own_count(limited):
    def status(address):
        return limited.get(SLOTS, headers={"X-Forwarded-For": address}).status_code

    assert [status("203.0.113.1") for _ in range(4)] == [200, 200, 200, 429]
    assert status("203.0.113.2") == 200
    assert status("198.51.100.7, 203.0.113.1") == 429
    assert status("203.0.113.1, 198.51.100.7") == 200


def test_a_marketplace_and_health_are_not_limited(limited):
    assert {limited.get(SLOTS, headers=bearer(API_KEY)).status_code for _ in range(6)} == {200}
    assert {limited.get("/healthz").status_code for _ in range(6)} == {200}
    assert {limited.get("/readyz").status_code for _ in range(6)} == {200}


def connection(host, forwarded=None):
    headers = [(b"x-forwarded-for", line.encode()) for line in (forwarded or "").split("|") if line]
    return HTTPConnection(
        {"type": "http", "client": (host, 1) if host else None, "headers": headers}
    )


@pytest.mark.parametrize(
    ("host", "forwarded", "trusted", "address"),
    [
        ("192.0.2.1", None, False, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", False, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", True, "203.0.113.9"),
        ("192.0.2.1", "6.6.6.6, 203.0.113.9", True, "203.0.113.9"),
        ("2001:db8:1:2:3::4", None, False, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None, False, "fe80::/64"),
        (None, None, False, "local"),
        ("192.0.2.1", "x" * 500, True, "x" * 64),
        ("127.0.0.1", "6.6.6.6|203.0.113.9", True, "203.0.113.9"),
        ("127.0.0.1", "203.0.113.9:5123", True, "203.0.113.9"),
        ("127.0.0.1", "[2001:db8::1]:5123", True, "2001:db8::/64"),
        ("::ffff:203.0.113.9", None, False, "203.0.113.9"),
    ],
)
def test_a_client_is_named_by_what_it_cannot_invent(host, forwarded, trusted, address):
    assert client_address(connection(host, forwarded), trust_proxy=trusted) == address


def test_a_limit_that_is_none_is_refused_at_the_start(server_url):
    with pytest.raises(InvalidRequest, match="COLLECTION_PUBLIC_RATE_LIMIT"):
        RateLimiter(server_url, "often", "30/10 minutes")
