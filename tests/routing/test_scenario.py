from dataclasses import replace

import pytest

from collection.errors import InvalidRequest
from collection.model import Fairness, Instructions, Scenario, Shift, Weights
from collection.routing.scenario import Situation, what_if
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import CREATED, DAY, DEVICES, TERRITORY, make_request, make_vehicle

NINE = ((9, 9),)
REQUESTS = tuple(make_request(str(n), hours=NINE, lon=7.41 + n / 100) for n in range(3))
SITUATION = Situation(
    requests=REQUESTS,
    territory=TERRITORY,
    device_types=DEVICES,
    source=GridMatrix(),
    day=DAY,
    at=CREATED,
)


def plans(*scenarios, situation=SITUATION):
    return what_if(situation, scenarios, time_limit=5, iteration_limit=200)


def test_a_copy_of_a_van_serves_whom_two_cannot():
    as_it_is, more = plans(Scenario(name="one more", copies={"van-2": 1}))

    assert len(as_it_is.plan.unassigned) == 1
    assert as_it_is.comparison.before == as_it_is.comparison.after
    assert (more.plan.unassigned, more.plan.violations) == ((), ())
    assert {route.vehicle_id for route in more.plan.routes} == {"van-1", "van-2", "van-2+1"}
    assert more.comparison.newly_served == (as_it_is.plan.unassigned[0].request_id,)
    assert more.comparison.after.routes == 3


def test_a_van_less_leaves_one_more_out():
    as_it_is, less = plans(Scenario(name="one less", removed=frozenset({"van-1"})))

    assert (as_it_is.comparison.after.stops, less.comparison.after.stops) == (2, 1)
    assert len(less.comparison.newly_unassigned) == 1


def test_other_windows_and_shifts_serve_everybody():
    free = {request.id: make_request(hours=((8, 20),)).windows for request in REQUESTS}
    _, windows, shifts = plans(
        Scenario(name="all day", windows=free),
        Scenario(name="after nine", shifts={"van-1": Shift(start=10 * HOUR, end=20 * HOUR)}),
    )

    assert windows.comparison.after.unassigned == 0
    assert windows.comparison.after.routes == 1
    assert shifts.comparison.after.stops == 1


def test_another_weight_is_weighed():
    even = Weights(fairness=Fairness(measure="time", price=36_000))
    as_it_is, weighed = plans(Scenario(name="even days", weights=even))
    first, second = (route.end - route.start for route in weighed.plan.routes)

    assert as_it_is.plan.soft == 0
    assert weighed.plan.soft == 10 * abs(first - second) > 0


def test_an_added_van_goes_out():
    bike = make_vehicle("bike", fixed_cost=0, cost_per_km=0)
    _, added = plans(Scenario(name="a bike", added=(bike,)))

    assert "bike" in {route.vehicle_id for route in added.plan.routes}


def test_nothing_but_what_is_named_changes():
    scenario = Scenario(name="later", shifts={"van-1": Shift(start=9 * HOUR, end=12 * HOUR)})
    first, second = scenario.territory(TERRITORY).vehicles

    assert first == replace(TERRITORY.vehicles[0], shift=Shift(start=9 * HOUR, end=12 * HOUR))
    assert second == TERRITORY.vehicles[1]
    assert scenario.requests(REQUESTS) == REQUESTS


def test_what_is_asked_of_a_van_lapses_where_it_does_not_go_out():
    asked = Instructions(prefixes={"van-1": ("monaco.0",)}, vehicles={"monaco.1": "van-2"})
    situation = replace(SITUATION, instructions=asked)
    as_it_is, less = plans(Scenario(name="less", removed=frozenset({"van-1"})), situation=situation)

    assert as_it_is.plan.instructions == asked
    assert as_it_is.comparison.after.stops == 2
    assert less.plan.instructions == replace(asked, prefixes={})
    assert [outcome.plan.violations for outcome in (as_it_is, less)] == [(), ()]
    later = Scenario(name="after nine", shifts={"van-1": Shift(start=10 * HOUR, end=20 * HOUR)})
    _, late = plans(later, situation=situation)
    assert (late.plan.instructions, late.plan.violations) == (replace(asked, prefixes={}), ())
    wrong = replace(SITUATION, instructions=Instructions(vehicles={"monaco.1": "van-9"}))
    with pytest.raises(InvalidRequest, match="no vehicle 'van-9'"):
        plans(situation=wrong)


def test_each_solve_tells_how_far_it_is():
    told = []
    what_if(SITUATION, (), time_limit=5, iteration_limit=50, on_progress=told.append)

    assert told[-1].phase == "solve"


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        (
            {"removed": frozenset({"van-9"})},
            "removed",
            "vehicle 'van-9' is unknown; use van-1, van-2",
        ),
        ({"copies": {"van-9": 1}}, "copies", "vehicle 'van-9' is unknown"),
        ({"shifts": {"van-9": Shift(start=0, end=1)}}, "shifts", "vehicle 'van-9' is unknown"),
        ({"added": (make_vehicle("van-1"),)}, "added", "vehicle 'van-1' is there already"),
        ({"windows": {"monaco.9": ()}}, "windows", "request 'monaco.9' is unknown; use monaco.0"),
    ],
)
def test_what_is_not_there_is_refused_by_name(changes, field, text):
    with pytest.raises(InvalidRequest, match=text) as caught:
        plans(Scenario(name="wrong", **changes))
    assert caught.value.field == f"scenario.{field}"


def test_impossible_prefixes_lapse_in_the_day_as_it_is_only_where_they_are_kept():
    van = replace(TERRITORY.vehicles[0], shift=Shift(start=10 * HOUR, end=20 * HOUR))
    late = replace(
        SITUATION,
        territory=replace(TERRITORY, vehicles=(van, TERRITORY.vehicles[1])),
        instructions=Instructions(prefixes={"van-1": ("monaco.0",)}),
    )
    with pytest.raises(InvalidRequest, match=r"van-1 cannot begin with request monaco\.0"):
        plans(situation=late)
    (kept,) = plans(situation=replace(late, kept=True))
    assert (kept.plan.instructions, kept.plan.violations) == (Instructions(), ())
