"""Who begins, who shares a van, who must not."""

import numpy as np
import pytest

from collection.routing.check_solution import verdict
from tests.routing.line_day import found, line_day
from tests.routing.test_check_vans import HUB


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (((1, 0, 2),), []),
        (((1, 0),), []),
        (((0, 1, 2),), ["prefix"]),
        (((1, 2, 0),), ["prefix"]),
        (((1,),), ["prefix"]),
        (((), (1, 0)), ["prefix"]),
    ],
)
def test_prefix(routes, expected):
    assert found(line_day(prefixes=((1, 0), ())), routes) == expected


def test_prefix_with_pauses_and_reloads_between():
    problem = line_day(**HUB, prefixes=((1, 0), ()), pauses=np.array([[0, 86_400, 60]]))
    assert found(problem, ((1, 5, 4, 0, 2),)) == []


def test_prefix_names_what_is_there_instead():
    problem = line_day(prefixes=((1, 0), ()))
    assert [v.detail for v in verdict(problem, ((1, 2), ())).violations] == [
        "must begin with b, a, begins with b, c"
    ]
    assert [v.detail for v in verdict(problem, ((), ())).violations] == [
        "must begin with b, a, begins with nothing"
    ]


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (((0, 1), (2,)), []),
        (((0,), (2,)), []),
        (((0,), (1, 2)), ["together"]),
        (((0, 3), (2,)), ["together"]),
        (((0, 3), (1, 2)), ["together", "together"]),
    ],
)
def test_together(routes, expected):
    assert found(line_day(together=np.array([5, 5, 7, 7])), routes) == expected


def test_together_names_who_and_with_whom():
    problem = line_day(together=np.array([5, -1, -1, 5]))
    (violation,) = verdict(problem, ((0,), (3,))).violations
    assert violation.detail == "a, d must share a van, are with van-1, van-2"


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (((0, 1), (2, 3)), []),
        (((0, 2), (1, 3)), ["apart"]),
        (((0, 1, 2, 3),), ["apart", "apart"]),
    ],
)
def test_apart(routes, expected):
    assert found(line_day(apart=((0, 2), (0, 3))), routes) == expected


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        (((0, 1, 2), ()), None),
        (((), (2, 3)), None),
        (((0, 1, 2), (3,)), None),
        (((0, 2), (3,)), "is served without its other half"),
        (((1, 2), ()), "is served without its other half"),
        (((1, 0), ()), "is delivered before it is picked up"),
        (((0,), (1,)), "is not delivered in the trip of its pickup"),
        (((0, 4, 1), ()), "is not delivered in the trip of its pickup"),
    ],
)
def test_partner(routes, expected):
    problem = line_day(**HUB, partner=np.array([1, 0, -1, -1]))
    violations = verdict(problem, routes).violations

    assert [violation.constraint for violation in violations] == ["partner"] * bool(expected)
    assert [violation.detail for violation in violations] == [f"of a and b: {expected}"] * bool(
        expected
    )
