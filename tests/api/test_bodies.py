import json

import pytest

from tests.api.conftest import make_body, written


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        (b'{"reference": "A",', 400, "body"),
        (b"", 422, "body"),
        (b"[]", 422, "body"),
        (b"null", 422, "body"),
        (b"[" * 100_000, 400, None),
        (b'{"address": {"lon": NaN, "lat": 1e999}}', 422, "address.lon"),
        (b'{"\\ud800": 1}', 422, "body"),
        (b'{"reference": "\\ud800"}', 422, "reference"),
        (b'{"reference": "\xff"}', 400, None),
        (b'{"reference": ' + b"9" * 5_000 + b"}", 400, None),
    ],
)
def test_what_is_no_json_object_is_refused(market, redis_client, content, status, field):
    answer = market.post(
        "/v1/pickup-requests", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if field:
        assert field in [error["field"] for error in answer.json()["errors"]]
    assert written(redis_client) == []


def test_malformed_json_is_answered_with_its_position(market):
    content = json.dumps(make_body())[:-1] + ",}"
    answer = market.post(
        "/v1/pickup-requests", content=content, headers={"Content-Type": "application/json"}
    )
    assert f"at character {len(content) - 1}" in answer.json()["detail"]


def test_a_form_is_no_json(market, redis_client):
    answer = market.post("/v1/pickup-requests", data={"reference": "A"})
    assert answer.status_code == 422
    assert "application/json" in answer.json()["detail"]
    assert written(redis_client) == []


def two_megabytes():
    for _ in range(32):
        yield b" " * 65_536


@pytest.mark.parametrize("content", [b" " * 2_000_000, two_megabytes()], ids=["sized", "chunked"])
def test_a_body_of_two_megabytes_is_refused(market, redis_client, content):
    answer = market.post(
        "/v1/pickup-requests", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert "262144 bytes" in answer.json()["detail"]
    assert written(redis_client) == []
