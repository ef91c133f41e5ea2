"""Each test takes one sound plan and breaks exactly one constraint of it."""

from dataclasses import replace

import numpy as np
import pytest

from collection.errors import InvalidRequest
from collection.model import Device, RequestState, Unassigned
from collection.model import UnassignedReason as Reason
from collection.routing.check import check
from tests.places import DEVICES, TERRITORY, make_vehicle
from tests.routing.sound_plan import REQUESTS, broken, day_of, sound, with_route
from tests.strategies import DAY, Day, make_request


def test_a_sound_plan_breaks_nothing():
    assert broken(sound()) == set()


def test_exactly_once_a_request_is_missing():
    plan = sound()
    assert broken(replace(plan, routes=plan.routes[:1], cost=plan.routes[0].cost)) == {
        "exactly_once"
    }


def test_exactly_once_a_request_comes_twice():
    twice = Unassigned(request_id="monaco.3", reason=Reason.NO_CAPACITY, detail="1 of 1.")
    assert broken(replace(sound(), unassigned=(twice,))) == {"exactly_once"}


def test_exactly_once_a_collected_request_may_be_absent():
    done = (*REQUESTS[:2], replace(REQUESTS[2], state=RequestState.COLLECTED))
    plan = sound()
    plan = replace(plan, routes=plan.routes[:1], cost=plan.routes[0].cost)
    assert broken(plan, day_of(done)) == set()


def test_foreign_request():
    stranger = Unassigned(request_id="monaco.9", reason=Reason.NO_CAPACITY, detail="1 of 1.")
    assert broken(replace(sound(), unassigned=(stranger,))) == {"foreign"}


def test_foreign_day():
    other = (*REQUESTS[:2], replace(REQUESTS[2], day=DAY.replace(day=5)))
    assert broken(sound(), day_of(other)) == {"foreign"}


def test_foreign_territory():
    assert broken(replace(sound(), territory="nice")) == {"foreign"}


@pytest.mark.parametrize("state", ["cancelled", "refused", "requested"])
def test_cancelled(state):
    gone = (*REQUESTS[:2], replace(REQUESTS[2], state=RequestState(state)))
    assert broken(sound(), day_of(gone)) == {"cancelled"}


def test_vehicle_unknown():
    assert broken(with_route(sound(), 1, vehicle_id="van-9")) == {"vehicle"}


def test_vehicle_twice():
    assert broken(with_route(sound(), 1, vehicle_id="van-1")) == {"vehicle"}


def test_depot_unknown():
    territory = replace(
        TERRITORY, vehicles=(make_vehicle("van-1", end_depot="moon"), TERRITORY.vehicles[1])
    )
    day = day_of()
    assert broken(sound(), Day(day.requests, territory, day.travel)) == {"depot"}


def test_plan_cost():
    plan = sound()
    assert broken(replace(plan, cost=plan.cost + 1)) == {"plan_cost"}


def test_a_table_of_another_size_is_refused():
    day = day_of()
    small = replace(day.travel, seconds=np.zeros((1, 1, 2, 2), dtype=np.int32))

    with pytest.raises(InvalidRequest, match="over the 4 points") as error:
        check(sound(), day.requests, day.territory, DEVICES, small)
    assert error.value.field == "travel"


def test_an_unknown_device_type_is_refused():
    odd = day_of((*REQUESTS[:2], make_request("3", lon=7.44, hours=((12, 14),))))
    odd = replace(
        odd, requests=(*REQUESTS[:2], replace(REQUESTS[2], devices=(Device(type="fridge"),)))
    )

    with pytest.raises(InvalidRequest, match="fridge"):
        broken(sound(), odd)
