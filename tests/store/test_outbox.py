"""The contract of an `Outbox`, on the fake and on real servers alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collection.model import (
    TOLD,
    Channel,
    Delivery,
    EventType,
    NoticeKind,
    Outcome,
    RequestState,
)
from tests.store.samples import DAY, NEXT_DAY, NOW, make_event, make_plan, make_request

LEASE = timedelta(seconds=60)
LATER = NOW + timedelta(hours=1)


def entries(ports, territory="monaco"):
    return ports.outbox.entries(territory, now=NOW)


def told(ports):
    return [entry.event.type for entry in entries(ports)]


def in_outbox(ports, *kinds):
    for kind in kinds:
        ports.events.append(make_event(kind))
    return entries(ports)


def make_delivery(name="d1", **changes):
    fields = {
        "id": f"monaco.r1.{name}",
        "territory": "monaco",
        "day": DAY,
        "kind": NoticeKind.CONFIRMED,
        "channel": Channel.MAIL,
        "request_id": "monaco.r1",
        "language": "fr",
        "to": "eve@example.org",
        "subject": "Votre collecte",
        "text": "Bonjour Ève,\n…",
        "due": NOW.replace(microsecond=0),
    }
    return Delivery(**{**fields, **changes})


def with_deliveries(ports, *deliveries, told=None):
    (entry,) = in_outbox(ports, EventType.BOOKED)
    assert ports.outbox.settle(entry, deliveries, told or {})


def claim(ports, channel=Channel.MAIL, now=NOW):
    return ports.outbox.claim("monaco", channel, now=now, lease=LEASE)


class TestWriting:
    def test_a_booking_with_its_request(self, ports):
        request = ports.requests.book(make_request())
        (entry,) = entries(ports)
        (event,) = ports.events.read("monaco", DAY)
        assert (entry.event, entry.request) == (event, request)

    def test_booking_twice_is_told_once(self, ports):
        for _ in range(2):
            ports.requests.book(make_request())
        assert told(ports) == [EventType.BOOKED]

    def test_a_hold_is_told_once_it_is_confirmed(self, ports):
        held = make_request(state=RequestState.REQUESTED, held_until=LATER)
        ports.requests.book(held)
        assert told(ports) == []
        kept = ports.requests.confirm(held, at=LATER)
        (entry,) = entries(ports)
        assert (entry.event.type, entry.request) == (EventType.BOOKED, kept)

    def test_a_change_with_the_request_after_it(self, ports):
        ports.requests.book(make_request())
        ports.requests.cancel("monaco.r1", at=LATER)
        entry = entries(ports)[-1]
        assert entry.event.type is EventType.CANCELLED
        assert entry.request == ports.requests.get("monaco.r1")
        assert entry.request.state is RequestState.CANCELLED

    def test_a_move_to_another_day_is_told_once_of_the_new_day(self, ports):
        stored = ports.requests.book(make_request())
        moved = ports.requests.reschedule(replace(stored, day=NEXT_DAY, slot_id=None), at=LATER)
        assert told(ports) == [EventType.BOOKED, EventType.RESCHEDULED]
        entry = entries(ports)[-1]
        assert (entry.event.day, entry.request) == (NEXT_DAY, moved)

    def test_a_move_within_a_day(self, ports):
        stored = ports.requests.book(make_request())
        ports.requests.reschedule(replace(stored, slot_id=None), at=LATER)
        assert told(ports) == [EventType.BOOKED, EventType.RESCHEDULED]

    def test_a_transition(self, ports):
        ports.requests.book(make_request())
        for state in (RequestState.PLANNED, RequestState.COLLECTED):
            event = make_event(EventType.COLLECTED, request_id="monaco.r1", text="danke")
            ports.requests.transition("monaco.r1", state, event)
        entry = entries(ports)[-1]
        assert entry.event.text == "danke"
        assert entry.request.state is RequestState.COLLECTED

    def test_a_change_that_is_none_is_not_told(self, ports):
        ports.requests.book(make_request())
        event = make_event(EventType.COLLECTED, request_id="monaco.r1")
        for state in (RequestState.PLANNED, RequestState.COLLECTED, RequestState.COLLECTED):
            ports.requests.transition("monaco.r1", state, event)
        assert told(ports).count(EventType.COLLECTED) == 2

    def test_a_published_plan(self, ports):
        plan = ports.plans.save(make_plan())
        for _ in range(2):
            ports.plans.publish(plan.id, at=NOW)
        (entry,) = entries(ports)
        assert (entry.event.type, entry.event.plan_id) == (EventType.PLAN_PUBLISHED, plan.id)
        assert entry.request is None

    def test_an_event_with_the_request_that_it_is_of(self, ports):
        request = ports.requests.book(make_request())
        ports.events.append(make_event(EventType.RECEIVED, request_id="monaco.r1"))
        assert entries(ports)[-1].request == request
        ports.events.append(make_event(EventType.RECEIVED, request_id="monaco.none"))
        assert entries(ports)[-1].request is None

    def test_an_event_that_is_stored_once_is_told_once(self, ports):
        for _ in range(2):
            ports.events.append(make_event(EventType.SHIFT_STARTED), dedupe="phone:1")
        assert told(ports) == [EventType.SHIFT_STARTED]

    def test_only_what_somebody_is_told_of(self, ports):
        for kind in EventType:
            ports.events.append(make_event(kind))
        ports.requests.close_day("monaco", DAY, at=NOW)
        assert set(told(ports)) == TOLD
        assert EventType.POSITION not in TOLD
        assert len(ports.events.read("monaco", DAY)) == len(EventType) + 1

    def test_each_territory_has_its_own(self, ports):
        ports.events.append(replace(make_event(EventType.BOOKED), territory="lyon"))
        assert entries(ports) == ()
        assert len(entries(ports, "lyon")) == 1


class TestSettling:
    def test_the_oldest_becomes_deliveries(self, ports):
        first, second = in_outbox(ports, EventType.BOOKED, EventType.CANCELLED)
        delivery = make_delivery()
        assert ports.outbox.settle(first, [delivery], {})
        assert entries(ports) == (second,)
        assert claim(ports) == (delivery, 1)

    def test_only_the_oldest_and_only_once(self, ports):
        first, second = in_outbox(ports, EventType.BOOKED, EventType.CANCELLED)
        assert not ports.outbox.settle(second, [make_delivery()], {("monaco.r1", "x"): "1"})
        assert ports.outbox.settle(first, [], {})
        assert not ports.outbox.settle(first, [make_delivery()], {})
        assert claim(ports) is None
        assert ports.outbox.told("monaco", DAY, [("monaco.r1", "x")]) == {}

    def test_what_was_told(self, ports):
        topics = [("monaco.r1", "arrival"), ("monaco.r2", "arrival")]
        with_deliveries(ports, told={topics[0]: "08:00/09:00"})
        assert ports.outbox.told("monaco", DAY, topics) == {topics[0]: "08:00/09:00"}
        assert ports.outbox.told("monaco", NEXT_DAY, topics) == {}
        assert ports.outbox.told("monaco", DAY, []) == {}
        with_deliveries(ports, told={topics[0]: "10:00/11:00", topics[1]: "x"})
        assert ports.outbox.told("monaco", DAY, topics) == {
            topics[0]: "10:00/11:00",
            topics[1]: "x",
        }

    def test_a_thousand_at_once(self, ports):
        with_deliveries(
            ports,
            *(make_delivery(f"d{n}") for n in range(1_000)),
            told={(f"monaco.r{n}", "arrival"): str(n) for n in range(1_000)},
        )
        assert len(ports.outbox.pending("monaco", Channel.MAIL, limit=2_000)) == 1_000

    def test_set_aside_and_replayed(self, ports):
        first, second = in_outbox(ports, EventType.BOOKED, EventType.CANCELLED)
        ports.outbox.set_aside(first, "no such territory", at=LATER)
        assert entries(ports) == (second,)
        (letter,) = ports.outbox.dead("monaco")
        assert (letter.id, letter.reason, letter.at) == (first.id, "no such territory", LATER)
        assert letter.delivery is None
        assert ports.outbox.replay("monaco", first.id, at=LATER)
        assert ports.outbox.dead("monaco") == ()
        again = entries(ports)[-1]
        assert (again.event, again.request) == (first.event, first.request)

    def test_busy(self, ports):
        names = ["lyon", "monaco"]
        assert ports.outbox.busy(names, now=NOW) == ()
        (entry,) = in_outbox(ports, EventType.BOOKED)
        assert ports.outbox.busy(names, now=NOW) == ("monaco",)
        ports.outbox.settle(entry, [make_delivery(channel=Channel.PUSH, due=LATER)], {})
        assert ports.outbox.busy(names, now=NOW) == ()
        assert ports.outbox.busy(names, now=LATER) == ("monaco",)
        assert ports.outbox.busy([], now=LATER) == ()


class TestDelivering:
    def test_in_the_order_in_which_they_are_due(self, ports):
        late, early = make_delivery("a", due=LATER), make_delivery("b")
        other = make_delivery("c", channel=Channel.WEBHOOK)
        with_deliveries(ports, late, early, other)
        assert claim(ports, now=LATER) == (early, 1)
        assert claim(ports, now=LATER) == (late, 1)
        assert claim(ports, now=LATER) is None
        assert claim(ports, Channel.WEBHOOK) == (other, 1)

    def test_nothing_goes_out_before_it_is_due(self, ports):
        with_deliveries(ports, make_delivery(due=LATER))
        assert claim(ports) is None

    def test_what_was_claimed_and_never_heard_of_comes_again_the_same(self, ports):
        with_deliveries(ports, make_delivery())
        delivery, _ = claim(ports)
        assert claim(ports, now=NOW + LEASE / 2) is None
        assert claim(ports, now=NOW + LEASE) == (delivery, 2)

    def test_finished_ones_are_counted_and_gone(self, ports):
        with_deliveries(ports, make_delivery("a"), make_delivery("b"))
        for outcome in (Outcome.SENT, Outcome.NOT_CONFIGURED):
            delivery, _ = claim(ports)
            for _ in range(2):
                ports.outbox.finish(delivery, outcome, at=LATER)
        assert ports.outbox.pending("monaco", Channel.MAIL) == ()
        assert ports.outbox.counts("monaco") == {
            (Channel.MAIL, Outcome.SENT): 1,
            (Channel.MAIL, Outcome.NOT_CONFIGURED): 1,
        }
        newest, oldest = ports.outbox.journal("monaco")
        assert newest["outcome"] == "not_configured"
        assert oldest == {
            "id": "monaco.r1.a",
            "request_id": "monaco.r1",
            "kind": "confirmed",
            "channel": "mail",
            "outcome": "sent",
            "at": LATER.isoformat(),
        }
        assert ports.outbox.journal("monaco", limit=1) == (newest,)

    def test_put_back_with_what_went_wrong(self, ports):
        delivery = make_delivery()
        with_deliveries(ports, delivery)
        claim(ports)
        due = LATER.replace(microsecond=0)
        ports.outbox.put_back(delivery, due=due, error="450 busy")
        (pending,) = ports.outbox.pending("monaco", Channel.MAIL)
        assert (pending.delivery, pending.attempts) == (delivery, 1)
        assert (pending.due, pending.error) == (due, "450 busy")
        assert claim(ports) is None
        assert claim(ports, now=LATER) == (delivery, 2)

    def test_put_back_without_counting(self, ports):
        delivery = make_delivery()
        with_deliveries(ports, delivery)
        claim(ports)
        ports.outbox.put_back(delivery, due=LATER, counts=False)
        assert claim(ports, now=LATER) == (delivery, 1)

    def test_a_slow_sender_brings_nothing_back(self, ports):
        delivery = make_delivery()
        with_deliveries(ports, delivery)
        claim(ports)
        ports.outbox.finish(delivery, Outcome.SENT, at=NOW)
        ports.outbox.put_back(delivery, due=NOW, error="timeout")
        ports.outbox.bury(delivery, "timeout", at=NOW)
        assert claim(ports, now=LATER) is None
        assert ports.outbox.dead("monaco") == ()
        assert ports.outbox.counts("monaco") == {(Channel.MAIL, Outcome.SENT): 1}

    def test_buried_and_replayed(self, ports):
        delivery = make_delivery()
        with_deliveries(ports, delivery)
        claim(ports)
        claim(ports, now=LATER)
        ports.outbox.bury(delivery, "550 no such user", at=LATER)
        (letter,) = ports.outbox.dead("monaco")
        assert letter.delivery == delivery
        assert (letter.id, letter.reason, letter.attempts) == (delivery.id, "550 no such user", 2)
        assert claim(ports, now=LATER + LEASE) is None
        assert ports.outbox.counts("monaco") == {(Channel.MAIL, Outcome.DEAD): 1}
        assert ports.outbox.replay("monaco", delivery.id, at=LATER)
        assert ports.outbox.dead("monaco") == ()
        assert claim(ports, now=LATER) == (delivery, 1)

    @pytest.mark.parametrize("letter_id", ["", "none", "1-0"])
    def test_a_letter_that_is_none_is_not_replayed(self, ports, letter_id):
        assert not ports.outbox.replay("monaco", letter_id, at=NOW)


def test_an_entry_that_cannot_be_read_holds_up_nobody(real_ports, redis_client):
    redis_client.xadd("collection:{monaco}:outbox", {"day": "2026-03-03"})
    redis_client.xadd(
        "collection:{monaco}:outbox", {"day": "2026-03-03", "id": "1-0", "event": '{"type": "x"}'}
    )
    (entry,) = in_outbox(real_ports, EventType.BOOKED)
    assert entry.event.type is EventType.BOOKED
    reasons = [letter.reason for letter in real_ports.outbox.dead("monaco")]
    assert len(reasons) == 2
    assert all(reason.startswith("unreadable: ") for reason in reasons)


def test_what_is_over_leaves_nothing_behind(real_ports, redis_client):
    deliveries = [make_delivery(f"d{n}", channel=channel) for n, channel in enumerate(Channel)]
    with_deliveries(real_ports, *deliveries)
    for channel in Channel:
        delivery, _ = claim(real_ports, channel)
        real_ports.outbox.put_back(delivery, due=NOW, error="x")
        claim(real_ports, channel)
        real_ports.outbox.finish(delivery, Outcome.SENT, at=NOW)
    left = {key.rpartition("outbox")[2] for key in redis_client.keys("*outbox*")}
    assert left <= {"", ":journal", ":counts"}
