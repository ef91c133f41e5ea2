"""The contract of a `RequestStore`, on the fake and on real servers alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collection.errors import Conflict, InvalidRequest, NotFound, SlotUnavailable
from collection.model import EventType, RequestState
from tests.store.samples import DAY, NEXT_DAY, NOW, make_event, make_request

NEXT_SLOT = "monaco.2026-03-04.1000"
LATER = NOW + timedelta(hours=1)


def told(ports, day=DAY):
    return [event.type for event in ports.events.read("monaco", day)]


def in_state(ports, state, name="r1"):
    """Book a request and lead it to a state."""
    ports.requests.book(make_request(name))
    steps = {
        RequestState.CONFIRMED: [],
        RequestState.FAILED: [RequestState.PLANNED, RequestState.FAILED],
        RequestState.COLLECTED: [RequestState.PLANNED, RequestState.COLLECTED],
        RequestState.EN_ROUTE: [RequestState.PLANNED, RequestState.EN_ROUTE],
    }.get(state, [state])
    for step in steps:
        ports.requests.transition(f"monaco.{name}", step, make_event(request_id=f"monaco.{name}"))
    return ports.requests.get(f"monaco.{name}")


class TestBook:
    def test_stores_every_field(self, ports):
        request = make_request(priority=2)
        assert ports.requests.book(request) == request
        assert ports.requests.get(request.id) == request

    def test_tells_the_day(self, ports):
        ports.requests.book(make_request())
        (event,) = ports.events.read("monaco", DAY)
        assert replace(event, id="") == make_event(EventType.BOOKED, request_id="monaco.r1")

    def test_same_id_again_returns_what_is_stored(self, ports):
        first = ports.requests.book(make_request())
        again = ports.requests.book(make_request(reference="M-2", slot_id=NEXT_SLOT))
        assert again == first
        assert ports.requests.day("monaco", DAY) == (first,)
        assert told(ports) == [EventType.BOOKED]

    def test_same_id_again_is_answered_though_the_day_is_closed(self, ports):
        first = ports.requests.book(make_request())
        ports.requests.close_day("monaco", DAY, at=NOW)
        assert ports.requests.book(make_request()) == first

    def test_without_a_slot(self, ports):
        request = ports.requests.book(make_request(slot_id=None))
        assert request.slot_id is None
        assert ports.requests.get(request.id) == request

    def test_closed_day_is_refused_and_nothing_written(self, ports):
        ports.requests.close_day("monaco", DAY, at=NOW)
        with pytest.raises(SlotUnavailable, match="closed") as caught:
            ports.requests.book(make_request())
        assert caught.value.field == "slot_id"
        assert ports.requests.day("monaco", DAY) == ()
        assert told(ports) == [EventType.CLOSED]

    def test_what_is_late_is_taken_by_a_closed_day_too(self, ports):
        ports.requests.close_day("monaco", DAY, at=NOW)
        request = ports.requests.book(make_request(), late=True)
        assert ports.requests.day("monaco", DAY) == (request,)
        assert told(ports) == [EventType.CLOSED, EventType.BOOKED]

    def test_id_of_another_territory_is_refused(self, ports):
        with pytest.raises(InvalidRequest) as caught:
            ports.requests.book(make_request(id="lyon.r1"))
        assert caught.value.field == "id"


class TestRead:
    @pytest.mark.parametrize("request_id", ["monaco.none", "", ".x", "nodot", "a}b.c", "mónaco.c"])
    def test_unknown_id(self, ports, request_id):
        with pytest.raises(NotFound):
            ports.requests.get(request_id)

    def test_day_is_sorted_and_keeps_the_cancelled(self, ports):
        for name in ("b", "c", "a"):
            ports.requests.book(make_request(name))
        ports.requests.book(make_request("d", day=NEXT_DAY, slot_id=None))
        ports.requests.cancel("monaco.b", at=LATER)
        found = ports.requests.day("monaco", DAY)
        assert [(r.id, r.state) for r in found] == [
            ("monaco.a", RequestState.CONFIRMED),
            ("monaco.b", RequestState.CANCELLED),
            ("monaco.c", RequestState.CONFIRMED),
        ]

    def test_empty_day(self, ports):
        assert ports.requests.day("monaco", DAY) == ()


class TestCancel:
    def test_keeps_who_it_was_and_tells(self, ports):
        ports.requests.book(make_request("r1"))
        cancelled = ports.requests.cancel("monaco.r1", at=LATER)
        assert cancelled.state is RequestState.CANCELLED
        assert cancelled.version == 2
        assert ports.requests.get("monaco.r1") == cancelled
        assert told(ports) == [EventType.BOOKED, EventType.CANCELLED]

    def test_second_cancel_conflicts_and_changes_nothing_more(self, ports):
        ports.requests.book(make_request("r1"))
        cancelled = ports.requests.cancel("monaco.r1", at=LATER)
        before = ports.requests.tentative_versions("monaco", [DAY])
        with pytest.raises(Conflict):
            ports.requests.cancel("monaco.r1", at=LATER)
        assert ports.requests.get("monaco.r1") == cancelled
        assert ports.requests.tentative_versions("monaco", [DAY]) == before
        assert told(ports).count(EventType.CANCELLED) == 1

    def test_unknown(self, ports):
        with pytest.raises(NotFound):
            ports.requests.cancel("monaco.none", at=LATER)

    @pytest.mark.parametrize("state", [RequestState.CONFIRMED, RequestState.PLANNED])
    def test_closed_day_forbids_it(self, ports, state):
        in_state(ports, state)
        ports.requests.close_day("monaco", DAY, at=NOW)
        with pytest.raises(Conflict, match="closed"):
            ports.requests.cancel("monaco.r1", at=LATER)
        assert ports.requests.get("monaco.r1").state is state

    @pytest.mark.parametrize("state", [RequestState.FAILED, RequestState.UNASSIGNED])
    def test_closed_day_lets_go_what_no_van_collects(self, ports, state):
        in_state(ports, state)
        ports.requests.close_day("monaco", DAY, at=NOW)
        cancelled = ports.requests.cancel("monaco.r1", at=LATER)
        assert cancelled.state is RequestState.CANCELLED
        assert ports.requests.get("monaco.r1") == cancelled

    def test_state_may_forbid_it(self, ports):
        in_state(ports, RequestState.COLLECTED)
        with pytest.raises(Conflict, match="collected"):
            ports.requests.cancel("monaco.r1", at=LATER)


class TestReschedule:
    def moved(self, request, **changes):
        other = make_request(day=NEXT_DAY, slot_id=NEXT_SLOT)
        fields = {"day": NEXT_DAY, "slot_id": NEXT_SLOT, "windows": other.windows}
        return replace(request, **{**fields, **changes})

    def test_moves_day_slot_and_windows(self, ports):
        stored = ports.requests.book(make_request())
        wanted = self.moved(stored)
        moved = ports.requests.reschedule(wanted, at=LATER)
        assert moved == replace(wanted, state=RequestState.RESCHEDULED, version=2)
        assert ports.requests.get("monaco.r1") == moved
        assert ports.requests.day("monaco", DAY) == ()
        assert ports.requests.day("monaco", NEXT_DAY) == (moved,)

    def test_tells_both_days(self, ports):
        stored = ports.requests.book(make_request())
        ports.requests.reschedule(self.moved(stored), at=LATER)
        left = ports.events.read("monaco", DAY)[-1]
        arrived = ports.events.read("monaco", NEXT_DAY)[-1]
        assert (left.type, left.day, left.text) == (EventType.RESCHEDULED, DAY, "to 2026-03-04")
        assert (arrived.type, arrived.day) == (EventType.RESCHEDULED, NEXT_DAY)
        assert arrived.text == "from 2026-03-03"

    def test_within_a_day_is_told_once(self, ports):
        stored = ports.requests.book(make_request())
        other = replace(stored, slot_id="monaco.2026-03-03.1000")
        ports.requests.reschedule(other, at=LATER)
        assert told(ports) == [EventType.BOOKED, EventType.RESCHEDULED]
        assert ports.events.read("monaco", DAY)[-1].text == ""
        assert [r.slot_id for r in ports.requests.day("monaco", DAY)] == [other.slot_id]

    def test_closed_target_keeps_the_old_one(self, ports):
        stored = ports.requests.book(make_request())
        ports.requests.close_day("monaco", NEXT_DAY, at=NOW)
        with pytest.raises(SlotUnavailable, match="closed"):
            ports.requests.reschedule(self.moved(stored), at=LATER)
        assert ports.requests.get("monaco.r1") == stored

    def test_out_of_a_closed_day_conflicts(self, ports):
        stored = ports.requests.book(make_request())
        ports.requests.close_day("monaco", DAY, at=NOW)
        with pytest.raises(Conflict, match="closed"):
            ports.requests.reschedule(self.moved(stored), at=LATER)

    @pytest.mark.parametrize("state", [RequestState.FAILED, RequestState.UNASSIGNED])
    def test_out_of_a_closed_day_where_no_van_collects(self, ports, state):
        stored = in_state(ports, state)
        ports.requests.close_day("monaco", DAY, at=NOW)
        moved = ports.requests.reschedule(self.moved(stored), at=LATER)
        assert (moved.state, moved.reason) == (RequestState.RESCHEDULED, "")

    def test_an_older_version_conflicts(self, ports):
        stored = ports.requests.book(make_request())
        ports.requests.reschedule(self.moved(stored), at=LATER)
        with pytest.raises(Conflict, match="first"):
            ports.requests.reschedule(self.moved(stored), at=LATER)

    def test_unknown(self, ports):
        with pytest.raises(NotFound):
            ports.requests.reschedule(make_request("none"), at=LATER)

    def test_cancelled_conflicts(self, ports):
        ports.requests.book(make_request())
        cancelled = ports.requests.cancel("monaco.r1", at=LATER)
        with pytest.raises(Conflict, match="cancelled"):
            ports.requests.reschedule(self.moved(cancelled), at=LATER)


class TestTransition:
    def test_changes_state_and_reason_and_tells(self, ports):
        in_state(ports, RequestState.EN_ROUTE)
        event = make_event(EventType.FAILED, request_id="monaco.r1", route_id="x.van-1")
        failed = ports.requests.transition(
            "monaco.r1", RequestState.FAILED, event, reason="not_home"
        )
        assert (failed.state, failed.reason) == (RequestState.FAILED, "not_home")
        assert failed.version == 4
        assert ports.requests.get("monaco.r1") == failed
        assert replace(ports.events.read("monaco", DAY)[-1], id="") == event

    def test_same_state_again_changes_nothing(self, ports):
        collected = in_state(ports, RequestState.COLLECTED)
        before = told(ports)
        again = ports.requests.transition(
            "monaco.r1", RequestState.COLLECTED, make_event(), reason="other"
        )
        assert again == collected
        assert told(ports) == before

    def test_what_the_table_does_not_hold_conflicts(self, ports):
        ports.requests.book(make_request())
        with pytest.raises(Conflict, match="confirmed"):
            ports.requests.transition("monaco.r1", RequestState.COLLECTED, make_event())
        assert told(ports) == [EventType.BOOKED]

    def test_a_van_of_another_day_changes_nothing(self, ports):
        in_state(ports, RequestState.PLANNED)
        late = make_event(EventType.COLLECTED, day=DAY - timedelta(days=1), request_id="monaco.r1")
        with pytest.raises(Conflict):
            ports.requests.transition("monaco.r1", RequestState.COLLECTED, late)
        assert ports.requests.get("monaco.r1").state is RequestState.PLANNED

    def test_a_refused_request_frees_its_place(self, ports):
        in_state(ports, RequestState.PLANNED)
        (before,) = ports.requests.tentative_versions("monaco", [DAY])
        ports.requests.transition("monaco.r1", RequestState.REFUSED, make_event(), reason="hazard")
        assert ports.requests.tentative_versions("monaco", [DAY]) == (before + 1,)

    def test_unknown(self, ports):
        with pytest.raises(NotFound):
            ports.requests.transition("monaco.none", RequestState.PLANNED, make_event())


class TestClosing:
    def test_only_the_first_call_closes(self, ports):
        assert not ports.requests.is_closed("monaco", DAY)
        assert ports.requests.close_day("monaco", DAY, at=NOW)
        assert not ports.requests.close_day("monaco", DAY, at=LATER)
        assert ports.requests.is_closed("monaco", DAY)
        assert not ports.requests.is_closed("monaco", NEXT_DAY)
        assert ports.requests.closed_days("monaco", [NEXT_DAY, DAY]) == (DAY,)
        assert told(ports) == [EventType.CLOSED]
