"""Slots that are held over HTTP for somebody who still writes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from collection.api.idempotency import HEADER, REPLAYED
from collection.model import EventType, RequestState
from tests.api.conftest import (
    API_KEY,
    bearer,
    book,
    hold,
    make_body,
    make_client,
    make_hold,
    serving,
    written,
)

DAY = date(2026, 3, 3)
SLOT = "monaco.2026-03-03.0800"


def confirm(client, held, **changes):
    changes = {"slot_id": None, "hold_id": held["id"], **changes}
    return client.post("/v1/pickup-requests", json=make_body(**changes))


def field_of(answer):
    (error,) = answer.json()["errors"]
    return error["field"]


def test_a_hold_tells_what_is_held_until_when(public, services):
    answer = public.post("/v1/holds", json=make_hold())
    assert answer.status_code == 201, answer.text
    held = answer.json()
    assert held == {
        "id": held["id"],
        "territory": "monaco",
        "date": "2026-03-03",
        "slot_id": SLOT,
        "windows": [{"start": "2026-03-03T07:00:00Z", "end": "2026-03-03T09:00:00Z"}],
        "held_until": "2026-03-02T09:10:00Z",
    }
    stored = services.requests.get(held["id"])
    assert (stored.state, stored.customer.name) == (RequestState.REQUESTED, "")
    assert services.events.read("monaco", DAY) == ()


def test_windows_of_ones_own_are_held_too(public):
    windows = [{"start": "2026-03-03T09:30:00Z", "end": "2026-03-03T11:00:00Z"}]
    held = hold(public, slot_id=None, windows=windows)
    assert (held["slot_id"], held["windows"]) == (None, windows)


def test_a_hold_is_booked_with_all_that_a_customer_needs(public, services, clock):
    held = hold(public)
    clock.advance(minutes=5)
    answer = confirm(public, held)
    assert answer.status_code == 201, answer.text
    booked = answer.json()
    assert (booked["id"], booked["slot_id"], booked["windows"]) == (
        held["id"],
        SLOT,
        held["windows"],
    )
    assert (booked["status"], booked["reference"]) == ("confirmed", "ORDER-1")
    assert booked["created_at"] == "2026-03-02T09:05:00Z"
    assert answer.headers["location"] == booked["url"]
    assert services.requests.get(held["id"]).customer.name == "Camille Laurent"
    (event,) = services.events.read("monaco", DAY)
    assert (event.type, event.request_id) == (EventType.BOOKED, held["id"])
    token = booked["tracking_url"].rpartition("/track/")[2]
    assert public.get(booked["url"], params={"token": token}).status_code == 200


def test_the_same_booking_of_a_hold_twice_is_one(public, services):
    held = hold(public)
    first, second = confirm(public, held), confirm(public, held)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["id"] == first.json()["id"]
    assert len(services.requests.day("monaco", DAY)) == 1
    assert len(services.events.read("monaco", DAY)) == 1


def test_another_booking_of_the_same_hold_is_a_conflict(public, services):
    held = hold(public)
    confirm(public, held)
    answer = confirm(public, held, reference="ORDER-2")
    assert answer.status_code == 409
    assert services.requests.get(held["id"]).reference == "ORDER-1"


def test_the_last_place_is_held_for_ten_minutes(small_market, services, clock):
    where = {"lon": 7.42, "lat": 43.73, "date": "2026-03-03"}

    def offered():
        return small_market.get("/v1/slots", params=where).json()["slots"][0]["offered"]

    for _ in range(4):
        book(small_market)
    held = hold(small_market)
    assert not offered()
    for path, body in (("holds", make_hold()), ("pickup-requests", make_body())):
        answer = small_market.post(f"/v1/{path}", json=body)
        assert answer.status_code == 409
        assert answer.json()["type"].endswith(":slot-unavailable")
        assert field_of(answer) == "slot_id"
    clock.advance(minutes=9, seconds=59)
    assert not offered()
    clock.advance(seconds=1)
    assert offered()
    assert held["id"] not in {request.id for request in services.requests.day("monaco", DAY)}
    answer = confirm(small_market, held)
    assert answer.status_code == 409
    assert field_of(answer) == "hold_id"
    book(small_market)


def test_a_hold_that_is_freed_is_gone_at_once(small_market, services):
    for _ in range(4):
        book(small_market)
    held = hold(small_market)
    for _ in range(2):
        answer = small_market.delete(f"/v1/holds/{held['id']}")
        assert (answer.status_code, answer.content) == (204, b"")
    assert confirm(small_market, held).status_code == 409
    assert hold(small_market)["id"] != held["id"]


def test_freeing_what_is_booked_changes_nothing(public, market, services):
    held, booked = hold(public), book(market)
    confirm(public, held)
    before = services.requests.day("monaco", DAY)
    for name in (held["id"], booked["id"]):
        assert public.delete(f"/v1/holds/{name}").status_code == 204
    assert services.requests.day("monaco", DAY) == before


@pytest.mark.parametrize("name", ["monaco.0123456789abcdef0123", "x", "{}.1", "%00.%0a", "é"])
def test_freeing_what_is_not_there_changes_nothing(public, redis_client, name):
    assert public.delete(f"/v1/holds/{name}").status_code == 204
    assert written(redis_client) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"devices": [{"type": "laptop", "battery": "ok"}]},
        {"devices": [{"type": "phone", "battery": "swollen"}]},
        {"devices": [{"type": "phone", "battery": "ok"}] * 2},
        {"address": {"lon": 7.425, "lat": 43.731}},
        {"address": {**make_body()["address"], "floor": 4}},
    ],
)
def test_a_hold_is_for_its_address_and_devices(public, services, changes):
    held = hold(public)
    answer = confirm(public, held, **changes)
    assert answer.status_code == 422
    assert field_of(answer) == "hold_id"
    assert services.requests.get(held["id"]).state is RequestState.REQUESTED
    assert confirm(public, held).status_code == 201


def test_notes_for_the_driver_may_come_with_the_booking(public, services):
    held = hold(public, devices=[{"type": "phone", "battery": "ok"}])
    address = {**make_body()["address"], "access_notes": "code 24A6"}
    assert confirm(public, held, address=address).status_code == 201
    stored = services.requests.get(held["id"])
    assert stored.address.access_notes == "code 24A6"
    assert stored.devices[0].imei == "490154203237518"


@pytest.mark.parametrize("hold_id", ["monaco.0123456789abcdef0123", "x", "{}.1"])
def test_a_hold_that_is_not_there_cannot_be_booked(public, redis_client, hold_id):
    answer = confirm(public, {"id": hold_id})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":slot-unavailable")
    assert field_of(answer) == "hold_id"
    assert written(redis_client) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"slot_id": SLOT},
        {"windows": [{"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z"}]},
        {"hold_id": None},
    ],
)
def test_a_hold_is_given_instead_of_a_time(public, services, changes):
    answer = confirm(public, hold(public), **changes)
    assert answer.status_code == 422
    assert field_of(answer) == "slot_id"
    assert [r.state for r in services.requests.day("monaco", DAY)] == [RequestState.REQUESTED]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot_id": None}, "slot_id"),
        ({"hold_id": "monaco.x"}, "hold_id"),
        ({"customer": make_body()["customer"]}, "customer"),
        ({"devices": []}, "devices"),
        ({"devices": [{"type": "toaster"}]}, "devices.0.type"),
        ({"address": {"line1": "99 Nowhere Street"}}, "address.line1"),
        ({"address": {"line1": "1 Promenade des Anglais"}}, "address"),
        ({"address": {"line1": "5 Avenue des Fleurs"}}, "address.line1"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_held(public, redis_client, changes, field):
    answer = public.post("/v1/holds", json=make_hold(**changes))
    assert answer.status_code == 422, answer.text
    assert field_of(answer) == field
    assert written(redis_client) == []


@pytest.mark.parametrize("slot_id", ["monaco.2026-03-03.0900", "monaco.2026-03-02.1000"])
def test_an_unknown_or_closed_slot_is_not_held(public, redis_client, slot_id):
    answer = public.post("/v1/holds", json=make_hold(slot_id=slot_id))
    assert answer.status_code == 409
    assert field_of(answer) == "slot_id"
    assert written(redis_client) == []


def test_a_key_holds_once(public, services):
    key = {HEADER: "hold-1"}
    first = public.post("/v1/holds", json=make_hold(), headers=key)
    second = public.post("/v1/holds", json=make_hold(), headers=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers[REPLAYED] == "true"
    assert len(services.requests.day("monaco", DAY)) == 1
    other = public.post("/v1/pickup-requests", json=make_body(), headers=key)
    assert other.status_code == 422


def test_200_who_hold_at_once_share_the_5_places(five_stops, services):
    def try_to_hold(_):
        with make_client(five_stops) as client:
            return client.post("/v1/holds", json=make_hold()).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(try_to_hold, range(200)))
    assert sorted(statuses) == [201] * 5 + [409] * 195
    assert len(services.requests.day("monaco", DAY)) == 5


def test_50_who_book_one_hold_at_once_book_once(server, services, public):
    held = hold(public)

    def try_to_book(number):
        with make_client(server, headers=bearer(API_KEY)) as client:
            return confirm(client, held, reference=f"R-{number}").status_code

    with ThreadPoolExecutor(25) as pool:
        statuses = list(pool.map(try_to_book, range(50)))
    assert sorted(statuses) == [201] + [409] * 49
    assert len(services.events.read("monaco", DAY)) == 1


def test_holds_count_against_the_limit_of_the_public(services):
    changes = {"public_rate_limit": "2/minute"}
    settings = services.settings.model_copy(update=changes)
    with serving(replace(services, settings=settings)) as (url, _), make_client(url) as client:
        held = hold(client)
        assert client.delete(f"/v1/holds/{held['id']}").status_code == 204
        answer = client.post("/v1/holds", json=make_hold())
        assert answer.status_code == 429
        assert client.delete("/v1/holds/x").status_code == 429
    assert services.requests.day("monaco", DAY) == ()


def test_what_is_held_is_no_booking_for_anybody_who_reads(market, dispatcher, services):
    held = hold(market)
    answer = market.get(f"/v1/pickup-requests/{held['id']}")
    assert answer.status_code in {200, 404}
    if answer.status_code == 200:
        assert answer.json()["status"] == "requested"
    page = dispatcher.get("/dispatch/monaco/2026-03-03")
    assert page.status_code == 200
