"""Each test takes one sound plan and breaks exactly one constraint of it."""

from dataclasses import replace

import numpy as np
import pytest

from collection.errors import InvalidRequest
from collection.model import Battery, Device, Load, RequestState, Unassigned
from collection.model import UnassignedReason as Reason
from collection.ports import UNREACHABLE
from collection.routing.assemble import assemble
from collection.routing.check import check
from collection.routing.problem import points
from collection.routing.solution import evaluate
from collection.units import HOUR
from tests.fakes import GridMatrix
from tests.places import DEVICES, TERRITORY, make_vehicle
from tests.strategies import CREATED, DAY, Day, make_request

REQUESTS = (
    make_request("1", lon=7.42, hours=((8, 10),)),
    make_request("2", lon=7.43, hours=((9, 11), (15, 17))),
    make_request("3", lon=7.44, hours=((12, 14),)),
)


def day_of(requests=REQUESTS, territory=TERRITORY):
    matrix = GridMatrix().matrix(points(requests, territory))
    return Day(requests=tuple(requests), territory=territory, matrix=matrix)


def plan_of(day, *routes):
    solution = evaluate(day.problem(), routes)
    return assemble(day.problem(), solution, created_at=CREATED, fingerprint="")


def sound():
    return plan_of(day_of(), (0, 1), (2,))


def broken(plan, day=None):
    """Names of the constraints that are broken."""
    day = day or day_of()
    found = check(plan, day.requests, day.territory, DEVICES, day.matrix)
    assert all(violation.detail for violation in found)
    return {violation.constraint for violation in found}


def with_route(plan, number=0, **changes):
    routes = list(plan.routes)
    routes[number] = replace(routes[number], **changes)
    return replace(plan, routes=tuple(routes))


def with_stop(plan, place=0, **changes):
    """Change a stop of the first route."""
    stops = list(plan.routes[0].stops)
    stops[place] = replace(stops[place], **changes)
    return with_route(plan, stops=tuple(stops))


def shifted(plan, seconds):
    """Move the second route as a whole."""
    route = plan.routes[1]
    stops = tuple(
        replace(
            stop,
            arrival=stop.arrival + seconds,
            start=stop.start + seconds,
            departure=stop.departure + seconds,
        )
        for stop in route.stops
    )
    return with_route(plan, 1, stops=stops, start=route.start + seconds, end=route.end + seconds)


def repriced(plan, number=0, **changes):
    """Change a route and the costs that follow from it."""
    plan = with_route(plan, number, **changes)
    route, van = plan.routes[number], TERRITORY.vehicles[number]
    exact = (
        van.fixed_cost
        + (route.end - route.start) * van.cost_per_hour / 3_600
        + route.metres * van.cost_per_km / 1_000
    )
    plan = with_route(plan, number, cost=int(exact + 0.5))
    return replace(plan, cost=sum(route.cost for route in plan.routes))


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
    assert broken(sound(), Day(day.requests, territory, day.matrix)) == {"depot"}


def test_plan_cost():
    plan = sound()
    assert broken(replace(plan, cost=plan.cost + 1)) == {"plan_cost"}


def test_empty_route():
    plan = sound()
    bare = replace(
        plan.routes[1],
        stops=(),
        travel=0,
        metres=0,
        end=plan.routes[1].start,
        load=Load(units=0, litres=0, grams=0),
    )
    left = Unassigned(request_id="monaco.3", reason=Reason.NO_CAPACITY, detail="1 of 1.")
    plan = replace(plan, routes=(plan.routes[0], bare), unassigned=(left,))
    assert broken(repriced(plan, 1)) == {"empty_route"}


def test_position():
    assert broken(with_stop(sound(), position=TERRITORY.depots[0].position)) == {"position"}


def test_time_window_too_late():
    assert broken(shifted(sound(), 14 * HOUR - sound().routes[1].stops[0].start)) == set()
    assert broken(shifted(sound(), 14 * HOUR + 1 - sound().routes[1].stops[0].start)) == {
        "time_window"
    }


def test_time_window_too_early():
    assert broken(shifted(sound(), 12 * HOUR - 1 - sound().routes[1].stops[0].start)) == {
        "time_window"
    }


def test_time_window_between_two_windows():
    moved = (*REQUESTS[:2], make_request("3", lon=7.44, hours=((8, 11), (13, 14))))
    assert broken(sound(), day_of(moved)) == {"time_window"}


def test_service_time():
    last = sound().routes[1].stops[0]
    short = replace(last, departure=last.departure - 1)
    plan = repriced(sound(), 1, stops=(short,), end=sound().routes[1].end - 1)
    assert broken(plan) == {"service_time"}


def test_arrival_does_not_follow_the_departure():
    stop = sound().routes[0].stops[1]
    assert broken(with_stop(sound(), 1, arrival=stop.arrival - 1)) == {"arrival"}


def test_arrival_after_the_start_of_service():
    plan = sound()
    early = shifted(plan, 0).routes[1]
    stop = replace(early.stops[0], arrival=early.stops[0].arrival + 60)
    assert broken(repriced(plan, 1, stops=(stop,), start=early.start + 60)) == {"arrival"}


def test_arrival_the_return_does_not_follow():
    assert broken(repriced(sound(), end=sound().routes[0].end + 60)) == {"arrival"}


def test_travel_time_too_short():
    route = sound().routes[1]
    stop = replace(route.stops[0], travel=route.stops[0].travel - 60)
    plan = repriced(sound(), 1, stops=(stop,), travel=route.travel - 60, start=route.start + 60)
    assert broken(plan) == {"travel_time"}


def test_travel_time_longer_than_the_matrix_is_allowed():
    route = sound().routes[1]
    plan = repriced(sound(), 1, travel=route.travel + 60, end=route.end + 60)
    assert broken(plan) == set()


def test_travel_time_where_no_way_leads():
    day = day_of()
    seconds = day.matrix.seconds.copy()
    seconds[1, 2] = UNREACHABLE
    cut = replace(day.matrix, seconds=seconds)
    assert broken(sound(), replace(day, matrix=cut)) == {"travel_time"}


def test_metres_of_a_leg():
    route = sound().routes[1]
    stop = replace(route.stops[0], metres=route.stops[0].metres - 1)
    assert broken(repriced(sound(), 1, stops=(stop,), metres=route.metres - 1)) == {"metres"}


def test_metres_of_the_way_back():
    assert broken(repriced(sound(), metres=sound().routes[0].metres + 1)) == {"metres"}


@pytest.mark.parametrize("hours", [{"start": 12}, {"end": 12}])
def test_shift(hours):
    vans = (TERRITORY.vehicles[0], make_vehicle("van-2", skills=(), **hours))
    assert broken(sound(), day_of(territory=replace(TERRITORY, vehicles=vans))) == {"shift"}


@pytest.mark.parametrize("dimension", ["units", "litres", "grams"])
def test_capacity_in_every_dimension(dimension):
    loads = {"units": 2, "litres": 4, "grams": 700}
    most = replace(make_vehicle().capacity, **loads)
    tight = replace(most, **{dimension: loads[dimension] - 1})
    for capacity, expected in ((most, set()), (tight, {"capacity"})):
        vans = (make_vehicle("van-1", capacity=capacity), TERRITORY.vehicles[1])
        assert broken(sound(), day_of(territory=replace(TERRITORY, vehicles=vans))) == expected


def test_skills():
    swollen = make_request(
        "3", lon=7.44, hours=((12, 14),), devices=(Device(type="phone", battery=Battery.SWOLLEN),)
    )
    rule = replace(TERRITORY.service, unknown_battery=0)  # so that the stop lasts as long
    day = day_of((*REQUESTS[:2], swollen), replace(TERRITORY, service=rule))
    assert broken(sound(), day) == {"skills"}


def test_load_after_a_stop():
    assert broken(with_stop(sound(), load=Load(units=1, litres=2, grams=351))) == {"load"}


def test_load_at_the_end():
    assert broken(with_route(sound(), load=Load(units=1, litres=2, grams=350))) == {"load"}


def test_cost_of_a_route():
    plan = with_route(sound(), cost=sound().routes[0].cost - 1)
    assert broken(replace(plan, cost=plan.cost - 1)) == {"cost"}


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

    assert broken(plan, Day(day.requests, unskilled, day.matrix)) == set()
    assert broken(plan, day) == {"reason"}


def test_reason_true_unreachable():
    day = day_of((make_request("3"),))
    matrix = GridMatrix(unreachable=[day.requests[0].address.position]).matrix(
        points(day.requests, TERRITORY)
    )
    left = Unassigned(request_id="monaco.3", reason=Reason.UNREACHABLE, detail="0 ways.")
    plan = replace(plan_of(day_of(()), (), ()), unassigned=(left,))

    assert broken(plan, replace(day, matrix=matrix)) == set()


def test_reason_without_a_detail():
    far = make_request("3", lon=7.47)
    assert unassigned(Reason.OUTSIDE_TERRITORY, far, detail=" ") == {"reason"}


def test_a_matrix_of_another_size_is_refused():
    day = day_of()
    small = replace(day.matrix, seconds=np.zeros((2, 2), dtype=np.int32))

    with pytest.raises(InvalidRequest, match="over the 4 points") as error:
        check(sound(), day.requests, day.territory, DEVICES, small)
    assert error.value.field == "matrix"
