"""Tentative plans: one version for each change of a day, on the fake and on real servers."""

from dataclasses import replace

import pytest

from collection.errors import SlotUnavailable, TentativeChanged
from collection.model import RequestState, TentativePlan
from tests.store.samples import DAY, NEXT_DAY, NOW, make_event, make_request

NEXT_SLOT = "monaco.2026-03-04.1000"
PLAN = TentativePlan(
    territory="monaco",
    day=DAY,
    routes={"van-1": ("monaco.r1", "~0", "monaco.r2"), "van-2": ("monaco.r3",)},
)


def version(ports, day=DAY):
    return ports.requests.tentative_versions("monaco", [day])[0]


def test_a_day_begins_without_a_plan(ports):
    assert ports.requests.tentative("monaco", DAY) == TentativePlan(territory="monaco", day=DAY)
    assert ports.requests.tentative_versions("monaco", [DAY, NEXT_DAY]) == (0, 0)


def test_what_is_kept_is_read_with_the_next_version(ports):
    assert ports.requests.keep_tentative(PLAN)

    assert ports.requests.tentative("monaco", DAY) == replace(PLAN, version=1)
    assert ports.requests.tentative_versions("monaco", [DAY, NEXT_DAY]) == (1, 0)


def test_of_two_who_read_the_same_one_is_kept(ports):
    assert ports.requests.keep_tentative(PLAN)
    assert not ports.requests.keep_tentative(replace(PLAN, routes={}))

    assert ports.requests.tentative("monaco", DAY).routes == PLAN.routes


def test_a_booking_brings_its_plan(ports):
    ports.requests.book(make_request(), tentative=PLAN)

    assert ports.requests.tentative("monaco", DAY) == replace(PLAN, version=1)


def test_a_booking_by_an_old_plan_writes_nothing(ports):
    ports.requests.book(make_request("r1"), tentative=PLAN)
    with pytest.raises(TentativeChanged):
        ports.requests.book(make_request("r2"), tentative=replace(PLAN, routes={}))

    assert [request.id for request in ports.requests.day("monaco", DAY)] == ["monaco.r1"]
    assert ports.requests.tentative("monaco", DAY) == replace(PLAN, version=1)


def test_a_booking_that_is_there_already_changes_no_plan(ports):
    first = ports.requests.book(make_request("r1"), tentative=PLAN)
    again = ports.requests.book(make_request("r1"), tentative=PLAN)

    assert again == first
    assert version(ports) == 1


def test_a_closed_day_changes_no_plan(ports):
    ports.requests.book(make_request("r1"), tentative=PLAN)
    ports.requests.close_day("monaco", DAY, at=NOW)
    with pytest.raises(SlotUnavailable):
        ports.requests.book(make_request("r2"), tentative=replace(PLAN, version=1, routes={}))

    assert ports.requests.tentative("monaco", DAY) == replace(PLAN, version=1)


def test_bookings_without_a_plan_and_cancellations_are_counted(ports):
    ports.requests.book(make_request("r1"), tentative=PLAN)
    ports.requests.book(make_request("r2"))
    ports.requests.cancel("monaco.r1", at=NOW)

    assert ports.requests.tentative("monaco", DAY) == replace(PLAN, version=3)


def test_states_that_free_no_place_change_no_plan(ports):
    ports.requests.book(make_request("r1"), tentative=PLAN)
    event = make_event(request_id="monaco.r1")
    ports.requests.transition("monaco.r1", RequestState.PLANNED, event)

    assert version(ports) == 1


def test_who_moves_changes_both_days(ports):
    stored = ports.requests.book(make_request("r1"), tentative=PLAN)
    moved = replace(stored, day=NEXT_DAY, slot_id=NEXT_SLOT)
    there = replace(PLAN, day=NEXT_DAY, routes={"van-1": ("monaco.r1",)})
    ports.requests.reschedule(moved, at=NOW, tentative=there)

    assert version(ports) == 2
    assert ports.requests.tentative("monaco", NEXT_DAY) == replace(there, version=1)


def test_who_moves_within_a_day_changes_it_once(ports):
    stored = ports.requests.book(make_request("r1"), tentative=PLAN)
    there = replace(PLAN, version=1, routes={"van-2": ("monaco.r1",)})
    ports.requests.reschedule(stored, at=NOW, tentative=there)

    assert ports.requests.tentative("monaco", DAY) == replace(there, version=2)


def test_who_moves_by_an_old_plan_stays(ports):
    stored = ports.requests.book(make_request("r1"), tentative=PLAN)
    moved = replace(stored, day=NEXT_DAY, slot_id=NEXT_SLOT)
    there = replace(PLAN, day=NEXT_DAY, version=7)
    with pytest.raises(TentativeChanged):
        ports.requests.reschedule(moved, at=NOW, tentative=there)

    assert ports.requests.get("monaco.r1") == stored
    assert (version(ports), version(ports, NEXT_DAY)) == (1, 0)


def test_what_changed_since_it_was_improved_is_listed(ports):
    assert ports.requests.unimproved("monaco", [DAY, NEXT_DAY], fleet="two vans") == ()
    ports.requests.book(make_request("r1"), tentative=PLAN)
    assert ports.requests.unimproved("monaco", [NEXT_DAY, DAY], fleet="two vans") == (DAY,)
    assert ports.requests.keep_tentative(replace(PLAN, version=1), improved="two vans")
    assert ports.requests.unimproved("monaco", [DAY, NEXT_DAY], fleet="two vans") == ()
    ports.requests.cancel("monaco.r1", at=NOW)
    assert ports.requests.unimproved("monaco", [DAY, NEXT_DAY], fleet="two vans") == (DAY,)


def test_a_day_whose_fleet_changed_since_is_listed(ports):
    ports.requests.book(make_request("r1"), tentative=PLAN)
    assert ports.requests.keep_tentative(replace(PLAN, version=1), improved="two vans")
    assert ports.requests.unimproved("monaco", [DAY, NEXT_DAY], fleet="one van") == (DAY,)
    assert ports.requests.keep_tentative(replace(PLAN, version=1), improved="one van")
    assert ports.requests.unimproved("monaco", [DAY, NEXT_DAY], fleet="one van") == ()


def test_routes_that_stay_are_no_change(ports):
    assert ports.requests.keep_tentative(PLAN)
    assert ports.requests.keep_tentative(replace(PLAN, version=1), improved="two vans")

    assert version(ports) == 1
    assert ports.requests.unimproved("monaco", [DAY], fleet="two vans") == ()
    assert not ports.requests.keep_tentative(PLAN, improved="two vans")
