from datetime import UTC, datetime, timedelta

import pytest

from collection.api.links import LinkError, LinkSigner
from collection.api.security import (
    find_api_key,
    hash_password,
    issue_session,
    read_session,
    verify_password,
)
from tests.fakes import FakeClock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HASHED = hash_password("right")


@pytest.mark.parametrize(
    ("name", "password", "good"),
    [
        ("dora", "right", True),
        ("dora", "wrong", False),
        ("nobody", "right", False),
        ("nobody", "nobody", False),
        ("broken", "right", False),
    ],
)
def test_only_the_right_password_of_a_known_name_is_good(name, password, good):
    dispatchers = {"dora": HASHED, "broken": "not a hash"}
    assert verify_password(dispatchers, name, password) is good


def test_hashes_of_one_password_differ():
    assert hash_password("right") != HASHED


@pytest.mark.parametrize(
    ("presented", "owner"),
    [("k1", "shop"), ("k2", "store"), ("k3", None), ("", None), ("\ud800", None)],
)
def test_an_api_key_names_its_owner(presented, owner):
    assert find_api_key({"shop": "k1", "store": "k2", "unset": ""}, presented) == owner


def test_a_session_ends_by_time_by_another_password_and_by_removal():
    clock = FakeClock(NOW)
    signer = LinkSigner(secret="s" * 32, base_url="", clock=clock)
    cookie = issue_session(signer, "do:ra", HASHED)
    assert read_session(signer, {"do:ra": HASHED}, cookie) == "do:ra"
    for dispatchers in ({}, {"do:ra": hash_password("right")}):
        with pytest.raises(LinkError):
            read_session(signer, dispatchers, cookie)
    clock.instant += timedelta(hours=12)
    with pytest.raises(LinkError):
        read_session(signer, {"do:ra": HASHED}, cookie)
