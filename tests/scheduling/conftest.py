"""A store for what must hold on the fake and on the real one alike."""

import pytest

from collection.store import RedisEventLog, RedisPlanStore, RedisRequestStore
from tests.fakes import FakeEventLog, FakePlanStore, FakeRequestStore


@pytest.fixture(params=["fake", "real"])
def kind(request):
    return request.param


@pytest.fixture
def store(kind, request):
    if kind == "fake":
        return FakeRequestStore(FakeEventLog())
    return RedisRequestStore(request.getfixturevalue("redis_client"))


@pytest.fixture
def events(kind, store, request):
    return (
        store.events if kind == "fake" else RedisEventLog(request.getfixturevalue("redis_client"))
    )


@pytest.fixture
def plans(kind, store, request):
    if kind == "fake":
        return FakePlanStore(store)
    return RedisPlanStore(request.getfixturevalue("redis_client"))
