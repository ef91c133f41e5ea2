import pytest

from tests.api.conftest import book


def test_slots_tell_the_local_clock_and_the_instants(public):
    answer = public.get("/v1/slots", params={"territory": "monaco"}).json()
    assert answer["timezone"] == "Europe/Monaco"
    first = answer["slots"][0]
    assert first == {
        "id": "monaco.2026-03-03.0800",
        "date": "2026-03-03",
        "start": "08:00",
        "end": "10:00",
        "window": {"start": "2026-03-03T07:00:00Z", "end": "2026-03-03T09:00:00Z"},
        "offered": True,
        "reason": "",
        "cost": None,
        "minutes": None,
        "metres": None,
        "grams_co2": None,
        "green": False,
    }


def test_what_no_van_has_room_for_is_not_offered(small_market):
    where = {"lon": 7.42, "lat": 43.73, "date": "2026-03-03"}
    booked = [book(small_market) for _ in range(5)]
    slots = small_market.get("/v1/slots", params=where).json()["slots"]
    assert {(slot["offered"], slot["reason"]) for slot in slots} == {(False, "no_room")}
    small_market.post(f"{booked[0]['url']}/cancel")
    slots = small_market.get("/v1/slots", params=where).json()["slots"]
    assert {(slot["offered"], slot["reason"]) for slot in slots} == {(True, "")}


@pytest.mark.parametrize(
    "where", [{"lon": 7.42, "lat": 43.73}, {"q": "12 Rue Grimaldi"}, {"territory": "monaco"}]
)
def test_slots_of_one_date_for_a_place(public, where):
    answer = public.get("/v1/slots", params={**where, "date": "2026-03-04"}).json()
    assert answer["territory"] == "monaco"
    assert [slot["id"] for slot in answer["slots"]][:2] == [
        "monaco.2026-03-04.0800",
        "monaco.2026-03-04.1000",
    ]
    assert {slot["date"] for slot in answer["slots"]} == {"2026-03-04"}


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-08", "2027-01-01"])
def test_a_date_that_cannot_be_booked_has_no_slots(public, day):
    answer = public.get("/v1/slots", params={"territory": "monaco", "date": day})
    assert answer.json()["slots"] == []


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({}, 422, "territory"),
        ({"territory": "monaco", "q": "12 Rue Grimaldi"}, 422, "territory"),
        ({"lon": 7.42}, 422, "lat"),
        ({"lon": "east", "lat": 43.7}, 422, "lon"),
        ({"lon": "nan", "lat": 43.7}, 422, "lon"),
        ({"lon": 2.35, "lat": 48.85}, 422, "lon"),
        ({"q": "5 Avenue des Fleurs"}, 422, "q"),
        ({"q": "99 Nowhere Street"}, 422, "q"),
        ({"q": "a\x00b"}, 422, "q"),
        ({"territory": "atlantis"}, 404, "territory"),
        ({"territory": "monaco", "date": "1772524800"}, 422, "date"),
        ({"territory": "monaco", "date": "2026-02-30"}, 422, "date"),
    ],
)
def test_wrong_questions_name_the_field(public, query, status, field):
    answer = public.get("/v1/slots", params=query)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_addresses_tell_where_and_who_serves_them(public):
    found = public.get("/v1/addresses", params={"q": "monaco", "limit": 10}).json()["addresses"]
    by_line = {match["line1"]: match for match in found}
    assert by_line["12 Rue Grimaldi"]["territory"] == "monaco"
    assert by_line["1 Promenade des Anglais"]["territory"] is None
    assert by_line["12 Rue Grimaldi"]["lon"] == 7.4197


def test_an_address_that_is_not_known_is_an_empty_list(public):
    assert public.get("/v1/addresses", params={"q": "xyzzy"}).json() == {"addresses": []}


def test_for_an_address_each_slot_is_tried_in_the_plan_of_its_day(public, market):
    where = {"lon": 7.42, "lat": 43.73, "date": "2026-03-03"}
    alone = market.get("/v1/slots", params=where).json()["slots"][0]
    assert (alone["offered"], alone["reason"]) == (True, "")
    assert alone["cost"] > 0
    assert alone["minutes"] > 0
    assert alone["metres"] > 0
    book(public)

    beside = market.get("/v1/slots", params=where).json()["slots"][0]
    assert beside["cost"] < alone["cost"]


def test_the_public_is_not_told_where_vans_stop(public):
    where = {"lon": 7.42, "lat": 43.73, "date": "2026-03-03"}
    first = public.get("/v1/slots", params=where).json()["slots"][0]

    assert first["offered"]
    assert (first["cost"], first["minutes"], first["metres"]) == (None, None, None)


@pytest.mark.parametrize(
    ("devices", "field"),
    [(["toaster"], "device.0"), (["phone", "phone:hot"], "device.1"), (["phone"] * 21, "device")],
)
def test_devices_that_are_not_known_are_named(public, devices, field):
    answer = public.get("/v1/slots", params={"lon": 7.42, "lat": 43.73, "device": devices})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
