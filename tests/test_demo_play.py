"""The demo's day is played over HTTP: a live day for every page, in seconds here."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from collection.model import EventType, RequestState
from collection.store import RedisEventLog, RedisPlanStore, RedisRequestStore

REQUESTS = 12


@pytest.fixture
def played(tmp_path, server_url, redis_client):
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "collection", "demo", "--play", "--once", "--json"),
            *("--speed", "3000", "--requests", str(REQUESTS)),
        ],
        env={
            **os.environ,
            "COLLECTION_RUN_DIR": str(tmp_path / "run"),
            "COLLECTION_REDIS_URL": server_url,
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished


def test_a_played_day_is_told_by_its_drivers_and_ends(played, redis_client, tmp_path):
    assert json.loads(played.stdout)["requests"] == REQUESTS
    assert "The day was played to" in played.stderr
    (key,) = redis_client.keys("collection:*:published")
    day = date.fromisoformat(next(part for part in key.split(":") if part.count("-") == 2))
    events = RedisEventLog(redis_client).read("monaco", day, limit=5_000)
    plan = RedisPlanStore(redis_client).get(f"monaco.{day}.v1")
    kinds = Counter(event.type for event in events)
    assert kinds[EventType.SHIFT_STARTED] == kinds[EventType.SHIFT_ENDED] == len(plan.routes)
    assert kinds[EventType.ARRIVED] == REQUESTS
    assert kinds[EventType.POSITION] > REQUESTS
    assert kinds[EventType.BREAK_STARTED] == kinds[EventType.BREAK_ENDED]
    states = {r.state for r in RedisRequestStore(redis_client).day("monaco", day)}
    assert states <= {RequestState.RECEIVED, RequestState.FAILED}
    told = [event.at for event in events if event.type is EventType.POSITION]
    assert told == sorted(told)
    assert {at.date() for at in told} <= {day}
    # The servers took their time from the played clock: nothing lay in the future for them.
    assert "status=422" not in (tmp_path / "run" / "demo" / "api.log").read_text()
