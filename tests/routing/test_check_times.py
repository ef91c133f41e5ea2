"""Back as early as can be, away as late as that allows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.ports import UNREACHABLE
from collection.routing.check_problem import facts_of, places_of
from collection.routing.check_times import drive, set_ups
from collection.units import HOUR
from tests.problems import problems
from tests.routing.line_day import OPENING, SECONDS, line_day

HALF_PAST_8 = 17 * HOUR // 2


def driven(problem, route, van=0):
    facts = facts_of(problem)
    places = places_of(problem, facts)
    return drive(facts, facts.vans[van], [places[node] for node in route])


def spans(route):
    return [(visit.arrival, visit.start, visit.departure) for visit in route.visits]


def test_away_when_the_shift_starts_where_nothing_is_waited_for():
    route = driven(line_day(), (0, 1))

    assert (route.start, route.end, route.back) == (OPENING, OPENING + 3_000, 1_200)
    assert spans(route) == [
        (OPENING + 600, OPENING + 600, OPENING + 900),
        (OPENING + 1_500, OPENING + 1_500, OPENING + 1_800),
    ]
    assert (route.travel, route.metres) == (2_400, 20_000)


def test_waiting_at_the_first_door_is_spent_at_the_depot():
    late = (((9 * HOUR, 10 * HOUR),), *line_day().windows[1:])
    route = driven(line_day(windows=late), (0, 1))
    assert (route.start, route.end) == (9 * HOUR - 600, 9 * HOUR + 2_400)


def test_waiting_between_doors_only_as_long_as_an_earlier_window_asks_for():
    windows = (
        ((OPENING, HALF_PAST_8),),
        ((11 * HOUR, 12 * HOUR),),
        *line_day().windows[2:],
    )
    route = driven(line_day(windows=windows), (0, 1))

    assert spans(route)[0][1] == HALF_PAST_8
    assert spans(route)[1] == (HALF_PAST_8 + 900, 11 * HOUR, 11 * HOUR + 300)


def test_a_gap_between_windows_is_no_place_to_start():
    gap = (((OPENING, OPENING + 599), (10 * HOUR, 11 * HOUR)), *line_day().windows[1:])
    route = driven(line_day(windows=gap), (0,))
    assert (route.start, spans(route)[0][1]) == (10 * HOUR - 600, 10 * HOUR)


def test_a_window_that_is_over_is_entered_at_once_from_the_start_of_the_shift():
    over = (((OPENING, OPENING + 599),), *line_day().windows[1:])
    route = driven(line_day(windows=over), (0,))
    assert (route.start, spans(route)[0][1]) == (OPENING, OPENING + 600)


def test_departure_through_traffic():
    # From 9:00 on every way takes twice as long. Whoever leaves at 8:55 has half of the first
    # one left, which then takes 600 s.
    windows = (((9 * HOUR + 600, 10 * HOUR),), *line_day().windows[1:])
    slow = line_day(
        seconds=np.stack([SECONDS, 2 * SECONDS])[None],
        metres=np.stack([SECONDS, SECONDS])[None],
        periods=np.array([0, 9 * HOUR]),
        windows=windows,
    )
    route = driven(slow, (0,))

    assert (route.start, route.visits[0].travel) == (9 * HOUR - 300, 900)
    assert route.end == 9 * HOUR + 600 + 300 + 1_200


def test_departure_over_a_street_that_is_closed_for_an_hour():
    closed = SECONDS.copy()
    closed[0, 1] = UNREACHABLE
    windows = (((11 * HOUR, 12 * HOUR),), *line_day().windows[1:])
    problem = line_day(
        seconds=np.stack([SECONDS, closed, SECONDS])[None],
        metres=np.stack([SECONDS] * 3)[None],
        periods=np.array([0, 9 * HOUR, 10 * HOUR]),
        windows=windows,
    )
    assert driven(problem, (0,)).start == 11 * HOUR - 600

    shut_until_noon = replace(problem, periods=np.array([0, 9 * HOUR, 12 * HOUR]))
    assert driven(shut_until_noon, (0,)).start == 9 * HOUR - 600


def test_a_missing_way_takes_no_time():
    cut = SECONDS.copy()
    cut[1, 0] = UNREACHABLE
    route = driven(line_day(seconds=cut), (0,))
    assert (route.start, route.end, route.back) == (OPENING, OPENING + 900, 0)


def test_a_pause_is_taken_where_the_van_stands():
    lunch = line_day(pauses=np.array([[12 * HOUR, 13 * HOUR, 1_800]]))
    route = driven(lunch, (0, 4, 1))

    assert route.start == 12 * HOUR - 900
    assert spans(route)[1] == (12 * HOUR, 12 * HOUR, 12 * HOUR + 1_800)
    assert [visit.travel for visit in route.visits] == [600, 0, 600]


def test_set_up_once_per_address_but_again_after_a_reload():
    problem = line_day(
        setup=np.array([100, 200, 300, 400]),
        addresses=np.array([7, 7, 7, 8]),
        pauses=np.array([[0, 24 * HOUR, 60]]),
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([10]),
        reload_windows=(((0, 24 * HOUR),),),
    )
    places = places_of(problem, facts_of(problem))
    order = (0, 5, 1, 4, 2, 3, 0)  # 4 is the reload, 5 the pause

    assert set_ups(places[node] for node in order) == [100, 0, 0, 0, 300, 400, 100]


def test_a_van_without_a_depot_cannot_be_timed():
    facts = facts_of(line_day())
    with pytest.raises(ValueError, match="van van-1 has no depots"):
        drive(facts, replace(facts.vans[0], start=None), [])


def returned(facts, van, demands, departure):
    """Time of return; None where a way is missing or a window not kept."""
    clock, point = departure, van.start
    for demand, setup in zip(demands, set_ups(demands), strict=True):
        clock = facts.travel.way(van, point, demand.point).arrival(clock)
        starts = [max(clock, a) for a, b in demand.windows if clock is not None and clock <= b]
        if not starts:
            return None
        clock, point = min(starts) + setup + demand.service, demand.point
    return facts.travel.way(van, point, van.end).arrival(clock)


@settings(max_examples=60, deadline=None)
@given(problems(max_requests=4, max_vehicles=1), st.randoms(use_true_random=False))
def test_nobody_who_leaves_later_returns_as_early(problem, random):
    facts = facts_of(problem)
    demands = random.sample(facts.demands, min(3, len(facts.demands)))
    for van in facts.vans:
        timed = drive(facts, van, demands)
        if returned(facts, van, demands, van.shift[0]) is None:
            assert timed.start == van.shift[0]
            continue
        assert returned(facts, van, demands, van.shift[0]) == timed.end
        assert returned(facts, van, demands, timed.start) == timed.end
        for later in (timed.start + 1, *range(timed.start + 2, timed.end + 1, 61)):
            back = returned(facts, van, demands, later)
            assert back is None or back > timed.end
