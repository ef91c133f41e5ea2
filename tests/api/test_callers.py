"""Who may do what: every endpoint, every role."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collection.api.links import DRIVER_LIFE, TRACKING_LIFE
from collection.api.security import SESSION_COOKIE, issue_session
from tests.api.conftest import API_KEY, bearer, book, hold, make_body, make_hold
from tests.api.samples import DAY, PLAN_ID, ROUTE_ID

DAY_PATH = "/v1/territories/monaco/days/2026-03-03"
DAY_QUERY = "territory=monaco&date=2026-03-03"
TRIAL = {"territory": "monaco", "date": "2026-03-03", "scenario": {"name": "as it is"}}
POSITION = {
    "type": "position",
    "at": "2026-03-02T09:00:00Z",
    "position": {"lon": 7.42, "lat": 43.73},
}
SCAN = {"at": "2026-03-02T09:00:00Z", "request_id": "none", "device": 0, "battery": "ok"}
BRING = {
    "territory": "monaco",
    "site_id": "none",
    **{key: make_body()[key] for key in ("reference", "customer", "devices")},
}
BROUGHT = {"device": 0, "label": "0000000000"}
MOVE = {"slot_id": "monaco.2026-03-04.1000"}

# Status without a role, then of marketplace, dispatcher, driver and customer.
MATRIX = [
    ("GET", "/healthz", None, (200, 200, 200, 200, 200)),
    ("GET", "/readyz", None, (200, 200, 200, 200, 200)),
    ("GET", "/v1/slots?territory=monaco", None, (200, 200, 200, 200, 200)),
    ("GET", "/v1/addresses?q=rue", None, (200, 200, 200, 200, 200)),
    ("POST", "/v1/pickup-requests", make_body(), (201, 201, 201, 201, 201)),
    ("POST", "/v1/holds", make_hold(), (201, 201, 201, 201, 201)),
    ("DELETE", "/v1/holds/{held}", None, (204, 204, 204, 204, 204)),
    ("GET", "/v1/slots?request={own}", None, (401, 200, 200, 403, 200)),
    ("GET", "/v1/slots?request={other}", None, (401, 200, 200, 403, 403)),
    ("GET", "/v1/pickup-requests/{own}", None, (401, 200, 200, 403, 200)),
    ("POST", "/v1/pickup-requests/{own}/reschedule", MOVE, (401, 200, 200, 403, 200)),
    ("POST", "/v1/pickup-requests/{own}/cancel", None, (401, 200, 200, 403, 200)),
    ("GET", "/v1/pickup-requests/{other}", None, (401, 200, 200, 403, 403)),
    ("POST", "/v1/pickup-requests/{other}/cancel", None, (401, 200, 200, 403, 403)),
    ("GET", "/v1/pickup-requests/{own}/progress", None, (401, 200, 200, 403, 200)),
    ("GET", "/v1/pickup-requests/{other}/progress", None, (401, 200, 200, 403, 403)),
    ("GET", "/v1/pickup-requests/{own}/progress/stream", None, (401, 200, 200, 403, 200)),
    ("GET", "/v1/pickup-requests/{other}/progress/stream", None, (401, 200, 200, 403, 403)),
    ("GET", f"{DAY_PATH}/progress", None, (401, 403, 200, 403, 403)),
    ("GET", f"{DAY_PATH}/progress/stream", None, (401, 403, 200, 403, 403)),
    ("POST", "/v1/plans", {"territory": "monaco", "date": "2026-03-03"}, (401, 403, 202, 403, 403)),
    ("GET", "/v1/jobs/none", None, (401, 403, 404, 403, 403)),
    ("GET", f"/v1/plans?{DAY_QUERY}", None, (401, 403, 200, 403, 403)),
    ("GET", f"/v1/plans/{PLAN_ID}", None, (401, 403, 200, 403, 403)),
    ("GET", f"/v1/plans/{PLAN_ID}/explanation", None, (401, 403, 200, 403, 403)),
    ("GET", f"/v1/plans/{PLAN_ID}/comparison?before={PLAN_ID}", None, (401, 403, 200, 403, 403)),
    ("POST", "/v1/scenarios", TRIAL, (401, 403, 202, 403, 403)),
    ("POST", f"/v1/plans/{PLAN_ID}/publish", None, (401, 403, 200, 403, 403)),
    ("POST", f"/v1/plans/{PLAN_ID}/replan", {"seconds": 0.1}, (401, 403, 201, 403, 403)),
    ("POST", f"/v1/plans/{PLAN_ID}/urgent", make_body(), (401, 403, 409, 403, 403)),
    ("GET", f"/v1/plans/{PLAN_ID}/proposal", None, (401, 403, 422, 403, 403)),
    ("POST", f"/v1/plans/{PLAN_ID}/accept", None, (401, 403, 422, 403, 403)),
    ("POST", f"/v1/plans/{PLAN_ID}/drop", {}, (401, 403, 422, 403, 403)),
    ("GET", f"/v1/routes/{ROUTE_ID}", None, (401, 403, 200, 200, 403)),
    ("POST", f"/v1/routes/{ROUTE_ID}/events", POSITION, (401, 403, 201, 201, 403)),
    ("POST", f"/v1/routes/{ROUTE_ID}/scans", SCAN, (401, 403, 422, 422, 403)),
    ("GET", "/v1/labels?count=1", None, (401, 403, 200, 200, 403)),
    ("GET", "/v1/drop-offs?lon=7.4197&lat=43.7325", None, (200, 200, 200, 200, 200)),
    ("POST", "/v1/drop-offs", BRING, (404, 404, 404, 404, 404)),
    ("GET", "/v1/drop-offs/none", None, (401, 404, 404, 403, 403)),
    ("POST", "/v1/drop-offs/none/scans", BROUGHT, (401, 404, 404, 403, 403)),
    ("GET", "/v1/devices/ABC", None, (401, 422, 422, 403, 403)),
    ("GET", "/v1/hubs/monaco?date=2026-03-03", None, (401, 403, 200, 403, 403)),
    ("POST", "/v1/hubs/monaco/receipts", {"label": "ABC"}, (401, 403, 422, 403, 403)),
    ("GET", "/v1/routes/monaco.2026-03-03.v1.van-2", None, (401, 403, 404, 403, 403)),
    ("GET", f"/v1/events?{DAY_QUERY}&x", None, (401, 403, 200, 403, 403)),
]
ROLES = ("nobody", "marketplace", "dispatcher", "driver", "customer")


def credentials(role, services, signer, own):
    """Headers that make a caller what it is."""
    if role == "marketplace":
        return bearer(API_KEY)
    if role == "dispatcher":
        cookie = issue_session(signer, "dora", services.settings.dispatchers["dora"])
        return {"Cookie": f"{SESSION_COOKIE}={cookie}"}
    if role == "driver":
        return bearer(signer.driver_token(ROUTE_ID))
    if role == "customer":
        return bearer(signer.tracking_token(services.requests.get(own)))
    return {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", MATRIX, ids=lambda call: f"{call[0]} {call[1]}")
def test_each_role_may_do_its_own(*, request, public, services, signer, market, call, role):
    method, path, body, wanted = call
    status = wanted[ROLES.index(role)]
    if "/plans" in path or "/routes" in path:
        request.getfixturevalue("published")
    ids = {"own": None}
    if "{" in path or role == "customer":
        for name, slot in (("own", "1200"), ("other", "1400")):
            ids[name] = book(market, slot_id=f"monaco.2026-03-03.{slot}")["id"]
    if "{held}" in path:
        ids["held"] = hold(market)["id"]
    headers = credentials(role, services, signer, ids["own"])
    # One of them is an endless stream: only its beginning is read.
    url = path.format(**ids)
    with public.stream(method, url, json=body, headers=headers) as answer:
        assert answer.status_code == status, answer.read()
    if status == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


def test_no_endpoint_is_left_out_of_the_matrix(public):
    told = {
        (method.upper(), path)
        for path, operations in public.get("/openapi.json").json()["paths"].items()
        for method in operations
        if path.startswith("/v1/")
    }
    elsewhere = {
        ("POST", "/v1/session"),
        ("DELETE", "/v1/session"),
        ("GET", "/v1/plans/{plan_id}/map"),
        ("GET", "/v1/routes/{route_id}/map"),
    }
    names = {"own": "{request_id}", "other": "{request_id}", "held": "{hold_id}"}
    tried = set()
    for method, path, _, _ in MATRIX:
        template = path.partition("?")[0].format(**names)
        template = template.replace(DAY_PATH, "/v1/territories/{territory}/days/{date}")
        for concrete, name in (
            (PLAN_ID, "{plan_id}"),
            ("jobs/none", "jobs/{job_id}"),
            ("devices/ABC", "devices/{label}"),
            ("drop-offs/none", "drop-offs/{drop_off_id}"),
            ("hubs/monaco", "hubs/{territory_id}"),
        ):
            template = template.replace(f"/{ROUTE_ID}", "/{route_id}").replace(concrete, name)
        tried.add((method, template))
    assert told - tried - elsewhere == set()


@pytest.mark.parametrize("scheme", ["Bearer wrong", "Bearer", "Basic YTpi", "x", "Bearer é"])
def test_wrong_credentials_are_refused_even_where_none_are_needed(public, scheme):
    headers = {"Authorization": scheme.encode()}
    answer = public.get("/v1/slots?territory=monaco", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["type"].endswith(":invalid-credentials")


def test_a_forged_link_opens_nothing(public, market, signer, services):
    booked = book(market)
    token = signer.tracking_token(services.requests.get(booked["id"]))
    for forged in (
        token[:-3],
        token + "x",
        "x",
        replace(signer, secret="s" * 32).sign(
            "customer link", booked["id"], services.clock.now() + timedelta(days=1)
        ),
    ):
        answer = public.post(f"{booked['url']}/cancel", headers=bearer(forged))
        assert answer.status_code == 401
        assert "forged" in answer.json()["detail"]
    assert services.requests.get(booked["id"]).state == "confirmed"


def test_an_expired_link_says_so(public, published, signer, services):
    stop = published.routes[0].stops[0]
    customer = signer.tracking_token(services.requests.get(stop.request_id))
    driver = signer.driver_token(ROUTE_ID)
    for token, path, life in (
        (driver, f"/v1/routes/{ROUTE_ID}", DRIVER_LIFE + timedelta(days=1)),
        (customer, f"/v1/pickup-requests/{stop.request_id}", TRACKING_LIFE),
    ):
        assert public.get(path, params={"token": token}).status_code == 200
        services.clock.advance(seconds=life.total_seconds())
        answer = public.get(path, params={"token": token})
        assert answer.status_code == 401
        assert answer.json()["type"].endswith(":expired-link")


def test_a_token_in_the_address_only_reads(public, published, signer, services):
    token = signer.driver_token(ROUTE_ID)
    events = services.events.read("monaco", DAY)
    answer = public.post(f"/v1/routes/{ROUTE_ID}/events", params={"token": token}, json=POSITION)
    assert answer.status_code == 401
    assert services.events.read("monaco", DAY) == events


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[x"}, 403),
    ],
)
def test_another_sites_page_cannot_use_a_session(dispatcher, published, headers, status):
    answer = dispatcher.post(f"/v1/plans/{PLAN_ID}/publish", headers=headers)
    assert answer.status_code == status


def test_ones_own_page_can_use_a_session(dispatcher, published, server):
    answer = dispatcher.post(f"/v1/plans/{PLAN_ID}/publish", headers={"Origin": server})
    assert answer.status_code == 200
