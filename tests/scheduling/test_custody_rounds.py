"""Devices that are nowhere are told of though nobody follows their day."""

from datetime import timedelta

import pytest

from collection.model import EventType
from collection.scheduling.custody_rounds import DAYS_BACK, CustodyRounds
from tests.scheduling.custody_day import AT, DAY, CustodyDay


@pytest.fixture
def day():
    return CustodyDay()


def look(day, **ahead):
    day.clock.instant = AT + timedelta(**ahead)
    # The territory of the day has no sites.
    CustodyRounds(hub=day.hub, pickups=None).run()
    events = day.events.read("monaco", DAY)
    return [event for event in events if event.type is EventType.UNACCOUNTED]


def test_what_no_hub_has_is_told_once_also_after_midnight(day):
    label = day.label()
    day.collect()
    day.collect("2")
    assert look(day, minutes=30) == []
    first, second = look(day, hours=20)
    assert (first.request_id, first.vehicle_id, first.text) == ("monaco.1", "van-1", label)
    assert (second.request_id, second.text) == ("monaco.2", "-")
    assert look(day, hours=21) == [first, second]
    told = [entry.event for entry in day.events.outbox.entries("monaco", now=AT)]
    assert [event for event in told if event.type is EventType.UNACCOUNTED] == [first, second]


def test_what_the_hub_has_is_not_told(day):
    label = day.label()
    day.collect()
    day.receive(label)
    assert look(day, hours=20) == []


def test_nobody_looks_for_ever(day):
    day.collect()
    assert look(day, days=DAYS_BACK + 1) == []
    assert len(look(day, days=DAYS_BACK)) == 1
