from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.api.links import LinkError, LinkSigner
from collection.errors import InvalidRequest
from collection.settings import Settings
from tests.fakes import FakeClock

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIGNER = LinkSigner(secret="s" * 32, base_url="https://c.example", clock=FakeClock(NOW))
PURPOSES = st.sampled_from(["session", "driver link", "customer link"])


@given(st.text(max_size=50), PURPOSES, st.integers(1, 10**7))
def test_a_token_is_read_back_until_it_expires(subject, purpose, seconds):
    token = SIGNER.sign(purpose, subject, NOW + timedelta(seconds=seconds))
    assert SIGNER.read(purpose, token) == subject
    later = replace(SIGNER, clock=FakeClock(NOW + timedelta(seconds=seconds)))
    with pytest.raises(LinkError) as error:
        later.read(purpose, token)
    assert error.value.expired


@given(st.text(max_size=50), PURPOSES, PURPOSES)
def test_a_token_of_one_purpose_is_forged_for_another(subject, purpose, other):
    token = SIGNER.sign(purpose, subject, NOW + timedelta(days=1))
    if purpose != other:
        with pytest.raises(LinkError) as error:
            SIGNER.read(other, token)
        assert not error.value.expired


@given(st.data())
def test_a_token_with_one_other_character_is_forged(data):
    token = SIGNER.sign("driver link", "monaco.2026-03-03.v1.van-1", NOW + timedelta(days=1))
    place = data.draw(st.integers(0, len(token) - 2))
    character = data.draw(st.characters(exclude_characters=token[place]))
    with pytest.raises(LinkError):
        SIGNER.route_of(token[:place] + character + token[place + 1 :])


def test_a_drivers_link_lives_as_long_as_its_day():
    token = SIGNER.driver_token("monaco.2026-03-03.v1.van-1")
    on_the_day = replace(SIGNER, clock=FakeClock(datetime(2026, 3, 4, 23, tzinfo=UTC)))
    assert on_the_day.route_of(token) == "monaco.2026-03-03.v1.van-1"
    after = replace(SIGNER, clock=FakeClock(datetime(2026, 3, 5, tzinfo=UTC)))
    with pytest.raises(LinkError):
        after.route_of(token)


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_weak_secret_is_refused_at_the_start(secret):
    settings = Settings(_env_file=None, secret_key=secret)
    with pytest.raises(InvalidRequest, match="COLLECTION_SECRET_KEY"):
        LinkSigner.of(settings, FakeClock())
