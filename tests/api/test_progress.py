"""A day as it happens: read, followed, and told to each customer as far as it is theirs."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collection.api.security import SESSION_COOKIE, issue_session
from collection.errors import StoreUnavailable
from collection.model import Unassigned, UnassignedReason
from tests.api.conftest import bearer, book, make_client, serving
from tests.api.samples import PLAN_ID, ROUTE_ID
from tests.api.test_dispatch import entries
from tests.scheduling.line_plan import told

PROGRESS = "/v1/territories/monaco/days/2026-03-03/progress"
STREAM = f"{PROGRESS}/stream"
MORNING = datetime(2026, 3, 3, 6, 56, tzinfo=UTC)


@pytest.fixture
def morning(published, clock):
    """The published plan's day has begun; its van should have left a minute ago."""
    clock.instant = MORNING
    return published


@pytest.fixture
def dora(morning, services, server, signer):
    """A dispatcher who logged in that morning."""
    cookie = issue_session(signer, "dora", services.settings.dispatchers["dora"])
    with make_client(server, cookies={SESSION_COOKIE: cookie}) as client:
        yield client


@pytest.fixture
def link(services, signer):
    """Of a request to the token in its customer's link."""
    return lambda request_id: signer.tracking_token(services.requests.get(request_id))


def own(request_id):
    return f"/v1/pickup-requests/{request_id}/progress"


def ids(plan):
    return [stop.request_id for stop in plan.routes[0].stops]


def tell(services, kind, clock, **fields):
    at = datetime.fromisoformat(f"2026-03-03T{clock}:00+01:00")
    event = told(kind, "08:00")
    place = {"day": at.date(), "at": at, "route_id": ROUTE_ID, "plan_id": PLAN_ID}
    services.events.append(replace(event, **place, **fields))


def drive(driver, kind, at, request_id=None, **fields):
    body = {"type": kind, "at": f"2026-03-03T{at}:00+01:00", **fields}
    if request_id:
        body["request_id"] = request_id
    answer = driver.post(f"/v1/routes/{ROUTE_ID}/events", json=body)
    assert answer.status_code == 201, answer.text


def test_a_day_without_a_plan_has_no_progress(dispatcher, services):
    answer = dispatcher.get(PROGRESS).json()
    assert (answer["plan_id"], answer["routes"], answer["stops"], answer["alerts"]) == (
        None,
        [],
        [],
        [],
    )


def test_a_dispatcher_reads_how_the_day_stands(dora, driver, morning, clock):
    first, second = ids(morning)
    drive(driver, "arrived", "07:56", first)
    clock.advance(minutes=24)
    answer = dora.get(PROGRESS).json()

    assert (answer["plan_id"], answer["now"]) == (PLAN_ID, "2026-03-03T07:20:00Z")
    (route,) = answer["routes"]
    assert (route["vehicle_name"], route["state"], route["done"], route["stops"]) == (
        "Van-1",
        "out",
        0,
        2,
    )
    assert (route["next_request_id"], route["end_at"]) == (first, "2026-03-03T07:33:30Z")
    here, after = answer["stops"]
    assert (here["state"], here["arrived_at"], here["sequence"]) == (
        "arrived",
        "2026-03-03T06:56:00Z",
        1,
    )
    # Should have left at 08:03:30 and did not say so: so it leaves now, and drives 300 s.
    assert (after["request_id"], after["eta_at"]) == (second, "2026-03-03T07:25:00Z")
    assert after["earliest_at"] <= after["eta_at"] <= after["latest_at"]
    assert answer["last_event_id"]


def test_alerts_are_told_in_words_and_values(dora, morning, clock):
    clock.instant = MORNING + timedelta(minutes=20)
    (alert,) = dora.get(PROGRESS).json()["alerts"]
    assert alert == {
        "id": "not_started:van-1",
        "kind": "not_started",
        "severity": "urgent",
        "text": "Should have left 21 min ago; nothing heard",
        "values": {"minutes": "21"},
        "vehicle_id": "van-1",
        "request_id": None,
    }


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/territories/atlantis/days/2026-03-03/progress", 404),
        ("/v1/territories/monaco/days/tomorrow/progress", 422),
        ("/v1/territories/atlantis/days/2026-03-03/progress/stream", 404),
        ("/v1/pickup-requests/monaco.0/progress", 404),
        ("/v1/pickup-requests/monaco.0/progress/stream", 404),
    ],
)
def test_what_is_not_there_is_refused_before_a_stream_begins(dispatcher, services, path, status):
    answer = dispatcher.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_links_and_keys_do_not_open_the_day(public, market, driver, morning, link):
    assert public.get(PROGRESS).status_code == 401
    assert market.get(PROGRESS).status_code == 403
    assert driver.get(STREAM).status_code == 403
    token = link(ids(morning)[0])
    assert public.get(STREAM, headers=bearer(token)).status_code == 403


def test_the_stream_tells_all_then_what_changes(dora, driver, morning):
    first, second = ids(morning)
    with dora.stream("GET", STREAM) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        whole = entries(lines, 1)[0]
        drive(driver, "collected", "07:56", first)
        change = entries(lines, 1)[0]
    body = json.loads(whole["data"])
    assert whole["event"] == "day"
    assert [stop["request_id"] for stop in body["stops"]] == [first, second]
    assert whole["id"] == body["last_event_id"] < change["id"]
    body = json.loads(change["data"])
    assert change["event"] == "change"
    assert [stop["state"] for stop in body["stops"]] == ["collected", "planned"]
    assert [route["done"] for route in body["routes"]] == [1]


def test_what_did_not_change_is_not_told_again(dora, driver, morning, clock):
    clock.instant = MORNING - timedelta(hours=1)
    with dora.stream("GET", STREAM) as answer:
        lines = answer.iter_lines()
        entries(lines, 1)
        # A quarter of a minute later all is as it was, and nothing is said.
        clock.advance(seconds=20)
        drive(driver, "position", "06:56", position={"lon": 7.417, "lat": 43.729})
        body = json.loads(entries(lines, 1)[0]["data"])
    assert (len(body["routes"]), body["stops"]) == (1, [])


def test_a_stream_goes_on_with_what_changed_since(dora, driver, morning):
    first, _ = ids(morning)
    with dora.stream("GET", STREAM) as answer:
        seen = entries(answer.iter_lines(), 1)[0]["id"]
    drive(driver, "en_route", "07:56", first)
    with dora.stream("GET", STREAM, headers={"Last-Event-ID": seen}) as answer:
        change = entries(answer.iter_lines(), 1)[0]
    assert change["event"] == "change"
    assert first in [stop["request_id"] for stop in json.loads(change["data"])["stops"]]

    long_ago = {"Last-Event-ID": "1-1"}
    with dora.stream("GET", STREAM, headers=long_ago) as answer:
        assert entries(answer.iter_lines(), 1)[0]["event"] == "day"


def test_another_plan_is_told_as_a_whole(dora, services, morning):
    with dora.stream("GET", STREAM) as answer:
        lines = answer.iter_lines()
        entries(lines, 1)
        plan = services.plans.save(replace(morning, fingerprint="f2"))
        services.plans.publish(plan.id, at=services.clock.now())
        whole = entries(lines, 1)[0]
    assert (whole["event"], json.loads(whole["data"])["plan_id"]) == ("day", plan.id)


def test_a_customer_reads_the_range_and_nothing_else(public, link, driver, morning):
    first, second = ids(morning)
    drive(driver, "shift_started", "07:55")
    drive(driver, "position", "07:56", position={"lon": 7.418, "lat": 43.73})

    def read(request_id):
        return public.get(own(request_id), headers=bearer(link(request_id)))

    answer = read(first).json()
    # Promised from 08:00 on; expected at 08:00.
    assert answer == {
        "request_id": first,
        "state": "planned",
        "earliest_at": "2026-03-03T07:00:00Z",
        "latest_at": "2026-03-03T07:10:00Z",
        "is_next": True,
        "van": {"lon": 7.418, "lat": 43.73, "at": "2026-03-03T06:56:00Z"},
    }
    later = read(second).json()
    assert (later["is_next"], later["van"]) == (False, None)
    assert later["earliest_at"] < later["latest_at"]

    drive(driver, "arrived", "07:58", first)
    answer = read(first).json()
    assert (answer["state"], answer["earliest_at"], answer["van"]) == ("arrived", None, None)


def test_a_customer_reads_nobody_elses(public, link, morning):
    first, second = ids(morning)
    token = link(first)
    assert public.get(own(second), headers=bearer(token)).status_code == 403
    assert public.get(f"{own(second)}/stream?token={token}").status_code == 403
    assert public.get(own(first)).status_code == 401


def test_a_request_in_no_route_has_no_range(market, published):
    answer = market.get(own(published.unassigned[0].request_id)).json()
    assert (answer["state"], answer["earliest_at"], answer["is_next"]) == (
        "unassigned",
        None,
        False,
    )
    answer = market.get(own(book(market)["id"])).json()
    assert (answer["state"], answer["latest_at"]) == ("confirmed", None)


def test_a_customer_follows_the_van(public, link, driver, morning, clock):
    first, second = ids(morning)
    url = f"{own(second)}/stream?token={link(second)}"
    with public.stream("GET", url) as answer:
        lines = answer.iter_lines()
        before = json.loads(entries(lines, 1)[0]["data"])
        drive(driver, "collected", "07:56", first, position={"lon": 7.4197, "lat": 43.7325})
        after = json.loads(entries(lines, 1)[0]["data"])
    assert (before["is_next"], after["is_next"]) == (False, True)
    assert after["van"]["lon"] == 7.4197
    assert first not in json.dumps([before, after])


def test_a_customer_who_is_left_out_is_told(public, link, services, morning, clock):
    first, _ = ids(morning)
    with public.stream("GET", f"{own(first)}/stream?token={link(first)}") as answer:
        lines = answer.iter_lines()
        before = json.loads(entries(lines, 1)[0]["data"])
        left = Unassigned(request_id=first, reason=UnassignedReason.NO_CAPACITY, detail="no van")
        routes = tuple(
            replace(route, stops=tuple(stop for stop in route.stops if stop.request_id != first))
            for route in morning.routes
        )
        without = replace(
            morning, routes=routes, unassigned=(*morning.unassigned, left), fingerprint="without"
        )
        services.plans.publish(services.plans.save(without).id, at=clock.now())
        after = json.loads(entries(lines, 1)[0]["data"])
    assert (before["state"], after["state"]) == ("planned", "unassigned")


def test_there_are_only_so_many_streams(services, dora, published):
    few = replace(services, settings=services.settings.model_copy(update={"live_streams": 1}))
    with (
        serving(few) as (url, _),
        make_client(url, cookies=dict(dora.cookies)) as client,
    ):
        with client.stream("GET", STREAM) as answer:
            lines = answer.iter_lines()
            entries(lines, 1)
            refused = client.get(STREAM)
            assert refused.status_code == 503
            assert refused.json()["type"].endswith(":too-many-streams")
            assert refused.headers["Retry-After"] == "60"
        for _ in range(50):
            # The place is free as soon as the server has seen that its holder left.
            with client.stream("GET", STREAM) as answer:
                if answer.status_code == 200:
                    break
        assert answer.status_code == 200


def test_a_stream_ends_when_the_server_stops(services, dora, published):
    ended, begun = threading.Event(), threading.Event()

    def follow(url):
        with (
            make_client(url, cookies=dict(dora.cookies)) as client,
            client.stream("GET", STREAM) as answer,
        ):
            lines = answer.iter_lines()
            entries(lines, 1)
            begun.set()
            list(lines)
        ended.set()

    with serving(services) as (url, server):
        reader = threading.Thread(target=follow, args=(url,), daemon=True)
        reader.start()
        assert begun.wait(5)
        assert not ended.is_set()
        server.should_exit = True
        assert ended.wait(3)
    reader.join(5)


class AwayOnce:
    """An event log whose second reading finds the store away."""

    def __init__(self, events):
        self._events = events
        self._readings = 0

    def read(self, *args, **options):
        self._readings += 1
        if self._readings == 3:
            raise StoreUnavailable("gone")
        return self._events.read(*args, **options)

    def append(self, event):
        return self._events.append(event)


def test_a_stream_outlives_its_store(services, dora, morning):
    away = replace(services, events=AwayOnce(services.events))
    with (
        serving(away) as (url, _),
        make_client(url, cookies=dict(dora.cookies)) as client,
        client.stream("GET", STREAM) as answer,
    ):
        lines = answer.iter_lines()
        entries(lines, 1)
        tell(services, "shift_started", "07:56")
        assert json.loads(entries(lines, 1)[0]["data"])["routes"][0]["state"] == "out"
