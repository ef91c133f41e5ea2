import json
import threading
from dataclasses import replace

import pytest

from collection.api.security import SESSION_COOKIE
from collection.errors import StoreUnavailable
from tests.api.conftest import PASSWORD, bearer, book, make_client, serving
from tests.api.samples import ROUTE_ID

STREAM = "/v1/events?territory=monaco&date=2026-03-03"


def log_in(client, name="dora", password=PASSWORD, **options):
    return client.post("/v1/session", json={"name": name, "password": password}, **options)


def test_a_dispatcher_logs_in_and_out(public):
    assert public.get("/v1/jobs/none").status_code == 401
    answer = log_in(public)
    assert answer.json() == {"name": "dora", "expires_at": "2026-03-02T21:00:00Z"}
    cookie = answer.headers["set-cookie"]
    for attribute in ("HttpOnly", "SameSite=strict", "Max-Age=43200", "Path=/"):
        assert attribute in cookie
    assert "Secure" not in cookie
    assert public.get("/v1/jobs/none").status_code == 404
    assert public.delete("/v1/session").status_code == 204
    assert public.get("/v1/jobs/none").status_code == 401


def test_behind_tls_the_cookie_is_secure(services):
    settings = services.settings.model_copy(update={"secure_cookies": True})
    with serving(replace(services, settings=settings)) as (url, _), make_client(url) as client:
        assert "Secure" in log_in(client).headers["set-cookie"]


def test_a_session_ends_after_12_hours(public, clock):
    log_in(public)
    clock.advance(hours=11, minutes=59)
    assert public.get("/v1/jobs/none").status_code == 404
    clock.advance(minutes=1)
    assert public.get("/v1/jobs/none").status_code == 401


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(public):
    unknown, wrong = log_in(public, "nobody"), log_in(public, password="wrong")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.content == wrong.content
    assert SESSION_COOKIE not in public.cookies


def test_logging_in_is_limited(public):
    statuses = [log_in(public, password="wrong").status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    assert log_in(public).status_code == 429
    assert log_in(public).json()["type"].endswith(":too-many-requests")


def test_another_sites_page_cannot_log_anybody_in(public):
    assert log_in(public, headers={"Origin": "https://evil.example"}).status_code == 403
    assert SESSION_COOKIE not in public.cookies


def test_a_forged_session_is_no_session(public):
    public.cookies.set(SESSION_COOKIE, "WyJkb3JhIiwxXQ.x")
    assert public.get("/v1/jobs/none").status_code == 401
    assert public.get("/v1/slots?territory=monaco").status_code == 200


def entries(lines, count):
    """The first entries of a stream, each as a dict of its fields."""
    found, fields = [], {}
    for line in lines:
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            found.append(fields)
            fields = {}
            if len(found) == count:
                return found
    return found


def test_events_are_streamed_as_they_happen(dispatcher, market):
    before = book(market)
    with dispatcher.stream("GET", STREAM) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        first = entries(lines, 1)[0]
        after = book(market)
        second = entries(lines, 1)[0]
    assert first["event"] == "booked"
    assert json.loads(first["data"])["request_id"] == before["id"]
    assert json.loads(second["data"])["request_id"] == after["id"]
    assert json.loads(second["data"])["id"] == second["id"] > first["id"]


def test_a_stream_goes_on_after_the_last_event_that_was_seen(dispatcher, market):
    ids = [book(market)["id"] for _ in range(3)]
    with dispatcher.stream("GET", STREAM) as answer:
        seen = entries(answer.iter_lines(), 2)[1]
    with dispatcher.stream("GET", STREAM, headers={"Last-Event-ID": seen["id"]}) as answer:
        following = entries(answer.iter_lines(), 1)[0]
    assert json.loads(seen["data"])["request_id"] == ids[1]
    assert json.loads(following["data"])["request_id"] == ids[2]


def test_what_a_driver_tells_is_in_the_stream(dispatcher, driver, published):
    request_id = published.routes[0].stops[0].request_id
    body = {
        "type": "failed",
        "at": "2026-03-02T09:00:00Z",
        "request_id": request_id,
        "code": "no_access",
        "position": {"lon": 7.42, "lat": 43.73},
    }
    assert driver.post(f"/v1/routes/{ROUTE_ID}/events", json=body).status_code == 201
    with dispatcher.stream("GET", STREAM) as answer:
        told = entries(answer.iter_lines(), 6)[-1]
    data = json.loads(told["data"])
    assert told["event"] == "failed"
    assert (data["code"], data["route_id"], data["lon"]) == ("no_access", ROUTE_ID, 7.42)


@pytest.mark.parametrize(
    ("path", "last", "status"),
    [
        ("/v1/events?territory=atlantis&date=2026-03-03", "", 404),
        ("/v1/events?territory=monaco&date=tomorrow", "", 422),
        ("/v1/events?territory=monaco", "", 422),
        (STREAM, "last", 422),
    ],
)
def test_a_wrong_stream_is_refused_before_it_begins(dispatcher, path, last, status):
    answer = dispatcher.get(path, headers={"Last-Event-ID": last})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_stream_ends_when_the_server_stops(services, dispatcher):
    ended = threading.Event()

    def follow(url, begun):
        with (
            make_client(url, cookies=dict(dispatcher.cookies)) as client,
            client.stream("GET", STREAM) as answer,
        ):
            assert answer.status_code == 200
            begun.set()
            list(answer.iter_lines())
        ended.set()

    with serving(services) as (url, server):
        begun = threading.Event()
        reader = threading.Thread(target=follow, args=(url, begun), daemon=True)
        reader.start()
        assert begun.wait(5)
        assert not ended.is_set()
        server.should_exit = True
        assert ended.wait(3)
    reader.join(5)


def test_links_do_not_open_the_stream(public, signer, published):
    answer = public.get(STREAM, headers=bearer(signer.driver_token(ROUTE_ID)))
    assert answer.status_code == 403


class AwayOnce:
    """An event log whose second reading finds the store away."""

    def __init__(self, events):
        self._events = events
        self._readings = 0

    def read(self, *args, **options):
        self._readings += 1
        if self._readings == 2:
            raise StoreUnavailable("gone")
        return self._events.read(*args, **options)


def test_a_stream_outlives_its_store(services, dispatcher, market):
    away = replace(services, events=AwayOnce(services.events))
    first = book(market)
    with (
        serving(away) as (url, _),
        make_client(url, cookies=dict(dispatcher.cookies)) as client,
        client.stream("GET", STREAM) as answer,
    ):
        lines = answer.iter_lines()
        assert json.loads(entries(lines, 1)[0]["data"])["request_id"] == first["id"]
        second = book(market)
        assert json.loads(entries(lines, 1)[0]["data"])["request_id"] == second["id"]
