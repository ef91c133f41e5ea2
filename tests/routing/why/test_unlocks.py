"""Every unlock is applied here by hand: the day is changed and the routes are evaluated."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from collection.routing.explain import classified
from collection.routing.inserter import Inserter
from collection.routing.insertion import insert_all
from collection.routing.solution import evaluate
from collection.routing.why.changes import AnotherVehicle, Raised, Skilled, Swap, WiderWindow
from collection.routing.why.unlocks import left_out
from collection.units import HOUR, MINUTE
from tests.problems import make_problem
from tests.routing.line_day import CLOSING, OPENING, line_day
from tests.strategies import problems

NINE = 9 * HOUR
ONE_VAN = {
    name: getattr(line_day(), name)[:1]
    for name in ("shifts", "capacities", "starts", "ends", "fixed_costs", "hour_costs", "km_costs")
} | {"vehicle_ids": ("van-1",)}


def unlocks(problem, routes, request):
    """By kind; `a` and `b` for the two sides of a window."""
    (left,) = left_out(problem, routes, requests=[request], seconds=60)
    assert left.complete
    assert [u.cost for u in left.unlocks] == sorted(u.cost for u in left.unlocks)
    return {
        unlock.kind + ("" if unlock.kind != "window" else f" {unlock.detail.split()[3]}"): unlock
        for unlock in left.unlocks
    }


def windows(**own):
    day = (OPENING, CLOSING)
    return {"windows": tuple((own.get(name, day),) for name in "abcd")}


def test_a_window_is_widened_by_the_fewest_minutes():
    # One van is at `a` from 9:00 to 9:05; `c` is 20 min from there, and asks for 9:00 as well.
    problem = classified(line_day(**ONE_VAN, **windows(a=(NINE, NINE), c=(NINE, NINE))))
    found = unlocks(problem, [(0,)], 2)

    later, earlier = found["window closes"], found["window opens"]
    assert later.change == WiderWindow(opens=NINE, closes=NINE + 25 * MINUTE)
    assert later.detail == "A window that closes 25 min later: 09:00-09:25."
    # Served by 8:35, it is 5 min of service and 20 min before 9:00.
    assert earlier.change == WiderWindow(opens=NINE - 25 * MINUTE, closes=NINE)
    assert later.routes == ((0, 2),)
    assert earlier.routes == ((2, 0),)
    # 4 x 600 s and 300 s more for a cent each, and 20 km at 100 cents.
    assert later.cost == earlier.cost == 2_400 + 300 + 2_000


def test_overtime_is_told_in_seconds_and_cents():
    # Out at 17:00 to `a`; `d` needs 40 min there and back and 5 min more.
    late = (17 * HOUR, 17 * HOUR)
    changes = {"shifts": np.array([[OPENING, 17 * HOUR + 30 * MINUTE]])}
    problem = classified(
        line_day(
            **(ONE_VAN | changes),
            **windows(a=late, d=(17 * HOUR, CLOSING)),
            overtime_costs=np.array([7_200]),
        )
    )
    found = unlocks(problem, [(0,)], 3)

    # `a` until 17:05, `d` from 17:35 to 17:40, back at 18:20.
    assert found["overtime"].change == Raised(
        field="latest_ends", vehicle=0, amounts=(50 * MINUTE,)
    )
    assert found["overtime"].cost == 3_600 + 300 + 3_000 + 2 * 50 * MINUTE
    assert found["overtime"].detail == "van-1 returns 50 min after its latest return, at 18:20."


def test_more_room_is_told_dimension_by_dimension():
    problem = classified(line_day(**(ONE_VAN | {"capacities": np.array([[1]])})))
    found = unlocks(problem, [(0,)], 1)

    assert found["room"].change == Raised(field="capacities", vehicle=0, amounts=(1,))
    assert found["room"].cost == 1_200 + 300 + 1_000


@pytest.mark.parametrize(
    ("field", "limit", "amount"),
    [
        ("max_metres", 12_000, 8_000),
        ("max_stops", 1, 1),
        ("max_seconds", 2_000, 1_000),
        ("max_travel", 1_500, 900),
    ],
)
def test_a_limit_is_raised_by_what_is_missing(field, limit, amount):
    problem = classified(line_day(**ONE_VAN, **{field: np.array([limit])}))
    found = unlocks(problem, [(0,)], 1)

    assert found["limit"].change == Raised(field=field, vehicle=0, amounts=(amount,))


def test_a_skill_and_a_vehicle_that_is_not_the_fixed_one():
    skilled = np.ones((4, 1), dtype=bool)
    skilled[1] = False
    skills = (frozenset(), frozenset({"battery_trained"}), frozenset(), frozenset())
    named = unlocks(classified(line_day(**ONE_VAN, skilled=skilled, skills=skills)), [(0,)], 1)
    fixed = unlocks(classified(line_day(**ONE_VAN, skilled=skilled)), [(0,)], 1)

    assert named["skill"].change == fixed["skill"].change == Skilled(vehicle=0)
    assert named["skill"].detail == "van-1 has battery_trained."
    assert fixed["skill"].detail == "van-1 may serve it, too."
    assert set(named) == {"skill"}


def test_one_more_van_is_told_with_its_hours_and_its_cost():
    problem = classified(line_day(**ONE_VAN, **windows(a=(NINE, NINE), c=(NINE, NINE))))
    found = unlocks(problem, [(0,)], 2)["vehicle"]

    assert found.change == AnotherVehicle(like=0, start=NINE - 30 * MINUTE, end=NINE + 35 * MINUTE)
    assert found.cost == 1_000 + 3_900 + 3_000
    assert (found.vehicle_id, found.routes) == ("van-1+", ((0,), (2,)))


def test_no_van_more_is_offered_to_a_request_whose_group_has_one():
    # `c` must share a van with `a`, which is elsewhere at nine.
    group = {"together": np.array([7, -1, 7, -1]), **windows(a=(NINE, NINE), c=(NINE, NINE))}
    one, two = classified(line_day(**ONE_VAN, **group)), classified(line_day(**group))

    assert set(unlocks(one, [(0,)], 2)) == {"window closes", "window opens", "swap"}
    assert set(unlocks(two, [(), (0,)], 2)) == {"window closes", "window opens", "swap"}


def test_a_swap_moves_the_other_to_where_it_costs_least():
    # Only van-1 may serve `b` at 9:00, where it is at `a`; van-2 may take `a` instead.
    skilled = np.ones((4, 2), dtype=bool)
    skilled[1, 1] = False
    problem = classified(line_day(skilled=skilled, **windows(a=(NINE, NINE), b=(NINE, NINE))))
    found = unlocks(problem, [(0,), ()], 1)["swap"]
    alone = unlocks(problem, [(0,), (2,)], 1)["swap"]

    assert found.change == Swap(leaves=0, goes_to=1)
    assert found.routes == ((1,), (0,))
    # van-1 drives 1 200 s and 10 km more, van-2 does what van-1 did.
    assert found.cost == 1_200 + 1_000 + (1_000 + 1_500 + 1_000)
    assert found.detail == "van-1 serves it instead of a, which then goes to van-2."
    assert alone.change == Swap(leaves=0, goes_to=1)


def test_a_swap_may_leave_the_other_out():
    problem = classified(line_day(**ONE_VAN, **windows(a=(NINE, NINE), b=(NINE, NINE))))
    found = unlocks(problem, [(0,)], 1)["swap"]

    assert found.change == Swap(leaves=0, goes_to=None)
    assert found.cost == 1_200 + 1_000 + 50_000
    assert found.detail == "van-1 serves it instead of a, which then is unassigned."


def test_outside_the_area_nothing_is_offered():
    problem = classified(line_day(inside=np.array([True, False, True, True])))

    assert unlocks(problem, [(0,), ()], 1) == {}


def test_it_says_when_it_was_cut_off():
    problem = classified(line_day(**ONE_VAN, **windows(a=(NINE, NINE), c=(NINE, NINE))))
    (left,) = left_out(problem, [(0,)], requests=[2], seconds=0)

    assert not left.complete
    assert left.unlocks == ()
    assert [block.constraints for block in left.blocks] == [("time_window",)]


def by_hand(problem, unlock):
    """The changed day, without any of the code that offered the change."""
    change, request = unlock.change, unlock.request
    match change:
        case WiderWindow(opens=opens, closes=closes):
            spans = list(problem.windows[request])
            spans[0], spans[-1] = (opens, spans[0][1]), (spans[-1][0], closes)
            if len(spans) == 1:
                spans = [(opens, closes)]
            own = (*problem.windows[:request], tuple(spans), *problem.windows[request + 1 :])
            return classified(replace(problem, windows=own))
        case Raised(field=field, vehicle=vehicle, amounts=amounts):
            column = getattr(problem, field).copy()
            column[vehicle] = column[vehicle] + (amounts if column.ndim == 2 else amounts[0])
            return classified(replace(problem, **{field: column}))
        case Skilled(vehicle=vehicle):
            skilled = problem.skilled.copy()
            skilled[request, vehicle] = True
            if problem.partner[request] >= 0:
                skilled[problem.partner[request], vehicle] = True
            return classified(replace(problem, skilled=skilled))
        case AnotherVehicle():
            return classified(change.applied_to(problem, request))
        case Swap():
            return problem


def serves(problem, unlock):
    changed = by_hand(problem, unlock)
    solution = evaluate(changed, unlock.routes)
    assert solution is not None, unlock
    assert unlock.request not in solution.unassigned
    return solution


@settings(deadline=None, max_examples=80)
@given(problems(max_requests=10, max_vehicles=3))
def test_every_change_that_is_offered_serves_the_request(problem):
    routes = insert_all(problem, problem.prefixes, range(len(problem.request_ids)))
    before = evaluate(problem, routes)

    for left in left_out(problem, routes, seconds=5):
        for unlock in left.unlocks:
            after = serves(problem, unlock)
            if isinstance(unlock.change, Swap):
                gone = set(after.unassigned) - set(before.unassigned)
                assert gone <= {unlock.change.leaves}
                assert (not gone) == (unlock.change.goes_to is not None)
            else:
                assert set(after.unassigned) < set(before.unassigned)
                # A fresh search for its place finds one, too.
                changed = by_hand(problem, unlock)
                stays = (*routes, ()) if unlock.kind == "vehicle" else routes
                assert Inserter(changed).cheapest(stays, unlock.request) is not None
            own = int(problem.prices[[unlock.request]].sum())
            mate = int(problem.partner[unlock.request])
            own += int(problem.prices[mate]) if mate >= 0 else 0
            assert abs(after.total - before.total + own - unlock.cost) <= len(after.routes) + 3


def test_twenty_requests_of_a_day_of_three_hundred_take_about_a_second():
    rng = np.random.default_rng(3)
    held = {"windows", "overtime", "setup", "breaks", "profiles", "periods", "skills"}
    problem = make_problem(rng, 300, 10, held)
    routes = insert_all(problem, [()] * 10, range(300))
    left = sorted(set(range(300)).difference(*routes))[:20]

    started = time.process_time()
    told = left_out(problem, routes, requests=left, seconds=1.0)
    assert len(told) == 20
    assert time.process_time() - started < 3
