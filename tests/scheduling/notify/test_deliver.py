"""The loop that delivers, on the fakes: at least once, in time, and never in the way."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from collection.errors import (
    DeliveryRefused,
    NotDelivered,
    ReceiverAway,
    StoreUnavailable,
)
from collection.model import Channel, EventType, Outcome, RequestState
from collection.scheduling.notify.backoff import MAX_ATTEMPTS
from collection.scheduling.notify.deliver import LEASE
from tests.scheduling.notify.world import NOON, SLOT, World

NIGHT = NOON + timedelta(hours=11)  # 23:00 on the clock of Monaco
MORNING = NOON + timedelta(hours=20)


@pytest.fixture
def world():
    return World()


def outcomes(world):
    return {
        f"{channel} {outcome}": n for (channel, outcome), n in world.outbox.counts("monaco").items()
    }


def nothing_is_left(world):
    pending = [one for channel in Channel for one in world.outbox.pending("monaco", channel)]
    return not pending and not world.outbox.waiting


def test_a_booking_is_mailed_and_told_to_the_marketplace(world):
    world.book("a")
    assert world.deliverer.once() == 2
    assert world.sent() == world.sent(Channel.WEBHOOK) == [("confirmed", "a")]
    assert nothing_is_left(world)
    assert world.deliverer.once() == 0
    assert outcomes(world) == {"mail sent": 1, "webhook sent": 1}


def test_what_is_not_configured_is_over_and_recorded():
    world = World(channels=(Channel.MAIL,))
    plan = publish(world)
    world.tell(EventType.SHIFT_STARTED, route=plan.routes[0].id)
    world.deliverer.once()
    assert nothing_is_left(world)
    assert outcomes(world) == {
        "mail sent": 3,
        "webhook not_configured": 3,
        "sms not_configured": 1,
        "push not_configured": 1,
    }
    journal = world.outbox.journal("monaco")
    assert {one["outcome"] for one in journal if one["channel"] == "sms"} == {"not_configured"}


def publish(world, name="a", hour=14):
    world.book(name)
    plan = world.publish({name: hour})
    world.clock.instant = NOON
    return plan


def test_a_temporary_failure_comes_again_later_the_same(world):
    world.senders[Channel.MAIL].fails = [NotDelivered("450 busy"), ReceiverAway("no answer")]
    world.book("a")
    assert world.deliverer.once() == 1
    (pending,) = world.outbox.pending("monaco", Channel.MAIL)
    assert (pending.attempts, pending.error) == (1, "450 busy")
    assert timedelta(seconds=5) <= pending.due - NOON <= timedelta(seconds=10)
    for seconds in (11, 21):
        assert world.sent() == []
        world.clock.advance(seconds=seconds)
        world.deliverer.once()
    (sent,) = world.senders[Channel.MAIL].sent
    assert sent == pending.delivery
    assert nothing_is_left(world)


def test_who_asks_to_be_left_alone_is(world):
    world.senders[Channel.WEBHOOK].fails = [ReceiverAway("answered 503", retry_after=1800)]
    world.book("a")
    world.deliverer.once()
    (pending,) = world.outbox.pending("monaco", Channel.WEBHOOK)
    assert pending.due == NOON + timedelta(minutes=30)


def test_after_the_last_attempt_it_is_a_dead_letter_and_can_be_replayed(world):
    world.senders[Channel.MAIL].fails = [NotDelivered("450 busy")] * MAX_ATTEMPTS
    world.book("a")
    for _ in range(3 * MAX_ATTEMPTS):
        world.deliverer.once()
        world.clock.advance(hours=3)
    assert world.senders[Channel.MAIL].fails == []
    assert world.sent() == []
    (letter,) = world.outbox.dead("monaco")
    assert letter.attempts == MAX_ATTEMPTS
    assert letter.reason == f"tried {MAX_ATTEMPTS} times, last: 450 busy"
    assert world.outbox.replay("monaco", letter.id, at=world.clock.now())
    world.deliverer.once()
    assert world.senders[Channel.MAIL].sent == [letter.delivery]


def test_what_is_refused_for_good_is_dead_at_once(world):
    world.senders[Channel.MAIL].fails = [DeliveryRefused("550 no such user")]
    world.book("a", "b")
    world.deliverer.once()
    (letter,) = world.outbox.dead("monaco")
    assert (letter.reason, letter.attempts) == ("550 no such user", 1)
    assert len(world.sent()) == 1
    assert outcomes(world)["mail dead"] == 1


@pytest.mark.parametrize(
    "error",
    [
        DeliveryRefused("550 <anna@example.org>: no", brief="550"),
        NotDelivered("450 <anna@example.org>: later", brief="450"),
        ValueError("anna@example.org"),
    ],
)
def test_the_store_keeps_what_was_answered_and_the_log_names_nobody(world, error):
    world.senders[Channel.MAIL].fails = [error]
    world.book("a")
    with capture_logs() as log:
        world.deliverer.once()
    (line,) = log
    assert "anna" not in str(line)
    kept = [one.reason for one in world.outbox.dead("monaco")]
    kept += [one.error for one in world.outbox.pending("monaco", Channel.MAIL)]
    assert "anna@example.org" in kept[0]


def test_a_receiver_that_is_away_is_asked_once_and_holds_up_no_other_channel(world):
    world.senders[Channel.WEBHOOK].fails = [ReceiverAway("no answer")] * 9
    world.book(*"abcdef")
    world.deliverer.once()
    assert len(world.senders[Channel.WEBHOOK].fails) == 8
    assert len(world.sent()) == 6


def test_a_message_that_fails_holds_up_no_other(world):
    world.senders[Channel.WEBHOOK].fails = [NotDelivered("answered 500")]
    world.book(*"abcdef")
    world.deliverer.once()
    assert len(world.sent(Channel.WEBHOOK)) == 5


def test_a_sender_with_a_mistake_holds_up_no_other(world):
    world.senders[Channel.MAIL].fails = [ValueError("a mistake")]
    world.book("a", "b")
    world.deliverer.once()
    assert len(world.sent()) == 1
    (pending,) = world.outbox.pending("monaco", Channel.MAIL)
    assert pending.error.startswith("ValueError: a mistake (world.py:")


class Killed(BaseException):
    """What no process survives."""


@pytest.mark.parametrize("after", [False, True], ids=["before the send", "after the send"])
def test_killed_on_the_way_it_is_sent_again_under_the_same_id(world, after):
    class Deadly:
        def __init__(self):
            self.sent = []

        def send(self, delivery):
            if after:
                self.sent.append(delivery)
            raise Killed

    deadly = Deadly()
    world.book("a")
    with pytest.raises(Killed):
        replace(world.deliverer, senders={Channel.MAIL: deadly}).once()
    world.deliverer.once()
    assert world.sent() == []
    world.clock.instant += LEASE
    world.deliverer.once()
    (again,) = world.senders[Channel.MAIL].sent
    assert deadly.sent in ([], [again])
    assert nothing_is_left(world)


def test_killed_between_reading_and_settling_nothing_is_lost_or_doubled(world):
    world.book("a")
    (entry,) = world.outbox.entries("monaco", now=NOON)
    world.teller.write(entry, now=NOON)  # and no more
    world.deliverer.once()
    assert world.sent() == [("confirmed", "a")]


def test_one_that_kills_each_sender_is_given_up(world):
    world.book("a")
    world.deliverer.write()
    for _ in range(MAX_ATTEMPTS):
        assert world.outbox.claim("monaco", Channel.MAIL, now=world.clock.now(), lease=LEASE)
        world.clock.instant += LEASE
    world.deliverer.once()
    (letter,) = world.outbox.dead("monaco")
    assert letter.reason == f"tried {MAX_ATTEMPTS} times, and never heard of"


def test_an_entry_that_nothing_can_be_made_of_is_set_aside(world):
    world.book("a")
    world.requests.book(replace(world.requests.get("monaco.a"), id="monaco.b", windows=()))
    world.book("c")
    world.deliverer.once()
    assert world.sent() == [("confirmed", "a"), ("confirmed", "c")]
    (letter,) = world.outbox.dead("monaco")
    assert letter.delivery is None


def test_without_the_store_an_entry_stays(world):
    class Away:
        def write(self, entry, *, now):
            raise StoreUnavailable("away")

    world.book("a")
    with pytest.raises(StoreUnavailable):
        replace(world.deliverer, teller=Away()).once()
    assert len(world.outbox.waiting) == 1


def test_two_deliverers_send_each_message_once(world):
    world.book(*(f"r{n}" for n in range(100)))
    threads = [threading.Thread(target=world.deliverer.once) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.deliverer.once()
    assert len(world.sent()) == len(set(world.sent())) == 100


def test_a_plan_that_breaks_a_promise_says_so_in_the_days_stream_once(world):
    world.book("a", "b")
    for _ in range(2):
        world.clock.advance(seconds=1)
        world.publish({"a": 14}, left=["b"])
        (*_, entry) = world.outbox.waiting
        world.teller.write(entry, now=NOON)  # and killed
        world.deliverer.once()
    told = [event for event in world.events.entries if event.type is EventType.PROMISE_BROKEN]
    assert [(event.request_id, event.text) for event in told] == [
        ("monaco.b", "no_capacity: all vans are full")
    ]
    assert [name for kind, name in world.sent() if kind == "unassigned"] == ["b"]
    assert not world.outbox.waiting


class TestGreylisted:
    """The mail of a booking comes again after the customer changed it."""

    @pytest.fixture
    def later(self, world):
        world.senders[Channel.MAIL].fails = [NotDelivered("450 greylisted")]
        world.book("a")
        world.deliverer.once()

        def later():
            for _ in range(2):
                world.deliverer.once()
                world.clock.advance(minutes=10)
            return [kind for kind, _ in world.sent()]

        return later

    def test_unchanged_it_is_sent(self, later):
        assert later() == ["confirmed"]

    def test_who_cancelled_is_not_told_that_it_is_booked(self, world, later):
        world.requests.cancel("monaco.a", at=NOON)
        assert later() == ["cancelled"]

    @pytest.mark.parametrize("days", [0, 1])
    def test_who_moved_is_not_told_the_old_time(self, world, later, days):
        stored = world.requests.get("monaco.a")
        day = stored.day + timedelta(days=days)
        world.requests.reschedule(replace(stored, day=day, windows=(SLOT,)), at=NOON)
        assert later() == ["rescheduled"]

    def test_who_moved_there_and_back_is_told_the_last_once(self, world, later):
        for _ in range(2):
            stored = world.requests.get("monaco.a")
            world.requests.reschedule(replace(stored, windows=(SLOT,)), at=NOON)
        assert later() == ["rescheduled"]


class TestQuiet:
    def test_a_plan_of_the_night_is_told_in_the_morning(self, world):
        world.book("a")
        world.deliverer.once()
        world.clock.instant = NIGHT
        world.publish({"a": 14})
        world.deliverer.once()
        assert world.sent() == [("confirmed", "a")]
        assert world.sent(Channel.WEBHOOK)[-1] == ("planned", "a")
        world.clock.instant = MORNING - timedelta(seconds=1)
        world.deliverer.once()
        assert len(world.sent()) == 1
        world.clock.instant = MORNING
        world.deliverer.once()
        assert world.sent()[-1] == ("planned", "a")

    def test_a_failure_in_the_evening_wakes_nobody(self, world):
        world.clock.instant = NOON + timedelta(hours=8, minutes=59, seconds=55)
        world.senders[Channel.MAIL].fails = [None, NotDelivered("450")]
        world.book("a")
        world.publish({"a": 14})
        world.deliverer.once()
        (pending,) = world.outbox.pending("monaco", Channel.MAIL)
        assert pending.due == MORNING

    def test_who_was_down_in_the_evening_wakes_nobody_at_night(self, world):
        world.book("a")
        world.publish({"a": 14})
        world.deliverer.write()
        world.clock.instant = NIGHT
        world.deliverer.once()
        assert world.sent() == [("confirmed", "a")]
        (pending,) = world.outbox.pending("monaco", Channel.MAIL)
        assert (pending.due, pending.attempts) == (MORNING, 0)

    def test_a_dispatcher_is_told_at_once(self, world):
        world.book("a")
        world.clock.instant = NIGHT
        world.publish(left=["a"])
        world.deliverer.once()
        assert [one.to for one in world.senders[Channel.DISPATCHER].sent] == ["desk@example.org"]
        assert ("unassigned", "a") not in world.sent()

    def test_the_dispatcher_looks_for_what_is_overdue(self, world):
        world.tell(EventType.UNACCOUNTED, vehicle_id="van-1", text="2CKWP7MHXQ")
        world.tell(EventType.UNACCOUNTED, site_id="kiosk", text="4000000004")
        world.deliverer.once()
        van, site = world.senders[Channel.DISPATCHER].sent
        assert van.to == site.to == "desk@example.org"
        assert "2CKWP7MHXQ" in van.text
        assert ("Van-1" in van.text, "4000000004" in site.text) == (True, True)
        assert van.link in van.text

    def test_of_two_plans_of_a_night_the_later_one_is_told(self, world):
        world.book("a")
        world.clock.instant = NIGHT
        for hour in (9, 15):
            world.publish({"a": hour})
            world.deliverer.once()
        world.clock.instant = MORNING
        world.deliverer.once()
        told = [one for one in world.senders[Channel.MAIL].sent if one.kind == "planned"]
        assert len(told) == 1
        assert "14:30" in told[0].text
        assert outcomes(world)["mail superseded"] == 1

    def test_who_chose_another_time_at_night_is_not_asked_to_in_the_morning(self, world):
        world.book("a")
        world.clock.instant = NIGHT
        world.publish(left=["a"])
        world.deliverer.once()
        world.requests.cancel("monaco.a", at=NIGHT)
        world.clock.instant = MORNING
        world.deliverer.once()
        assert [kind for kind, _ in world.sent()] == ["confirmed", "cancelled"]


def test_what_comes_too_late_is_not_sent(world):
    plan = publish(world)
    world.deliverer.once()
    world.tell(EventType.EN_ROUTE, "a", state=RequestState.EN_ROUTE, route=plan.routes[0].id)
    world.deliverer.write()
    world.clock.advance(hours=1)
    world.deliverer.once()
    assert ("next_stop", "a") not in world.sent()
    assert ("next_stop", "a") in world.sent(Channel.WEBHOOK)
    assert outcomes(world)["sms too_late"] == 1


def test_who_was_collected_is_not_told_that_we_come(world):
    plan = publish(world)
    world.tell(EventType.EN_ROUTE, "a", state=RequestState.EN_ROUTE, route=plan.routes[0].id)
    world.deliverer.write()
    world.collect("a")
    world.deliverer.once()
    kinds = [kind for kind, _ in world.sent()]
    assert "next_stop" not in kinds
    assert "collected" in kinds
    assert (Channel.SMS, Outcome.SUPERSEDED) in world.outbox.counts("monaco")


def test_the_loop_runs_until_it_is_told_to_stop_and_survives_everything(world):
    world.senders[Channel.SMS].fails = [RuntimeError("x")]
    calls, busy = [], world.outbox.busy

    def flaky(territories, *, now):
        calls.append(now)
        if len(calls) % 5 == 1:
            raise StoreUnavailable("away")
        if len(calls) % 5 == 2:
            raise RuntimeError("a mistake")
        return busy(territories, now=now)

    world.outbox.busy = flaky
    stop = threading.Event()
    thread = threading.Thread(target=world.deliverer.run, args=(stop,), kwargs={"poll": 0.01})
    thread.start()
    world.book("a")
    deadline = time.monotonic() + 60
    while not (world.sent() and world.sent(Channel.WEBHOOK)) and time.monotonic() < deadline:
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert world.sent() == world.sent(Channel.WEBHOOK) == [("confirmed", "a")]
