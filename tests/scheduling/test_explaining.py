from dataclasses import replace
from datetime import date

import pytest

from collection.errors import Conflict, InvalidRequest, NotFound
from collection.model import HoursRule
from collection.scheduling.explaining import compare_stored, explain_stored
from collection.scheduling.nightly import plan_night
from tests.places import TERRITORY, make_vehicle
from tests.scheduling.test_nightly import DAY, QUICK, book, clock, make_ports, requests

__all__ = ["book", "clock", "requests"]

SMALL = replace(make_vehicle().capacity, units=2)
ONE_VAN = replace(QUICK, vehicles=(make_vehicle(capacity=SMALL),), reload_at_depots=False, sites=())
LAW = HoursRule(per="day", limit=900, valid_from=date(2020, 1, 1), valid_until=None, source="a law")


@pytest.fixture
def ports(requests, clock):
    return make_ports(requests, clock, ONE_VAN)


def test_a_stored_plan_tells_what_its_routes_cost_and_who_would_be_served_how(ports, book):
    booked = {book(number).id for number in range(3)}
    plan = plan_night("monaco", DAY, ports).plan
    told = explain_stored(plan, ports, seconds=30)

    (cost,), (left,), (route,) = told.costs, told.left, plan.routes
    assert (cost.vehicle_id, cost.cost) == ("van-1", route.cost)
    assert cost.last_request_id == route.stops[-1].request_id
    assert told.problem.request_ids[left.request] == plan.unassigned[0].request_id
    assert {told.problem.request_ids[left.request], *(s.request_id for s in route.stops)} == booked
    assert [block.constraints for block in left.blocks] == [("capacity",)]
    assert {unlock.kind for unlock in left.unlocks} == {"room", "vehicle", "swap"}
    assert "1 has no room left for 1 units" in plan.unassigned[0].detail


@pytest.mark.parametrize(("limits", "offered"), [({"hours": (LAW,)}, False), ({}, True)])
def test_nobody_is_told_to_work_longer_than_the_law_allows(requests, clock, book, limits, offered):
    van = make_vehicle(max_seconds=None if limits else LAW.limit)
    country = replace(TERRITORY.country, **limits)
    ports = make_ports(requests, clock, replace(ONE_VAN, vehicles=(van,), country=country))
    for number in range(4):
        book(number)
    plan = plan_night("monaco", DAY, ports).plan
    told = explain_stored(plan, ports, seconds=30)

    assert told.left
    assert all(("max_duration",) in [b.constraints for b in left.blocks] for left in told.left)
    assert offered == any(unlock.kind == "limit" for left in told.left for unlock in left.unlocks)


def test_a_day_that_has_changed_is_refused(ports, book):
    book(1)
    plan = plan_night("monaco", DAY, ports).plan
    smaller = make_vehicle(capacity=replace(SMALL, units=0))
    ports.territories["monaco"] = replace(ONE_VAN, vehicles=(smaller,))

    with pytest.raises(Conflict, match=r"the day of monaco.2026-11-25.v1 has changed"):
        explain_stored(plan, ports)


def test_two_plans_of_a_day_are_compared(ports, book):
    for number in range(3):
        book(number)
    first = plan_night("monaco", DAY, ports).plan
    ports.territories["monaco"] = replace(QUICK, vehicles=TERRITORY.vehicles)
    second = plan_night("monaco", DAY, ports).plan
    told = compare_stored(first, second, ports)

    assert (told.before.unassigned, told.after.unassigned) == (1, 0)
    assert told.newly_served == (first.unassigned[0].request_id,)
    with pytest.raises(InvalidRequest, match="plans of different days") as error:
        compare_stored(first, replace(second, territory="elsewhere"), ports)
    assert error.value.field == "before"
    gone = (replace(plan, territory="elsewhere") for plan in (first, second))
    with pytest.raises(NotFound, match="no territory 'elsewhere'"):
        compare_stored(*gone, ports)
