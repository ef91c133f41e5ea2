from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from collection.errors import NotFound
from collection.store import keys
from collection.store.keys import DayKeys, OutboxKeys, idempotency_key, request_key

NAMES = [name for name, value in vars(DayKeys).items() if isinstance(value, property)]
TERRITORIES = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)


@given(TERRITORIES, st.dates(), st.dates(), st.text(max_size=20))
def test_all_keys_of_a_territory_share_a_cluster_slot(territory, one, other, token):
    found = {getattr(DayKeys(territory, day), name) for day in (one, other) for name in NAMES}
    found.add(request_key(f"{territory}.{token}"))
    assert len({key_slot(key.encode()) for key in found}) == 1
    assert len(found) == len(NAMES) * len({one, other}) + 1


@pytest.mark.parametrize("territory", ["", "a}b", "{a}", "A", "a b", "a\n", "ä", "a:b", "a.b"])
def test_no_territory_leaves_its_tag(territory):
    with pytest.raises(NotFound):
        _ = DayKeys(territory, date(2026, 3, 3)).requests


def test_the_table_lists_every_key_of_a_day():
    day = DayKeys("t", date(2026, 3, 3))
    for name in NAMES:
        key = getattr(day, name).replace("2026-03-03", "<date>")
        assert f"\n{key} " in keys.__doc__


def test_the_outbox_lives_with_its_territory_and_is_in_the_table():
    outbox = OutboxKeys("t")
    found = [
        getattr(outbox, name) for name, value in vars(OutboxKeys).items() if type(value) is property
    ]
    assert (
        len({key_slot(key.encode()) for key in [*found, DayKeys("t", date(2026, 3, 3)).told]}) == 1
    )
    for key in [*found, outbox.due("<channel>")]:
        assert f"\n{key} " in keys.__doc__


def test_idempotency_keys_are_short_and_apart():
    found = {idempotency_key("a"), idempotency_key("b"), idempotency_key("a" * 100_000)}
    assert len(found) == 3
    assert max(map(len, found)) < 100
