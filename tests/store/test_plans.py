"""The contract of a `PlanStore`, on the fake and on real servers alike."""

from dataclasses import replace

import pytest

from collection.errors import Conflict, NotFound, PlanRejected
from collection.model import (
    NO_LOAD,
    ClockBreak,
    Depot,
    EventType,
    Instructions,
    Outlook,
    Position,
    RequestState,
    RestOfDay,
    Resumed,
    Stranded,
    Violation,
)
from tests.places import make_vehicle
from tests.store.samples import DAY, NEXT_DAY, NOW, make_event, make_plan, make_request


def book(ports, *names):
    for name in names:
        ports.requests.book(make_request(name))


class TestSave:
    def test_gives_ids_and_version(self, ports):
        plan = make_plan("monaco.r1", unassigned=["monaco.r2"])
        saved = ports.plans.save(plan)
        assert saved.id == "monaco.2026-03-03.v1"
        assert saved.version == 1
        assert saved.routes[0].id == "monaco.2026-03-03.v1.van-1"
        route = replace(saved.routes[0], id=plan.routes[0].id)
        assert replace(saved, id=plan.id, version=plan.version, routes=(route,)) == plan
        assert ports.plans.get(saved.id) == saved

    def test_keeps_what_was_asked(self, ports):
        asked = Instructions(
            prefixes={"van-1": ("monaco.r2", "monaco.r1")},
            vehicles={"monaco.r3": "van-2"},
            together=(frozenset({"monaco.r1", "monaco.r2"}), frozenset({"monaco.r4"})),
            apart=(frozenset({"monaco.r1", "monaco.r3"}),),
            familiar={"monaco.r1": "ada"},
            earlier="monaco.2026-03-03.v1",
        )
        first = ports.plans.save(make_plan("monaco.r1"))
        assert first.instructions == Instructions()
        saved = ports.plans.save(make_plan("monaco.r1", fingerprint="f2", instructions=asked))
        assert saved.instructions == asked
        assert ports.plans.get(saved.id) == saved
        assert ports.plans.get(first.id) == first

    def test_keeps_what_the_rest_of_a_day_was_made_from(self, ports):
        rest = RestOfDay(
            since=NOW,
            replaces="monaco.2026-03-03.v1",
            seen="1-0",
            depots=(Depot(id="~van-1", name="Van 1", position=Position(lon=7.42, lat=43.73)),),
            vehicles=(
                make_vehicle("van-1", breaks=(ClockBreak(earliest=1, latest=2, seconds=3),)),
            ),
            resumed=(
                Resumed(
                    vehicle_id="van-1",
                    stops=1,
                    reloads=0,
                    pauses=0,
                    start=36_000,
                    travel=300,
                    metres=1_450,
                ),
            ),
            stranded=(
                Stranded(vehicle_id="van-2", load=NO_LOAD, requests=("a",), open=("b", "c")),
            ),
            later={"monaco.r1": 900},
            outlook=Outlook(starts={"monaco.r1": 40_000}, cost=6_000, metres=9_000),
        )
        saved = ports.plans.save(replace(make_plan("monaco.r1"), rest=rest))
        assert ports.plans.get(saved.id).rest == rest

    def test_newest_fingerprint_is_not_stored_twice(self, ports):
        first = ports.plans.save(make_plan("monaco.r1", fingerprint="f1"))
        assert ports.plans.save(make_plan("monaco.r2", fingerprint="f1")) == first
        second = ports.plans.save(make_plan("monaco.r2", fingerprint="f2"))
        third = ports.plans.save(make_plan("monaco.r1", fingerprint="f1"))
        assert [second.version, third.version] == [2, 3]
        assert ports.plans.versions("monaco", DAY) == (first.id, second.id, third.id)

    def test_tells_each_new_version(self, ports):
        ports.plans.save(make_plan(fingerprint="f1"))
        ports.plans.save(make_plan(fingerprint="f1"))
        ports.plans.save(make_plan(fingerprint="f2"))
        told = [(event.type, event.plan_id) for event in ports.events.read("monaco", DAY)]
        assert told == [
            (EventType.PLAN_CREATED, "monaco.2026-03-03.v1"),
            (EventType.PLAN_CREATED, "monaco.2026-03-03.v2"),
        ]

    def test_days_are_numbered_apart(self, ports):
        ports.plans.save(make_plan())
        assert ports.plans.save(make_plan(day=NEXT_DAY)).id == "monaco.2026-03-04.v1"

    def test_more_than_nine_versions_stay_in_order(self, ports):
        saved = [ports.plans.save(make_plan(fingerprint=f"f{n}")).id for n in range(11)]
        assert ports.plans.versions("monaco", DAY) == tuple(saved)

    @pytest.mark.parametrize(
        "plan_id",
        ["monaco.2026-03-03.v2", "monaco.2026-03-03.v01", "monaco.2026-03-03", "x", "", "m.d.v1"],
    )
    def test_unknown(self, ports, plan_id):
        ports.plans.save(make_plan())
        with pytest.raises(NotFound):
            ports.plans.get(plan_id)


class TestPublish:
    def test_moves_pointer_and_states_and_tells(self, ports):
        book(ports, "r1", "r2", "r3")
        plan = ports.plans.save(make_plan("monaco.r1", "monaco.r3", unassigned=["monaco.r2"]))
        assert ports.plans.published("monaco", DAY) is None
        ports.plans.publish(plan.id, at=NOW)
        assert ports.plans.published("monaco", DAY) == plan.id
        assert [(r.state, r.reason, r.version) for r in ports.requests.day("monaco", DAY)] == [
            (RequestState.PLANNED, "", 2),
            (RequestState.UNASSIGNED, "no_capacity: van full", 2),
            (RequestState.PLANNED, "", 2),
        ]
        event = ports.events.read("monaco", DAY)[-1]
        assert (event.type, event.plan_id) == (EventType.PLAN_PUBLISHED, plan.id)

    def test_again_changes_nothing(self, ports):
        book(ports, "r1")
        plan = ports.plans.save(make_plan("monaco.r1"))
        ports.plans.publish(plan.id, at=NOW)
        before = ports.events.read("monaco", DAY)
        ports.plans.publish(plan.id, at=NOW)
        assert ports.events.read("monaco", DAY) == before
        assert ports.requests.get("monaco.r1").version == 2

    def test_next_version_takes_over(self, ports):
        book(ports, "r1", "r2")
        first = ports.plans.save(make_plan("monaco.r1", unassigned=["monaco.r2"]))
        ports.plans.publish(first.id, at=NOW)
        second = ports.plans.save(make_plan("monaco.r1", "monaco.r2", fingerprint="f2"))
        ports.plans.publish(second.id, at=NOW)
        assert ports.plans.published("monaco", DAY) == second.id
        kept, changed = ports.requests.day("monaco", DAY)
        assert (kept.state, kept.version) == (RequestState.PLANNED, 2)
        assert (changed.state, changed.reason, changed.version) == (RequestState.PLANNED, "", 3)

    def test_only_what_it_is_to_replace_is_replaced(self, ports):
        book(ports, "r1")
        first = ports.plans.save(make_plan("monaco.r1", fingerprint="f1"))
        second = ports.plans.save(make_plan("monaco.r1", fingerprint="f2"))
        with pytest.raises(Conflict, match="another version"):
            ports.plans.publish(second.id, at=NOW, replaces=first.id)
        assert ports.plans.published("monaco", DAY) is None
        ports.plans.publish(first.id, at=NOW)
        ports.plans.publish(second.id, at=NOW, replaces=first.id)
        assert ports.plans.published("monaco", DAY) == second.id
        ports.plans.publish(second.id, at=NOW, replaces=first.id)

    def test_what_must_not_have_happened_keeps_it_from_being_published(self, ports):
        book(ports, "r1", "r2")
        first = ports.plans.save(make_plan("monaco.r1", "monaco.r2", fingerprint="f1"))
        ports.plans.publish(first.id, at=NOW)
        event = make_event(EventType.COLLECTED, request_id="monaco.r2")
        ports.requests.transition("monaco.r2", RequestState.COLLECTED, event)
        told = ports.events.read("monaco", DAY)
        second = ports.plans.save(
            make_plan("monaco.r1", unassigned=["monaco.r2"], fingerprint="f2")
        )
        done = frozenset({RequestState.ARRIVED, RequestState.COLLECTED})
        unless = {"monaco.r1": done, "monaco.r2": done}
        with pytest.raises(Conflict, match=r"monaco\.r2 is collected meanwhile"):
            ports.plans.publish(second.id, at=NOW, unless=unless)
        assert ports.plans.published("monaco", DAY) == first.id
        assert len(ports.events.read("monaco", DAY)) == len(told) + 1
        ports.plans.publish(second.id, at=NOW, unless={"monaco.r1": done})
        assert ports.plans.published("monaco", DAY) == second.id
        assert ports.requests.get("monaco.r2").state is RequestState.COLLECTED

    def test_who_is_en_route_stays_it_but_where_nobody_drives_any_more(self, ports):
        book(ports, "r1", "r2", "r3")
        names = ["monaco.r1", "monaco.r2", "monaco.r3"]
        first = ports.plans.save(make_plan(*names, fingerprint="f1"))
        ports.plans.publish(first.id, at=NOW)
        for name in names:
            event = make_event(EventType.EN_ROUTE, request_id=name)
            ports.requests.transition(name, RequestState.EN_ROUTE, event)
        second = ports.plans.save(make_plan(*names[:2], unassigned=names[2:], fingerprint="f2"))
        ports.plans.publish(second.id, at=NOW, back=frozenset(names[1:]))
        assert [ports.requests.get(name).state for name in names] == [
            RequestState.EN_ROUTE,
            RequestState.PLANNED,
            RequestState.UNASSIGNED,
        ]

    def test_meanwhile_changed_requests_keep_their_state(self, ports):
        book(ports, "cancelled", "moved", "collected", "r1")
        names = ["monaco.cancelled", "monaco.moved", "monaco.collected", "monaco.r1"]
        plan = ports.plans.save(make_plan(*names, "monaco.unknown"))
        ports.requests.cancel("monaco.cancelled", at=NOW)
        away = replace(ports.requests.get("monaco.moved"), day=NEXT_DAY, slot_id=None)
        ports.requests.reschedule(away, at=NOW)
        for state in (RequestState.PLANNED, RequestState.COLLECTED):
            ports.requests.transition("monaco.collected", state, make_event())
        ports.plans.publish(plan.id, at=NOW)
        assert [ports.requests.get(name).state for name in names] == [
            RequestState.CANCELLED,
            RequestState.RESCHEDULED,
            RequestState.COLLECTED,
            RequestState.PLANNED,
        ]
        with pytest.raises(NotFound):
            ports.requests.get("monaco.unknown")

    def test_violations_are_refused_and_change_nothing(self, ports):
        book(ports, "r1")
        broken = make_plan("monaco.r1", violations=(Violation(constraint="shift", detail="late"),))
        plan = ports.plans.save(broken)
        assert plan.violations == broken.violations
        with pytest.raises(PlanRejected, match="violates shift"):
            ports.plans.publish(plan.id, at=NOW)
        assert ports.plans.published("monaco", DAY) is None
        assert ports.requests.get("monaco.r1").state is RequestState.CONFIRMED

    def test_an_empty_plan(self, ports):
        plan = ports.plans.save(make_plan())
        ports.plans.publish(plan.id, at=NOW)
        assert ports.plans.published("monaco", DAY) == plan.id

    def test_unknown(self, ports):
        with pytest.raises(NotFound):
            ports.plans.publish("monaco.2026-03-03.v9", at=NOW)


class TestNightLock:
    def test_one_holder_per_day(self, ports):
        with ports.plans.night_lock("monaco", DAY):
            with (
                pytest.raises(Conflict, match="locked"),
                ports.plans.night_lock("monaco", DAY),
            ):
                pytest.fail("held twice")
            with ports.plans.night_lock("monaco", NEXT_DAY):
                pass
        with ports.plans.night_lock("monaco", DAY):
            pass

    def test_free_after_an_error(self, ports):
        with pytest.raises(ZeroDivisionError), ports.plans.night_lock("monaco", DAY):
            raise ZeroDivisionError
        with ports.plans.night_lock("monaco", DAY):
            pass
