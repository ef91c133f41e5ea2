import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from collection.api.security import SESSION_COOKIE, issue_session
from collection.model import RequestState
from collection.scheduling.labels import new_label, read_label
from tests.api.conftest import book
from tests.api.samples import DAY, ROUTE_ID, make_plan

AT = "2026-03-02T09:00:00Z"
SCANS = f"/v1/routes/{ROUTE_ID}/scans"
RECEIPTS = "/v1/hubs/monaco/receipts"


def first_of(plan):
    return plan.routes[0].stops[0].request_id


def scan(client, request_id, **told):
    body = {"at": AT, "request_id": request_id, "device": 0, **told}
    return client.post(SCANS, json=body)


def collect(client, request_id):
    body = {"type": "collected", "at": AT, "request_id": request_id}
    return client.post(f"/v1/routes/{ROUTE_ID}/events", json=body)


def test_a_device_goes_from_the_door_to_the_hub(driver, dispatcher, market, published, services):
    request_id, label = first_of(published), new_label()
    answer = scan(driver, request_id, label=label, battery="ok")
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "request_id": request_id,
        "device": 0,
        "label": label,
        "battery_class": "fine",
        "packaging": "padded_box",
        "taken": True,
        "reason": "",
        "next_step": "",
        "status": "planned",
    }
    assert collect(driver, request_id).json()["status"] == "collected"

    hub = dispatcher.get("/v1/hubs/monaco", params={"date": str(DAY)}).json()
    (van,) = hub["vans"]
    assert (van["vehicle_name"], van["aboard"], van["expected"]) == ("Van-1", 1, 1)
    answer = dispatcher.post(RECEIPTS, json={"label": label.lower()})
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert (receipt["place"], receipt["vehicle_id"], receipt["open"]) == ("received", "van-1", 0)
    assert services.requests.get(request_id).state is RequestState.RECEIVED

    again = dispatcher.post(RECEIPTS, json={"label": label})
    assert (again.status_code, "received already" in again.json()["detail"]) == (409, True)
    chain = market.get(f"/v1/devices/{label}").json()
    assert (chain["status"], chain["place"], chain["vehicle_id"]) == ("received",) * 2 + ("van-1",)
    steps = {step["what"]: step for step in chain["steps"]}
    assert list(steps) == ["booked", "scanned", "collected", "received", "planned"]  # By its clock.
    assert (steps["scanned"]["who"], steps["received"]["who"]) == ("van-1", "dora")
    told = market.get(f"/v1/pickup-requests/{request_id}").json()["devices"][0]
    assert (told["label"], told["seen"]) == (label, "fine")


def test_a_battery_that_is_worse_than_booked_is_told_how_to_be_packed(driver, published):
    answer = scan(driver, first_of(published), battery="swollen").json()
    assert (answer["battery_class"], answer["packaging"], answer["taken"]) == (
        "damaged_or_swollen",
        "fire_safe_box",
        True,
    )


def test_a_dangerous_battery_ends_the_stop_with_what_to_do(driver, published, services):
    request_id = first_of(published)
    answer = scan(driver, request_id, battery="hot").json()
    assert (answer["taken"], answer["reason"], answer["status"]) == (False, "dangerous", "refused")
    assert "112" in answer["next_step"]
    assert services.requests.get(request_id).reason == "hazard: dangerous"


def test_of_a_stop_some_devices_may_stay(dispatcher, market, services):
    devices = [{"type": "phone"}, {"type": "laptop"}]
    request_id = book(market, devices=devices)["id"]
    plan = services.plans.save(make_plan(request_id))
    services.plans.publish(plan.id, at=services.clock.now())
    kept = scan(dispatcher, request_id, device=1, left="the customer keeps it").json()
    assert (kept["taken"], kept["reason"]) == (False, "the customer keeps it")
    scan(dispatcher, request_id, label=new_label())
    collect(dispatcher, request_id)
    event = services.events.read("monaco", DAY)[-1]
    assert (event.type.value, event.text) == (
        "collected",
        "1 of 2; left: 2 (the customer keeps it)",
    )


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "label"),
        ({"label": "ABC"}, "label"),
        ({"label": "0000000001"}, "label"),
        ({"battery": "full"}, "battery"),
        ({"battery": "ok", "device": 1}, "device"),
        ({"battery": "ok", "device": -1}, "device"),
        ({"battery": "ok", "request_id": "monaco.0"}, "request_id"),
        ({"battery": "ok", "at": "2026-03-02T09:06:00Z"}, "at"),
        ({"label": "0000000000", "left": "kept"}, "label"),
    ],
)
def test_a_wrong_scan_names_the_field_and_is_not_written(driver, published, services, told, field):
    events = services.events.read("monaco", DAY)
    answer = scan(driver, **{"request_id": first_of(published), **told})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert services.events.read("monaco", DAY) == events


def test_a_label_is_used_once(driver, published):
    first, second = (stop.request_id for stop in published.routes[0].stops)
    label = new_label()
    assert scan(driver, first, label=label).status_code == 201
    answer = scan(driver, second, label=label)
    assert answer.status_code == 409
    assert "take a new label" in answer.json()["detail"]


@pytest.mark.parametrize("vehicle", ["van-1", "van-2"])
def test_a_scan_that_waited_in_the_phone_counts_in_a_newer_version(
    driver, published, services, vehicle
):
    request_id, label = first_of(published), new_label()
    plan = make_plan(request_id, fingerprint="f2")
    routes = tuple(replace(route, vehicle_id=vehicle) for route in plan.routes)
    newer = services.plans.save(replace(plan, routes=routes))
    services.plans.publish(newer.id, at=services.clock.now())

    assert scan(driver, request_id, label=label, battery="ok").status_code == 201
    assert services.requests.get(request_id).devices[0].label == label
    event = services.events.read("monaco", DAY)[-1]
    # Of a stop that has gone to another van it stays with the van that was there.
    own = newer.routes[0].id if vehicle == "van-1" else ROUTE_ID
    assert (event.type.value, event.route_id) == ("scanned", own)


def test_a_stop_that_was_never_the_van_s_is_not_scanned(driver, market, published, services):
    other = book(market)["id"]
    newer = services.plans.save(make_plan(first_of(published), fingerprint="f2"))
    services.plans.publish(newer.id, at=services.clock.now())
    assert scan(driver, other, battery="ok").status_code == 409


def test_a_device_without_label_gets_one_at_the_hub(driver, dispatcher, published, services):
    request_id, label = first_of(published), new_label()
    collect(driver, request_id)
    unknown = dispatcher.post(RECEIPTS, json={"label": label})
    assert unknown.status_code == 404
    alone = dispatcher.post(RECEIPTS, json={"label": label, "device": 0})
    assert alone.json()["errors"][0]["field"] == "request_id"
    body = {"label": label, "request_id": request_id, "device": 0, "depot": "hub"}
    assert dispatcher.post(RECEIPTS, json=body).status_code == 201
    assert services.requests.get(request_id).devices[0].label == label


def test_what_a_van_kept_too_long_is_an_alert(driver, dispatcher, published, services, signer):
    collect(driver, first_of(published))
    services.clock.instant = datetime(2026, 3, 3, 20, tzinfo=UTC)
    cookie = issue_session(signer, "dora", services.settings.dispatchers["dora"])
    dispatcher.cookies.set(SESSION_COOKIE, cookie, domain="127.0.0.1")
    hub = dispatcher.get("/v1/hubs/monaco", params={"date": str(DAY)}).json()
    (missing,) = hub["unaccounted"]
    assert (missing["request_id"], missing["vehicle_id"]) == (first_of(published), "van-1")


def test_a_sheet_holds_new_labels_that_can_be_read(driver, dispatcher):
    for client, count in ((driver, 3), (dispatcher, 24)):
        answer = client.get("/v1/labels", params={"count": count})
        assert answer.headers["content-type"] == "image/svg+xml"
        words = [text.text for text in ET.fromstring(answer.text).iter() if text.text]  # noqa: S314
        codes = ["".join(pair) for pair in zip(words[::2], words[1::2], strict=True)]
        assert len(set(codes)) == count
        assert [read_label(code) for code in codes] == codes
        assert len(re.findall("<path", answer.text)) == count


def test_a_territory_may_ask_for_a_label_on_every_device(driver, published, services, monkeypatch):
    strict = replace(services.catalogue.territory("monaco"), labels_required=True)
    monkeypatch.setitem(services.catalogue.territories, "monaco", strict)
    request_id = first_of(published)
    answer = collect(driver, request_id)
    assert (answer.status_code, "device 1 of 1" in answer.json()["detail"]) == (409, True)
    scan(driver, request_id, label=new_label(), battery="ok")
    assert collect(driver, request_id).status_code == 201
