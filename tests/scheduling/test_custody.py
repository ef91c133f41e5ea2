from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.errors import Conflict
from collection.model import Battery, Device, EventType, RequestState
from collection.scheduling.custody import loads_of, place_of
from collection.scheduling.custody import unaccounted as find_unaccounted
from tests.places import TERRITORY, make_request
from tests.scheduling.custody_day import AT, DAY, CustodyDay, phones

YESTERDAY = DAY - timedelta(days=1)
GRACE = timedelta(minutes=60)
NOW = datetime(2026, 3, 3, 20, tzinfo=UTC)


def unaccounted(loads, *, now):
    return find_unaccounted(loads, now=now, grace=GRACE)


def loads(day, plan=True):
    requests = {request.id: request for request in day.requests.day("monaco", DAY)}
    events = day.events.read("monaco", DAY)
    return loads_of(day.plan if plan else None, requests, events, TERRITORY)


def places(day, **options):
    return {
        load.vehicle_id: [(item.request.id[-1], item.place) for item in load.items]
        for load in loads(day, **options)
    }


def test_each_van_should_bring_what_it_took_and_will_take():
    day = CustodyDay()
    label = day.label("1")
    day.collect("1")
    day.collect("2")
    day.receive(label)

    assert places(day) == {
        "van-1": [("1", "received"), ("2", "aboard")],
        "van-2": [("3", "expected")],
    }
    (first, second) = loads(day)
    assert (first.count("received"), first.count("aboard"), second.count("expected")) == (1, 1, 1)


def test_a_device_belongs_to_the_van_that_took_it_whatever_is_planned():
    day = CustodyDay()
    day.collect("2", route=1)
    assert places(day)["van-2"] == [("2", "aboard"), ("3", "expected")]
    assert places(day, plan=False) == {"van-2": [("2", "aboard")]}


def test_what_failed_is_not_waited_for():
    day = CustodyDay(*phones(Battery.OK, Battery.OK))
    day.tell(EventType.FAILED, "1")
    day.scan("2", 1, left="forgotten")
    assert places(day)["van-1"] == [("2", "expected"), ("2", "left")]


def test_a_labelled_device_is_aboard_whatever_was_told_of_its_stop():
    day = CustodyDay(*phones(Battery.OK, Battery.OK))
    label = day.label("1")
    with pytest.raises(Conflict, match=label):
        day.tell(EventType.FAILED, "1")
    # A plan that came meanwhile may still leave the stop out.
    day.requests.publish("monaco.1", DAY, RequestState.UNASSIGNED, "no_capacity")
    assert places(day)["van-1"] == [("1", "aboard"), ("2", "expected"), ("2", "expected")]
    request, _ = day.receive(label)
    assert request.state is RequestState.RECEIVED
    assert [one.place for one in loads(day)[0].items] == ["received", "left", *["expected"] * 2]


def test_nothing_is_overdue_before_the_van_is_back_and_a_little_later():
    day = CustodyDay()
    label = day.label("1")
    day.collect("1", minutes=5)
    (van, _) = loads(day)
    assert van.back_at == AT + timedelta(minutes=5)  # After the planned 08:30.
    due = van.back_at + GRACE

    assert unaccounted(loads(day), now=due - timedelta(seconds=1)) == ()
    (missing,) = unaccounted(loads(day), now=due)
    assert (missing.request_id, missing.number, missing.label) == ("monaco.1", 0, label)
    assert (missing.vehicle_id, missing.since) == ("van-1", due)
    day.receive(label)
    assert unaccounted(loads(day), now=NOW) == ()


def test_a_device_that_was_never_labelled_is_overdue_too():
    day = CustodyDay()
    day.collect("3", route=1)
    (missing,) = unaccounted(loads(day), now=NOW)
    assert (missing.label, missing.vehicle_id) == (None, "van-2")


def test_the_end_of_a_shift_that_was_told_counts_more_than_the_plan():
    day = CustodyDay()
    day.collect("3", route=1)
    (_, van) = loads(day)
    assert van.back_at > AT  # 11:06 local by plan
    day.tell(EventType.SHIFT_ENDED, "", route=1, minutes=30)
    (_, van) = loads(day)
    assert van.back_at == AT + timedelta(minutes=30)


def test_events_that_come_late_or_twice_change_nothing():
    day = CustodyDay()
    day.label("1")
    day.collect("1")
    requests = {request.id: request for request in day.requests.day("monaco", DAY)}
    events = list(day.events.read("monaco", DAY))
    plain = loads_of(day.plan, requests, events, TERRITORY)
    for other in (events[::-1], events + events):
        assert loads_of(day.plan, requests, other, TERRITORY) == plain


@pytest.mark.parametrize(
    ("state", "device", "place"),
    [
        (RequestState.PLANNED, {}, "expected"),
        (RequestState.ARRIVED, {"label": "A", "scanned_for": DAY}, "aboard"),
        (RequestState.PLANNED, {"label": "A"}, "expected"),
        (RequestState.PLANNED, {"label": "A", "scanned_for": YESTERDAY}, "expected"),
        (RequestState.COLLECTED, {}, "aboard"),
        (RequestState.COLLECTED, {"left": "kept", "scanned_for": DAY}, "left"),
        (
            RequestState.PLANNED,
            {"left": "kept", "scanned_for": YESTERDAY},
            "expected",
        ),
        (RequestState.COLLECTED, {"received_at": NOW}, "received"),
        (RequestState.RECEIVED, {}, "received"),
        (RequestState.RECEIVED, {"left": "kept", "scanned_for": DAY}, "left"),
        (RequestState.FAILED, {"label": "A"}, ""),
        (RequestState.FAILED, {"label": "A", "scanned_for": DAY}, "aboard"),
        (RequestState.CANCELLED, {"label": "A", "scanned_for": DAY}, "aboard"),
        (RequestState.CANCELLED, {}, ""),
        (RequestState.UNASSIGNED, {}, ""),
    ],
)
def test_where_a_device_is(state, device, place):
    request = make_request(devices=(Device(type="phone", **device),), state=state, day=DAY)
    assert place_of(request, request.devices[0]) == place


@given(
    st.lists(
        st.tuples(
            st.sampled_from(RequestState),
            st.sampled_from(["", "kept"]),
            st.sampled_from([None, NOW]),
        ),
        max_size=6,
    )
)
def test_no_device_that_was_collected_is_ever_lost(drawn):
    """Every device of a collected request is aboard, received or left; overdue or not."""
    day = CustodyDay()
    requests = {
        f"monaco.{number}": make_request(
            str(number),
            day=DAY,
            state=state,
            devices=(Device(type="phone", left=left, received_at=received, scanned_for=DAY),),
        )
        for number, (state, left, received) in enumerate(drawn)
    }
    stop = day.plan.routes[0].stops[0]
    route = replace(
        day.plan.routes[0], stops=tuple(replace(stop, request_id=name) for name in requests)
    )
    plan = replace(day.plan, routes=(route,))
    found = loads_of(plan, requests, (), TERRITORY)
    listed = {item.request.id: item.place for load in found for item in load.items}
    for name, request in requests.items():
        if request.state in {RequestState.COLLECTED, RequestState.RECEIVED}:
            assert listed[name] in {"aboard", "received", "left"}
    overdue = {one.request_id for one in unaccounted(found, now=NOW)}
    assert overdue == {name for name, place in listed.items() if place == "aboard"}
