from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from collection.errors import InvalidRequest
from collection.model import (
    Battery,
    Device,
    Fairness,
    Instructions,
    Position,
    Site,
    Weights,
)
from collection.model import UnassignedReason as Reason
from collection.routing.building import (
    MAX_PRICE,
    MAX_PRIORITY,
    emission_classes,
    points,
    price_of,
)
from tests.fakes import GridMatrix
from tests.places import HUB, TERRITORY, make_vehicle
from tests.strategies import days, make_day, make_request

SHOP = Site(
    id="shop",
    name="Shop",
    position=Position(lon=7.42, lat=43.74),
    service=300,
    opening=((36_000, 64_800),),
)


def build(*requests, territory=TERRITORY, **options):
    return make_day(requests, territory, **options).problem()


def with_vans(*vehicles):
    return replace(TERRITORY, vehicles=vehicles)


def test_points_are_depots_then_sites_then_requests():
    request = make_request(lon=7.43, lat=43.74)

    assert points([request], replace(TERRITORY, sites=(SHOP,))) == (
        HUB.position,
        SHOP.position,
        Position(lon=7.43, lat=43.74),
    )
    assert build(request, territory=replace(TERRITORY, sites=(SHOP,))).depots == 2


def test_everything_becomes_integers_in_the_caller_s_order():
    laptop = Device(type="laptop", battery=Battery.UNKNOWN)
    problem = build(make_request("b"), make_request("a", devices=(laptop, laptop)))

    assert problem.request_ids == ("monaco.b", "monaco.a")
    assert problem.depots == 1
    assert problem.service.tolist() == [150 + 60, 150 + 2 * 90 + 2 * 40]
    assert problem.loads.tolist() == [[1, 2, 350, 0], [2, 28, 6_000, 0]]
    assert problem.initial.tolist() == [[0, 0, 0, 0]] * 2
    assert problem.windows[0] == ((8 * 3_600, 20 * 3_600),)
    assert problem.shifts.tolist() == [[8 * 3_600, 20 * 3_600]] * 2
    assert problem.seconds.dtype == problem.metres.dtype == np.int32


def test_set_up_is_paid_by_all_and_shared_by_those_of_one_door():
    territory = replace(TERRITORY, service=replace(TERRITORY.service, setup=90))
    problem = build(
        make_request("a"),
        make_request("b", lon=7.43),
        make_request("c"),
        territory=territory,
    )

    assert problem.setup.tolist() == [90, 90, 90]
    assert problem.addresses.tolist() == [0, 1, 0]


def test_each_step_of_priority_multiplies_the_price_up_to_a_limit():
    doubled = Weights(unassigned=1_000, priority_factor=2)
    steep = Weights(unassigned=1_000, priority_factor=10)

    assert [price_of(p, doubled) for p in (0, 1, 3, -2)] == [1_000, 2_000, 8_000, 1_000]
    assert price_of(MAX_PRIORITY, doubled) == price_of(10**9, doubled) == 65_536_000
    assert price_of(6, steep) == 1_000_000_000
    assert price_of(9, steep) == MAX_PRICE


def test_an_unassigned_request_is_dearer_than_a_van_for_it():
    van = make_vehicle()
    hours = (van.shift.end - van.shift.start) / 3_600

    assert (
        van.fixed_cost + hours * van.cost_per_hour + 300 * van.cost_per_km
        < (build(make_request()).prices[0])
    )


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
    streets = GridMatrix(unreachable=[Position(lon=7.44, lat=43.73)])
    problem = build(make_request("good"), make_request("odd", **changes), streets=streets)

    assert problem.reasons == (None, reason)
    assert problem.allowed.any(axis=1).tolist() == [True, reason is None]


def test_a_skill_limits_the_vehicles_and_without_one_there_is_a_reason():
    swollen = make_request(devices=(Device(type="phone", battery=Battery.SWOLLEN),))

    assert build(swollen).allowed.tolist() == [[True, False]]
    assert build(swollen, territory=with_vans(make_vehicle(skills=()))).reasons == (
        Reason.NO_SKILL,
    )


def test_the_border_is_inside():
    assert build(make_request(lon=7.40)).reasons == (None,)


def test_no_vehicle_is_no_capacity():
    problem = build(make_request(), territory=with_vans())

    assert problem.reasons == (Reason.NO_CAPACITY,)
    assert problem.seconds.shape == (1, 1, 2, 2)


def test_no_request_is_a_problem_too():
    problem = build()

    assert problem.reasons == ()
    assert problem.loads.shape == (0, 4)
    assert problem.allowed.shape == (0, 2)


def test_emission_classes_are_listed_once_and_the_one_without_limits_is_there():
    mixed = [make_vehicle(name, emission_class=name[0]) for name in ("b1", "a1", "b2")]

    assert emission_classes(with_vans(*mixed)) == ("", "a", "b")
    assert emission_classes(with_vans()) == ("",)


def test_fairness_is_the_territory_s():
    even = Fairness(measure="stops", price=50)

    assert build().fairness is None
    assert build(territory=replace(TERRITORY, weights=Weights(fairness=even))).fairness == even


def test_a_route_begins_with_what_was_asked_and_no_other_van_may_have_it():
    prefix = Instructions(prefixes={"van-2": ("monaco.b",)})
    problem = build(make_request("a"), make_request("b"), instructions=prefix)

    assert problem.prefixes == ((), (1,))
    assert problem.allowed.tolist() == [[True, True], [False, True]]


def test_a_fixed_vehicle_that_cannot_come_is_a_reason():
    swollen = make_request(devices=(Device(type="phone", battery=Battery.SWOLLEN),))
    fixed = Instructions(vehicles={swollen.id: "van-2"})

    assert build(swollen, instructions=fixed).reasons == (Reason.NO_SKILL,)


def test_a_prefix_that_its_van_cannot_serve_is_refused():
    swollen = make_request(devices=(Device(type="phone", battery=Battery.SWOLLEN),))

    with pytest.raises(InvalidRequest, match=r"van-2 cannot begin with request monaco\.1; leave"):
        build(swollen, instructions=Instructions(prefixes={"van-2": (swollen.id,)}))


def test_wrong_input_names_the_field():
    one = make_request("1")
    odd = make_request("2", devices=(Device(type="fridge"),))
    day = make_day([one])
    lost = with_vans(make_vehicle(end_depot="moon"))
    green = with_vans(make_vehicle(emission_class="green"))

    for wrong, field, text in (
        (make_day([one, one]), "requests", "monaco.1"),
        (make_day([], with_vans(make_vehicle(), make_vehicle())), "vehicles", "van-1"),
        (make_day([odd]), "devices.0.type", "fridge"),
        (make_day([one], lost), "vehicles.van-1.end_depot", "moon"),
        (replace(day, requests=(one, make_request("2"))), "travel", "3 points"),
        (replace(day, territory=green), "vehicles.van-1.emission_class", "'green'"),
    ):
        with pytest.raises(InvalidRequest, match=text) as error:
            wrong.problem()
        assert error.value.field == field


@settings(deadline=None, max_examples=60)
@given(days())
def test_every_day_becomes_a_problem_of_its_sizes(day):
    problem = day.problem()
    requests, vehicles = len(day.requests), len(day.territory.vehicles)
    classes = {(v.emission_class, v.speed_percent) for v in day.territory.vehicles}
    size = len(points(day.requests, day.territory))

    assert problem.allowed.shape == problem.preferences.shape == (requests, vehicles)
    assert problem.seconds.shape == (max(1, len(classes)), len(day.travel.periods), size, size)
    assert problem.metres.shape == problem.seconds.shape
    assert (problem.seconds[..., range(size), range(size)] == 0).all()
    assert problem.depots + requests == size
    assert len(problem.pauses) == len(set(map(tuple, problem.pauses.tolist())))
    for vehicle, numbers in zip(day.territory.vehicles, problem.breaks, strict=True):
        assert [tuple(problem.pauses[n]) for n in numbers] == [
            (rest.earliest, rest.latest, rest.seconds) for rest in vehicle.breaks
        ]
    for rules in problem.rules:
        lengths = {n for rule in rules for n in (rule.pause, rule.least)}
        assert lengths <= set(problem.pauses[:, 2].tolist())
