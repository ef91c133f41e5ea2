"""What is news to whom, on the fakes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from collection.errors import RoutingUnavailable, StoreUnavailable
from collection.model import EventType, FailureCode, RequestState, TimeWindow
from collection.scheduling.notify.arrival import load_range
from tests.places import DAY, make_request
from tests.scheduling.notify.world import NOON, SLOT, World

_S = RequestState


@pytest.fixture
def world():
    return World()


def published(world, *, left=(), **hours):
    world.book(*hours, *left)
    plan = world.publish(hours, left=left)
    world.news()
    return plan


class TestPromises:
    def test_booked(self, world):
        world.book("a")
        assert world.news() == [("confirmed", "confirmed", "a")]

    def test_moved_is_told_once_of_the_new_day(self, world):
        world.book("a")
        stored = world.requests.get("monaco.a")
        later = TimeWindow(start=NOON + timedelta(days=9), end=NOON + timedelta(days=9, hours=2))
        moved = replace(stored, day=date(2026, 3, 11), windows=(later,))
        world.requests.reschedule(moved, at=NOON)
        assert world.kinds() == [("confirmed", "a"), ("rescheduled", "a")]

    def test_cancelled(self, world):
        world.book("a")
        world.requests.cancel("monaco.a", at=NOON)
        assert world.kinds() == [("confirmed", "a"), ("cancelled", "a")]


class TestPlans:
    def test_everybody_in_it_is_told_when(self, world):
        world.book("a", "b")
        world.publish({"a": 9}, {"b": 10})
        assert world.news()[2:] == [("planned", "planned", "a"), ("planned", "planned", "b")]

    def test_a_later_version_is_told_where_the_start_leaves_what_was_announced(self, world):
        published(world, a=9, b=12)
        world.publish({"a": 9.4, "b": 12.75})
        assert world.news() == [("planned", "replanned", "b")]
        # What counts is what was announced last.
        world.publish({"a": 9.4, "b": 13})
        assert world.news() == []
        world.publish({"a": 9.4, "b": 12})
        assert world.news() == [("planned", "replanned", "b")]

    def test_of_two_that_were_published_meanwhile_only_the_later_is_news(self, world):
        world.book("a")
        world.publish({"a": 9})
        world.publish({"a": 15})
        (entry, *_) = reversed(world.outbox.waiting)
        assert world.kinds() == [("confirmed", "a"), ("planned", "a")]
        told = world.outbox.told("monaco", DAY, [("monaco.a", "arrival")])
        arrival = load_range(told["monaco.a", "arrival"])
        assert entry.event.type is EventType.PLAN_PUBLISHED
        assert arrival.start.hour + 1 == 14

    def test_who_is_out_of_it_by_now_is_not_told(self, world):
        world.book("a", "b", "c")
        world.publish({"a": 9, "b": 10, "c": 11})
        world.collect("a")
        world.requests.cancel("monaco.b", at=NOON)
        kinds = world.kinds()
        assert [name for kind, name in kinds if kind == "planned"] == ["c"]

    def test_a_plan_of_a_stranger_is_no_accident(self, world):
        world.book("a")
        world.publish({"a": 9, "ghost": 10}, left=["phantom"])
        assert world.kinds() == [("confirmed", "a"), ("planned", "a")]


class TestBroken:
    def test_who_has_no_van_is_told_with_other_slots_and_so_is_the_dispatcher(self, world):
        world.book("a", "b")
        world.publish({"a": 9}, left=["b"])
        entries = world.outbox.entries("monaco", now=NOON)
        news = world.teller.desk.read(entries[-1])
        assert [(n.kind, n.request.id) for n in news.notices] == [
            ("unassigned", "monaco.b"),
            ("planned", "monaco.a"),
        ]
        (notice, _) = news.notices
        assert (notice.code, notice.slots) == ("no_capacity", (SLOT,))
        ((request, reason),) = news.unassigned
        assert (request.id, reason) == ("monaco.b", "no_capacity: all vans are full")

    def test_once_whoever_says_it_and_how_often(self, world):
        world.book("a")
        for _ in range(2):
            world.tell(EventType.PROMISE_BROKEN, "a", text="no_skill: the van is gone")
        world.publish(left=["a"])
        world.publish(left=["a"])
        assert world.kinds() == [("confirmed", "a"), ("unassigned", "a")]

    def test_who_gets_a_van_after_all_is_told_and_told_again_if_it_is_lost(self, world):
        published(world, left=["a"])
        world.publish({"a": 9})
        assert world.news() == [("planned", "planned", "a")]
        world.publish(left=["a"])
        assert world.kinds() == [("unassigned", "a")]
        world.publish({"a": 9})
        assert world.news() == [("planned", "planned", "a")]

    def test_a_new_promise_of_the_same_day_can_be_broken_again(self, world):
        world.book("a")
        event = {"state": _S.UNASSIGNED, "text": "no_capacity: x"}
        world.tell(EventType.PROMISE_BROKEN, "a", **event)
        world.requests.reschedule(world.requests.get("monaco.a"), at=NOON)
        world.tell(EventType.PROMISE_BROKEN, "a", **event)
        assert world.kinds()[1:] == [("unassigned", "a"), ("rescheduled", "a"), ("unassigned", "a")]

    def test_three_slots_at_most(self, world):
        world.slots = [SLOT] * 7
        world.book("a")
        world.publish(left=["a"])
        news = world.teller.desk.read(world.outbox.entries("monaco", now=NOON)[-1])
        assert len(news.notices[0].slots) == 3

    def test_without_streets_it_is_told_without_slots(self, world):
        def none(_):
            raise RoutingUnavailable("no streets")

        world.book("a")
        world.publish(left=["a"])
        entry = world.outbox.entries("monaco", now=NOON)[-1]
        assert replace(world.teller.desk, offers=none).read(entry).notices[0].slots == ()

    def test_without_the_store_it_is_told_later(self, world):
        def none(_):
            raise StoreUnavailable("away")

        world.book("a")
        world.publish(left=["a"])
        entry = world.outbox.entries("monaco", now=NOON)[-1]
        with pytest.raises(StoreUnavailable):
            replace(world.teller.desk, offers=none).read(entry)


class TestTheDay:
    def test_the_first_way_of_a_route_tells_the_others_that_the_van_has_left(self, world):
        plan = published(world, a=9, b=10, c=11)
        route = plan.routes[0].id
        world.tell(EventType.EN_ROUTE, "a", state=_S.EN_ROUTE, route=route)
        assert sorted(world.kinds()) == [
            ("next_stop", "a"),
            ("on_the_way", "b"),
            ("on_the_way", "c"),
        ]
        world.collect("a")
        world.tell(EventType.EN_ROUTE, "b", state=_S.EN_ROUTE, route=route)
        assert world.kinds() == [("collected", "a"), ("next_stop", "b")]

    def test_the_start_of_a_shift_tells_everybody_on_the_route(self, world):
        plan = published(world, a=9, b=10)
        for _ in range(2):
            world.tell(EventType.SHIFT_STARTED, route=plan.routes[0].id)
        assert world.kinds() == [("on_the_way", "a"), ("on_the_way", "b")]
        world.tell(EventType.EN_ROUTE, "a", state=_S.EN_ROUTE, route=plan.routes[0].id)
        assert world.kinds() == [("next_stop", "a")]

    def test_only_that_route(self, world):
        world.book("a", "b")
        plan = world.publish({"a": 9}, {"b": 10})
        world.news()
        world.tell(EventType.SHIFT_STARTED, route=plan.routes[1].id)
        assert world.kinds() == [("on_the_way", "b")]
        world.tell(EventType.SHIFT_STARTED, vehicle_id="van-1")
        assert world.kinds() == [("on_the_way", "a")]

    def test_the_route_that_is_published_by_now_counts(self, world):
        old = published(world, a=9, b=10)
        world.publish({"a": 9}, {"b": 10})
        world.news()
        world.tell(EventType.SHIFT_STARTED, route=old.routes[0].id)
        assert world.kinds() == [("on_the_way", "a")]

    def test_the_announced_range_is_said_again(self, world):
        plan = published(world, a=9, b=10)
        world.publish({"a": 9, "b": 10.25})
        world.tell(EventType.SHIFT_STARTED, route=plan.routes[0].id)
        entries = world.outbox.entries("monaco", now=NOON)
        last = world.teller.desk.read(entries[-1]).notices[-1]
        told = world.outbox.told("monaco", DAY, [("monaco.b", "arrival")])
        assert last.arrival == load_range(told["monaco.b", "arrival"])

    def test_the_next_stop_is_expected_after_its_way_and_not_before_its_window(self, world):
        world.book("a", hours=((8, 20),))
        plan = world.publish({"a": 9})
        world.news()
        (window,) = world.requests.get("monaco.a").windows
        route = plan.routes[0].id
        at = window.start + timedelta(hours=1)
        world.tell(EventType.EN_ROUTE, "a", state=_S.EN_ROUTE, route=route, at=at)
        (entry,) = world.outbox.entries("monaco", now=NOON)
        (notice,) = world.teller.desk.read(entry).notices
        assert notice.arrival.start == at + timedelta(seconds=480)
        early = replace(entry, event=replace(entry.event, at=window.start - timedelta(hours=1)))
        (notice,) = world.teller.desk.read(early).notices
        assert notice.arrival.start == window.start

    def test_who_is_told_of_a_delay_is_told_when(self, world):
        published(world, a=9)
        late = (NOON + timedelta(days=1), NOON + timedelta(days=1, minutes=25))
        world.tell(EventType.DELAYED, "a", text="/".join(one.isoformat() for one in late))
        (entry,) = world.outbox.entries("monaco", now=NOON)
        (notice,) = world.teller.desk.read(entry).notices
        assert (notice.kind, notice.arrival) == ("delayed", TimeWindow(start=late[0], end=late[1]))
        assert world.kinds() == [("delayed", "a")]
        world.collect("a")
        world.tell(EventType.DELAYED, "a", text="/".join(one.isoformat() for one in late))
        assert world.kinds() == [("collected", "a")]

    def test_who_was_collected_meanwhile_is_not_next(self, world):
        published(world, a=9)
        world.collect("a")
        world.tell(EventType.EN_ROUTE, "a")
        assert world.kinds() == [("collected", "a")]

    @pytest.mark.parametrize("code", [*FailureCode, None])
    def test_failed(self, world, code):
        published(world, a=9)
        world.tell(EventType.FAILED, "a", state=_S.FAILED, code=code)
        (entry,) = world.outbox.entries("monaco", now=NOON)
        (notice,) = world.teller.desk.read(entry).notices
        assert (notice.kind, notice.form) == ("failed", "failed")
        assert notice.code == (code or FailureCode.OTHER).value

    @pytest.mark.parametrize("reason", ["no_skill", "no_package"])
    def test_what_another_van_may_carry_asks_for_a_new_time(self, world, reason):
        published(world, a=9)
        told = {"code": FailureCode.HAZARD, "text": reason}
        world.tell(EventType.FAILED, "a", state=_S.FAILED, **told)
        (entry,) = world.outbox.entries("monaco", now=NOON)
        mail = world.teller.write(entry, now=NOON)[0][1]
        assert "choisir un nouveau créneau" in mail.text
        assert "Le vendeur vous contactera" not in mail.text
        assert reason not in mail.text

    def test_refused(self, world):
        published(world, a=9)
        world.tell(EventType.REFUSED, "a", state=_S.REFUSED)
        assert world.news() == [("failed", "refused", "a")]

    def test_received_once_all_devices_are_there(self, world):
        published(world, a=9)
        world.collect("a")
        world.news()
        world.tell(EventType.RECEIVED, "a", label="D-1")
        assert world.kinds() == []
        world.tell(EventType.RECEIVED, "a", state=_S.RECEIVED, label="D-2")
        world.tell(EventType.RECEIVED, "a", label="D-2")
        assert world.kinds() == [("received", "a")]

    def test_an_event_of_nobody_is_no_news(self, world):
        for kind in EventType:
            world.tell(kind)
            world.tell(kind, "ghost", route="monaco.2026-03-04.v7.van-9")
        assert world.kinds() == []


def test_a_plan_is_read_once(world):
    plan = published(world, a=9, b=10)
    read, get = [], world.plans.get

    def counted(plan_id):
        read.append(plan_id)
        return get(plan_id)

    world.plans.get = counted
    for name in ("a", "b"):
        world.tell(EventType.EN_ROUTE, name, state=_S.EN_ROUTE, route=plan.routes[0].id)
    world.news()
    assert read == []
    other = world.publish({"b": 12})
    world.news()
    assert set(read) == {other.id}


def test_requests_of_another_day_are_not_in_the_plan(world):
    world.book("a")
    world.requests.book(make_request("b", day=date(2026, 3, 5)))
    world.publish({"a": 9, "b": 10})
    assert ("planned", "b") not in world.kinds()
