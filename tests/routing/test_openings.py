import numpy as np
import pytest

from collection.routing.openings import joinable, locked
from tests.routing.line_day import line_day


@pytest.mark.parametrize(
    ("routes", "vans"),
    [
        ([(), ()], [0, 1]),
        ([(), (2,)], [0, 1]),
        ([(), (1,)], [1]),
        ([(2, 1)], [0]),
        ([(2, 1), ()], [0]),
    ],
)
def test_a_request_joins_the_vehicle_of_its_group(routes, vans):
    assert joinable(line_day(together=np.array([7, 7, -1, -1])), routes, 0) == vans


def test_without_a_group_every_vehicle_may_be_joined():
    assert joinable(line_day(together=np.array([-1, 7, 7, -1])), [(1,), (3,)], 0) == [0, 1]


@pytest.mark.parametrize(
    ("routes", "vans"),
    [([(1,), (2,)], []), ([(1, 2), ()], [0]), ([(), (2,)], [1]), ([(), ()], [0, 1])],
)
def test_a_shipment_does_not_join_two_groups_that_have_two_vehicles(routes, vans):
    pair = line_day(partner=np.array([3, -1, -1, 0]), together=np.array([7, 7, 8, 8]))

    assert joinable(pair, routes, 0) == joinable(pair, routes, 3) == vans


def test_a_route_is_locked_up_to_the_end_of_its_prefix():
    problem = line_day(prefixes=((3, 1), ()))
    pause = 4

    assert locked(problem, 0, (3, pause, 1, 2)) == 3
    assert locked(problem, 0, ()) == 0
    assert locked(problem, 1, (0, 2)) == 0
