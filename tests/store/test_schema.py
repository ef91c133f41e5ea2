import pytest

from collection.errors import Conflict, StoreUnavailable
from collection.store import RedisRequestStore
from collection.store.keys import SCHEMA, SCHEMA_LOCK, request_key, request_pattern
from collection.store.schema import MIGRATIONS, migrate
from tests.store.samples import make_request


def name_slots(client):
    """What a real step looks like: a field got another name, once per hash."""
    for key in client.scan_iter(request_pattern()):
        if client.hexists(key, "slot"):
            slot = client.hget(key, "slot")
            client.hset(key, mapping={"slot_id": slot})
            client.hdel(key, "slot")


def test_empty_store_starts_with_the_newest(redis_client):
    assert migrate(redis_client) == len(MIGRATIONS) + 1
    assert redis_client.get(SCHEMA) == str(len(MIGRATIONS) + 1)
    assert migrate(redis_client) == len(MIGRATIONS) + 1


def test_older_store_is_migrated_and_reads_as_before(redis_client):
    store = RedisRequestStore(redis_client)
    request = store.book(make_request())
    key = request_key(request.id)
    redis_client.hset(key, "slot", redis_client.hget(key, "slot_id"))
    redis_client.hdel(key, "slot_id")
    redis_client.set(SCHEMA, 1)
    assert migrate(redis_client, migrations=[name_slots]) == 2
    assert store.get(request.id) == request
    assert redis_client.get(SCHEMA) == "2"


def test_only_missing_steps_run_and_a_killed_one_runs_again(redis_client):
    ran = []

    def killed(client):
        ran.append("third")
        if ran.count("third") == 1:
            raise KeyboardInterrupt

    steps = [lambda _: ran.append("first"), lambda _: ran.append("second"), killed]
    redis_client.set(SCHEMA, 2)
    with pytest.raises(KeyboardInterrupt):
        migrate(redis_client, migrations=steps)
    assert redis_client.get(SCHEMA) == "3"
    assert migrate(redis_client, migrations=steps) == 4
    assert ran == ["second", "third", "third"]


@pytest.mark.parametrize(("found", "message"), [("7", "newer release"), ("x", "unknown")])
def test_newer_and_unknown_are_refused_and_left_alone(redis_client, found, message):
    redis_client.set(SCHEMA, found)
    with pytest.raises(StoreUnavailable, match=message):
        migrate(redis_client)
    assert redis_client.get(SCHEMA) == found


def test_one_process_migrates(redis_client):
    redis_client.set(SCHEMA, 1)
    redis_client.set(SCHEMA_LOCK, "another", px=5_000)
    with pytest.raises(Conflict, match="migration"):
        migrate(redis_client, migrations=[name_slots])
    assert redis_client.get(SCHEMA) == "1"
