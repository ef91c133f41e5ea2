"""Drop-offs: the room of a site is never given twice, a label never used twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from collection.errors import Conflict, NotFound
from collection.model import Device, DropOff, EventType, RequestState
from collection.ports import Labelled
from tests.store.samples import DAY, NOW, make_event, make_request

ONE, TWO = "1000000001", "2000000002"
WEEK = timedelta(days=7)


def make_drop_off(name="A", *, devices=2, **changes):
    fields = {
        "id": f"monaco.drop-{name}",
        "territory": "monaco",
        "site_id": "kiosk",
        "reference": f"M-{name}",
        "code": name,
        "customer": make_request().customer,
        "devices": (Device(type="phone"),) * devices,
        "created_at": NOW,
        "expires_at": NOW + WEEK,
    }
    return DropOff(**{**fields, **changes})


def announce(ports, drop_off, *, capacity=5, now=NOW):
    event = make_event(EventType.ANNOUNCED, site_id="kiosk", text=drop_off.id)
    return ports.drop_offs.announce(drop_off, replace(event, at=now), capacity=capacity)


def drop(ports, drop_off, number, label):
    event = make_event(EventType.DROPPED_OFF, label=label, site_id="kiosk", battery="fine")
    return ports.drop_offs.drop(drop_off, number, event)


def held(ports, now=NOW):
    return dict(ports.drop_offs.held("monaco", "kiosk", now=now))


def test_an_intention_takes_room_until_it_expires(ports):
    first = announce(ports, make_drop_off("A"))
    assert first == make_drop_off("A") == ports.drop_offs.get(first.id)
    announce(ports, make_drop_off("B"))
    with pytest.raises(Conflict):
        announce(ports, make_drop_off("C"))
    assert held(ports) == {"monaco.drop-A": 2, "monaco.drop-B": 2}
    announce(ports, make_drop_off("D", devices=1))
    later = NOW + WEEK
    assert held(ports, later) == {}
    announce(ports, make_drop_off("E", devices=5, expires_at=later + WEEK), now=later)


def test_one_process_gathers_at_a_site_at_a_time(ports):
    with ports.drop_offs.gathering("monaco", "kiosk"):
        with pytest.raises(Conflict), ports.drop_offs.gathering("monaco", "kiosk"):
            pass
        with ports.drop_offs.gathering("monaco", "shop"):
            pass
    with ports.drop_offs.gathering("monaco", "kiosk"):
        pass


def test_announcing_twice_is_one(ports):
    first = announce(ports, make_drop_off("A"))
    assert announce(ports, make_drop_off("A", reference="other")) == first
    assert len(ports.outbox.entries("monaco", now=NOW)) == 1
    assert held(ports) == {first.id: 2}


def test_an_unknown_one_is_not_found(ports):
    with pytest.raises(NotFound):
        ports.drop_offs.get("monaco.drop-X")
    with pytest.raises(NotFound):
        drop(ports, make_drop_off("X"), 0, ONE)


def test_what_was_brought_stays_and_is_told_once(ports):
    first = announce(ports, make_drop_off("A"))
    changed = drop(ports, first, 1, ONE)
    assert drop(ports, first, 1, ONE) == changed == ports.drop_offs.get(first.id)
    device = changed.devices[1]
    assert (device.label, device.seen, device.scanned_at) == (ONE, "fine", NOW)
    assert ports.custody.find("monaco", ONE) == Labelled(owner=first.id, number=1, drop_off=True)
    assert held(ports, NOW + WEEK) == {first.id: 2}
    announced, event = ports.events.read("monaco", DAY)
    assert (announced.type, announced.text) == (EventType.ANNOUNCED, first.id)
    assert (event.type, event.label, event.site_id) == (EventType.DROPPED_OFF, ONE, "kiosk")
    told = [entry.event for entry in ports.outbox.entries("monaco", now=NOW)]
    assert told == [announced, event]
    ports.drop_offs.release(changed)
    ports.drop_offs.release(changed)
    assert held(ports) == {}


def test_a_label_is_used_once(ports):
    first, other = announce(ports, make_drop_off("A")), announce(ports, make_drop_off("B"))
    drop(ports, first, 0, ONE)
    for drop_off, number, label in ((first, 1, ONE), (other, 0, ONE), (first, 0, TWO)):
        with pytest.raises(Conflict):
            drop(ports, drop_off, number, label)


def test_a_device_that_goes_with_a_pickup_is_found_there_and_scanned_anew(ports):
    first = drop(ports, announce(ports, make_drop_off("A")), 1, ONE)
    devices = (Device(type="laptop"), first.devices[1])
    ports.requests.book(make_request("site", devices=devices, slot_id=None))
    ports.drop_offs.assign(first, "monaco.site", {1: 1})

    assert dict(ports.drop_offs.get(first.id).pickups) == {1: "monaco.site"}
    assert ports.custody.find("monaco", ONE) == Labelled(
        owner="monaco.site", number=1, brought=(first.id, 1)
    )
    for state in (RequestState.PLANNED, RequestState.ARRIVED):
        event = make_event(EventType.ARRIVED, request_id="monaco.site")
        ports.requests.transition("monaco.site", state, event)
    pickup = ports.requests.get("monaco.site")
    assert pickup.devices[1].label == ONE
    scanned = make_event(EventType.SCANNED, request_id=pickup.id, label=ONE)
    before = len(ports.events.read("monaco", DAY))
    ports.custody.scan(pickup, 1, scanned)
    ports.custody.scan(pickup, 1, scanned)
    assert len(ports.events.read("monaco", DAY)) == before + 1
    with pytest.raises(Conflict):
        ports.custody.scan(pickup, 0, scanned)


def test_of_many_at_once_as_many_as_fit_are_taken(ports):
    def attempt(number):
        try:
            return announce(ports, make_drop_off(f"N{number}", devices=1), capacity=3)
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        taken = list(filter(None, pool.map(attempt, range(16))))
    assert len(taken) == 3
    assert len(held(ports)) == 3
