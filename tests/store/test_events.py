"""The contract of an `EventLog`, on the fake and on real servers alike."""

from dataclasses import replace

import pytest

from collection.errors import InvalidRequest
from collection.model import EventType, FailureCode
from tests.store.samples import DAY, HOME, NEXT_DAY, make_event

FULL = make_event(
    EventType.FAILED,
    request_id="monaco.r1",
    route_id="monaco.2026-03-03.v1.van-1",
    plan_id="monaco.2026-03-03.v1",
    position=HOME,
    code=FailureCode.NOT_HOME,
    text="klingelt, niemand öffnet",
)


def test_every_field_comes_back(ports):
    stored = ports.events.append(FULL)
    assert stored.id
    assert replace(stored, id="") == FULL
    assert ports.events.read("monaco", DAY) == (stored,)


def test_order_and_days(ports):
    stored = [ports.events.append(make_event(text=str(n))) for n in range(3)]
    other = ports.events.append(make_event(day=NEXT_DAY))
    assert ports.events.read("monaco", DAY) == tuple(stored)
    assert ports.events.read("monaco", NEXT_DAY) == (other,)
    assert ports.events.read("lyon", DAY) == ()


def test_dedupe_stores_once_per_day(ports):
    first = ports.events.append(FULL, dedupe="phone-1:7")
    assert ports.events.append(replace(FULL, text="again"), dedupe="phone-1:7") == first
    second = ports.events.append(FULL, dedupe="phone-1:8")
    assert ports.events.read("monaco", DAY) == (first, second)
    ports.events.append(replace(FULL, day=NEXT_DAY), dedupe="phone-1:7")
    assert len(ports.events.read("monaco", NEXT_DAY)) == 1


def test_reading_on(ports):
    stored = [ports.events.append(make_event(text=str(n))) for n in range(5)]
    page = ports.events.read("monaco", DAY, limit=2)
    rest = ports.events.read("monaco", DAY, after=page[-1].id)
    assert page + rest == tuple(stored)
    assert ports.events.read("monaco", DAY, after=stored[-1].id) == ()


@pytest.mark.parametrize("after", ["x", "1", "-", "+", "1-x", "(1-0", "1-0\n"])
def test_an_id_that_is_none_is_refused(ports, after):
    with pytest.raises(InvalidRequest) as caught:
        ports.events.read("monaco", DAY, after=after)
    assert caught.value.field == "after"
