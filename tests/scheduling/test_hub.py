from dataclasses import replace
from datetime import timedelta

import pytest

from collection.errors import Conflict, InvalidRequest, NotFound
from collection.model import Battery, EventType, RequestState
from collection.scheduling.labels import new_label
from tests.scheduling.custody_day import AT, DAY, TERRITORIES, CustodyDay, phones

TERRITORY = TERRITORIES["monaco"]


def test_the_last_device_makes_the_request_received():
    day = CustodyDay(*phones(Battery.OK, Battery.OK))
    labels = [day.label(number=number) for number in range(2)]
    day.collect()
    first, number = day.receive(labels[1])
    assert (first.state, number) == (RequestState.COLLECTED, 1)
    second, _ = day.receive(labels[0], depot="hub")
    assert second.state is RequestState.RECEIVED
    event = day.events.entries[-1]
    assert (event.label, event.site_id, event.text) == (labels[0], "hub", "dora")


def test_a_device_without_label_gets_one_at_the_hub():
    day, label = CustodyDay(), new_label()
    day.collect()
    request, _ = day.receive(label, request_id="monaco.1", number=0)
    assert request.state is RequestState.RECEIVED
    assert day.told()[-2:] == ["scanned", "received"]
    with pytest.raises(Conflict, match="bears label"):
        day.receive(new_label(), request_id="monaco.1", number=0)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"depot": "moon"}, InvalidRequest),
        ({"request_id": "monaco.9", "number": 0}, NotFound),
        ({"request_id": "monaco.1", "number": 7}, InvalidRequest),
        ({}, NotFound),
    ],
)
def test_what_is_not_there_is_not_received(fields, error):
    day = CustodyDay()
    day.collect()
    with pytest.raises(error):
        day.receive(new_label(), **fields)


def test_a_day_lists_what_is_missing():
    day = CustodyDay()
    day.label()
    day.collect()
    assert day.hub.day(TERRITORY, DAY).unaccounted == ()
    day.clock.instant = AT + timedelta(hours=9)
    found = day.hub.day(TERRITORY, DAY)
    assert [one.request_id for one in found.unaccounted] == ["monaco.1"]


def test_the_way_of_a_device_holds_the_days_that_it_was_moved_from():
    day = CustodyDay()
    label = day.label(battery=Battery.OK)
    day.scan(left="the customer keeps it", minutes=1)
    day.tell(EventType.FAILED, minutes=2, text="changed her mind")
    for number in (1, 2):
        day.clock.advance(hours=1)
        later = replace(day.request(), day=DAY + timedelta(days=number))
        day.requests.reschedule(later, at=day.clock.now())

    chain = day.hub.chain(label)
    assert [(step.what, step.who, step.text) for step in chain.steps] == [
        ("booked", "Camille Roux", ""),
        ("planned", "van-1", day.plan.id),
        ("scanned", "van-1", ""),
        ("scanned", "van-1", "the customer keeps it"),
        ("failed", "van-1", "changed her mind"),
        ("rescheduled", "", "from 2026-03-03"),
        ("rescheduled", "", "from 2026-03-04"),
    ]
    assert chain.vehicle_id == ""
    # And back again: each day is read once.
    day.requests.reschedule(replace(day.request(), day=DAY), at=day.clock.now())
    assert len(day.hub.chain(label).steps) == len(chain.steps) + 1


def test_the_whole_way_of_a_device_is_one_question():
    day = CustodyDay(*phones(Battery.OK, Battery.OK))
    other = day.label(number=1)
    day.scan(number=0, battery=Battery.SWOLLEN)
    label = day.label(number=0, minutes=1)
    day.collect(minutes=2)
    day.clock.advance(hours=4)
    day.receive(label)

    chain = day.hub.chain(label)
    assert (chain.request.id, chain.number, chain.vehicle_id) == ("monaco.1", 0, "van-1")
    steps = [(step.what, step.who) for step in chain.steps]
    assert steps == [
        ("booked", "Camille Roux"),
        ("planned", "van-1"),
        ("scanned", "van-1"),
        ("scanned", "van-1"),
        ("collected", "van-1"),
        ("received", "dora"),
    ]
    assert chain.steps[2].battery == "damaged_or_swollen"
    assert chain.steps[3].label == label
    assert (chain.steps[5].site_id, chain.steps[5].at) == ("hub", AT + timedelta(hours=4))
    assert [step.label for step in day.hub.chain(other).steps if step.what == "scanned"] == [other]
    with pytest.raises(NotFound, match="on no device"):
        day.hub.chain(new_label())
