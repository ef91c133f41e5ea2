from dataclasses import replace

import numpy as np
import pytest

from collection.errors import InvalidRequest
from collection.model import Battery, Device, Position
from collection.model import UnassignedReason as Reason
from collection.ports import UNREACHABLE
from collection.routing.problem import MAX_PRIORITY, UNASSIGNED_PRICE, Problem, points
from tests.fakes import GridMatrix
from tests.places import DEVICES, HUB, TERRITORY, make_vehicle
from tests.strategies import DAY, make_request


def build(*requests, territory=TERRITORY, matrix=None, **options):
    matrix = matrix or GridMatrix().matrix(points(requests, territory))
    return Problem.build(requests, territory, DEVICES, matrix, day=DAY, **options)


def test_points_are_depots_then_requests():
    request = make_request(lon=7.43, lat=43.74)

    assert points([request], TERRITORY) == (HUB.position, Position(lon=7.43, lat=43.74))


def test_everything_becomes_integers_in_the_caller_s_order():
    laptop = Device(type="laptop", battery=Battery.UNKNOWN)
    problem = build(make_request("b"), make_request("a", devices=(laptop, laptop)))

    assert problem.request_ids == ("monaco.b", "monaco.a")
    assert problem.depots == 1
    assert problem.service.tolist() == [150 + 60, 150 + 2 * 90 + 2 * 40]
    assert problem.loads.tolist() == [[1, 2, 350], [2, 28, 6_000]]
    assert problem.windows[0] == ((8 * 3_600, 20 * 3_600),)
    assert problem.shifts.tolist() == [[8 * 3_600, 20 * 3_600]] * 2
    assert problem.seconds.dtype == problem.metres.dtype == np.int64


def test_each_step_of_priority_doubles_the_price_up_to_a_limit():
    prices = build(
        *(make_request(str(p), priority=p) for p in (0, 1, 3, MAX_PRIORITY + 50, -2))
    ).prices.tolist()

    assert prices == [UNASSIGNED_PRICE * factor for factor in (1, 2, 8, 2**MAX_PRIORITY, 1)]


def test_an_unassigned_request_is_dearer_than_a_van_for_it():
    van = make_vehicle()
    hours = (van.shift.end - van.shift.start) / 3_600

    assert van.fixed_cost + hours * van.cost_per_hour + 300 * van.cost_per_km < UNASSIGNED_PRICE


ALONE = [
    ("served", {}, None),
    ("outside", {"lat": 44.5}, Reason.OUTSIDE_TERRITORY),
    ("no street", {"lon": 7.44}, Reason.UNREACHABLE),
    ("too many", {"devices": (Device(type="laptop", battery=Battery.OK),) * 61}, Reason.TOO_LARGE),
    ("at night", {"hours": ((2, 4),)}, Reason.OUTSIDE_SHIFTS),
    ("no window", {"hours": ()}, Reason.OUTSIDE_SHIFTS),
    ("no time to come", {"hours": ((8, 8.01),)}, Reason.WINDOW_TOO_TIGHT),
    ("no time to return", {"hours": ((20, 21),)}, Reason.WINDOW_TOO_TIGHT),
]


@pytest.mark.parametrize(
    ("changes", "reason"), [case[1:] for case in ALONE], ids=[c[0] for c in ALONE]
)
def test_what_no_vehicle_can_serve_has_a_reason(changes, reason):
    requests = (make_request("good"), make_request("odd", **changes))
    street = GridMatrix(unreachable=[Position(lon=7.44, lat=43.73)])
    problem = build(*requests, matrix=street.matrix(points(requests, TERRITORY)))

    assert problem.reasons == (None, reason)
    assert problem.allowed.any(axis=1).tolist() == [True, reason is None]


def test_a_skill_limits_the_vehicles_and_without_one_there_is_a_reason():
    swollen = make_request(devices=(Device(type="phone", battery=Battery.SWOLLEN),))
    unskilled = replace(TERRITORY, vehicles=TERRITORY.vehicles[1:])

    assert build(swollen).allowed.tolist() == [[True, False]]
    assert build(swollen, territory=unskilled).reasons == (Reason.NO_SKILL,)


def test_the_border_is_inside():
    assert build(make_request(lon=7.40)).reasons == (None,)


def test_no_vehicle_is_no_capacity():
    assert build(make_request(), territory=replace(TERRITORY, vehicles=())).reasons == (
        Reason.NO_CAPACITY,
    )


def test_no_request_is_a_problem_too():
    problem = build()

    assert problem.reasons == ()
    assert problem.loads.shape == (0, 3)
    assert problem.allowed.shape == (0, 2)


def test_unreachable_entries_add_up_without_overflow():
    requests = tuple(make_request(str(i)) for i in range(4))
    matrix = GridMatrix(unreachable=[requests[0].address.position]).matrix(
        points(requests, TERRITORY)
    )
    problem = build(*requests, matrix=matrix)

    assert problem.seconds.sum() == int(matrix.seconds.astype(object).sum()) > UNREACHABLE


def test_wrong_input_names_the_field():
    twice = make_request("1")
    odd = make_request("2", devices=(Device(type="fridge"),))
    lost = replace(TERRITORY, vehicles=(make_vehicle(end_depot="moon"),))
    short = GridMatrix().matrix(points([twice], TERRITORY))

    for wrong, field, text in (
        (lambda: build(twice, twice), "requests", "monaco.1"),
        (lambda: build(odd), "devices.0.type", "fridge"),
        (lambda: build(twice, territory=lost), "vehicles.van-1.end_depot", "moon"),
        (lambda: build(twice, make_request("2"), matrix=short), "matrix", "3 points"),
    ):
        with pytest.raises(InvalidRequest, match=text) as error:
            wrong()
        assert error.value.field == field
