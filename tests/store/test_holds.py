"""Slots that are held, confirmed and freed, on the fake and on real servers alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collection.errors import Conflict, NotFound, SlotUnavailable, TentativeChanged
from collection.model import Customer, EventType, RequestState, TentativePlan
from tests.store.conftest import redis_ports
from tests.store.samples import DAY, NEXT_DAY, NOW, make_event, make_request

LATER = NOW + timedelta(minutes=3)
NOBODY = Customer(name="", phone="", email="", language="")
PLAN = TentativePlan(territory="monaco", day=DAY, routes={"van-1": ("monaco.r1",)})


def make_hold(name="r1", **changes):
    fields = {
        "state": RequestState.REQUESTED,
        "held_until": NOW + timedelta(minutes=10),
        "customer": NOBODY,
        "reference": "",
    }
    return make_request(name, **{**fields, **changes})


def told(ports):
    return [event.type for event in ports.events.read("monaco", DAY)]


def version(ports, day=DAY):
    return ports.requests.tentative_versions("monaco", [day])[0]


def everything(ports):
    """All that a change of a day could change."""
    read = ports.requests
    return read.day("monaco", DAY), read.tentative("monaco", DAY), told(ports)


class TestHold:
    def test_stores_every_field_and_tells_nobody(self, ports):
        held = make_hold()
        assert ports.requests.book(held) == held
        assert ports.requests.get(held.id) == held
        assert ports.requests.day("monaco", DAY) == (held,)
        assert told(ports) == []

    def test_brings_its_plan(self, ports):
        ports.requests.book(make_hold(), tentative=PLAN)
        assert ports.requests.tentative("monaco", DAY) == replace(PLAN, version=1)

    def test_the_same_again_changes_nothing(self, ports):
        held = ports.requests.book(make_hold(), tentative=PLAN)
        before = everything(ports)
        assert ports.requests.book(make_hold(code="OTHER"), tentative=PLAN) == held
        assert everything(ports) == before

    def test_by_an_old_plan_writes_nothing(self, ports):
        ports.requests.book(make_request("r0"))
        before = everything(ports)
        with pytest.raises(TentativeChanged):
            ports.requests.book(make_hold(), tentative=PLAN)
        assert everything(ports) == before
        with pytest.raises(NotFound):
            ports.requests.get("monaco.r1")

    def test_on_a_closed_day_is_refused_and_nothing_written(self, ports):
        ports.requests.close_day("monaco", DAY, at=NOW)
        with pytest.raises(SlotUnavailable, match="closed"):
            ports.requests.book(make_hold(), tentative=PLAN)
        assert everything(ports) == (
            (),
            TentativePlan(territory="monaco", day=DAY),
            [EventType.CLOSED],
        )

    def test_stands_until_it_ends(self, ports):
        held = ports.requests.book(make_hold())
        assert held.standing(held.held_until - timedelta(microseconds=1))
        assert not held.standing(held.held_until)


class TestConfirm:
    def wanted(self, held, **changes):
        whole = make_request()
        fields = {"customer": whole.customer, "reference": whole.reference}
        return replace(held, **{**fields, **changes})

    def test_fills_in_who_asks_and_keeps_the_place(self, ports):
        held = ports.requests.book(make_hold(), tentative=PLAN)
        confirmed = ports.requests.confirm(self.wanted(held), at=LATER)
        assert confirmed == make_request(created_at=LATER, version=2)
        assert confirmed.state is RequestState.CONFIRMED
        assert ports.requests.get(held.id) == confirmed
        assert ports.requests.day("monaco", DAY) == (confirmed,)
        assert ports.requests.tentative("monaco", DAY) == replace(PLAN, version=1)
        assert confirmed.standing(LATER + timedelta(days=1))

    def test_is_told_once_like_any_booking(self, ports):
        held = ports.requests.book(make_hold())
        ports.requests.confirm(self.wanted(held), at=LATER)
        (event,) = ports.events.read("monaco", DAY)
        assert replace(event, id="") == replace(
            make_event(EventType.BOOKED, request_id=held.id), at=LATER
        )

    def test_twice_conflicts_and_changes_nothing_more(self, ports):
        held = ports.requests.book(make_hold())
        confirmed = ports.requests.confirm(self.wanted(held), at=LATER)
        before = everything(ports)
        for again in (held, confirmed):
            with pytest.raises(Conflict):
                ports.requests.confirm(self.wanted(again, reference="M-2"), at=LATER)
        assert everything(ports) == before

    def test_after_it_was_freed_there_is_nothing(self, ports):
        held = ports.requests.book(make_hold())
        ports.requests.free(held.id, DAY)
        before = everything(ports)
        with pytest.raises(NotFound):
            ports.requests.confirm(self.wanted(held), at=LATER)
        assert everything(ports) == before
        with pytest.raises(NotFound):
            ports.requests.get(held.id)

    def test_on_a_closed_day_is_refused(self, ports):
        held = ports.requests.book(make_hold())
        ports.requests.close_day("monaco", DAY, at=NOW)
        before = everything(ports)
        with pytest.raises(SlotUnavailable, match="closed"):
            ports.requests.confirm(self.wanted(held), at=LATER)
        assert everything(ports) == before
        assert ports.requests.get(held.id) == held

    def test_of_another_version_conflicts(self, ports):
        held = ports.requests.book(make_hold())
        with pytest.raises(Conflict, match="first"):
            ports.requests.confirm(self.wanted(held, version=7), at=LATER)
        assert ports.requests.get(held.id) == held
        assert told(ports) == []

    @pytest.mark.parametrize("cancelled", [False, True])
    def test_of_what_was_never_held_conflicts(self, ports, cancelled):
        stored = ports.requests.book(make_request())
        if cancelled:
            stored = ports.requests.cancel(stored.id, at=NOW)
        before = everything(ports)
        with pytest.raises(Conflict, match=stored.state):
            ports.requests.confirm(stored, at=LATER)
        assert everything(ports) == before

    def test_then_it_is_cancelled_and_moved_like_any(self, ports):
        held = ports.requests.book(make_hold())
        confirmed = ports.requests.confirm(self.wanted(held), at=LATER)
        moved = ports.requests.reschedule(replace(confirmed, day=NEXT_DAY), at=LATER)
        assert ports.requests.day("monaco", NEXT_DAY) == (moved,)
        assert ports.requests.cancel(held.id, at=LATER).state is RequestState.CANCELLED


class TestFree:
    def test_forgets_it_and_counts_a_change_of_the_day(self, ports):
        held = ports.requests.book(make_hold(), tentative=PLAN)
        assert ports.requests.free(held.id, DAY) is True
        assert everything(ports) == ((), replace(PLAN, version=2), [])
        with pytest.raises(NotFound):
            ports.requests.get(held.id)

    def test_twice_changes_nothing_more(self, ports):
        held = ports.requests.book(make_hold())
        ports.requests.free(held.id, DAY)
        before = everything(ports)
        assert ports.requests.free(held.id, DAY) is False
        assert everything(ports) == before

    def test_after_it_was_confirmed_changes_nothing(self, ports):
        held = ports.requests.book(make_hold(), tentative=PLAN)
        ports.requests.confirm(held, at=LATER)
        before = everything(ports)
        assert ports.requests.free(held.id, DAY) is False
        assert everything(ports) == before

    @pytest.mark.parametrize("name", ["none", "r1"])
    def test_what_nobody_holds_is_left_alone(self, ports, name):
        ports.requests.book(make_request("r1"))
        before = everything(ports)
        assert ports.requests.free(f"monaco.{name}", DAY) is False
        assert everything(ports) == before

    def test_leaves_the_others_alone(self, ports):
        first, second = (ports.requests.book(make_hold(name)) for name in ("r1", "r2"))
        ports.requests.free(first.id, DAY)
        assert ports.requests.day("monaco", DAY) == (second,)

    def test_then_the_same_may_be_held_again(self, ports):
        held = ports.requests.book(make_hold())
        ports.requests.free(held.id, DAY)
        assert ports.requests.book(held) == held
        assert version(ports) == 3

    def test_of_a_closed_day(self, ports):
        # So the night tidies up.
        held = ports.requests.book(make_hold())
        ports.requests.close_day("monaco", DAY, at=NOW)
        assert ports.requests.free(held.id, DAY) is True
        assert ports.requests.day("monaco", DAY) == ()


def test_a_day_is_read_while_a_slot_of_it_is_freed(redis_client, monkeypatch):
    # The names of a day and its requests are read one after the other.
    ports = redis_ports(redis_client)
    held, stored = ports.requests.book(make_hold("r1")), ports.requests.book(make_request("r2"))
    read = redis_client.smembers

    def and_free(key):
        names = read(key)
        ports.requests.free(held.id, DAY)
        return names

    monkeypatch.setattr(redis_client, "smembers", and_free)
    assert ports.requests.day("monaco", DAY) == (stored,)
