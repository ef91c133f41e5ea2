"""Each test takes one sound plan and breaks exactly one constraint of it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.model import Device, Instructions, Pause, RequestState, Unassigned, Weights
from collection.model import UnassignedReason as Reason
from collection.routing.check import check
from collection.routing.solution import evaluate
from tests.places import DEVICES, TERRITORY, make_vehicle
from tests.routing.sound_plan import (
    REQUESTS,
    broken,
    day_of,
    plan_of,
    shifted,
    sound,
    with_route,
)
from tests.strategies import DAY, Day, days, make_request


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


def test_soft_cost():
    plan = sound()
    assert broken(replace(plan, soft=1)) == {"soft_cost"}

    asked = Instructions(familiar={"monaco.1": "ada", "monaco.3": "ada"})
    weights = Weights(unfamiliar_driver=300)
    vans = (make_vehicle("van-1", driver="ada"), make_vehicle("van-2", driver="noor", skills=()))
    day = day_of(territory=replace(TERRITORY, vehicles=vans, weights=weights), instructions=asked)
    assert broken(replace(plan, soft=300), day) == set()
    assert broken(replace(plan, soft=600), day) == {"soft_cost"}


def test_soft_cost_of_a_change_against_an_earlier_plan():
    weights = Weights(change_of_driver=50, change_of_time=7, announced_within=60)
    territory = replace(TERRITORY, weights=weights)
    earlier = with_route(sound(), 1, vehicle_id="van-1")
    plan = shifted(sound(), 61)

    day = replace(day_of(territory=territory), earlier=earlier)
    assert broken(replace(plan, soft=57), day) == set()
    assert broken(replace(shifted(plan, -1), soft=50), day) == set()
    assert broken(replace(plan, soft=50), day) == {"soft_cost"}


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        (Instructions(prefixes={"van-1": ("monaco.1", "monaco.2")}), set()),
        (Instructions(prefixes={"van-1": ("monaco.2",)}), {"prefix"}),
        (Instructions(prefixes={"van-1": ("monaco.1", "monaco.9")}), {"prefix"}),
        (Instructions(vehicles={"monaco.3": "van-2"}), set()),
        (Instructions(vehicles={"monaco.3": "van-1"}), {"fixed_vehicle"}),
        (Instructions(together=(frozenset({"monaco.1", "monaco.2"}),)), set()),
        (Instructions(together=(frozenset({"monaco.1", "monaco.3"}),)), {"together"}),
        (Instructions(apart=(frozenset({"monaco.2", "monaco.3"}),)), set()),
        (Instructions(apart=(frozenset({"monaco.1", "monaco.2"}),)), {"apart"}),
    ],
)
def test_instructions(instructions, expected):
    # The plan is made without them: what it breaks is theirs alone.
    assert broken(sound(), replace(day_of(), instructions=instructions)) == expected


@st.composite
def plans(draw):
    """A random day with a plan of it that the planner's arithmetic calls sound."""
    day = draw(days(max_requests=5))
    problem, random = day.problem(), draw(st.randoms(use_true_random=False))
    routes = [[] for _ in problem.vehicle_ids]
    able = [request for request, reason in enumerate(problem.reasons) if reason is None]
    for request in random.sample(able, len(able)):
        vehicle = random.choice(np.flatnonzero(problem.allowed[request]).tolist())
        between = range(len(problem.request_ids), problem.pause_nodes.stop)
        extra = random.sample(between, min(len(between), random.randint(0, 2)))
        for nodes in ([request, *extra], [request]):
            grown = [list(route) for route in routes]
            grown[vehicle] += nodes
            if evaluate(problem, grown) is not None:
                routes = grown
                break
    return day, plan_of(day, *routes)


def without_reasons(plan, day):
    """Constraints that are broken, but for reasons: nobody looked for room in this plan."""
    return broken(plan, day) - {"reason"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_what_the_planner_calls_sound_is_sound(case):
    day, plan = case
    assert without_reasons(plan, day) == set()


MOVES = ("arrival", "start", "departure", "travel", "metres")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans(), st.randoms(use_true_random=False))
def test_a_random_change_of_a_plan_is_found(case, random):
    day, plan = case
    assume(plan.routes)
    by = random.choice([-1, 1]) * random.randint(1, 4_000)
    number = random.randrange(len(plan.routes))
    route = plan.routes[number]
    place = random.randrange(len(route.stops))
    stop = route.stops[place]
    field = random.choice([*MOVES, "load", "end", "cost", "overtime", "soft", "stops", "pauses"])

    if field in MOVES:
        stops = list(route.stops)
        stops[place] = replace(stop, **{field: getattr(stop, field) + by})
        changed = with_route(plan, number, stops=tuple(stops))
    elif field == "load":
        changed = with_route(plan, number, load=route.load + stop.load)
    elif field == "stops":
        changed = with_route(plan, number, stops=(*route.stops, stop))
    elif field == "pauses":
        # One that nobody has time for; or, where there are some, none at all.
        pause = Pause(start=stop.departure, end=stop.departure + abs(by), after=place + 1)
        changed = with_route(plan, number, pauses=() if route.pauses else (pause,))
    elif field == "soft":
        changed = replace(plan, soft=plan.soft + by)
    else:
        changed = with_route(plan, number, **{field: getattr(route, field) + by})
    assert without_reasons(changed, day) != set()


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
