import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from collection.model import Battery, BreakRule, Device, Instructions, Load, Position, Shift
from collection.model import UnassignedReason as Reason
from collection.routing.explain import classified, detail, no_capacity
from collection.routing.inserter import Inserter
from collection.routing.why.blocks import blocks
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import TERRITORY, make_vehicle
from tests.strategies import days, make_day, make_request, problems


def problem_of(*requests, vehicles=TERRITORY.vehicles, unreachable=(), **options):
    territory = replace(TERRITORY, vehicles=tuple(vehicles))
    streets = GridMatrix(unreachable=unreachable)
    return make_day(requests, territory, streets=streets, **options).problem()


SWOLLEN = (Device(type="phone", battery=Battery.SWOLLEN),)


@pytest.mark.parametrize(
    ("changes", "vehicles", "text"),
    [
        ({"lat": 44.5}, None, "44.50000, 7.42000 (latitude, longitude) is outside the area of"),
        ({"lon": 7.44}, None, "No drivable way leads from a depot to 43.73000, 7.44000"),
        (
            {"devices": (Device(type="laptop"),) * 70},
            None,
            "It takes 70 units, 980 litres, 210000 grams; no vehicle that reaches it has",
        ),
        (
            {"devices": SWOLLEN},
            [make_vehicle(skills=())],
            "It needs battery_trained; 0 of 1 vehicles may serve it",
        ),
        (
            {"hours": ((2, 4), (5, 6))},
            [make_vehicle("a"), make_vehicle("b", start=12, overtime=1_800)],
            "in 02:00-04:00, 05:00-06:00; the shifts of the day are 08:00-20:00, 12:00-20:30.",
        ),
        ({"hours": ()}, None, "It names no time window on this day."),
        (
            {"lon": 7.45, "hours": ((8, 8.01),)},
            None,
            "must start in 08:00-08:01; the first to be there, van-1, arrives at 08:06.",
        ),
        (
            {"lon": 7.45},
            [make_vehicle("far", max_metres=1_000), make_vehicle("near", max_metres=2_000)],
            "For it alone far would need 5.5 km (at most 1.0 km).",
        ),
        (
            {"lon": 7.45},
            [make_vehicle(max_seconds=600, max_stops=0)],
            "For it alone van-1 would need a stop (at most 0), 15 min (at most 10 min).",
        ),
        ({}, [], "0 vehicles work on this day."),
    ],
)
def test_a_reason_comes_with_its_figures(changes, vehicles, text):
    problem = problem_of(
        make_request(**changes),
        vehicles=TERRITORY.vehicles if vehicles is None else vehicles,
        unreachable=[Position(lon=7.44, lat=43.73)],
    )

    assert text in detail(problem, 0)


def test_a_return_after_the_shift_is_told():
    problem = problem_of(make_request(hours=((19.95, 20),)))

    assert detail(problem, 0) == (
        "Service must start in 19:57-20:00; van-1 would then be back at 20:01, after its latest "
        "return at 20:00."
    )


def test_a_rest_that_does_not_fit_is_told():
    problem = problem_of(make_request(hours=((9, 9),), lon=7.45))
    rule = BreakRule(counts="driving", over=400, stretch=300, pause=900, least=900)
    tired = classified(replace(problem, rules=((rule,), (rule,))))

    assert tired.reasons == (Reason.WINDOW_TOO_TIGHT,)
    assert detail(tired, 0) == (
        "Service must start in 09:00-09:00; van-1 would be out from 08:54 to 09:09 and could not "
        "take its break."
    )


def test_a_fixed_vehicle_is_told():
    request = make_request(devices=(Device(type="laptop"),) * 5)
    small = make_vehicle("van-2", capacity=replace(make_vehicle().capacity, units=4))
    problem = problem_of(
        request,
        vehicles=(make_vehicle("van-1"), small),
        instructions=Instructions(vehicles={request.id: "van-2"}),
    )

    assert problem.reasons == (Reason.NO_SKILL,)
    assert detail(problem, 0) == (
        "Its vehicle is fixed; 1 of 2 vehicles may serve it, none of which reaches it and has the "
        "room."
    )


def test_a_way_that_is_closed_at_that_time_is_told():
    problem = problem_of(make_request(hours=((9, 10),)))
    closed = problem.seconds.copy()
    closed[..., 0, 1] = 2**31 - 1
    table = replace(
        problem,
        seconds=problem.seconds.repeat(2, axis=1),
        metres=problem.metres.repeat(2, axis=1),
        periods=np.array([0, 8 * HOUR]),
        reasons=(Reason.WINDOW_TOO_TIGHT,),
    )
    table.seconds[0, 1] = closed[0, 0]

    assert detail(table, 0) == (
        "Service must start in 09:00-10:00; no way leads there and back at that time."
    )


CLEAN, DIESEL = make_vehicle("clean"), make_vehicle("diesel", emission_class="euro_5")
IN_THE_ZONE = Position(lon=7.44, lat=43.73)
KEPT_OUT = "A low-emission zone keeps out 1 of 2 vehicles that may serve it and have the room."


def zoned(*vehicles, unreachable=(), **changes):
    streets = GridMatrix(refused={"euro_5": [IN_THE_ZONE]}, unreachable=unreachable)
    request = make_request(lon=IN_THE_ZONE.lon, **changes)
    return make_day([request], replace(TERRITORY, vehicles=vehicles), streets=streets).problem()


def test_a_zone_that_refuses_every_vehicle_is_told():
    closed = zoned(DIESEL, replace(DIESEL, id="other"))

    assert closed.reasons == (Reason.UNREACHABLE,)
    assert detail(closed, 0) == (
        "A low-emission zone closes the ways to 43.73000, 7.44000 (latitude, longitude) and back "
        "for 2 of 2 vehicles."
    )
    assert detail(zoned(DIESEL, unreachable=[IN_THE_ZONE]), 0) == (
        "No drivable way leads from a depot to 43.73000, 7.44000 (latitude, longitude) and back."
    )


def test_a_zone_that_closes_a_part_of_the_fleet_s_ways_is_told():
    problem = replace(zoned(DIESEL, CLEAN), reasons=(Reason.UNREACHABLE,))

    assert detail(problem, 0).endswith("for 1 of 2 vehicles; the others find no way.")


@pytest.mark.parametrize(
    ("clean", "changes", "reason"),
    [
        ({"max_metres": 100}, {}, Reason.TOO_FAR),
        ({"skills": frozenset()}, {"devices": SWOLLEN}, Reason.NO_SKILL),
        ({"shift": Shift(start=0, end=3_600)}, {}, Reason.OUTSIDE_SHIFTS),
        ({"capacity": Load(units=0, litres=0, grams=0)}, {}, Reason.TOO_LARGE),
    ],
)
def test_a_zone_that_refuses_the_only_vehicle_that_could_go_is_told(clean, changes, reason):
    problem = zoned(replace(CLEAN, **clean), DIESEL, **changes)
    # A zone is no matter to a van that could not serve the request anyway.
    both = zoned(replace(CLEAN, **clean), replace(DIESEL, **clean), **changes)

    assert problem.reasons == (reason,)
    assert detail(problem, 0).endswith(f". {KEPT_OUT}")
    if reason in {Reason.NO_SKILL, Reason.TOO_LARGE}:
        assert "zone" not in detail(both, 0)


def test_a_zone_that_is_closed_at_that_time_is_told():
    problem = zoned(DIESEL, hours=((9, 10),))
    open_late = np.concatenate([problem.seconds, problem.seconds], axis=1)
    open_late[0, 1] = zoned(CLEAN).seconds[0, 0]
    lengths = np.concatenate([problem.metres, zoned(CLEAN).metres], axis=1)
    late = classified(
        replace(problem, seconds=open_late, metres=lengths, periods=np.array([0, 15 * HOUR]))
    )

    assert late.reasons == (Reason.WINDOW_TOO_TIGHT,)
    assert detail(late, 0) == (
        "Service must start in 09:00-10:00; no way leads there and back at that time: a "
        "low-emission zone is closed to diesel at some hours."
    )


def test_a_request_that_can_be_served_has_no_detail():
    with pytest.raises(ValueError, match="has no reason"):
        detail(problem_of(make_request()), 0)


def test_no_capacity_tells_room_from_the_rest():
    tiny = make_vehicle("tiny", capacity=replace(make_vehicle().capacity, units=1))
    problem = problem_of(
        *(make_request(str(i), hours=((9, 9),)) for i in range(3)),
        vehicles=(tiny, make_vehicle("busy"), make_vehicle("blunt", start=12)),
    )
    hub = problem.reload_nodes.start

    def told(*routes):
        return no_capacity(problem, 2, blocks(Inserter(problem), routes, 2))

    start = "Of 3 vehicles 2 could serve it alone; where it fits best beside their other stops, "
    assert told((0,), (1,), ()) == (
        f"{start}1 has no room left for 1 units, 2 litres, 350 grams and is not there in "
        "09:00-09:00, 1 is not there in 09:00-09:00."
    )
    # A second trip has room again.
    assert told((0, hub), (1,), ()) == f"{start}2 is not there in 09:00-09:00."


@settings(deadline=None, max_examples=50)
@given(days())
def test_every_reason_has_a_sentence_with_a_figure(day):
    problem = day.problem()

    for request, reason in enumerate(problem.reasons):
        assert (reason is None) == problem.allowed[request].any()
        if reason is not None and day.requests[request].windows:
            assert re.search(r"\d.*\.$", detail(problem, request))


@settings(deadline=None, max_examples=100)
@given(problems())
def test_whatever_the_constraints_every_reason_has_its_sentence(problem):
    for request, reason in enumerate(problem.reasons):
        if reason is not None:
            assert re.search(r"\d.*\.$", detail(problem, request))
