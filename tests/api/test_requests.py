from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from collection.model import RequestState
from tests.api.conftest import API_KEY, bearer, book, make_body, make_client, written

DAY = date(2026, 3, 3)


def test_a_booking_is_confirmed_with_all_that_a_customer_needs(public, services):
    answer = public.post("/v1/pickup-requests", json=make_body())
    assert answer.status_code == 201, answer.text
    booked = answer.json()
    assert answer.headers["location"] == f"/v1/pickup-requests/{booked['id']}" == booked["url"]
    assert booked["status"] == "confirmed"
    assert booked["windows"] == [{"start": "2026-03-03T07:00:00Z", "end": "2026-03-03T09:00:00Z"}]
    assert booked["cancel_by"] == "2026-03-02T17:00:00Z"
    assert len(booked["confirmation_code"]) == 6
    assert services.requests.get(booked["id"]).customer.phone == "+33639980042"


def test_the_tracking_link_opens_the_booking(public):
    booked = book(public)
    token = booked["tracking_url"].rpartition("/track/")[2]
    whole = public.get(booked["url"], params={"token": token}).json()
    assert whole["customer"]["name"] == "Camille Laurent"
    assert whole["address"]["lon"] == 7.4197
    assert whole["devices"] == [
        {
            "type": "phone",
            "battery": "ok",
            "imei": "490154203237518",
            "defect": "",
            "label": None,
            "seen": "",
            "left": "",
            "received_at": None,
        }
    ]
    assert {key: whole[key] for key in booked} == booked


def test_windows_of_ones_own_are_taken_with_any_offset(market):
    windows = [{"start": "2026-03-03T10:30:00+01:00", "end": "2026-03-03T11:00:00Z"}]
    booked = book(market, slot_id=None, windows=windows)
    assert booked["slot_id"] is None
    assert booked["windows"] == [{"start": "2026-03-03T09:30:00Z", "end": "2026-03-03T11:00:00Z"}]


def test_a_position_is_an_address(market):
    booked = book(market, address={"lon": 7.42, "lat": 43.73})
    address = market.get(booked["url"]).json()["address"]
    assert (address["lon"], address["lat"]) == (7.42, 43.73)


def test_floor_and_lift_are_kept(market):
    body = make_body()
    plain = market.get(book(market)["url"]).json()["address"]
    high = {**body["address"], "floor": 5, "lift": False}
    address = market.get(book(market, address=high)["url"]).json()["address"]
    assert (plain["floor"], plain["lift"]) == (0, True)
    assert (address["floor"], address["lift"]) == (5, False)


def test_a_position_may_be_in_whole_degrees(market):
    answer = market.post("/v1/pickup-requests", json=make_body(address={"lon": 7, "lat": 43}))
    assert "outside every territory" in answer.json()["detail"]


def test_an_ambiguous_address_is_answered_with_candidates(public, redis_client):
    answer = public.post(
        "/v1/pickup-requests", json=make_body(address={"line1": "5 Avenue des Fleurs"})
    )
    problem = answer.json()
    assert answer.status_code == 422
    assert problem["type"].endswith(":ambiguous-address")
    assert problem["candidates"] == [
        "5 Avenue des Fleurs, 98000 Monaco",
        "5 Avenue des Fleurs bis, 98000 Monaco",
    ]
    assert written(redis_client) == []


def changed(path, value):
    """A booking's body with one field changed."""
    body = make_body()
    place = body
    *parents, last = path.split(".")
    for parent in parents:
        place = place[int(parent) if parent.isdigit() else parent]
    place[last] = value
    return body


WINDOW = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z"}
DEVICE = {"type": "phone"}
WRONG = [
    ("address", {"lon": False, "lat": 43.73}, "address.lon"),
    ("address", {"lon": "7.42", "lat": 43.73}, "address.lon"),
    ("address", {"lon": 7.42}, "address.lat"),
    ("address", {"lon": 190, "lat": 43.73}, "address.lon"),
    ("address", {"city": "Monaco"}, "address.line1"),
    ("address", {"line1": "99 Nowhere Street"}, "address.line1"),
    ("address", {"line1": "1 Promenade des Anglais"}, "address"),
    ("address", "12 Rue Grimaldi", "address"),
    ("address.country", "monaco", "address.country"),
    (
        "address",
        {"line1": "12 Rue Grimaldi", "country": "mc", "postcode": "9800"},
        "address.postcode",
    ),
    ("address.building", "castle", "address.building"),
    ("address.building", 3, "address.building"),
    ("address.floor", "third", "address.floor"),
    ("address.floor", 201, "address.floor"),
    ("address.lift", 1, "address.lift"),
    ("address.access_notes", "code\x00", "address.access_notes"),
    ("address.line1", "12 Rue\u202e Grimaldi", "address.line1"),
    ("customer.phone", "at home", "customer.phone"),
    ("customer.phone", "0639980042 ext. 7", "customer.phone"),
    ("customer.phone", "+331", "customer.phone"),
    ("customer.phone", 33639980042, "customer.phone"),
    ("customer.email", "camille", "customer.email"),
    ("customer.email", "a@b.example\nBcc: c@d.example", "customer.email"),
    ("customer.language", "it", "customer.language"),
    ("customer.name", "", "customer.name"),
    ("customer.name", "  \t ", "customer.name"),
    ("customer.name", "x" * 101, "customer.name"),
    ("customer.nick", "Cam", "customer.nick"),
    ("customer", None, "customer"),
    ("devices", [], "devices"),
    ("devices", [DEVICE] * 21, "devices"),
    ("devices", [DEVICE] * 10_000, "devices"),
    ("devices", {"0": DEVICE}, "devices"),
    ("devices.0.type", "toaster", "devices.0.type"),
    ("devices.0.imei", "490154203237519", "devices.0.imei"),
    ("devices.0.imei", "49015420323751", "devices.0.imei"),
    ("devices.0.imei", 490154203237518, "devices.0.imei"),
    ("devices.0.battery", "full", "devices.0.battery"),
    ("devices.0.battery", True, "devices.0.battery"),
    ("reference", 4711, "reference"),
    ("slot_id", None, "slot_id"),
    ("slot_id", "tomorrow", "slot_id"),
    ("slot_id", "monaco.0001-01-01.0800", "slot_id"),
    ("windows", [WINDOW], "slot_id"),
    ("windows", [{**WINDOW, "start": 1772524800}], "windows.0.start"),
    ("windows", [{**WINDOW, "start": "2026-03-03T08:00:00"}], "windows.0.start"),
    ("windows", [{**WINDOW, "end": "2026-02-30T08:00:00Z"}], "windows.0.end"),
    ("windows", [{**WINDOW, "end": "0001-01-01T00:00:00+14:00"}], "windows.0.end"),
    ("windows", [WINDOW] * 6, "windows"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG)
def test_a_wrong_field_is_named_and_nothing_is_written(market, redis_client, path, value, field):
    answer = market.post("/v1/pickup-requests", json=changed(path, value))
    problem = answer.json()
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in problem["errors"]] == [field]
    assert field in problem["detail"] or problem["errors"][0]["message"] == problem["detail"]
    assert written(redis_client) == []


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ("2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z", "in the past"),
        ("2026-03-03T09:00:00Z", "2026-03-03T08:00:00Z", "ends before it starts"),
        ("2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z", "one local day"),
        ("2026-03-03T01:00:00Z", "2026-03-03T02:00:00Z", "time of the day"),
    ],
)
def test_windows_that_cannot_be_are_refused(market, redis_client, start, end, says):
    body = make_body(slot_id=None, windows=[{"start": start, "end": end}])
    answer = market.post("/v1/pickup-requests", json=body)
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    assert answer.json()["errors"][0]["field"].startswith("windows")
    assert written(redis_client) == []


@pytest.mark.parametrize(
    ("slot_id", "says"),
    [
        ("monaco.2026-03-03.0900", "there is no slot"),
        ("nice.2026-03-03.0800", "there is no slot"),
        ("monaco.2026-03-08.0800", "no van goes out"),
        ("monaco.2026-04-30.0800", "days ahead"),
        ("monaco.2026-03-02.1000", "closed"),
    ],
)
def test_an_unknown_or_closed_slot_is_refused(market, redis_client, slot_id, says):
    answer = market.post("/v1/pickup-requests", json=make_body(slot_id=slot_id))
    assert answer.status_code == 409
    assert says in answer.json()["detail"]
    assert answer.json()["errors"][0]["field"] == "slot_id"
    assert written(redis_client) == []


def test_where_no_van_has_room_nothing_is_booked(small_market, services):
    for _ in range(5):
        book(small_market)
    before = services.requests.day("monaco", DAY)
    answer = small_market.post("/v1/pickup-requests", json=make_body())
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":slot-unavailable")
    assert answer.json()["errors"][0]["field"] == "slot_id"
    assert services.requests.day("monaco", DAY) == before


def test_200_bookings_at_once_for_the_last_5_places_give_5(five_stops, services):
    def try_to_book(number):
        with make_client(five_stops) as client:
            body = make_body(reference=f"R-{number}")
            headers = bearer(API_KEY)
            return client.post("/v1/pickup-requests", json=body, headers=headers).status_code

    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(try_to_book, range(200)))
    assert sorted(statuses) == [201] * 5 + [409] * 195
    booked = {request.id for request in services.requests.day("monaco", DAY)}
    assert len(booked) == 5
    (route,) = services.requests.tentative("monaco", DAY).routes.values()
    assert sorted(route) == sorted(booked)


def test_cancelling_frees_the_place_and_it_can_be_booked_again(small_market):
    *_, booked = [book(small_market) for _ in range(5)]
    assert small_market.post(f"{booked['url']}/cancel").status_code == 200
    book(small_market)
    assert small_market.post("/v1/pickup-requests", json=make_body()).status_code == 409


def test_cancelling_works_once(market, services):
    booked = book(market)
    answer = market.post(f"{booked['url']}/cancel")
    assert answer.json()["status"] == "cancelled"
    events = services.events.read("monaco", DAY)
    second = market.post(f"{booked['url']}/cancel")
    assert second.status_code == 409
    assert "cancelled" in second.json()["detail"]
    assert services.events.read("monaco", DAY) == events


def test_after_the_cut_off_nothing_is_cancelled(market, clock, services):
    booked = book(market)
    clock.advance(hours=10)
    answer = market.post(f"{booked['url']}/cancel")
    assert answer.status_code == 409
    assert "2026-03-02T17:00:00" in answer.json()["detail"]
    assert services.requests.get(booked["id"]).state is RequestState.CONFIRMED


def test_moving_takes_the_new_slot_and_frees_the_old_one(market, services):
    booked = book(market)
    answer = market.post(f"{booked['url']}/reschedule", json={"slot_id": "monaco.2026-03-04.1000"})
    moved = answer.json()
    assert answer.status_code == 200, answer.text
    assert (moved["status"], moved["date"]) == ("rescheduled", "2026-03-04")
    assert moved["cancel_by"] == "2026-03-03T17:00:00Z"
    assert not services.requests.day("monaco", DAY)
    (there,) = services.requests.day("monaco", date(2026, 3, 4))
    assert (there.id, there.slot_id) == (booked["id"], "monaco.2026-03-04.1000")


def test_moving_to_where_no_van_has_room_keeps_the_old_place(small_market, services):
    for _ in range(5):
        book(small_market, slot_id="monaco.2026-03-04.1000")
    booked = book(small_market)
    before = services.requests.get(booked["id"])
    answer = small_market.post(
        f"{booked['url']}/reschedule", json={"slot_id": "monaco.2026-03-04.1000"}
    )
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "slot_id"
    assert services.requests.get(booked["id"]) == before
    (route,) = services.requests.tentative("monaco", DAY).routes.values()
    assert route == (booked["id"],)


@pytest.mark.parametrize("path", ["", "/cancel", "/reschedule"])
@pytest.mark.parametrize("name", ["monaco.0123456789abcdef0123", "x", "{}.1", "%00.%0a"])
def test_an_unknown_request_is_not_found(market, path, name):
    url = f"/v1/pickup-requests/{name}{path}"
    if path:
        body = {"slot_id": "monaco.2026-03-04.1000"} if path == "/reschedule" else None
        answer = market.post(url, json=body)
    else:
        answer = market.get(url)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("battery", ["hot", "leaking"])
def test_a_dangerous_battery_is_refused_with_advice_and_never_stored(public, redis_client, battery):
    devices = [{"type": "phone", "battery": "ok"}, {"type": "laptop", "battery": battery}]
    answer = public.post("/v1/pickup-requests", json=make_body(devices=devices))
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "devices.1.battery"
    assert "cannot be collected: " in error["message"]
    assert not redis_client.keys("collection:*:request:*")
    asked = {"lon": 7.4197, "lat": 43.7325, "device": ["phone", f"laptop:{battery}"]}
    slots = public.get("/v1/slots", params=asked)
    assert (slots.status_code, slots.json()["errors"][0]["field"]) == (422, "device.1")
