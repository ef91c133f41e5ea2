from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from collection.api.idempotency import HEADER, REPLAYED
from collection.errors import StoreUnavailable
from tests.api.conftest import API_KEY, bearer, book, make_body, make_client, serving
from tests.api.samples import DAY

KEY = {HEADER: "3f6f7d1e"}


def send(client, key=KEY, **changes):
    return client.post("/v1/pickup-requests", json=make_body(**changes), headers=key)


def test_the_first_answer_is_given_again_with_its_location(market, services):
    first, second = send(market), send(market)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["content-type"] == first.headers["content-type"]
    assert REPLAYED not in first.headers
    assert second.headers[REPLAYED] == "true"
    assert len(services.requests.day("monaco", DAY)) == 1


def test_another_body_under_the_same_key_is_refused(market, services):
    send(market)
    answer = send(market, reference="ANOTHER")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == HEADER
    assert len(services.requests.day("monaco", DAY)) == 1


def test_another_path_under_the_same_key_is_refused(market, services):
    one, two = book(market), book(market)
    assert market.post(f"{one['url']}/cancel", headers=KEY).status_code == 200
    assert market.post(f"{two['url']}/cancel", headers=KEY).status_code == 422
    assert services.requests.get(two["id"]).state == "confirmed"


def test_a_refusal_is_kept_like_a_success(market):
    first = send(market, slot_id="monaco.2026-03-03.0900")
    second = send(market, slot_id="monaco.2026-03-03.0900")
    assert (first.status_code, second.status_code) == (409, 409)
    assert second.headers[REPLAYED] == "true"
    assert second.json() == first.json()
    assert second.headers["content-type"] == "application/problem+json"


def test_a_second_cancel_with_its_key_is_the_first_one(market):
    url = book(market)["url"]
    assert market.post(f"{url}/cancel", headers=KEY).status_code == 200
    again = market.post(f"{url}/cancel", headers=KEY)
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")
    assert market.post(f"{url}/cancel").status_code == 409


def test_keys_of_different_callers_are_different(market, public, services):
    assert send(market).json()["id"] != send(public).json()["id"]
    other = {**KEY, "X-Forwarded-For": "203.0.113.9"}
    assert REPLAYED in send(public).headers
    with (
        serving(
            replace(services, settings=services.settings.model_copy(update={"trust_proxy": True}))
        ) as (url, _),
        make_client(url) as client,
    ):
        assert REPLAYED not in send(client, other).headers


def test_many_at_once_book_once(server, services):
    def try_to_book(_):
        with make_client(server, headers=bearer(API_KEY)) as client:
            return send(client)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(try_to_book, range(48)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.text for answer in answers if answer.status_code == 201}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.headers["retry-after"] == "1"
            assert "in flight" in answer.json()["detail"]
    assert len(services.requests.day("monaco", DAY)) == 1
    assert send_later(server).headers[REPLAYED] == "true"


def send_later(server):
    with make_client(server, headers=bearer(API_KEY)) as client:
        return send(client)


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "ключ"])
def test_a_key_that_cannot_be_is_refused(market, services, key):
    answer = send(market, {HEADER: key.encode()})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == HEADER
    assert services.requests.day("monaco", DAY) == ()


def test_a_refusal_for_missing_credentials_is_not_kept(public, market, services):
    url = book(market)["url"]
    assert public.post(f"{url}/cancel", headers=KEY).status_code == 401
    again = public.post(f"{url}/cancel", headers=KEY)
    assert again.status_code == 401
    assert REPLAYED not in again.headers


def test_a_key_with_a_forged_link_is_refused_like_any(public, market):
    url = book(market)["url"]
    answer = public.post(f"{url}/cancel", headers={**KEY, **bearer("forged")})
    assert answer.status_code == 401
    assert answer.json()["type"].endswith(":invalid-credentials")


class BreaksOnce:
    """A store that does what it is asked for and fails the first time."""

    def __init__(self, store, method, error):
        self._store = store
        self._method = method
        self._errors = [error]

    def __getattr__(self, name):
        work = getattr(self._store, name)
        if name != self._method:
            return work

        def fail(*args, **options):
            done = work(*args, **options)
            if self._errors:
                raise self._errors.pop()
            return done

        return fail


@pytest.mark.parametrize(
    ("error", "status"), [(StoreUnavailable("gone"), 503), (RuntimeError("a bug"), 500)]
)
def test_a_retry_after_a_lost_answer_books_nothing_twice(services, error, status):
    requests = BreaksOnce(services.requests, "book", error)
    broken = replace(services, desk=replace(services.desk, requests=requests))
    with serving(broken) as (url, _), make_client(url, headers=bearer(API_KEY)) as client:
        assert send(client).status_code == status
        assert len(services.requests.day("monaco", DAY)) == 1
        retried = send(client)
    assert retried.status_code == 201
    assert REPLAYED not in retried.headers
    assert [request.id for request in services.requests.day("monaco", DAY)] == [
        retried.json()["id"]
    ]


@pytest.mark.parametrize(("status", "changes"), [(201, {}), (422, {"reference": ""})])
def test_an_answer_that_cannot_be_kept_is_given_all_the_same(services, status, changes):
    store = BreaksOnce(services.idempotency, "finish", StoreUnavailable("gone"))
    broken = replace(services, idempotency=store)
    with serving(broken) as (url, _), make_client(url, headers=bearer(API_KEY)) as client:
        assert send(client, **changes).status_code == status


def test_what_is_not_there_leaves_nothing_in_the_store(public, redis_client):
    answer = public.post("/v1/nonexistent", headers={"Idempotency-Key": "k"}, json={})
    assert answer.status_code == 404
    assert not list(redis_client.scan_iter("collection:idempotency:*"))
