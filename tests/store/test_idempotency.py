"""The contract of an `IdempotencyStore`, on the fake and on real servers alike."""

import pytest

from collection.errors import Conflict, InvalidRequest
from collection.ports import StoredAnswer
from collection.store.idempotency import CLAIM, KEEP
from collection.store.keys import idempotency_key

ANSWER = StoredAnswer(status=201, body='{"id": "é"}', media_type="application/json")


def test_first_caller_works_and_the_next_gets_the_answer(ports):
    store = ports.idempotency
    assert store.begin("shop:1", "f1") is None
    store.finish("shop:1", "f1", ANSWER)
    assert store.begin("shop:1", "f1") == ANSWER
    assert store.begin("shop:2", "f1") is None


def test_in_flight_conflicts(ports):
    ports.idempotency.begin("shop:1", "f1")
    with pytest.raises(Conflict, match="in flight"):
        ports.idempotency.begin("shop:1", "f1")


@pytest.mark.parametrize("finished", [False, True])
def test_another_body_is_refused(ports, finished):
    ports.idempotency.begin("shop:1", "f1")
    if finished:
        ports.idempotency.finish("shop:1", "f1", ANSWER)
    with pytest.raises(InvalidRequest) as caught:
        ports.idempotency.begin("shop:1", "f2")
    assert caught.value.field == "Idempotency-Key"


def test_abandoned_is_free_again(ports):
    ports.idempotency.begin("shop:1", "f1")
    ports.idempotency.abandon("shop:1")
    assert ports.idempotency.begin("shop:1", "f2") is None


def test_an_answer_is_neither_abandoned_nor_replaced(ports):
    ports.idempotency.begin("shop:1", "f1")
    ports.idempotency.finish("shop:1", "f1", ANSWER)
    ports.idempotency.abandon("shop:1")
    ports.idempotency.finish("shop:1", "f1", StoredAnswer(status=500, body="", media_type=""))
    assert ports.idempotency.begin("shop:1", "f1") == ANSWER


def test_a_claim_that_ran_out_does_not_overwrite_the_one_who_took_over(ports):
    ports.idempotency.begin("shop:1", "f2")
    ports.idempotency.finish("shop:1", "f1", ANSWER)
    with pytest.raises(Conflict):
        ports.idempotency.begin("shop:1", "f2")


def test_lifetimes(real_ports, redis_client):
    key = idempotency_key("shop:1")
    real_ports.idempotency.begin("shop:1", "f1")
    assert CLAIM - 5 <= redis_client.ttl(key) <= CLAIM
    real_ports.idempotency.finish("shop:1", "f1", ANSWER)
    assert KEEP - 5 <= redis_client.ttl(key) <= KEEP
