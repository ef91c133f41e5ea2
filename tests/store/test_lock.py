import time

import pytest

from collection.errors import Conflict
from collection.store.lock import hold

KEY = "collection:{monaco}:2026-03-03:night"


def test_renewed_beyond_its_lease(redis_client):
    with hold(redis_client, KEY, lease=0.2, what="the night"):
        time.sleep(0.5)
        with (
            pytest.raises(Conflict, match="the night is locked"),
            hold(redis_client, KEY, lease=0.2, what="the night"),
        ):
            pytest.fail("held twice")
    assert not redis_client.exists(KEY)


def test_lock_of_a_dead_holder_frees_itself(redis_client):
    redis_client.set(KEY, "token of the dead", px=100)
    time.sleep(0.15)
    with hold(redis_client, KEY, lease=5, what="the night"):
        assert 0 < redis_client.pttl(KEY) <= 5_000


def test_holder_learns_of_a_lost_lock_and_leaves_the_new_holder_alone(redis_client):
    with (
        pytest.raises(Conflict, match="lost"),
        hold(redis_client, KEY, lease=5, what="the night"),
    ):
        redis_client.set(KEY, "token of another", px=5_000)
    assert redis_client.get(KEY) == "token of another"


def test_error_of_the_block_comes_before_the_lost_lock(redis_client):
    def lose():
        with hold(redis_client, KEY, lease=5, what="the night"):
            redis_client.delete(KEY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lose()
