"""When a van is where and what that costs, by figures that can be worked out by heart."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collection.ports import UNREACHABLE
from collection.routing.day import OPENING as LEAVES
from collection.routing.day import day_of
from collection.routing.problem import NO_LIMIT
from collection.routing.timing import Rest, Timing, resume, schedule
from tests.problems import problems
from tests.routing.line_day import CLOSING, METRES, OPENING, SECONDS, both, line_day

ALL_DAY = ((OPENING, CLOSING),)
HUB = {
    "reload_ids": ("hub",),
    "reload_points": np.array([0]),
    "reload_service": np.array([500]),
    "reload_windows": (ALL_DAY,),
}


def after(seconds):
    return OPENING + seconds


def van(**fields):
    """The same for both vans."""
    return line_day(**{name: both(value) for name, value in fields.items()})


def day(*windows, **changes):
    """A line day; given windows are those of the first requests, in seconds after opening."""
    own = [tuple((after(a), after(b)) for a, b in spans) for spans in windows]
    return line_day(windows=(*own, *(ALL_DAY,) * (4 - len(own))), **changes)


def test_a_row_is_timed_to_the_second_and_priced_to_the_cent():
    assert schedule(line_day(), 0, (0, 1)) == Timing(
        departure=OPENING,
        arrivals=(after(600), after(1_500)),
        starts=(after(600), after(1_500)),
        departures=(after(900), after(1_800)),
        end=after(3_000),
        travel=(600, 600, 1_200),
        metres=(5_000, 5_000, 10_000),
        loads=((1,), (2,)),
        cost=1_000 + 3_000 + 2_000,
        parts=18_000 * 6_000,
    )


def test_a_van_that_stays_costs_nothing():
    assert schedule(line_day(), 0, ()) == Timing(departure=OPENING, end=OPENING)


def test_arrays_or_problem_are_timed_alike():
    problem = day([(4_000, 5_000)])
    assert schedule(day_of(problem), 1, (0, 2)) == schedule(problem, 1, (0, 2))


def test_a_van_leaves_as_late_as_its_first_window_allows():
    timing = schedule(day([(4_000, 5_000)]), 0, (0, 1))

    assert (timing.departure, timing.starts[0], timing.end) == (
        after(3_400),
        after(4_000),
        after(6_400),
    )
    assert timing.cost == 6_000


def test_a_later_wait_is_saved_as_far_as_the_earlier_windows_allow():
    wide = schedule(day([(0, 9_000)], [(5_000, 9_000)]), 0, (0, 1))
    narrow = schedule(day([(0, 2_000)], [(5_000, 9_000)]), 0, (0, 1))

    assert wide.departure == after(5_000 - 600 - 300 - 600)
    assert (narrow.departure, narrow.starts) == (after(1_400), (after(2_000), after(5_000)))
    # 5 000 - 1 400 s to b, 300 s there, 1 200 s back.
    assert (wide.cost, narrow.cost) == (6_000, 3_000 + 5_100)


def test_time_windows_end_inclusively():
    assert schedule(day([(0, 600)]), 0, (0,)).feasible
    late = schedule(day([(0, 599)]), 0, (0,))
    assert (late.lateness, late.feasible) == (1, False)


@pytest.mark.parametrize(
    ("open_at", "start"), [(800, 800), (600, 700), (599, 700), (900, 900), (901, None)]
)
def test_the_earliest_of_several_time_windows_that_can_be_kept(open_at, start):
    # Both are before 901: a van that opens later is late by one second.
    shifts = np.array([[after(open_at - 600), CLOSING]] * 2)
    timing = schedule(day([(100, 200), (700, 900)], shifts=shifts), 0, (0,))

    assert timing.lateness == (start is None)
    if start is not None:
        assert timing.starts == (after(start),)


def test_a_gap_between_windows_is_waited_out():
    timing = schedule(day([(600, 700)], [(0, 1_499), (4_000, 5_000)]), 0, (0, 1))

    # Leaving at 0 or up to 100 s later makes no difference: 1 499 is missed by a second.
    assert (timing.departure, timing.starts) == (after(100), (after(700), after(4_000)))
    assert timing.cost == 1_000 + 2_000 + 4_000 + 300 + 1_200 - 100


SETUP = {"setup": np.full(4, 60), "addresses": np.array([7, 7, 2, 3])}


@pytest.mark.parametrize(
    ("route", "paid"),
    [
        ((0, 1), 1),  # one address, parked once
        ((0, 2, 1), 3),  # gone and come back
        ((0, 5, 1), 1),  # a pause where the van stands
        ((0, 5, 5, 1), 1),
        ((0, 4, 1), 2),  # a reload drives away
        ((2, 3), 2),
    ],
)
def test_setup_once_per_address(route, paid):
    pauses = np.array([[-NO_LIMIT, NO_LIMIT, 900]])
    with_setup = schedule(line_day(**SETUP, **HUB, pauses=pauses), 0, route)
    without = schedule(line_day(**HUB, pauses=pauses), 0, route)

    assert with_setup.end - without.end == 60 * paid
    assert with_setup.cost - without.cost == 60 * paid
    assert with_setup.starts[0] == without.starts[0]


def test_overtime_costs_extra_until_the_last_return():
    def timing(latest):
        shifts = np.array([[OPENING, after(2_500)]] * 2)
        latest_ends, extra = both(after(latest)), both(7_200)
        return schedule(
            line_day(shifts=shifts, latest_ends=latest_ends, overtime_costs=extra), 0, (0, 1)
        )

    # 500 s at one cent like all others, and two more.
    assert (timing(3_000).overtime, timing(3_000).cost) == (500, 6_000 + 1_000)
    assert (timing(3_000).late_return, timing(3_000).feasible) == (0, True)
    assert (timing(2_999).late_return, timing(2_999).feasible) == (1, False)


def test_driving_has_a_price_of_its_own():
    assert schedule(van(drive_costs=1_800), 0, (0, 1)).cost == 6_000 + 2_400 // 2


@pytest.mark.parametrize(
    ("fields", "cents"),
    [
        ({"hour_costs": 0, "km_costs": 0}, 1_000),
        ({"fixed_costs": 0, "km_costs": 0}, 3_000),
        ({"fixed_costs": 0, "hour_costs": 0}, 2_000),
        # 3 000 s are 0.83 cents, 20 km 20 cents: rounded once.
        ({"fixed_costs": 0, "hour_costs": 1, "km_costs": 1}, 21),
        # 0.83 + 0.67 cents of driving are 1.5 exactly, and half is rounded up.
        ({"fixed_costs": 0, "hour_costs": 1, "km_costs": 0, "drive_costs": 1}, 2),
    ],
)
def test_each_cost_and_one_rounding(fields, cents):
    assert schedule(van(**fields), 0, (0, 1)).cost == cents


def test_depots_may_differ_at_start_and_end():
    # From c, beyond a and b, to the hub: points 0 and 1 are depots, requests stand at 2 to 5.
    away = abs(np.subtract.outer([0, 3, 1, 2, 3, 4], [0, 3, 1, 2, 3, 4]))
    problem = line_day(
        positions=line_day().positions + line_day().positions[:1],
        depots=2,
        seconds=600 * away,
        metres=5_000 * away,
        starts=np.array([1, 0]),
        ends=np.array([0, 1]),
    )

    there, back = schedule(problem, 0, (1, 0)), schedule(problem, 1, (1, 0))
    assert (there.travel, there.cost) == ((600, 600, 600), 1_000 + 2_400 + 1_500)
    assert (back.travel, back.cost) == ((1_200, 600, 1_200), 1_000 + 3_600 + 2_500)


def test_a_reload_takes_its_way_and_its_time_and_keeps_its_windows():
    timing = schedule(line_day(**HUB), 0, (0, 4, 1))

    assert timing.arrivals == (after(600), after(1_500), after(3_200))
    assert timing.departures == (after(900), after(2_000), after(3_500))
    assert (timing.end, timing.loads) == (after(4_700), ((1,), (0,), (1,)))
    assert timing.cost == 1_000 + 4_700 + 3_000
    for closes, lateness in ((1_500, 0), (1_499, 1)):
        tight = {**HUB, "reload_windows": (((OPENING, after(closes)),),)}
        assert schedule(line_day(**tight), 0, (0, 4, 1)).lateness == lateness


def test_traffic_by_period_is_exact():
    # From 1 200 s on every way takes twice as long, and from 2 000 s on as long as before.
    starts = np.array([0, after(1_200), after(2_000)])
    seconds = np.stack([SECONDS, 2 * SECONDS, SECONDS])[None]
    timing = schedule(
        line_day(seconds=seconds, metres=np.stack([METRES] * 3)[None], periods=starts), 0, (0, 1)
    )

    # To b from 900: 300 s of 600 by 1 200, the other half in 600. Back from 2 100 as before.
    assert timing.arrivals == (after(600), after(1_800))
    assert (timing.travel, timing.end) == ((600, 900, 1_200), after(3_300))
    assert timing.cost == 1_000 + 3_300 + 2_000


def test_metres_are_those_of_the_period_of_departure():
    metres = np.stack([METRES, 2 * METRES])[None]
    seconds = np.stack([SECONDS, SECONDS])[None]
    periods = np.array([0, after(1_000)])
    timing = schedule(line_day(seconds=seconds, metres=metres, periods=periods), 0, (0, 1))

    assert timing.metres == (5_000, 5_000, 20_000)


def test_the_departure_is_late_in_traffic_too():
    # In a jam until 3 600 a way to a takes 1 200 s; its window opens at 4 000.
    seconds = np.stack([2 * SECONDS, SECONDS])[None]
    problem = day(
        [(4_000, 5_000)],
        seconds=seconds,
        metres=np.stack([METRES] * 2)[None],
        periods=np.array([0, after(3_600)]),
    )
    timing = schedule(problem, 0, (0,))

    # 400 s after the jam, so 200 of 600 s in it, which take 400.
    assert (timing.departure, timing.arrivals) == (after(3_200), (after(4_000),))


def test_profiles_have_travel_of_their_own():
    seconds, metres = np.stack([SECONDS, 2 * SECONDS]), np.stack([METRES, 3 * METRES])
    seconds[1, 1, 2] = metres[1, 1, 2] = UNREACHABLE
    problem = line_day(seconds=seconds[:, None], metres=metres[:, None], profiles=np.array([0, 1]))

    assert schedule(problem, 0, (0, 1)).cost == 6_000
    # b first: 2 400 + 1 200 + 1 200 s driven, 600 s served, 60 km.
    assert schedule(problem, 1, (1, 0)).cost == 1_000 + 5_400 + 6_000
    closed = schedule(problem, 1, (0, 1))
    assert (closed.unreachable, closed.feasible) == (1, False)


def test_preferences_and_changed_times_are_soft():
    told = np.array([[after(600), after(700)], [after(0), after(1_499)], [0, 1], [0, 1]])
    problem = line_day(
        preferences=np.array([[7, 0], [20, 0], [900, 900], [900, 900]]),
        announced=told,
        change_prices=np.array([300, 50, 900, 900]),
    )

    # a starts at 600 as told, b at 1 500, a second late.
    assert schedule(problem, 0, (0, 1)).soft == 18_000 * (7 + 20 + 50)
    assert schedule(problem, 1, (0, 1)).soft == 18_000 * 50
    assert schedule(problem, 0, (0, 1)).cost == 6_000


@st.composite
def routes(draw):
    problem = draw(problems(max_requests=6, max_vehicles=2))
    assume(problem.vehicle_ids and problem.request_ids)
    nodes = [*range(len(problem.request_ids)), *problem.reload_nodes, *problem.pause_nodes]
    sequence = draw(st.permutations(nodes))[: draw(st.integers(1, 6))]
    return problem, draw(st.integers(0, len(problem.vehicle_ids) - 1)), sequence


@settings(deadline=None, max_examples=60)
@given(routes())
def test_times_follow_each_other(route):
    problem, vehicle, sequence = route
    timing = schedule(problem, vehicle, sequence)
    assume(not timing.unreachable)
    left = (timing.departure, *timing.departures)

    legs = [b - a for a, b in zip(left, (*timing.arrivals, timing.end), strict=True)]
    assert legs == list(timing.travel)
    assert all(a <= s for a, s in zip(timing.arrivals, timing.starts, strict=True))
    assert timing.departure >= problem.shifts[vehicle, 0]
    assert all(a <= b for a, b in pairwise(left))


@settings(deadline=None, max_examples=60)
@given(routes())
def test_no_later_departure_returns_as_early_and_on_time(route):
    problem, vehicle, sequence = route
    timing = schedule(problem, vehicle, sequence)
    assume(timing.feasible)
    arrays = day_of(problem)
    arrays.vans[vehicle, LEAVES] = timing.departure + 1

    later = schedule(arrays, vehicle, sequence)
    assert later.end > timing.end or later.lateness or later.unreachable


def test_the_rest_of_a_route_is_timed_from_where_the_van_is():
    arrays = day_of(day([(0, 9_000)], [(2_000, 9_000)]))

    assert resume(arrays, 0, (1, 2), origin=0, left=after(1_000)) == Rest(
        arrivals=(after(1_600), after(2_900)),
        starts=(after(2_000), after(2_900)),
        departures=(after(2_300), after(3_200)),
        end=after(3_200 + 1_800),
    )
    assert resume(arrays, 0, (), origin=2, left=after(10)).end == after(10 + 1_800)
    assert resume(arrays, 0, (), origin=None, left=after(10)).end == after(10)


def test_a_van_that_is_out_puts_no_departure_off():
    arrays = day_of(day([(4_000, 5_000)]))

    assert schedule(arrays, 0, (0,)).arrivals == (after(4_000),)
    assert resume(arrays, 0, (0,), origin=None, left=after(0)).arrivals == (after(600),)


@pytest.mark.parametrize("place", range(4))
def test_the_rest_of_a_timed_route_is_the_rest_of_its_times(place):
    whole = schedule(line_day(**SETUP), 0, (3, 0, 1, 2))
    origin = (3, 0, 1, 2)[place]
    rest = resume(
        day_of(line_day(**SETUP)),
        0,
        (3, 0, 1, 2)[place + 1 :],
        origin=origin,
        left=whole.departures[place],
    )
    assert (rest.starts, rest.end) == (whole.starts[place + 1 :], whole.end)
