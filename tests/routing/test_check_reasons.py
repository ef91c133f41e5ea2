"""Reasons that the inputs contradict are found, true ones are not."""

from dataclasses import replace

import pytest

from collection.model import Battery, Device, Unassigned
from collection.model import UnassignedReason as Reason
from tests.fakes import GridMatrix
from tests.places import TERRITORY, make_vehicle
from tests.routing.sound_plan import REQUESTS, broken, day_of, plan_of, sound
from tests.strategies import Day, make_request


def test_territory_area():
    ring = ((7.40, 43.71), (7.435, 43.71), (7.435, 43.76), (7.40, 43.76), (7.40, 43.71))
    assert broken(sound(), day_of(territory=replace(TERRITORY, area=(ring,)))) == {"territory_area"}


def unassigned(reason, request=REQUESTS[2], *, detail="0 of 2.", vehicles=TERRITORY.vehicles):
    """Break only how the third request is explained."""
    requests = (*REQUESTS[:2], request)
    day = day_of(requests, replace(TERRITORY, vehicles=(make_vehicle("van-1"), *vehicles[1:])))
    plan = plan_of(day_of(REQUESTS[:2]), (0, 1), ())
    left = Unassigned(request_id="monaco.3", reason=reason, detail=detail)
    return broken(replace(plan, unassigned=(left,)), day)


@pytest.mark.parametrize("reason", list(Reason))
def test_reason_contradicted(reason):
    assert unassigned(reason) == {"reason"}


LAPTOPS = (Device(type="laptop"),) * 61
SWOLLEN = (Device(type="phone", battery=Battery.SWOLLEN),)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        (Reason.OUTSIDE_TERRITORY, {"lon": 7.47}),
        (Reason.TOO_LARGE, {"devices": LAPTOPS}),
        (Reason.OUTSIDE_SHIFTS, {"hours": ((2, 4),)}),
        (Reason.OUTSIDE_SHIFTS, {"hours": ()}),
        (Reason.WINDOW_TOO_TIGHT, {"hours": ((8, 8),)}),
    ],
)
def test_reason_true(reason, changes):
    assert unassigned(reason, make_request("3", **changes)) == set()


def test_reason_true_no_capacity():
    assert unassigned(Reason.NO_CAPACITY, vehicles=TERRITORY.vehicles[:1]) == set()


def test_reason_true_no_skill():
    day = day_of((make_request("3", devices=SWOLLEN),))
    unskilled = replace(TERRITORY, vehicles=TERRITORY.vehicles[1:])
    left = Unassigned(request_id="monaco.3", reason=Reason.NO_SKILL, detail="0 of 1.")
    plan = replace(plan_of(day_of(()), (), ()), unassigned=(left,))

    assert broken(plan, Day(day.requests, unskilled, day.travel)) == set()
    assert broken(plan, day) == {"reason"}


def test_reason_true_unreachable():
    day = day_of((make_request("3"),))
    streets = GridMatrix(unreachable=[day.requests[0].address.position])
    left = Unassigned(request_id="monaco.3", reason=Reason.UNREACHABLE, detail="0 ways.")
    plan = replace(plan_of(day_of(()), (), ()), unassigned=(left,))

    assert broken(plan, day_of(day.requests, streets=streets)) == set()


def test_reason_without_a_detail():
    far = make_request("3", lon=7.47)
    assert unassigned(Reason.OUTSIDE_TERRITORY, far, detail=" ") == {"reason"}
