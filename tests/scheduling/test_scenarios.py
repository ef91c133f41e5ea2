from dataclasses import replace

import pytest

from collection.errors import InvalidRequest, NotFound, PlanRejected
from collection.model import Instructions, Scenario, Shift, Violation
from collection.scheduling import scenarios
from collection.scheduling.nightly import plan_night
from collection.scheduling.scenarios import require_possible, try_scenario
from collection.units import HOUR
from tests.places import make_vehicle
from tests.scheduling.test_nightly import DAY, QUICK, book, clock, make_ports, requests

__all__ = ["book", "clock", "requests"]

SMALL = replace(make_vehicle().capacity, units=2)
ONE_VAN = replace(QUICK, vehicles=(make_vehicle(capacity=SMALL),), reload_at_depots=False, sites=())
ANOTHER = Scenario(name="one more", copies={"van-1": 1})


@pytest.fixture
def ports(requests, clock):
    return make_ports(requests, clock, ONE_VAN)


def test_a_day_is_compared_with_what_it_would_be_and_nothing_is_kept(ports, requests, book):
    for number in range(3):
        book(number)
    seen = []
    told = try_scenario("monaco", DAY, ANOTHER, ports, on_progress=seen.append)

    assert (told.before.unassigned, told.after.unassigned) == (1, 0)
    assert (told.before.routes, told.after.routes) == (1, 2)
    assert len(told.newly_served) == 1
    assert {progress.phase for progress in seen} == {"solve"}
    assert not requests.is_closed("monaco", DAY)
    assert ports.plans.versions("monaco", DAY) == ()


def test_what_is_asked_of_the_published_plan_holds_in_both(requests, clock, book):
    ports = make_ports(requests, clock, replace(QUICK, publish="auto"))
    first, second = book(1), book(2)
    asked = Instructions(apart=(frozenset({first.id, second.id}),))
    plan_night("monaco", DAY, ports, instructions=asked)
    told = try_scenario("monaco", DAY, Scenario(name="as it is"), ports)
    less = try_scenario("monaco", DAY, Scenario(name="less", removed=frozenset({"van-2"})), ports)

    assert (told.before.routes, told.after.routes) == (2, 2)
    assert (less.after.routes, less.after.unassigned) == (1, 1)


def test_vans_whose_shift_is_over_stay(requests, clock, book):
    vans = (make_vehicle("early", end=10), make_vehicle("late"))
    ports = make_ports(requests, clock, replace(QUICK, vehicles=vans))
    book(1, hour=16)
    clock.advance(hours=26)  # Wednesday, 12:00 local
    with pytest.raises(InvalidRequest, match="vehicle 'early' is unknown; use late"):
        try_scenario("monaco", DAY, Scenario(name="less", removed=frozenset({"early"})), ports)


def test_no_van_of_a_scenario_leaves_in_the_past(ports, book, clock):
    book(1, hour=8)
    book(2, hour=16)
    clock.advance(hours=26)  # Wednesday, 12:00 local
    all_day = Scenario(
        name="all day",
        added=(make_vehicle("bike", fixed_cost=0),),
        shifts={"van-1": Shift(start=8 * HOUR, end=20 * HOUR)},
    )
    told = try_scenario("monaco", DAY, all_day, ports)
    assert (told.before.stops, told.after.stops) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"shifts": {"van-1": Shift(start=8 * HOUR, end=12 * HOUR)}}, "scenario.shifts"),
        ({"added": (make_vehicle("bike", end=11),)}, "scenario.added"),
    ],
)
def test_a_shift_that_is_over_is_refused(ports, clock, changes, field):
    over = Scenario(name="over", **changes)
    require_possible(over, ONE_VAN, DAY, ports)
    clock.advance(hours=26)  # Wednesday, 12:00 local
    with pytest.raises(InvalidRequest, match="is over; give one that ends later") as error:
        require_possible(over, ONE_VAN, DAY, ports)
    assert error.value.field == field


def test_what_was_asked_and_became_impossible_lapses_in_both(requests, clock, book):
    ports = make_ports(requests, clock, replace(QUICK, publish="auto"))
    asked = Instructions(prefixes={"van-1": (book(1, hour=8).id,)})
    plan_night("monaco", DAY, ports, instructions=asked)
    clock.advance(hours=26)  # Wednesday, 12:00 local
    told = try_scenario("monaco", DAY, Scenario(name="as it is"), ports)
    assert (told.before.unassigned, told.after.unassigned) == (1, 1)


def test_what_cannot_be_tried_is_refused(ports, clock):
    with pytest.raises(NotFound):
        try_scenario("atlantis", DAY, ANOTHER, ports)
    with pytest.raises(InvalidRequest, match="van-9"):
        try_scenario("monaco", DAY, Scenario(name="wrong", copies={"van-9": 1}), ports)
    clock.advance(days=3)
    with pytest.raises(InvalidRequest, match="is over"):
        try_scenario("monaco", DAY, ANOTHER, ports)


def test_a_comparison_of_broken_plans_is_none(ports, book, monkeypatch):
    book(1)
    broken = Violation(constraint="shift", detail="returns late")
    monkeypatch.setattr("collection.routing.scenario.check", lambda *_, **__: [broken])
    with pytest.raises(PlanRejected, match="the plan of 'as it is' breaks shift"):
        scenarios.try_scenario("monaco", DAY, ANOTHER, ports)
