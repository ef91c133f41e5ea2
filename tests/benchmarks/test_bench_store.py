"""A day of 1,000 requests in the store, beside the plain way of reading one by one."""

# ruff: noqa: T201

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from collection.store import RedisPlanStore, RedisRequestStore
from tests.store.samples import DAY, NOW, make_plan, make_request

REQUESTS = 1_000


def median_ms(call, rounds=7):
    times = []
    for number in range(rounds):
        start = time.perf_counter()
        call(number)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1_000


@pytest.mark.bench
def test_a_day_of_1000_requests(redis_client):
    requests, plans = RedisRequestStore(redis_client), RedisPlanStore(redis_client)
    ids = [f"monaco.{number:04}" for number in range(REQUESTS)]

    def book(request_id):
        requests.book(make_request(request_id.removeprefix("monaco.")), capacity=REQUESTS)

    start = time.perf_counter()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(book, ids))
    booked = (time.perf_counter() - start) * 1_000

    plan_ids = []

    def save(number):
        plan_ids.append(plans.save(make_plan(*ids, fingerprint=f"f{number}")).id)

    rows = {
        "book one (1 caller)": median_ms(
            lambda number: requests.book(make_request(f"x{number}"), capacity=REQUESTS * 2), 51
        ),
        f"book {REQUESTS} (16 callers)": booked,
        f"day of {REQUESTS}": median_ms(lambda _: requests.day("monaco", DAY)),
        f"get one by one x {REQUESTS}": median_ms(lambda _: [requests.get(i) for i in ids], 3),
        f"save a plan of {REQUESTS} stops": median_ms(save),
        f"publish {REQUESTS} stops": median_ms(
            lambda _: plans.publish(plan_ids[0], at=NOW), rounds=1
        ),
        "publish the next version": median_ms(
            lambda number: plans.publish(plan_ids[number + 1], at=NOW), rounds=6
        ),
    }
    width = max(map(len, rows))
    print(f"\n{'store':<{width}}  median ms")
    for name, value in rows.items():
        print(f"{name:<{width}}  {value:9.2f}")
    ratio = rows[f"get one by one x {REQUESTS}"] / rows[f"day of {REQUESTS}"]
    print(f"reading a day at once is {ratio:.1f} times as fast as one by one")
    assert ratio > 1
