"""Labels and devices: each change in one step, whoever comes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from collection.errors import Conflict, NotFound
from collection.model import EventType, FailureCode, RequestState
from collection.ports import Ending, Labelled
from tests.store.samples import DAY, NOW, make_event, make_request

ONE, TWO, THREE = "1000000001", "2000000002", "3000000003"
LATER = NOW + timedelta(hours=8)


@pytest.fixture
def booked(ports):
    """A request of two devices at whose door a driver stands."""
    return arrived(ports, "r1")


def arrived(ports, name):
    ports.requests.book(make_request(name, slot_id=None))
    for state in (RequestState.PLANNED, RequestState.ARRIVED):
        event = make_event(EventType.ARRIVED, request_id=f"monaco.{name}")
        ports.requests.transition(f"monaco.{name}", state, event)
    return ports.requests.get(f"monaco.{name}")


def scan(ports, request, number, label=None, *, battery="", **options):
    event = make_event(EventType.SCANNED, request_id=request.id, label=label, battery=battery)
    return ports.custody.scan(request, number, event, **options)


def receive(ports, request, number, label):
    fields = {"request_id": request.id, "label": label, "site_id": "hub"}
    event = replace(make_event(EventType.RECEIVED, **fields), at=LATER)
    implied = replace(make_event(EventType.COLLECTED, **fields), at=LATER, label=None)
    return ports.custody.receive(request, number, event, implied=implied)


def collect(ports, request):
    event = make_event(EventType.COLLECTED, request_id=request.id)
    return ports.requests.transition(request.id, RequestState.COLLECTED, event)


def told(ports):
    return [event.type.value for event in ports.events.read("monaco", DAY)]


def test_a_label_is_bound_to_one_device_with_the_class_that_was_seen(ports, booked):
    changed = scan(ports, booked, 1, ONE, battery="fine")

    assert changed == ports.requests.get(booked.id)
    assert [(d.label, d.seen) for d in changed.devices] == [(None, ""), (ONE, "fine")]
    assert changed.version == booked.version + 1
    assert ports.custody.find("monaco", ONE) == Labelled(owner=booked.id, number=1)
    assert ports.custody.find("monaco", TWO) is ports.custody.find("lyon", ONE) is None
    last = ports.events.read("monaco", DAY)[-1]
    assert (last.type, last.label, last.battery) == (EventType.SCANNED, ONE, "fine")


def test_scanning_the_same_again_changes_nothing(ports, booked):
    first = scan(ports, booked, 0, ONE, battery="fine")
    events = told(ports)

    assert scan(ports, booked, 0, ONE, battery="fine") == first
    assert scan(ports, booked, 0, ONE) == first
    assert told(ports) == events


def test_a_label_is_used_once(ports, booked):
    other = arrived(ports, "r2")
    scan(ports, booked, 0, ONE)
    events = told(ports)
    for request, number in ((booked, 1), (other, 0)):
        with pytest.raises(Conflict):
            scan(ports, request, number, ONE)
    assert told(ports) == events


def test_a_label_that_fell_off_is_replaced_and_never_used_again(ports, booked):
    scan(ports, booked, 0, ONE)
    assert scan(ports, booked, 0, TWO).devices[0].label == TWO
    with pytest.raises(Conflict):
        scan(ports, booked, 1, ONE)
    collect(ports, booked)
    with pytest.raises(Conflict):
        receive(ports, booked, 0, ONE)
    assert receive(ports, booked, 0, TWO).devices[0].received_at == LATER


def test_a_label_may_be_stuck_on_in_the_van(ports, booked):
    collect(ports, booked)
    assert scan(ports, booked, 0, ONE).devices[0].label == ONE


def test_a_device_that_stays_says_why_until_it_is_taken_after_all(ports, booked):
    assert scan(ports, booked, 0, left="forgotten").devices[0].left == "forgotten"
    assert scan(ports, booked, 0, ONE).devices[0].left == ""


def test_a_scan_may_end_the_request_in_the_same_step(ports, booked):
    reason = "hazard: dangerous"
    event = make_event(EventType.REFUSED, request_id=booked.id, code=FailureCode.HAZARD)
    ending = Ending(target=RequestState.REFUSED, reason=reason, event=event)
    changed = scan(ports, booked, 0, battery="dangerous", left="dangerous", ending=ending)

    assert (changed.state, changed.reason) == (RequestState.REFUSED, reason)
    assert told(ports)[-2:] == ["scanned", "refused"]
    with pytest.raises(Conflict):
        scan(ports, booked, 0, ONE)


def test_only_who_stands_at_the_door_scans(ports):
    waiting = ports.requests.book(make_request(slot_id=None))
    with pytest.raises(Conflict):
        scan(ports, waiting, 0, ONE)
    with pytest.raises(NotFound):
        scan(ports, make_request("none"), 0, ONE)
    assert told(ports) == ["booked"]


def test_a_request_is_received_with_its_last_device(ports, booked):
    scan(ports, booked, 0, ONE)
    scan(ports, booked, 1, TWO)
    collect(ports, booked)

    first = receive(ports, booked, 1, TWO)
    assert (first.state, first.devices[1].received_at) == (RequestState.COLLECTED, LATER)
    second = receive(ports, booked, 0, ONE)
    assert second.state is RequestState.RECEIVED
    assert second == ports.requests.get(booked.id)
    assert told(ports)[-3:] == ["collected", "received", "received"]


def test_a_device_that_was_left_is_not_waited_for(ports, booked):
    scan(ports, booked, 0, ONE)
    scan(ports, booked, 1, left="the customer keeps it")
    collect(ports, booked)
    assert receive(ports, booked, 0, ONE).state is RequestState.RECEIVED


def test_a_device_without_label_keeps_the_request_open(ports, booked):
    scan(ports, booked, 0, ONE)
    collect(ports, booked)
    assert receive(ports, booked, 0, ONE).state is RequestState.COLLECTED


def test_a_device_is_received_once(ports, booked):
    scan(ports, booked, 0, ONE)
    collect(ports, booked)
    receive(ports, booked, 0, ONE)
    events = told(ports)
    for again in (receive, scan):
        with pytest.raises(Conflict, match="received"):
            again(ports, booked, 0, ONE)
    assert told(ports) == events


def test_what_the_hub_holds_was_collected_though_no_phone_told_it_yet(ports, booked):
    scan(ports, booked, 0, ONE)
    assert receive(ports, booked, 0, ONE).state is RequestState.COLLECTED
    assert told(ports)[-2:] == ["collected", "received"]


def fail(ports, request, code=FailureCode.NOT_HOME):
    event = make_event(EventType.FAILED, request_id=request.id, code=code)
    return ports.requests.transition(request.id, RequestState.FAILED, event)


def test_what_was_not_collected_is_not_received(ports, booked):
    scan(ports, booked, 0, ONE)
    scan(ports, booked, 0, left="the customer keeps it")
    fail(ports, booked)
    with pytest.raises(Conflict, match="failed"):
        receive(ports, booked, 0, ONE)


def test_a_request_is_not_over_while_a_van_has_a_device_of_it(ports, booked):
    scan(ports, booked, 1, ONE)
    events = told(ports)
    with pytest.raises(Conflict, match=f"device 2, with label {ONE}"):
        fail(ports, booked)
    assert (told(ports), ports.requests.get(booked.id).state) == (events, RequestState.ARRIVED)
    scan(ports, booked, 1, left="the customer keeps it")
    assert fail(ports, booked).state is RequestState.FAILED


def test_a_request_of_which_a_van_has_a_device_is_not_cancelled(ports):
    ports.requests.book(make_request("r1", slot_id=None))
    for state in (RequestState.PLANNED, RequestState.EN_ROUTE):
        event = make_event(EventType.EN_ROUTE, request_id="monaco.r1")
        ports.requests.transition("monaco.r1", state, event)
    request = ports.requests.get("monaco.r1")
    scan(ports, request, 0, ONE)
    cancelled = make_event(EventType.CANCELLED, request_id=request.id)
    with pytest.raises(Conflict, match="device 1"):
        ports.requests.transition(request.id, RequestState.CANCELLED, cancelled)
    with pytest.raises(Conflict, match="device 1"):
        ports.requests.cancel(request.id, at=NOW)


def test_what_a_van_labelled_is_received_whatever_was_told_of_the_rest(ports):
    ports.requests.book(make_request("r1", slot_id=None))
    for state, reason in ((RequestState.PLANNED, ""), (RequestState.UNASSIGNED, "no_capacity")):
        if state is RequestState.UNASSIGNED:
            scan(ports, ports.requests.get("monaco.r1"), 0, ONE)
        event = make_event(EventType.PROMISE_BROKEN, request_id="monaco.r1")
        ports.requests.transition("monaco.r1", state, event, reason=reason)
    got = receive(ports, ports.requests.get("monaco.r1"), 0, ONE)
    assert got == ports.requests.get("monaco.r1")
    assert got.state is RequestState.RECEIVED
    assert [got.stays(device) for device in got.devices] == ["", "no_capacity"]
    assert told(ports)[-2:] == ["collected", "received"]


def test_a_label_without_device_is_not_received(ports, booked):
    with pytest.raises(Conflict):
        receive(ports, booked, 0, THREE)


def test_of_many_at_once_one_gets_the_label_and_one_receives(ports):
    requests = [arrived(ports, f"r{number}") for number in range(8)]

    def attempt(step, request):
        try:
            step(ports, request, 0, ONE)
        except Conflict:
            return None
        return request

    with ThreadPoolExecutor(8) as pool:
        found = list(filter(None, pool.map(lambda r: attempt(scan, r), requests)))
        assert len(found) == 1
        received = list(filter(None, pool.map(lambda _: attempt(receive, found[0]), range(8))))
    assert len(received) == 1
    assert told(ports).count("received") == told(ports).count("scanned") == 1


def test_moving_a_request_keeps_what_was_seen(ports, booked):
    scan(ports, booked, 0, ONE, battery="fine")
    scan(ports, booked, 0, left="no room in the van")
    fail(ports, booked, FailureCode.NO_TIME)
    stored = ports.requests.get(booked.id)
    later = replace(stored, day=DAY + timedelta(days=1))
    moved = ports.requests.reschedule(later, at=NOW)
    assert (moved.devices[0].label, moved.devices[0].seen) == (ONE, "fine")


def test_what_was_left_on_one_day_is_waited_for_on_another(ports, booked):
    scan(ports, booked, 1, left="forgotten")
    event = make_event(EventType.FAILED, request_id=booked.id, code=FailureCode.NO_TIME)
    ports.requests.transition(booked.id, RequestState.FAILED, event)
    later = DAY + timedelta(days=1)
    moved = ports.requests.reschedule(replace(ports.requests.get(booked.id), day=later), at=NOW)
    assert (moved.stays(moved.devices[1]), moved.devices[1].left) == ("", "forgotten")
    for state in (RequestState.PLANNED, RequestState.ARRIVED):
        event = make_event(EventType.ARRIVED, day=later, request_id=booked.id)
        ports.requests.transition(booked.id, state, event)
    request = ports.requests.get(booked.id)
    event = make_event(EventType.SCANNED, day=later, request_id=booked.id, label=ONE)
    ports.custody.scan(request, 0, event)
    fields = {"day": later, "request_id": booked.id, "site_id": "hub"}
    got = ports.custody.receive(
        ports.requests.get(booked.id),
        0,
        make_event(EventType.RECEIVED, label=ONE, **fields),
        implied=make_event(EventType.COLLECTED, **fields),
    )
    assert got.state is RequestState.COLLECTED


def test_what_people_are_told_of_is_in_the_outbox_with_the_request(ports, booked):
    scan(ports, booked, 0, ONE)
    receive(ports, booked, 0, ONE)
    scan(ports, booked, 1, left="kept")
    other = arrived(ports, "r2")
    event = make_event(EventType.REFUSED, request_id=other.id, code=FailureCode.HAZARD)
    ending = Ending(target=RequestState.REFUSED, reason="hazard: dangerous", event=event)
    scan(ports, other, 0, left="dangerous", ending=ending)

    entries = ports.outbox.entries("monaco", now=NOW)
    assert [(e.event.type.value, e.request.state.value) for e in entries] == [
        ("booked", "confirmed"),
        ("collected", "collected"),
        ("received", "collected"),
        ("booked", "confirmed"),
        ("refused", "refused"),
    ]
    assert entries[2].request.devices[0].received_at == LATER
