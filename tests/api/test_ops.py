from dataclasses import replace
from datetime import timedelta

import pytest

from collection.catalogue import Catalogue
from collection.model import Channel, Outcome
from tests.api.conftest import API_KEY, bearer, book, make_client, serving
from tests.places import make_request
from tests.senders.samples import make_delivery


def test_health_says_so(public):
    assert public.get("/healthz").json() == {"status": "ok"}


def test_ready_names_the_territories(public):
    assert public.get("/readyz").json() == {"status": "ready", "territories": ["monaco"]}


def test_without_territories_it_is_not_ready(services):
    empty = replace(services, catalogue=Catalogue(countries={}, devices={}, territories={}))
    with serving(empty) as (url, _), make_client(url) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "no territory" in answer.json()["detail"]
        assert client.get("/healthz").status_code == 200


def test_metrics_count_by_route_and_status(public, market):
    def count(name):
        lines = public.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    bookings = count('collection_bookings_total{territory="monaco"}')
    route = 'route="/v1/pickup-requests",status="201"'
    requests = count(f'collection_http_requests_total{{method="POST",{route}}}')
    booked = book(market)
    assert count('collection_bookings_total{territory="monaco"}') == bookings + 1
    assert count(f'collection_http_requests_total{{method="POST",{route}}}') == requests + 1
    assert count('collection_http_request_seconds_count{method="POST"') > 0
    market.get(f"{booked['url']}x")
    public.get("/no/such/path")
    text = public.get("/metrics").text
    assert booked["id"] not in text
    assert "/no/such/path" not in text
    assert 'route="unmatched",status="404"' in text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"X-Forwarded-For": "203.0.113.9"}, 401),
        ({"Forwarded": "for=203.0.113.9"}, 401),
        ({"X-Forwarded-For": "203.0.113.9", **bearer(API_KEY)}, 200),
    ],
)
def test_metrics_are_for_staff_and_for_loopback(public, headers, status):
    assert public.get("/metrics", headers=headers).status_code == status


def test_metrics_are_not_for_links(public, signer):
    token = signer.driver_token("monaco.2026-03-03.v1.van-1")
    assert public.get("/metrics", headers=bearer(token)).status_code == 403


def test_metrics_tell_how_messages_ended(public, services):
    services.outbox.settle(*outbox_entry(services))
    claimed = services.outbox.claim(
        "monaco", Channel.SMS, now=services.clock.now(), lease=timedelta(seconds=9)
    )
    services.outbox.finish(claimed[0], Outcome.NOT_CONFIGURED, at=services.clock.now())
    labels = 'channel="sms",outcome="not_configured",territory="monaco"'
    assert f"collection_deliveries{{{labels}}} 1.0" in public.get("/metrics").text


def outbox_entry(services):
    services.requests.book(make_request())
    (entry,) = services.outbox.entries("monaco", now=services.clock.now())
    return entry, [make_delivery(channel=Channel.SMS, due=services.clock.now())], {}
