"""The main job over HTTP, on the real streets and addresses of Monaco."""

from dataclasses import replace
from itertools import islice
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from pydantic import SecretStr
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from collection.api.security import hash_password
from collection.geocode import iter_addresses
from collection.routing.streets import network_exists
from collection.settings import Settings
from collection.wiring import build_services
from tests.api.conftest import API_KEY, PASSWORD, bearer, make_body, make_client, serving


@pytest.fixture
def monaco(server_url, redis_client):
    settings = Settings(
        _env_file=None,
        secret_key=SecretStr("a secret of the tests only"),
        api_keys={"shop": SecretStr(API_KEY)},
        dispatchers={"dora": hash_password(PASSWORD)},
    )
    if not network_exists(settings.network_dir, "monaco"):
        pytest.skip("no network monaco; `make test` builds it")
    services = build_services(settings, server_url)
    territory = replace(services.catalogue.territory("monaco"), solve_seconds=2)
    services.catalogue.territories["monaco"] = territory
    with serving(services) as (url, _), make_client(url) as client:
        yield SimpleNamespace(services=services, client=client, settings=settings)


def test_from_addresses_to_the_drivers_file(monaco, monkeypatch):
    client, services = monaco.client, monaco.services
    market = bearer(API_KEY)
    slots = client.get("/v1/slots", params={"territory": "monaco"}).json()["slots"]
    day = slots[0]["date"]
    of_day = [slot["id"] for slot in slots if slot["date"] == day]
    index = monaco.settings.network_dir / "monaco" / "addresses.sqlite"
    booked = []
    for number, match in enumerate(islice(iter_addresses(index), 0, None, 17)):
        address = {
            "line1": match.line1,
            "lon": match.position.lon,
            "lat": match.position.lat,
        }
        body = make_body(
            reference=f"R-{number}", address=address, slot_id=of_day[number % len(of_day)]
        )
        answer = client.post("/v1/pickup-requests", json=body, headers=market)
        assert answer.status_code == 201, answer.text
        booked.append(answer.json()["id"])
    assert len(booked) >= 15

    login = client.post("/v1/session", json={"name": "dora", "password": PASSWORD})
    assert login.status_code == 200
    asked = client.post("/v1/plans", json={"territory": "monaco", "date": day})
    assert asked.status_code == 202, asked.text
    monkeypatch.setattr("collection.scheduling.work._ports", services.night_ports)
    SimpleWorker(["nights"], connection=services.queue, serializer=JSONSerializer).work(burst=True)
    job = client.get(asked.headers["location"]).json()
    assert job["status"] == "finished", job
    closed = client.post("/v1/pickup-requests", json=make_body(slot_id=of_day[0]), headers=market)
    assert closed.status_code in {409, 422}

    plan = client.post(f"/v1/plans/{job['plan_id']}/publish").json()
    assert plan["violations"] == []
    assert plan["summary"]["planned"] + plan["summary"]["unassigned"] == len(booked)
    assert plan["summary"]["planned"] >= len(booked) - 2
    route = plan["routes"][0]
    token = route["driver_url"].rpartition("/driver/")[2]
    driver = bearer(token)
    seen = client.get(route["url"], headers=driver).json()
    assert [stop["request_id"] for stop in seen["stops"]] == [
        stop["request_id"] for stop in route["stops"]
    ]
    assert {stop["status"] for stop in seen["stops"]} == {"planned"}

    gpx = ET.fromstring(client.get(f"{route['url']}?format=gpx", headers=driver).text)  # noqa: S314
    spaces = {"g": "http://www.topografix.com/GPX/1/1"}
    assert len(gpx.findall("g:wpt", spaces)) == len(seen["stops"]) + 1
    assert len(gpx.findall(".//g:trkpt", spaces)) > 2 * len(seen["stops"])

    event = {
        "type": "collected",
        "at": services.clock.now().isoformat().replace("+00:00", "Z"),
        "request_id": seen["stops"][0]["request_id"],
    }
    told = client.post(f"{route['url']}/events", json=event, headers=driver)
    assert told.json()["status"] == "collected"
