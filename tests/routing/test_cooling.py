"""Which course a day is searched on, and how hot."""

import pytest

from collection.model import BreakRule
from collection.routing.cooling import (
    LONG_ROUTES,
    MANY_LONG_ROUTES,
    MANY_SHORT_ROUTES,
    ROUGH_DAY,
    SHORT_ROUTES,
    Taste,
    cold_for,
    course_of,
    heat_for,
    mean_way,
    temperature,
)
from collection.routing.day import day_of
from tests.routing.line_day import line_day

RULE = BreakRule(counts="work", over=21_600, stretch=21_600, pause=1_800, least=900)


@pytest.mark.parametrize(
    ("nodes", "large", "course"),
    [
        (15, False, SHORT_ROUTES),
        (16, False, LONG_ROUTES),
        (15, True, MANY_SHORT_ROUTES),
        (16, True, MANY_LONG_ROUTES),
    ],
)
def test_the_mean_of_the_routes_that_are_out_decides(nodes, large, course):
    routes = [(), range(nodes - 2), range(nodes + 2)]

    assert course_of(day_of(line_day()), routes, large=large) is course


def test_a_day_without_routes_has_a_course():
    assert course_of(day_of(line_day()), [(), ()], large=False) is SHORT_ROUTES


def test_breaks_make_a_rough_day():
    day = day_of(line_day(rules=((RULE,), ())))

    assert course_of(day, [(0,), ()], large=False) is ROUGH_DAY
    assert course_of(day, [(0,), ()], large=True) is MANY_SHORT_ROUTES


def test_with_few_moves_a_search_starts_cooler():
    assert heat_for(4_000, 40, 100) == 1.0
    assert heat_for(1_000, 40, 100) == 0.5
    assert heat_for(0, 0, 100) > 0


def test_with_few_moves_a_rough_day_ends_warmer():
    assert cold_for(1_000, 10, ROUGH_DAY.hurry) == 0.2
    assert cold_for(8_000, 10, ROUGH_DAY.hurry) == pytest.approx(0.05)
    assert cold_for(80_000, 10, ROUGH_DAY.hurry) == 0.02
    assert cold_for(1_000, 10, LONG_ROUTES.hurry) == 0.02


def test_it_cools_by_the_same_factor_in_the_same_time():
    taste = Taste(removed=10, longest=10, hot=2.0)
    first, half, last = (temperature(taste, 0.5, share, 0.02) for share in (0.0, 0.5, 1.0))

    assert first == pytest.approx(1.0)
    assert last == pytest.approx(0.02)
    assert half / first == pytest.approx(last / half)


def test_a_mean_way_is_what_a_route_costs_between_stops():
    problem = line_day()
    day = day_of(problem)

    assert mean_way(day, [(), ()]) == 1.0
    one, both = mean_way(day, [(0,), ()]), mean_way(day, [(0,), (0,)])
    assert one == both > 1.0
