"""A live server on loopback over the real store, for every test of this folder."""

import socket
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr
from redis import Redis

from collection.api.app import create_app
from collection.api.links import LinkSigner
from collection.api.security import SESSION_COOKIE, hash_password, issue_session
from collection.api.server import make_server
from collection.availability import available
from collection.catalogue import Catalogue
from collection.model import AddressMatch, Emissions, Position
from collection.routing.matrix import StreetMatrix
from collection.scheduling.booking import BookingDesk
from collection.scheduling.jobs import RqJobs
from collection.scheduling.tentative import TentativeDays
from collection.services import Services
from collection.settings import Settings
from collection.store import (
    RedisCustody,
    RedisDropOffs,
    RedisEtaStore,
    RedisEventLog,
    RedisIdempotency,
    RedisOutbox,
    RedisPlanStore,
    RedisRequestStore,
    connect,
)
from tests.api.samples import make_plan
from tests.fakes import FakeClock, FakeGeocoder
from tests.places import DEVICES, FIVE_STOPS, MONACO, TERRITORY
from tests.routing.streets_data import make_network

MONDAY_MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
API_KEY = "market-key-0123456789"
PASSWORD = "correct horse battery staple"


# Building one reads all certificates of the machine, which no test needs.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_client(url, **options):
    return httpx.Client(base_url=url, timeout=60, verify=NO_TLS, **options)


def make_streets():
    """A grid of two-way streets, 320 by 330 metres a block, around the sample addresses."""
    columns, rows = range(7), range(6)
    points = [(7.411 + 0.004 * x, 43.725 + 0.003 * y) for y in rows for x in columns]
    number = {(x, y): y * len(columns) + x for y in rows for x in columns}
    roads = [
        (
            number[x, y],
            number[x + dx, y + dy],
            40.0,
            330.0,
            True,
            f"{'Rue' if dx else 'Avenue'} {y}",
        )
        for x, y in number
        for dx, dy in ((1, 0), (0, 1))
        if (x + dx, y + dy) in number
    ]
    return make_network(points, roads)


def make_match(line1, lon, lat):
    return AddressMatch(
        label=f"{line1}, 98000 Monaco",
        line1=line1,
        postcode="98000",
        city="Monaco",
        country="mc",
        position=Position(lon=lon, lat=lat),
        score=1.0,
        exact=True,
    )


ADDRESSES = (
    make_match("12 Rue Grimaldi", 7.4197, 43.7325),
    make_match("5 Avenue des Fleurs", 7.4205, 43.7310),
    make_match("5 Avenue des Fleurs bis", 7.4300, 43.7400),
    make_match("1 Promenade des Anglais", 7.2600, 43.6950),
)


def make_services(url, **changes):
    settings = Settings(
        **{
            "_env_file": None,
            "host": "127.0.0.1",
            "secret_key": SecretStr("a secret of the tests only"),
            "api_keys": {"shop": SecretStr(API_KEY)},
            "dispatchers": {"dora": hash_password(PASSWORD)},
            "public_rate_limit": "10000/minute",
            "place_rate_limit": "10000/minute",
            **changes,
        }
    )
    client, queue = connect(url), Redis.from_url(url)
    clock = FakeClock(MONDAY_MORNING)
    requests = RedisRequestStore(client)
    geocoder = FakeGeocoder(ADDRESSES)
    streets = make_streets()
    travel = StreetMatrix(streets)
    territories = {TERRITORY.id: replace(TERRITORY, solve_seconds=1)}
    return Services(
        settings=settings,
        catalogue=Catalogue(
            countries={"mc": MONACO},
            devices=DEVICES,
            territories=territories,
            emissions=Emissions(vehicles={"diesel_van": 240}, parcel=420),
        ),
        desk=BookingDesk(
            territories=territories,
            devices=DEVICES,
            requests=requests,
            geocoder=geocoder,
            clock=clock,
            days=TentativeDays(
                devices=DEVICES, requests=requests, source=lambda _: travel, clock=clock
            ),
        ),
        requests=requests,
        plans=RedisPlanStore(client),
        events=RedisEventLog(client),
        etas=RedisEtaStore(client),
        idempotency=RedisIdempotency(client),
        custody=RedisCustody(client),
        drop_offs=RedisDropOffs(client),
        outbox=RedisOutbox(client),
        jobs=RqJobs(queue),
        queue=queue,
        geocoder=geocoder,
        clock=clock,
        network=lambda _: streets,
        source=lambda _: travel,
        redis_url=url,
        ping=available()(client.ping),
    )


@contextmanager
def serving(services):
    """Serve an app on a free port of loopback while the block runs."""
    # Without the protocol's number asyncio does not see that it is TCP, leaves Nagle's
    # algorithm on, and every answer waits 40 ms for an acknowledgement.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        changed = services.settings.model_copy(update={"base_url": url})
        server = make_server(create_app(replace(services, settings=changed)), changed)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield url, server
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def shared_services(server_url):
    return make_services(server_url)


@pytest.fixture(scope="session")
def server(shared_services):
    with serving(shared_services) as (url, _):
        yield url


@pytest.fixture
def services(shared_services, redis_client):
    shared_services.clock.instant = MONDAY_MORNING
    return shared_services


@pytest.fixture
def five_stops(services):
    """A server like the other, whose one van takes five requests a day."""
    territories = {FIVE_STOPS.id: replace(FIVE_STOPS, solve_seconds=1)}
    days = TentativeDays(
        devices=DEVICES, requests=services.requests, source=services.source, clock=services.clock
    )
    small = replace(
        services,
        catalogue=replace(services.catalogue, territories=territories),
        desk=replace(services.desk, territories=territories, days=days),
    )
    with serving(small) as (url, _):
        yield url


@pytest.fixture
def small_market(five_stops):
    with make_client(five_stops, headers=bearer(API_KEY)) as client:
        yield client


@pytest.fixture
def clock(services):
    return services.clock


@pytest.fixture
def signer(services, server):
    settings = services.settings.model_copy(update={"base_url": server})
    return LinkSigner.of(settings, services.clock)


@pytest.fixture
def public(services, server):
    with make_client(server) as client:
        yield client


@pytest.fixture
def market(services, server):
    headers = {"Authorization": f"Bearer {API_KEY}"}
    with make_client(server, headers=headers) as client:
        yield client


@pytest.fixture
def dispatcher(services, server, signer):
    cookie = issue_session(signer, "dora", services.settings.dispatchers["dora"])
    with make_client(server, cookies={SESSION_COOKIE: cookie}) as client:
        yield client


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def make_body(**changes):
    return {
        "reference": "ORDER-1",
        "customer": {
            "name": "Camille Laurent",
            "phone": "+33639980042",
            "email": "camille@example.org",
            "language": "fr",
        },
        "address": {"line1": "12 Rue Grimaldi", "postcode": "98000", "city": "Monaco"},
        "devices": [{"type": "phone", "imei": "490154203237518", "battery": "ok"}],
        "slot_id": "monaco.2026-03-03.0800",
        **changes,
    }


def make_hold(**changes):
    """The body of a hold for what `make_body` books."""
    body = make_body()
    return {**{name: body[name] for name in ("address", "devices", "slot_id")}, **changes}


def hold(client, **changes):
    answer = client.post("/v1/holds", json=make_hold(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


def book(client, **changes):
    answer = client.post("/v1/pickup-requests", json=make_body(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def published(market, services):
    """Two bookings in one published route, and one that is in none."""
    booked = [book(market, reference=f"R-{number}") for number in range(3)]
    first, second, left = (request["id"] for request in booked)
    plan = services.plans.save(make_plan(first, second, left=[left]))
    services.plans.publish(plan.id, at=services.clock.now())
    return plan


@pytest.fixture
def driver(published, server, signer):
    token = signer.driver_token(published.routes[0].id)
    with make_client(server, headers=bearer(token)) as client:
        yield client


def written(redis_client):
    """Every key of the store but the rate limits and the queue's own."""
    return sorted(
        key for key in redis_client.keys("*") if not key.startswith(("collection:rate", "rq:"))
    )
