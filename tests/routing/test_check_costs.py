"""What a route costs and a plan weighs, to the cent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.model import Fairness
from collection.routing.check_solution import verdict
from tests.routing.line_day import CLOSING, OPENING, both, found, line_day

TO_A_AND_B = ((0, 1), ())  # 3 000 s, 2 400 s of them driving, 20 000 m


@pytest.mark.parametrize(
    ("changes", "cents"),
    [
        ({}, 1_000 + 3_000 + 2_000),
        ({"fixed_costs": both(0)}, 5_000),
        ({"hour_costs": both(0)}, 3_000),
        ({"km_costs": both(0)}, 4_000),
        ({"drive_costs": both(1_800)}, 6_000 + 1_200),
        (
            {
                "shifts": np.array([[OPENING, OPENING + 2_000]] * 2),
                "latest_ends": both(CLOSING),
                "overtime_costs": both(7_200),
            },
            6_000 + 2_000,
        ),
    ],
)
def test_cost(changes, cents):
    problem = line_day(**changes)
    assert verdict(problem, TO_A_AND_B).cost == cents
    assert found(problem, TO_A_AND_B, cost=cents) == []
    assert found(problem, TO_A_AND_B, cost=cents - 1) == ["cost"]


def test_cost_is_rounded_half_up_once_per_route():
    free = {"fixed_costs": both(0), "km_costs": both(0)}
    # 3 000 s and 2 400 s at a cent per hour: 0.833 and 0.667 make 1.5.
    problem = line_day(**free, hour_costs=both(1), drive_costs=both(1))
    assert verdict(problem, TO_A_AND_B).cost == 2


def test_cost_of_staying():
    assert verdict(line_day(), ((), ())).cost == 0


def test_price_of_who_is_left():
    result = verdict(line_day(prices=np.array([1, 20, 300, 4_000])), ((0,), (2,)))
    assert (result.price, result.total) == (4_020, result.cost + 4_020)


def test_soft_cost_of_preferences():
    preferences = np.array([[1, 2], [30, 40], [500, 600], [7_000, 8_000]])
    problem = line_day(preferences=preferences)

    assert verdict(problem, ((0, 1), (2,))).soft == 1 + 30 + 600
    assert found(problem, ((0, 1), (2,)), soft=631) == []
    assert found(problem, ((0, 1), (2,)), soft=630) == ["soft_cost"]


@pytest.mark.parametrize(
    ("first", "last", "soft"), [(600, 600, 0), (601, 900, 70), (0, 599, 70), (0, 900, 0)]
)
def test_soft_cost_of_a_changed_time(first, last, soft):
    announced = np.tile([0, CLOSING], (4, 1))
    announced[0] = OPENING + first, OPENING + last
    problem = line_day(announced=announced, change_prices=np.array([70, 80, 90, 100]))
    assert verdict(problem, TO_A_AND_B).soft == soft


@pytest.mark.parametrize(
    ("routes", "measure", "soft"),
    [
        (((0, 1), (2,)), "stops", 1_000),
        (((0, 1), (2,)), "time", 250),  # 3 900 s against 3 000 s
        (((0, 1), ()), "stops", 0),
        (((0, 1), ()), "time", 0),
        (((), ()), "time", 0),
        (((0,), (1,)), "time", 333),  # 1 200 s: 333.3
        (((0,), (3,)), "time", 1_000),
    ],
)
def test_soft_cost_of_unfairness(routes, measure, soft):
    problem = line_day(fairness=Fairness(measure=measure, price=1_000))
    assert verdict(problem, routes).soft == soft


def test_unfairness_is_rounded_half_up():
    slow = np.array([300, 900, 300, 300])  # b takes 1 800 s longer than a
    for price, cents in ((1, 1), (2, 1), (3, 2)):
        problem = line_day(service=slow, fairness=Fairness(measure="time", price=price))
        assert verdict(problem, ((0,), (1,))).soft == cents


@given(st.integers(0, 9_000), st.integers(0, 9_000), st.integers(0, 9_000))
def test_cost_is_that_of_the_exact_fraction(hour, drive, km):
    problem = line_day(
        fixed_costs=both(7), hour_costs=both(hour), drive_costs=both(drive), km_costs=both(km)
    )
    parts = 18_000 * 7 + 5 * (3_000 * hour + 2_400 * drive) + 18 * 20_000 * km
    assert verdict(problem, TO_A_AND_B).cost == (parts + 9_000) // 18_000
