from dataclasses import replace

import pytest

from collection.errors import CollectionError, RoutingUnavailable, StoreUnavailable
from tests.api.conftest import API_KEY, bearer, make_client, serving


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2", 404),
        ("GET", "/v1/slots/", 404),
        ("DELETE", "/v1/slots", 405),
        ("PUT", "/v1/pickup-requests", 405),
        ("BREW", "/healthz", 405),
        ("GET", "/docs", 404),
    ],
)
def test_unknown_paths_and_methods_are_problems(public, method, path, status):
    answer = public.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:collection:problem:")
    assert problem["title"]
    assert problem["detail"]
    if status == 405:
        assert answer.headers["allow"]


class Broken:
    """A store that fails in a chosen way."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        def fail(*_, **__):
            raise self._error

        return fail


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (StoreUnavailable("redis at unix:///secret/path"), 503, "store-unavailable"),
        (RoutingUnavailable("the network monaco is missing"), 503, "routing-unavailable"),
        (CollectionError("unclassified at /secret/path"), 500, "internal-error"),
        (RuntimeError("a bug at /secret/path"), 500, "internal-error"),
    ],
)
def test_errors_of_the_inside_tell_nothing_of_it(services, capsys, error, status, kind):
    broken = replace(services, requests=Broken(error))
    with serving(broken) as (url, _), make_client(url, headers=bearer(API_KEY)) as client:
        answer = client.get("/v1/pickup-requests/monaco.0")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["type"].endswith(kind)
    assert "secret" not in answer.text
    assert (answer.headers.get("retry-after") == "2") is (status == 503)


def test_many_errors_are_cut_short(market):
    answer = market.post("/v1/pickup-requests", json={f"x{n}": n for n in range(5_000)})
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 20
