"""The ways of a route, and points on them."""

import pytest

from collection.simulate.ways import Way, planned_way, straight
from tests.scheduling.line_plan import HUB, line_route, place


def way(here, there, **changes):
    return planned_way(line_route(**changes), here, there, depot=HUB, home=HUB)


def test_each_way_of_a_route_is_found_with_its_line():
    out = way(HUB, place(1))
    assert (out.seconds, out.metres) == (600, 1_112)
    assert out.line[0] == pytest.approx((HUB.lon, HUB.lat))
    assert way(place(2), place(3)).seconds == 600


def test_the_way_home_is_what_is_left_of_the_route():
    home = way(place(4), HUB)
    assert (home.seconds, home.metres) == (4 * 600, 4 * 1_112)


def test_a_way_that_the_route_does_not_have_is_none():
    assert way(HUB, place(3)) is None
    assert way(place(2), place(1)) is None


def test_a_route_without_lines_has_straight_ones():
    assert way(HUB, place(1), legs=False).line == straight(HUB, place(1))


def test_points_lie_on_the_line_in_driving_order():
    bent = Way(seconds=10, metres=10, line=((0.0, 0.0), (0.0, 1.0), (0.0, 3.0)))
    assert bent.at(0.0).lat == 0.0
    assert bent.at(1 / 3).lat == pytest.approx(1.0)
    assert bent.at(0.5).lat == pytest.approx(1.5)
    assert bent.at(2.0).lat == 3.0


def test_a_way_to_where_one_is_has_one_point():
    here = Way(seconds=0, metres=0, line=straight(HUB, HUB))
    assert here.at(0.5) == HUB
