"""A client of vroom-express changes the address and nothing else."""

import base64
import json
import threading
import time
from dataclasses import replace

import pytest

from collection.api import vroom as endpoint
from collection.api.schemas.vroom import EXAMPLE
from tests.api.conftest import API_KEY, bearer, make_client, serving
from tests.routing.formats.samples import decoded

MATRIX = [[0, 2104, 197, 1299], [2103, 0, 2255, 3152], [197, 2256, 0, 1102], [1299, 3153, 1102, 0]]
HEALTH_CHECK = {
    "vehicles": [{"id": 0, "start_index": 0, "end_index": 3}],
    "jobs": [{"id": 1414, "location_index": 1}, {"id": 1515, "location_index": 2}],
    "matrix": MATRIX,
}


def coordinates(*jobs, **changes):
    return {
        "vehicles": [{"id": 1, "start": [7.411, 43.725], "end": [7.411, 43.725]}],
        "jobs": [{"id": n, "location": list(place)} for n, place in enumerate(jobs, start=1)],
        **changes,
    }


@pytest.fixture
def opened(services):
    settings = services.settings.model_copy(
        update={"vroom_open": True, "public_rate_limit": "3/minute", "vroom_seconds": 1.0}
    )
    with serving(replace(services, settings=settings)) as (url, _), make_client(url) as client:
        yield client


@pytest.mark.parametrize("path", ["/vroom", "/vroom/"])
def test_a_request_of_vroom_gets_an_answer_of_vroom(market, path):
    answer = market.post(path, json=HEALTH_CHECK)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    found = answer.json()
    assert (found["code"], found["summary"]["cost"], found["unassigned"]) == (0, 5461, [])
    (route,) = found["routes"]
    steps = [(step["type"], step.get("id"), step["arrival"]) for step in route["steps"]]
    assert steps == [
        ("start", None, 0),
        ("job", 1414, 2104),
        ("job", 1515, 4359),
        ("end", None, 5461),
    ]
    assert {"loading", "solving"} <= found["summary"]["computing_times"].keys()


def test_the_documented_example_is_answered(market):
    assert market.post("/vroom", json=EXAMPLE).json()["summary"]["unassigned"] == 0


def test_coordinates_are_driven_on_the_streets_of_a_territory(market):
    body = coordinates((7.415, 43.728), (7.419, 43.728), options={"g": True, "x": 0, "t": 1})
    found = market.post("/vroom", json=body).json()
    assert found["code"] == 0, found
    (route,) = found["routes"]
    # A block is 330 metres and 40 seconds: three across and one up, there and back.
    assert (route["distance"], route["duration"]) == (1_980, 240)
    assert route["steps"][1]["location"] == [7.415, 43.728]
    line = decoded(route["geometry"])
    assert line[0] == line[-1] == (43.725, 7.411)
    assert (43.728, 7.419) in line
    assert "routing" in found["summary"]["computing_times"]


def test_an_address_beside_all_streets_is_unassigned_with_a_reason(market):
    found = market.post("/vroom", json=coordinates((7.415, 43.728), (7.6, 43.9))).json()
    assert [(left["id"], left["reason"]) for left in found["unassigned"]] == [(2, "unreachable")]


@pytest.mark.parametrize(
    ("body", "status", "code", "error"),
    [
        (b"", 400, 2, "Invalid JSON: EOF while parsing a value at line 1 column 0"),
        (b"[" * 100_000, 400, 2, "Invalid JSON: recursion limit exceeded"),
        (b"[]", 400, 2, "write an object"),
        (b'{"jobs": []}', 400, 2, "vehicles: is missing"),
        (b'{"vehicles": [{"id": "a"}]}', 400, 2, "vehicles[0].id: write an integer"),
        (
            b'{"vehicles": [{"id": 1, "start_index": 0}], "matrix": [[0, 1]]}',
            400,
            2,
            "matrix[0] has",
        ),
        (json.dumps(coordinates((2.35, 48.86))).encode(), 200, 0, None),
        (
            json.dumps(
                {
                    "vehicles": [{"id": 1, "start": [2, 48]}],
                    "jobs": [{"id": 1, "location": [2, 48]}],
                }
            ),
            500,
            3,
            "no street network of a territory covers [2.0, 48.0]",
        ),
        (
            json.dumps(
                {"vehicles": [], "jobs": [{"id": n, "location": [2, 48]} for n in range(1_001)]}
            ),
            413,
            4,
            "1001 tasks; at most 1000 in one request",
        ),
        (
            json.dumps({"vehicles": [{"id": n, "start": [2, 48]} for n in range(201)]}),
            413,
            4,
            "201 vehicles; at most 200 in one request",
        ),
        (b" " * (8 * 1024 * 1024 + 1), 413, 4, "a body may have 8388608 bytes; send less"),
    ],
)
def test_what_is_wrong_is_said_as_vroom_express_says_it(market, body, status, code, error):
    answer = market.post("/vroom", content=body, headers={"Content-Type": "application/json"})
    found = answer.json()
    assert (answer.status_code, found["code"]) == (status, code), found
    if error is not None:
        assert found.keys() == {"code", "error"}
        assert found["error"].startswith(error)


def basic(password):
    return {"Authorization": "Basic " + base64.b64encode(f"shop:{password}".encode()).decode()}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        (bearer("wrong"), 401),
        (basic("wrong"), 401),
        ({"Authorization": "Basic ???"}, 401),
        (bearer(API_KEY), 200),
        (basic(API_KEY), 200),
    ],
)
def test_a_key_is_needed_and_may_stand_in_the_address(public, headers, status):
    answer = public.post("/vroom", json=HEALTH_CHECK, headers=headers)
    assert answer.status_code == status
    if status == 401:
        assert answer.json()["code"] == 2
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_dispatcher_may_ask_and_a_driver_may_not(dispatcher, driver):
    assert dispatcher.post("/vroom", json=HEALTH_CHECK).status_code == 200
    refused = driver.post("/vroom", json=HEALTH_CHECK)
    assert (refused.status_code, refused.json()["code"]) == (403, 2)


def test_everybody_may_ask_where_the_settings_say_so_within_the_rate(opened):
    answers = [opened.post("/vroom", json=HEALTH_CHECK) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["code"] == 2
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_pages_of_other_origins_and_monitors_are_answered(public):
    asked = public.options("/vroom", headers={"Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "Content-Type" in asked.headers["access-control-allow-headers"]
    assert public.get("/vroom/health").status_code == 200


def test_mistakes_of_ours_are_logged_and_not_told(market, monkeypatch):
    def broken(*_):
        msg = "a secret"
        raise ZeroDivisionError(msg)

    monkeypatch.setattr(endpoint, "work", broken)
    answer = market.post("/vroom", json=HEALTH_CHECK)
    assert answer.status_code == 500
    assert answer.json() == {"code": 1, "error": "Internal error"}


def test_other_requests_are_answered_while_one_is_solved_and_a_queue_is_bounded(
    market, services, monkeypatch
):
    over = threading.Event()
    started = threading.Semaphore(0)

    def slow(*_):
        started.release()
        over.wait(20)
        return {"code": 0}

    monkeypatch.setattr(endpoint, "work", slow)
    monkeypatch.setattr(endpoint, "MAX_WAITING", 1)
    found = []
    clients = [
        threading.Thread(target=lambda: found.append(market.post("/vroom", json={}).status_code))
        for _ in range(2)
    ]
    for client in clients:
        client.start()
    assert started.acquire(timeout=10)
    assert market.get("/healthz").status_code == 200
    while market.post("/vroom", json={}).status_code != 503:
        time.sleep(0.05)
    over.set()
    for client in clients:
        client.join(20)
    assert found == [200, 200]


def test_a_search_ends_when_its_client_has_gone(market, monkeypatch):
    ended = threading.Event()

    def slow(_body, _services, cancelled):
        deadline = time.monotonic() + 20
        while not cancelled() and time.monotonic() < deadline:
            time.sleep(0.01)
        if cancelled():
            ended.set()
        return {"code": 0}

    monkeypatch.setattr(endpoint, "work", slow)
    with pytest.raises(Exception, match="timed out"):
        market.post("/vroom", json={}, timeout=0.5)
    assert ended.wait(10)
