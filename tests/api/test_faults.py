"""The store goes away and comes back."""

import pytest

from collection.api.links import LinkSigner
from collection.api.security import SESSION_COOKIE, issue_session
from collection.store import EmbeddedServer
from tests.api.conftest import (
    API_KEY,
    PASSWORD,
    bearer,
    make_body,
    make_client,
    make_services,
    serving,
)
from tests.api.samples import DAY, ROUTE_ID

DAY_QUERY = "territory=monaco&date=2026-03-03"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    with EmbeddedServer(tmp_path_factory.mktemp("faulty")) as server:
        yield server


@pytest.fixture(scope="module")
def faulty(embedded):
    services = make_services(embedded.url)
    with serving(services) as (url, _):
        yield services, url


def calls(client, services, signer_cookie, booked):
    market = bearer(API_KEY)
    keyed = {**market, "Idempotency-Key": "k-1"}
    cookies = {"Cookie": f"{SESSION_COOKIE}={signer_cookie}"}
    plan = {"territory": "monaco", "date": "2026-03-03"}
    login = {"name": "dora", "password": PASSWORD}
    yield client.get("/readyz")
    yield client.get(f"/v1/slots?{DAY_QUERY}")
    yield client.get(f"/v1/slots?{DAY_QUERY}", headers=market)
    yield client.get("/v1/addresses?q=rue")
    yield client.post("/v1/pickup-requests", json=make_body())
    yield client.post("/v1/pickup-requests", json=make_body(), headers=market)
    yield client.post("/v1/pickup-requests", json=make_body(), headers=keyed)
    yield client.get(booked, headers=market)
    yield client.post(f"{booked}/cancel", headers=market)
    yield client.post("/v1/session", json=login)
    yield client.post("/v1/plans", json=plan, headers=cookies)
    yield client.get("/v1/jobs/night_monaco_2026-03-03", headers=cookies)
    yield client.get(f"/v1/plans?{DAY_QUERY}", headers=cookies)
    yield client.get(f"/v1/routes/{ROUTE_ID}", headers=cookies)
    yield client.get(f"/v1/events?{DAY_QUERY}", headers=cookies)


def test_without_its_store_the_api_says_when_to_come_back_and_then_works_again(embedded, faulty):
    services, url = faulty
    signer = LinkSigner.of(services.settings, services.clock)
    cookie = issue_session(signer, "dora", services.settings.dispatchers["dora"])
    with make_client(url) as client:
        booked = client.post("/v1/pickup-requests", json=make_body()).json()
        embedded.stop()
        for answer in calls(client, services, cookie, booked["url"]):
            path = answer.request.url.path
            assert answer.status_code == 503, (answer.request.method, path, answer.text)
            assert answer.headers["retry-after"] == "2", path
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"].endswith(":store-unavailable")
            assert answer.elapsed.total_seconds() < 3, path
        assert client.get("/healthz").status_code == 200

        embedded.start()
        assert client.get("/readyz").status_code == 200
        read = client.get(booked["url"], headers=bearer(API_KEY))
        assert read.json()["status"] == "confirmed"
        keyed = {**bearer(API_KEY), "Idempotency-Key": "k-1"}
        again = client.post("/v1/pickup-requests", json=make_body(), headers=keyed)
        assert again.status_code == 201
    assert len(services.requests.day("monaco", DAY)) == 2
