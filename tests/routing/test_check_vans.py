"""Each limit of a van is met to the unit, and missed by one."""

import numpy as np
import pytest

from collection.routing.check_solution import verdict
from tests.routing.line_day import CLOSING, OPENING, both, found, line_day

TO_A_AND_B = ((0, 1),)  # 3 000 s, 2 400 s of them driving, 20 000 m


@pytest.mark.parametrize(
    ("name", "field", "most"),
    [
        ("range", "max_metres", 20_000),
        ("max_stops", "max_stops", 2),
        ("max_duration", "max_seconds", 3_000),
        ("max_travel", "max_travel", 2_400),
        ("shift", "latest_ends", OPENING + 3_000),
    ],
)
def test_limits(name, field, most):
    shifts = np.array([[OPENING, OPENING + 3_000]] * 2)
    for value, expected in ((most, []), (most - 1, [name])):
        problem = line_day(**{"shifts": shifts, "latest_ends": both(CLOSING), field: both(value)})
        assert found(problem, TO_A_AND_B) == expected


def test_shift_that_ends_without_overtime():
    for end, expected in ((3_000, []), (2_999, ["shift"])):
        shifts = np.array([[OPENING, OPENING + end]] * 2)
        assert found(line_day(shifts=shifts), TO_A_AND_B) == expected


def test_skills():
    skills = (frozenset(), frozenset({"cold"}), frozenset(), frozenset())
    skilled = np.array([[True, True], [False, True], [True, True], [True, True]])
    problem = line_day(skills=skills, skilled=skilled)

    assert found(problem, ((0,), (1,))) == []
    assert found(problem, TO_A_AND_B) == ["skills"]
    (violation,) = verdict(problem, (*TO_A_AND_B, ())).violations
    assert (violation.vehicle_id, violation.request_id) == ("van-1", "b")
    assert violation.detail == "lacks one of cold"


def test_fixed_vehicle():
    only = np.array([[True, True], [False, True], [True, True], [True, True]])
    assert found(line_day(skilled=only), ((0,), (1,))) == []
    assert found(line_day(skilled=only), TO_A_AND_B) == ["fixed_vehicle"]


def test_capacity_of_pickups():
    for room, expected in ((2, []), (1, ["capacity"])):
        problem = line_day(capacities=np.full((2, 1), room))
        assert found(problem, TO_A_AND_B) == expected


def test_capacity_in_any_dimension():
    loads = np.array([[1, 5], [1, 5], [0, 0], [0, 0]])
    for second, expected in ((10, []), (9, ["capacity"])):
        problem = line_day(loads=loads, capacities=np.array([[2, second]] * 2))
        assert found(problem, TO_A_AND_B) == expected


DELIVERIES = {
    "loads": np.array([[-3], [2], [-1], [0]]),
    "initial": np.array([[3], [0], [1], [0]]),
}


def test_capacity_at_the_start_of_a_trip():
    for room, expected in ((4, []), (3, ["capacity"])):
        problem = line_day(**DELIVERIES, capacities=np.full((2, 1), room))
        assert found(problem, ((0, 1, 2),)) == expected  # 4, 1, 3, 2 on board
    (violation,) = verdict(problem, ((0, 1, 2), ())).violations
    assert (violation.request_id, violation.detail) == (None, "carries (4,), takes (3,)")


def test_capacity_is_worst_on_the_way():
    for room, expected in ((6, []), (5, ["capacity"])):
        problem = line_day(**DELIVERIES, capacities=np.full((2, 1), room))
        assert found(problem, ((1, 0, 2),)) == expected  # 4, 6, 3, 2 on board
    (violation,) = verdict(problem, ((1, 0, 2), ())).violations
    assert (violation.request_id, violation.detail) == ("b", "carries (6,), takes (5,)")


HUB = {
    "reload_ids": ("hub",),
    "reload_points": np.array([0]),
    "reload_service": np.array([500]),
    "reload_windows": (((OPENING, CLOSING),),),
}


def test_capacity_trip_by_trip():
    problem = line_day(**HUB, capacities=np.full((2, 1), 2))
    assert found(problem, ((0, 1, 4, 2, 3),)) == []
    assert found(problem, ((0, 1, 2, 4, 3),)) == ["capacity"]
