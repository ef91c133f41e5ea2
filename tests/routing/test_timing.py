from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.model import Battery, Device, Load
from collection.ports import UNREACHABLE, TravelMatrix
from collection.routing.timing import (
    cost_of,
    earliest_departures,
    latest_arrivals,
    schedule,
    service_start,
)
from collection.units import HOUR
from tests.places import TERRITORY, make_vehicle
from tests.strategies import Day, days, make_request

SERVICE = 150 + 60


def line(*hours, vehicle=None, leg=600, **changes):
    """Requests along a street from the depot, `leg` seconds and metres apart."""
    place = np.arange(len(hours) + 1)
    away = (leg * np.abs(place[:, None] - place)).astype(np.int32)
    return Day(
        requests=tuple(make_request(str(i), hours=h, **changes) for i, h in enumerate(hours)),
        territory=replace(TERRITORY, vehicles=(vehicle or make_vehicle(),)),
        matrix=TravelMatrix(
            seconds=away, metres=away, snap_metres=np.zeros(len(place), dtype=np.int32)
        ),
    ).problem()


def test_a_van_leaves_as_late_as_its_first_window_allows():
    timing = schedule(line(((10, 12),)), 0, [0])

    assert timing.departure == 10 * HOUR - 600
    assert timing.arrivals == timing.starts == (10 * HOUR,)
    assert timing.departures == (10 * HOUR + SERVICE,)
    assert timing.end == 10 * HOUR + SERVICE + 600


def test_a_later_wait_is_saved_as_far_as_the_earlier_windows_allow():
    wide, narrow = line(((8, 12),), ((10, 12),)), line(((8, 9),), ((10, 12),))

    assert schedule(wide, 0, [0, 1]).departure == 10 * HOUR - 600 - SERVICE - 600
    timing = schedule(narrow, 0, [0, 1])
    assert timing.starts == (9 * HOUR, 10 * HOUR)
    assert timing.arrivals[1] == 9 * HOUR + SERVICE + 600
    assert timing.departure == 9 * HOUR - 600


def test_nobody_returns_later_for_a_late_departure():
    problem = line(((8, 20),), ((8, 20),))

    timing = schedule(problem, 0, [0, 1])
    assert timing.departure == 8 * HOUR
    assert timing.end == 8 * HOUR + 600 + SERVICE + 600 + SERVICE + 1_200


def test_the_earliest_window_that_can_be_kept_is_taken():
    windows = ((100, 200), (300, 400))

    assert [service_start(windows, at) for at in (0, 100, 200, 201, 400, 401)] == [
        *(100, 100, 200, 300, 400, 401)
    ]


def test_a_window_s_ends_are_inclusive():
    on_time = line(((8, 8 + 600 / HOUR),))
    late = line(((8, 8 + 599 / HOUR),))

    assert schedule(on_time, 0, [0]).feasible
    assert schedule(late, 0, [0]).lateness == 1


def test_each_breach_is_measured():
    def timing(**changes):
        changes.setdefault("hours", (((8, 20),),) * 2)
        return schedule(line(*changes.pop("hours"), **changes), 0, [0, 1])

    van = make_vehicle
    swollen = (Device(type="phone", battery=Battery.SWOLLEN),)
    small = Load(units=1, litres=900, grams=699)

    assert timing().feasible
    assert timing(hours=(((9, 9),), ((8, 9),))).lateness == 600 + SERVICE
    assert timing(vehicle=van(end=8.5)).overtime == 2_400 + 2 * SERVICE - 1_800
    assert timing(vehicle=van(capacity=small)).overload == 1 + 1
    assert timing(vehicle=van(skills=()), devices=swollen).unskilled == 2
    assert not any(
        t.feasible
        for t in (
            timing(hours=(((9, 9),), ((8, 9),))),
            timing(vehicle=van(end=8.5)),
            timing(vehicle=van(capacity=small)),
            timing(vehicle=van(skills=()), devices=swollen),
        )
    )


def test_a_leg_without_a_way_is_counted_and_never_feasible():
    problem = line(((8, 20),), ((8, 20),))
    seconds = problem.seconds.copy()
    seconds[1, 2] = UNREACHABLE
    cut = replace(problem, seconds=seconds)

    assert schedule(cut, 0, [0, 1]).unreachable == 1
    assert not schedule(cut, 0, [0, 1]).feasible
    assert schedule(cut, 0, [1, 0]).feasible


def test_loads_grow_along_the_way():
    assert schedule(line(((8, 20),), ((8, 20),)), 0, [1, 0]).loads == ((1, 2, 350), (2, 4, 700))


def test_an_unused_van_costs_nothing():
    timing = schedule(line(((8, 20),)), 0, [])

    assert timing.feasible
    assert (timing.cost, timing.departure, timing.end) == (0, 8 * HOUR, 8 * HOUR)


@pytest.mark.parametrize(
    ("seconds", "metres", "cents"),
    [
        (3_600, 1_000, 100 + 2_600 + 28),
        (0, 0, 100),
        (1, 0, 101),  # 0.7222 cents
        (0, 17, 100),  # 0.476 cents
        (0, 18, 101),  # 0.504 cents
        (1, 10, 101),  # 1.0022 cents: rounded once, not by part
    ],
)
def test_cents_are_rounded_half_up_once(seconds, metres, cents):
    problem = line(((8, 20),), vehicle=make_vehicle(fixed_cost=100))

    assert cost_of(problem, 0, seconds=seconds, metres=metres) == cents


def test_half_a_cent_is_rounded_up():
    problem = line(((8, 20),), vehicle=make_vehicle(fixed_cost=0, cost_per_km=1))

    assert [cost_of(problem, 0, seconds=0, metres=m) for m in (499, 500)] == [0, 1]


@st.composite
def routes(draw):
    day = draw(days().filter(lambda d: d.requests and d.territory.vehicles))
    problem = day.problem()
    order = draw(st.permutations(range(len(day.requests))))
    vehicle = draw(st.integers(0, len(day.territory.vehicles) - 1))
    return problem, vehicle, order[: draw(st.integers(0, 5))]


@settings(deadline=None, max_examples=50)
@given(routes())
def test_times_follow_each_other(route):
    problem, vehicle, sequence = route
    timing = schedule(problem, vehicle, sequence)
    left = (timing.departure, *timing.departures)

    legs = [b - a for a, b in zip(left, (*timing.arrivals, timing.end), strict=True)]

    assert legs == list(timing.travel or (0,))
    assert all(a <= s for a, s in zip(timing.arrivals, timing.starts, strict=True))
    assert timing.departure >= problem.shifts[vehicle, 0]
    assert all(a <= b for a, b in pairwise(left))


@settings(deadline=None, max_examples=50)
@given(routes())
def test_no_later_departure_returns_as_early(route):
    problem, vehicle, sequence = route
    timing = schedule(problem, vehicle, sequence)
    shifts = problem.shifts.copy()
    shifts[vehicle, 0] = timing.departure + 1
    later = schedule(replace(problem, shifts=shifts), vehicle, sequence)

    if timing.feasible and sequence:
        assert later.end > timing.end or later.lateness


@settings(deadline=None, max_examples=50)
@given(routes())
def test_what_starts_in_time_is_what_the_two_bounds_say(route):
    problem, vehicle, sequence = route
    early = earliest_departures(problem, vehicle, sequence)
    late = latest_arrivals(problem, vehicle, sequence)
    timing = schedule(problem, vehicle, sequence)
    legs = timing.travel or (0,)

    in_time = all(a + leg <= b for a, leg, b in zip(early, legs, late, strict=True))
    assert in_time == (not timing.lateness and not timing.overtime)
