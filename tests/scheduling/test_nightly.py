"""One night: frozen, planned, checked, stored once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from collection.errors import Conflict, InvalidRequest, NotFound, PlanRejected
from collection.model import (
    Battery,
    Customer,
    Device,
    Instructions,
    Position,
    RequestState,
    UnassignedReason,
    Violation,
)
from collection.scheduling.booking import BookingDesk
from collection.scheduling.explaining import verify_stored
from collection.scheduling.locating import AddressWish
from collection.scheduling.nightly import NightPorts, due_nights, plan_night
from collection.scheduling.tentative import TentativeDays
from collection.scheduling.wishes import BookingWish
from tests.fakes import (
    FakeClock,
    FakeEventLog,
    FakeGeocoder,
    FakePlanStore,
    FakeRequestStore,
    GridMatrix,
)
from tests.places import DEVICES, TERRITORY, make_vehicle

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = date(2026, 11, 25)
LOST = Position(lon=7.4499, lat=43.7599)
QUICK = replace(TERRITORY, solve_seconds=1)


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
def requests():
    return FakeRequestStore(FakeEventLog())


def make_ports(requests, clock, territory=QUICK):
    return NightPorts(
        territories={territory.id: territory},
        devices=DEVICES,
        requests=requests,
        plans=FakePlanStore(requests),
        source=lambda _: GridMatrix(unreachable=(LOST,)),
        clock=clock,
        workers=1,
    )


@pytest.fixture
def ports(requests, clock):
    return make_ports(requests, clock)


@pytest.fixture
def book(requests, clock):
    desk = BookingDesk(
        territories={"monaco": TERRITORY},
        devices=DEVICES,
        requests=requests,
        geocoder=FakeGeocoder(()),
        clock=clock,
        days=TentativeDays(
            devices=DEVICES, requests=requests, source=lambda _: GridMatrix(), clock=clock
        ),
    )

    def book(number, *, position=None, battery=Battery.OK, hour=8):
        where = position or Position(lon=7.41 + number * 0.003, lat=43.73 + number * 0.001)
        return desk.accept(
            BookingWish(
                reference=f"R-{number}",
                customer=Customer(
                    name="Ada", phone="+33639980001", email="a@example.org", language="fr"
                ),
                address=AddressWish(position=where),
                devices=(Device(type="phone", battery=battery),),
                slot_id=f"monaco.{DAY}.{hour:02d}00",
            ),
            key=f"k{number}",
        )

    return book


def stops_of(plan):
    return {stop.request_id for route in plan.routes for stop in route.stops}


def test_every_request_is_planned_checked_and_drawn(ports, book):
    booked = {book(number, hour=8 + 2 * (number % 3)).id for number in range(6)}
    seen = []
    result = plan_night("monaco", DAY, ports, on_progress=lambda p: seen.append(p.phase))
    plan = result.plan
    assert stops_of(plan) == booked
    assert plan.violations == ()
    assert all(len(route.legs) == len(route.stops) + 1 for route in plan.routes)
    assert plan.id == "monaco.2026-11-25.v1"
    assert list(dict.fromkeys(seen)) == [
        *("snapshot", "matrix", "solve", "check", "paths", "save", "done")
    ]
    assert set(result.phases) == {"snapshot", "matrix", "solve", "check", "paths", "save"}
    assert verify_stored(ports.plans.get(plan.id), ports) == []


def test_run_twice_it_gives_one_plan(ports, book):
    book(1)
    first = plan_night("monaco", DAY, ports)
    again = plan_night("monaco", DAY, ports)
    assert again.plan == first.plan
    assert again.phases == {}
    assert ports.plans.versions("monaco", DAY) == (first.plan.id,)


def test_publishing_does_not_make_the_same_input_look_new(ports, book, clock):
    book(1)
    first = plan_night("monaco", DAY, ports).plan
    ports.plans.publish(first.id, at=clock.now())
    assert plan_night("monaco", DAY, ports).plan.id == first.id


def test_another_fleet_gives_the_next_version(ports, book):
    book(1)
    first = plan_night("monaco", DAY, ports).plan
    fleet = replace(QUICK, vehicles=(make_vehicle("van-9"),))
    second = plan_night("monaco", DAY, replace(ports, territories={"monaco": fleet})).plan
    assert (first.version, second.version) == (1, 2)
    assert second.routes[0].vehicle_id == "van-9"


def test_the_day_is_frozen_before_the_snapshot(ports, requests):
    plan_night("monaco", DAY, ports)
    assert requests.is_closed("monaco", DAY)


def test_a_night_that_is_caught_up_late_sends_nobody_into_the_past(ports, book, clock):
    morning, afternoon = book(1, hour=8), book(2, hour=16)
    clock.advance(hours=30)  # Wednesday, 16:00 local
    plan = plan_night("monaco", DAY, ports).plan
    assert stops_of(plan) == {afternoon.id}
    assert min(route.start for route in plan.routes) >= 16 * 3_600
    assert [left.request_id for left in plan.unassigned] == [morning.id]
    assert plan.violations == ()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 23), "is over"),
        (date(2026, 11, 29), "Sunday"),
        (date(2026, 12, 8), "Conception"),
        (date(2027, 3, 10), "14 days"),
    ],
)
def test_a_day_on_which_nobody_drives_is_neither_closed_nor_planned(ports, requests, day, why):
    with pytest.raises(InvalidRequest, match=why):
        plan_night("monaco", day, ports)
    assert not requests.is_closed("monaco", day)


def test_an_empty_day_gives_an_empty_plan(ports):
    plan = plan_night("monaco", DAY, ports).plan
    assert (plan.routes, plan.unassigned, plan.violations) == ((), (), ())


def test_without_vans_everything_has_a_reason(requests, clock, book):
    booked = book(1)
    ports = make_ports(requests, clock, replace(QUICK, vehicles=()))
    plan = plan_night("monaco", DAY, ports).plan
    assert plan.routes == ()
    assert [left.request_id for left in plan.unassigned] == [booked.id]
    assert plan.unassigned[0].detail


def test_one_impossible_request_spoils_nothing(ports, book):
    lost = book(0, position=LOST)
    fine = {book(number).id for number in range(1, 4)}
    plan = plan_night("monaco", DAY, ports).plan
    assert stops_of(plan) == fine
    assert [(left.request_id, left.reason) for left in plan.unassigned] == [
        (lost.id, UnassignedReason.UNREACHABLE)
    ]
    assert plan.violations == ()


def test_a_swollen_battery_rides_with_a_trained_driver(ports, book):
    swollen = book(1, battery=Battery.SWOLLEN)
    plan = plan_night("monaco", DAY, ports).plan
    (route,) = (r for r in plan.routes if swollen.id in {stop.request_id for stop in r.stops})
    assert route.vehicle_id == "van-1"


def test_cancelled_requests_are_not_planned(ports, requests, book, clock):
    kept, gone = book(1), book(2)
    requests.cancel(gone.id, at=clock.now())
    assert stops_of(plan_night("monaco", DAY, ports).plan) == {kept.id}


def test_review_waits_for_a_dispatcher_and_auto_publishes(requests, clock, book):
    booked = book(1)
    review = make_ports(requests, clock)
    plan_night("monaco", DAY, review)
    assert review.plans.published("monaco", DAY) is None
    auto = make_ports(requests, clock, replace(QUICK, publish="auto"))
    plan = plan_night("monaco", DAY, auto).plan
    assert auto.plans.published("monaco", DAY) == plan.id
    assert requests.get(booked.id).state is RequestState.PLANNED


def test_auto_never_publishes_violations(requests, clock, book, monkeypatch):
    book(1)
    broken = Violation(constraint="shift", detail="returns late", vehicle_id="van-1")
    monkeypatch.setattr("collection.scheduling.nightly.check", lambda *_, **__: [broken])
    ports = make_ports(requests, clock, replace(QUICK, publish="auto"))
    plan = plan_night("monaco", DAY, ports).plan
    assert plan.violations == (broken,)
    assert ports.plans.published("monaco", DAY) is None
    with pytest.raises(PlanRejected):
        ports.plans.publish(plan.id, at=clock.now())


def test_two_workers_never_plan_one_day_at_once(ports):
    with ports.plans.night_lock("monaco", DAY), pytest.raises(Conflict):
        plan_night("monaco", DAY, ports)


def test_the_streets_are_asked_for_the_day_and_the_classes_of_the_fleet(requests, clock, book):
    booked = book(1)
    asked = []

    class Spy(GridMatrix):
        def travel(self, points, **options):
            asked.append((len(points), options))
            return super().travel(points, **options)

    vans = (make_vehicle("a", emission_class="electric"), make_vehicle("b"))
    ports = make_ports(requests, clock, replace(QUICK, vehicles=vans))
    plan = plan_night("monaco", DAY, replace(ports, source=lambda _: Spy())).plan
    assert asked == [(2, {"day": DAY, "classes": ("", "electric")})]
    assert stops_of(plan) == {booked.id}


def test_what_a_dispatcher_asks_is_kept(ports, book):
    first, second = book(1), book(2)
    asked = Instructions(
        prefixes={"van-2": (second.id,)}, apart=(frozenset({first.id, second.id}),)
    )
    free = plan_night("monaco", DAY, ports).plan
    plan = plan_night("monaco", DAY, ports, instructions=asked).plan
    assert (free.version, plan.version) == (1, 2)
    assert plan.violations == ()
    served = {route.vehicle_id: [s.request_id for s in route.stops] for route in plan.routes}
    assert served == {"van-1": [first.id], "van-2": [second.id]}


def test_an_instruction_that_names_nobody_is_refused(ports, book):
    book(1)
    with pytest.raises(InvalidRequest, match="no vehicle 'van-9' goes out") as caught:
        plan_night("monaco", DAY, ports, instructions=Instructions(prefixes={"van-9": ()}))
    assert caught.value.field == "instructions.prefixes"
    assert ports.plans.versions("monaco", DAY) == ()


def test_unknown_territory_is_not_found(ports):
    with pytest.raises(NotFound):
        plan_night("atlantis", DAY, ports)


def test_verifying_a_stored_plan_sees_what_changed_since(ports, book):
    book(1)
    plan = plan_night("monaco", DAY, ports).plan
    slow = replace(ports, source=lambda _: GridMatrix(metres_per_second=1.0))
    assert verify_stored(plan, slow)


def test_a_night_is_due_from_its_cut_off_until_it_has_a_plan(ports, clock):
    before = datetime(2026, 11, 24, 16, 59, tzinfo=UTC)
    after = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert ("monaco", DAY) not in list(due_nights(ports, before))
    assert ("monaco", DAY) in list(due_nights(ports, after))
    plan_night("monaco", DAY, ports)
    assert ("monaco", DAY) not in list(due_nights(ports, after))
