import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from collection.model import EventType, RequestState
from collection.scheduling.labels import new_label
from tests.api.conftest import bearer, book
from tests.api.samples import DAY, ROUTE_ID, make_plan

AT = "2026-03-02T09:00:00Z"


def tell(client, request_id=None, *, kind="arrived", at=AT, **fields):
    body = {"type": kind, "at": at, **fields}
    if request_id:
        body["request_id"] = request_id
    return client.post(f"/v1/routes/{ROUTE_ID}/events", json=body)


def first_of(plan):
    return plan.routes[0].stops[0].request_id


def test_a_route_tells_all_that_its_driver_must_know(driver, published):
    route = driver.get(f"/v1/routes/{ROUTE_ID}").json()
    assert route["published"] is True
    assert (route["vehicle_name"], route["start"], route["end"]) == ("Van-1", "07:55", "08:30")
    assert route["start_at"] == "2026-03-03T06:55:00Z"
    stop = route["stops"][1]
    assert stop["sequence"] == 2
    assert (stop["arrival"], stop["arrival_at"]) == ("08:10", "2026-03-03T07:10:00Z")
    assert (stop["customer_name"], stop["phone"]) == ("Camille Laurent", "+33639980042")
    assert stop["address"]["line1"] == "12 Rue Grimaldi"
    assert stop["devices"][0]["imei"] == "490154203237518"
    assert stop["status"] == "planned"


@pytest.mark.parametrize(
    "steps", [("en_route", "arrived", "collected"), ("arrived", "collected"), ("collected",)]
)
def test_a_driver_tells_how_a_stop_goes(driver, published, services, steps):
    request_id = first_of(published)
    for step in steps:
        answer = tell(driver, request_id, kind=step, position={"lon": 7.42, "lat": 43.73})
        assert answer.status_code == 201, answer.text
        assert answer.json()["status"] == step
    assert services.requests.get(request_id).state is RequestState.COLLECTED
    told = [event for event in services.events.read("monaco", DAY) if event.route_id]
    assert [event.type.value for event in told] == list(steps)
    assert told[0].position.lon == 7.42


def test_a_failed_stop_keeps_its_code_and_words(driver, published, services):
    request_id = first_of(published)
    answer = tell(driver, request_id, kind="failed", code="not_home", text="rang twice")
    assert answer.json()["status"] == "failed"
    assert services.requests.get(request_id).reason == "not_home: rang twice"


def test_a_stop_does_not_fail_while_the_van_has_a_device_of_it(driver, published, services):
    request_id, label = first_of(published), new_label()
    body = {"at": AT, "request_id": request_id, "device": 0}
    driver.post(f"/v1/routes/{ROUTE_ID}/scans", json={**body, "label": label})
    answer = tell(driver, request_id, kind="failed", code="not_home")
    assert answer.status_code == 409
    has, do = answer.json()["detail"].split(": ")
    assert has == f"the van has device 1, with label {label}"
    assert do == "tell that the stop is collected, or say why device 1 stays"
    driver.post(f"/v1/routes/{ROUTE_ID}/scans", json={**body, "left": "the customer keeps it"})
    assert tell(driver, request_id, kind="failed", code="not_home").status_code == 201


def test_telling_twice_changes_nothing(driver, published, services):
    tell(driver, first_of(published))
    events = services.events.read("monaco", DAY)
    assert tell(driver, first_of(published)).status_code == 201
    assert services.events.read("monaco", DAY) == events


def test_what_the_table_forbids_is_a_conflict(driver, published, services):
    request_id = first_of(published)
    tell(driver, request_id, kind="collected")
    events = services.events.read("monaco", DAY)
    answer = tell(driver, request_id, kind="arrived")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":conflict")
    assert services.events.read("monaco", DAY) == events


def test_a_position_belongs_to_no_stop(driver, published, services):
    answer = tell(driver, kind="position", position={"lon": 7.42, "lat": 43.73})
    assert answer.status_code == 201
    assert answer.json()["status"] is None
    last = services.events.read("monaco", DAY)[-1]
    assert (last.type, last.position.lat) == (EventType.POSITION, 43.73)


@pytest.mark.parametrize("kind", ["shift_started", "shift_ended", "break_started", "break_ended"])
def test_a_shift_and_its_breaks_belong_to_no_stop(driver, published, services, kind):
    answer = tell(driver, kind=kind)
    assert (answer.status_code, answer.json()["status"]) == (201, None)
    last = services.events.read("monaco", DAY)[-1]
    assert (last.type, last.route_id, last.request_id) == (kind, ROUTE_ID, None)
    refused = tell(driver, first_of(published), kind=kind)
    assert refused.json()["errors"][0]["field"] == "request_id"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "arrived"}, "request_id"),
        ({"kind": "position"}, "position"),
        ({"kind": "failed", "request_id": "R"}, "code"),
        ({"kind": "failed", "request_id": "R", "code": "tired"}, "code"),
        ({"kind": "failed", "request_id": "R", "code": "other"}, "text"),
        ({"kind": "arrived", "request_id": "R", "code": "no_time"}, "code"),
        ({"kind": "lost", "request_id": "R"}, "type"),
        ({"kind": "arrived", "request_id": "R", "at": "2026-03-02T09:06:00Z"}, "at"),
        ({"kind": "arrived", "request_id": "R", "at": 1}, "at"),
        ({"kind": "arrived", "request_id": "monaco.0"}, "request_id"),
        ({"kind": "arrived", "request_id": "R", "position": {"lon": 7.4}}, "position.lat"),
        ({"kind": "position", "request_id": "R", "position": {"lon": 7, "lat": 43}}, "request_id"),
    ],
)
def test_a_wrong_event_names_the_field_and_is_not_written(
    driver, published, services, fields, field
):
    events = services.events.read("monaco", DAY)
    if fields.get("request_id") == "R":
        fields = {**fields, "request_id": first_of(published)}
    answer = tell(driver, **fields)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert services.events.read("monaco", DAY) == events


def test_a_request_of_another_day_is_no_stop_of_the_route(driver, market, published, services):
    other = book(market, slot_id="monaco.2026-03-04.1000")
    answer = tell(driver, other["id"])
    assert answer.status_code == 422
    assert services.requests.get(other["id"]).state is RequestState.CONFIRMED
    assert len(services.events.read("monaco", date(2026, 3, 4))) == 1


def publish_next(services, *keys, vehicle="van-1"):
    plan = make_plan(*keys, fingerprint="f2")
    routes = tuple(replace(route, vehicle_id=vehicle) for route in plan.routes)
    newer = services.plans.save(replace(plan, routes=routes))
    services.plans.publish(newer.id, at=services.clock.now())
    return newer


def test_what_is_told_of_an_older_version_counts_in_the_published_one(driver, published, services):
    keys = [stop.request_id for stop in published.routes[0].stops]
    newer = publish_next(services, *reversed(keys))
    assert driver.get(f"/v1/routes/{ROUTE_ID}").json()["published"] is False
    answer = tell(driver, keys[0])
    assert (answer.status_code, answer.json()["route_id"]) == (201, newer.routes[0].id)
    event = services.events.read("monaco", DAY)[-1]
    assert (event.plan_id, event.request_id) == (newer.id, keys[0])
    assert services.requests.get(keys[0]).state is RequestState.ARRIVED


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("position", {"position": {"lon": 7.42, "lat": 43.73}}),
        ("break_started", {}),
        ("break_ended", {}),
        ("shift_ended", {}),
        ("shift_started", {}),
    ],
)
def test_a_van_without_a_route_any_more_still_tells_of_its_shift(
    driver, published, services, kind, more
):
    keys = [stop.request_id for stop in published.routes[0].stops]
    publish_next(services, *keys, vehicle="van-2")
    answer = tell(driver, kind=kind, **more)
    assert (answer.status_code, answer.json()["route_id"]) == (201, ROUTE_ID)
    event = services.events.read("monaco", DAY)[-1]
    assert (event.type, event.route_id) == (kind, ROUTE_ID)


def test_who_is_done_before_the_phone_knows_of_the_new_version_is_not_lost(
    driver, published, services
):
    keys = [stop.request_id for stop in published.routes[0].stops]
    publish_next(services, *keys, vehicle="van-2")
    refused = tell(driver, keys[0])
    assert refused.status_code == 409
    assert "gone to another van" in refused.json()["detail"]
    answer = tell(driver, keys[0], kind="collected")
    assert (answer.status_code, answer.json()["route_id"]) == (201, ROUTE_ID)
    assert services.requests.get(keys[0]).state is RequestState.COLLECTED


def test_the_published_route_is_acknowledged_once_and_no_other(driver, published, services):
    keys = [stop.request_id for stop in published.routes[0].stops]
    for _ in range(2):
        assert tell(driver, kind="acknowledged").status_code == 201
    seen = [e for e in services.events.read("monaco", DAY) if e.type is EventType.ACKNOWLEDGED]
    assert [(event.route_id, event.plan_id) for event in seen] == [(ROUTE_ID, published.id)]
    publish_next(services, *keys)
    assert tell(driver, kind="acknowledged").status_code == 409


def test_a_link_opens_the_routes_of_its_van_and_of_no_other(driver, published, services):
    keys = [stop.request_id for stop in published.routes[0].stops]
    newer = publish_next(services, *keys)
    assert driver.get(f"/v1/routes/{newer.routes[0].id}").status_code == 200
    other = services.plans.save(
        replace(newer, routes=(replace(newer.routes[0], vehicle_id="van-2"),), fingerprint="f3")
    )
    assert driver.get(f"/v1/routes/{other.routes[0].id}").status_code == 403
    another_day = ROUTE_ID.replace("2026-03-03", "2026-03-04")
    assert driver.get(f"/v1/routes/{another_day}").status_code == 403


def test_a_route_whose_request_moved_to_another_day_can_still_be_read(
    driver, market, published, services
):
    request_id = first_of(published)
    tell(driver, request_id, kind="failed", code="not_home")
    services.desk.reschedule(request_id, slot_id="monaco.2026-03-05.1000")
    stops = driver.get(f"/v1/routes/{ROUTE_ID}").json()["stops"]
    assert [stop["status"] for stop in stops] == ["rescheduled", "planned"]


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ({}, "*/*", "application/json"),
        ({"format": "geojson"}, "*/*", "application/geo+json"),
        ({}, "application/geo+json", "application/geo+json"),
        ({"format": "gpx"}, "application/geo+json", "application/gpx+xml"),
        ({}, "application/gpx+xml", "application/gpx+xml"),
    ],
)
def test_the_format_is_negotiated(driver, query, accept, media_type):
    answer = driver.get(f"/v1/routes/{ROUTE_ID}", params=query, headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    if media_type == "application/gpx+xml":
        assert ET.fromstring(answer.text).tag.endswith("gpx")  # noqa: S314 - our own answer
    else:
        assert json.loads(answer.text)


def test_an_unknown_format_is_refused(driver):
    answer = driver.get(f"/v1/routes/{ROUTE_ID}", params={"format": "kml"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "format"


@pytest.mark.parametrize(
    "route_id", ["monaco.2026-03-03.v1.van-9", "monaco.2026-03-03.v9.van-1", "x", "a.b.c.d"]
)
def test_an_unknown_route_is_not_found(dispatcher, published, route_id):
    assert dispatcher.get(f"/v1/routes/{route_id}").status_code == 404


def test_another_drivers_route_stays_closed(published, server, signer, public, services):
    token = signer.driver_token("monaco.2026-03-03.v1.van-2")
    events = services.events.read("monaco", DAY)
    assert public.get(f"/v1/routes/{ROUTE_ID}", headers=bearer(token)).status_code == 403
    body = {"type": "arrived", "at": AT, "request_id": first_of(published)}
    answer = public.post(f"/v1/routes/{ROUTE_ID}/events", json=body, headers=bearer(token))
    assert answer.status_code == 403
    assert answer.json()["type"].endswith(":other-link")
    assert services.events.read("monaco", DAY) == events
