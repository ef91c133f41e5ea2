"""Reasons that the inputs contradict are found, true ones are not."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from collection.model import Battery, ClockBreak, Device, Instructions, Shift, Unassigned
from collection.model import UnassignedReason as Reason
from collection.routing.check_model import facts_of
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import DEVICES, TERRITORY, make_vehicle
from tests.routing.sound_plan import REQUESTS, broken, day_of, plan_of, sound
from tests.strategies import Day, days, make_request


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


def alone(request, van, reason, **options):
    """Break only how the one request of a day with one van, which stays, is explained."""
    day = day_of((request,), replace(TERRITORY, vehicles=(van,)), **options)
    left = Unassigned(request_id=request.id, reason=reason, detail="0 of 1.")
    plan = replace(plan_of(day_of((), day.territory), ()), unassigned=(left,))
    return broken(plan, day)


REQUEST = make_request("1", lon=7.43)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        (Reason.TOO_FAR, {"max_metres": 1_000}),
        (Reason.TOO_FAR, {"max_seconds": 300}),
        (Reason.TOO_FAR, {"max_stops": 0}),
        (Reason.UNREACHABLE, {"emission_class": "euro_5"}),
        (Reason.OUTSIDE_SHIFTS, {"shift": Shift(start=21 * HOUR, end=22 * HOUR)}),
        (Reason.WINDOW_TOO_TIGHT, {"shift": Shift(start=8 * HOUR, end=8 * HOUR + 300)}),
        (
            Reason.WINDOW_TOO_TIGHT,
            {"breaks": (ClockBreak(earliest=8 * HOUR, latest=8 * HOUR + 60, seconds=600),)},
        ),
    ],
)
def test_reason_true_of_one_van(reason, changes):
    streets = GridMatrix(refused={"euro_5": [REQUEST.address.position]})
    assert alone(REQUEST, make_vehicle("van-1", **changes), reason, streets=streets) == set()
    assert alone(REQUEST, make_vehicle("van-1"), reason, streets=streets) == {"reason"}


def test_a_zone_that_the_planner_names_is_one_to_the_verifier():
    streets = GridMatrix(refused={"euro_5": [REQUEST.address.position]})
    diesel = make_vehicle("diesel", emission_class="euro_5")
    for clean in (False, True):
        vans = (diesel, make_vehicle("clean", max_metres=1))[: 1 + clean]
        day = day_of((REQUEST,), replace(TERRITORY, vehicles=vans), streets=streets)
        plan = plan_of(day, *((),) * len(vans))

        (left,) = plan.unassigned
        assert left.reason == (Reason.TOO_FAR if clean else Reason.UNREACHABLE)
        assert "low-emission zone" in left.detail
        assert broken(plan, day) == set()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days(max_requests=4))
def test_the_planner_finds_zones_where_the_verifier_does(day):
    problem = day.problem()
    facts = facts_of(
        day.requests, day.territory, DEVICES, day.travel, day=problem.day, instructions=None
    )
    free = day.travel.classes.index("")

    def closed(van, tail, head):
        own = facts.travel.way(van, tail, head).seconds
        others = facts.travel.way(van, tail, head, profile=free).seconds
        return any(a is None and b is not None for a, b in zip(own, others, strict=True))

    assert problem.zoned.tolist() == [
        [closed(van, van.start, d.point) or closed(van, d.point, van.end) for van in facts.vans]
        for d in facts.demands
    ]


def test_reason_with_overtime():
    short = Shift(start=8 * HOUR, end=8 * HOUR + 300)
    for overtime, expected in ((0, set()), (3_600, {"reason"})):
        van = make_vehicle("van-1", shift=short, overtime=overtime)
        assert alone(REQUEST, van, Reason.WINDOW_TOO_TIGHT) == expected


def test_reason_in_traffic():
    # A way takes 143 s at first and ten times as long from 8:01 on.
    jam = GridMatrix(traffic={0: 1.0, 8 * HOUR + 60: 10.0})
    van = make_vehicle("van-1")
    for until, expected in ((8.2, set()), (8.3, {"reason"})):
        request = make_request("1", lon=7.43, hours=((8, until),))
        assert alone(request, van, Reason.WINDOW_TOO_TIGHT, streets=jam) == expected


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        (Instructions(), {"reason"}),
        (Instructions(vehicles={"monaco.3": "van-1"}), set()),
        (Instructions(together=(frozenset({"monaco.1", "monaco.3"}),)), set()),
        (Instructions(together=(frozenset({"monaco.3"}),)), {"reason"}),
        (Instructions(prefixes={"van-1": ("monaco.1",)}), {"reason"}),
    ],
)
def test_no_capacity_though_a_van_stays(instructions, expected):
    plan = plan_of(day_of(REQUESTS[:2]), (0, 1), ())
    left = Unassigned(request_id="monaco.3", reason=Reason.NO_CAPACITY, detail="1 of 2.")
    day = replace(day_of(), instructions=instructions)
    assert broken(replace(plan, unassigned=(left,)), day) == expected


def test_no_skill_where_another_vehicle_is_named():
    plan = plan_of(day_of(REQUESTS[:2]), (0, 1), ())
    left = Unassigned(request_id="monaco.3", reason=Reason.NO_SKILL, detail="0 of 2.")
    plan = replace(plan, unassigned=(left,))
    for vehicle, expected in (("van-9", set()), ("van-2", {"reason"})):
        asked = Instructions(vehicles={"monaco.3": vehicle})
        assert broken(plan, replace(day_of(), instructions=asked)) == expected


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days(max_requests=4))
def test_what_the_planner_says_of_a_request_alone_is_true(day):
    problem = day.problem()
    left = tuple(
        Unassigned(request_id=request.id, reason=reason, detail="So it is.")
        for request, reason in zip(day.requests, problem.reasons, strict=True)
        if reason is not None
    )
    plan = replace(plan_of(day, *((),) * len(problem.vehicle_ids)), unassigned=left)
    assert "reason" not in broken(plan, day)
