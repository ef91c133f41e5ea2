from dataclasses import replace

import pytest

from collection.model import Position, Site
from collection.scheduling.labels import new_label
from collection.units import HOUR
from tests.api.conftest import make_body

PATH = "/v1/drop-offs"
HOME = {"lon": 7.4197, "lat": 43.7325}
SITES = tuple(
    Site(
        id=name,
        name=name.title(),
        position=Position(lon=lon, lat=43.731),
        service=300,
        opening=((9 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR)),
        reload=False,
        address=f"1 Rue {name.title()}",
        capacity=2,
    )
    for name, lon in (("far", 7.4300), ("near", 7.4205))
)


@pytest.fixture(autouse=True)
def with_sites(services, monkeypatch):
    territory = replace(services.catalogue.territory("monaco"), sites=SITES)
    monkeypatch.setitem(services.catalogue.territories, "monaco", territory)


def wish(**changes):
    body = make_body()
    return {
        "territory": "monaco",
        "site_id": "near",
        **{key: body[key] for key in ("reference", "customer", "devices")},
        **changes,
    }


def announce(client, **changes):
    answer = client.post(PATH, json=wish(**changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("asked", [HOME, {"q": "12 Rue Grimaldi"}])
def test_the_nearest_sites_are_offered_to_anybody(public, asked):
    told = public.get(PATH, params=asked).json()
    first, second = told["sites"]
    assert (first["id"], second["id"], first["free"]) == ("near", "far", 2)
    assert 0 < first["minutes"] <= second["minutes"]
    assert first["opening"] == ["09:00-12:00", "14:00-18:00"]
    assert first["address"] == "1 Rue Near"


@pytest.mark.parametrize(
    ("asked", "field"),
    [({}, "q"), ({"lon": 7.4}, "lat"), ({**HOME, "q": "x"}, "q"), ({"lon": 2, "lat": 48}, "lon")],
)
def test_a_wrong_question_names_its_parameter(public, asked, field):
    answer = public.get(PATH, params=asked)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_device_goes_from_the_counter_to_the_hub(public, market, dispatcher, services):
    told = announce(public)
    assert (told["site_name"], told["devices"][0]["brought_at"]) == ("Near", None)
    assert public.get(PATH, params=HOME).json()["sites"][0]["free"] == 1
    label = new_label()
    answer = market.post(f"{told['url'].upper().replace('/V1/DROP-OFFS', PATH)}/scans", json={})
    assert answer.status_code == 422
    answer = market.post(
        f"{told['url']}/scans", json={"device": 0, "label": label, "battery": "ok"}
    )
    assert answer.status_code == 201, answer.text
    device = answer.json()["devices"][0]
    assert device["label"] == label
    pickup = services.requests.get(device["pickup_id"])
    assert (pickup.reference, pickup.devices[0].label) == ("SITE-near", label)
    assert [window.start.hour for window in pickup.windows] == [8, 13]
    chain = market.get(f"/v1/devices/{label}").json()
    assert [step["what"] for step in chain["steps"]] == ["announced", "dropped_off", "booked"]
    assert chain["reference"] == "ORDER-1"
    waiting = dispatcher.post("/v1/hubs/monaco/receipts", json={"label": label})
    assert waiting.status_code == 409  # No van has taken it.
    assert dispatcher.get(told["url"]).json()["code"] == told["code"]


def test_a_full_site_takes_no_more(public):
    announce(public)
    announce(public)
    answer = public.post(PATH, json=wish())
    assert (answer.status_code, answer.json()["type"].endswith(":conflict")) == (409, True)
    assert public.get(PATH, params=HOME).json()["sites"][0]["free"] == 0
    announce(public, site_id="far")


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"site_id": "moon"}, 404, None),
        ({"territory": "moon"}, 404, None),
        ({"devices": []}, 422, "devices"),
        ({"devices": [{"type": "fridge"}]}, 422, "devices.0.type"),
        ({"devices": [{"type": "phone", "battery": "swollen"}]}, 422, "devices.0.battery"),
        ({"devices": [{"type": "phone", "battery": "hot"}]}, 422, "devices.0.battery"),
    ],
)
def test_a_wrong_intention_names_its_field(public, changes, status, field):
    answer = public.post(PATH, json=wish(**changes))
    assert answer.status_code == status, answer.text
    if field:
        assert answer.json()["errors"][0]["field"] == field


def test_the_same_key_is_the_same_intention(public):
    headers = {"Idempotency-Key": "abc"}
    first, second = (public.post(PATH, json=wish(), headers=headers).json() for _ in range(2))
    assert first["code"] == second["code"]
    assert public.get(PATH, params=HOME).json()["sites"][0]["free"] == 1
