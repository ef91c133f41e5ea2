from datetime import date

import pytest
from shapely.geometry import LineString, MultiPolygon, Point, box

from collection.routing.zones import edges_inside, refusing
from tests.routing.streets_data import DEGREE, make_network, make_zone

METRE = 1 / DEGREE  # of latitude; on the equator of longitude, too
# Two-way Long (1,000 m, to the east) and Up (20 m, to the north) from its end, one-way Back.
NETWORK = make_network(
    [(0, 0), (1_000 * METRE, 0), (1_000 * METRE, 20 * METRE), (0, 500 * METRE)],
    [
        (0, 1, 100, 1_000, True, "Long"),
        (1, 2, 2, 20, True, "Up"),
        (2, 3, 110, 1_110, False, "Back"),
        (3, 0, 50, 500, False, "Down"),
    ],
)
DAY = date(2026, 3, 2)  # a Monday


def streets_inside(shape, network=NETWORK):
    (inside,) = edges_inside(network, [make_zone(shape)])
    twin = network.twin
    assert (inside[twin >= 0] == inside[twin[twin >= 0]]).all()
    return {network.names[network.name[edge]] for edge in inside.nonzero()[0]}


def metres(*bounds):
    return box(*(bound * METRE for bound in bounds))


@pytest.mark.parametrize(
    ("west", "inside"), [(-50, {"Down", "Long"}), (0.5, {"Long"}), (20, {"Long"}), (990, set())]
)
def test_a_street_is_inside_as_a_whole(west, inside):
    # The first 100 m of Long, or as much of them as lies to the east of west.
    assert streets_inside(metres(west, -50, 100 if west < 100 else 1_000, 100)) == inside


@pytest.mark.parametrize(("east", "inside"), [(16, set()), (18, {"Long"})])
def test_fifteen_metres_in_is_inside(east, inside):
    # Two metres at the border are the drawing's inaccuracy.
    assert streets_inside(metres(-20, -20, east, 20)) - {"Down"} == inside


@pytest.mark.parametrize(("south", "inside"), [(9, set()), (7, {"Up"})])
def test_more_than_half_of_a_short_street_is_inside(south, inside):
    assert streets_inside(metres(980, south, 1_020, 40)) - {"Back"} == inside


def test_a_street_on_the_border_is_outside():
    assert streets_inside(metres(-10, 0, 1_010, 10)) == set()
    assert streets_inside(metres(-10, -1.9, 1_010, 10)) == set()
    assert streets_inside(metres(-10, -2.1, 1_010, 10)) == {"Long"}


def test_lines_mean_the_streets_along_them():
    beside = LineString([(0, 7 * METRE), (990 * METRE, 7 * METRE)])
    assert streets_inside(beside) == {"Long"}
    assert streets_inside(LineString([(0, 9 * METRE), (990 * METRE, 9 * METRE)])) == set()


@pytest.mark.parametrize(("run", "closed"), [(0, set()), (12, set()), (17, {"Long"})])
def test_a_line_across_a_street_leaves_it_open(run, closed):
    # The corridor covers 16 m of the street more than the line runs along it.
    start, end = (500 * METRE, 0), ((500 + run) * METRE, 0)
    across = LineString([(500 * METRE, -300 * METRE), start, end, (end[0], 200 * METRE)])
    assert streets_inside(across) == closed


def test_several_zones_and_parts():
    up, down = metres(980, 5, 1_020, 40), metres(-30, 300, 30, 400)
    inside = edges_inside(NETWORK, [make_zone(up), make_zone(MultiPolygon([up, down]))])
    names = [{NETWORK.names[NETWORK.name[e]] for e in row.nonzero()[0]} for row in inside]
    assert names == [{"Up", "Back"}, {"Up", "Back", "Down"}]
    assert edges_inside(NETWORK, []).shape == (0, NETWORK.edges)


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ({"admitted": ["electric", "euro_6"]}, {"euro_3"}),
        ({"refused": ["euro_3"]}, {"euro_3"}),
        ({"admitted": []}, {"", "electric", "euro_3"}),
        ({"refused": []}, set()),
    ],
)
def test_who_may_enter(rule, refused):
    zone = make_zone(Point(0, 0), **rule)
    assert {name for name in ("", "electric", "euro_3") if zone.refuses(name)} == refused


@pytest.mark.parametrize(
    ("day", "clock", "barred"),
    [
        (date(2025, 12, 31), "12:00", ()),
        (date(2026, 1, 1), "12:00", (0, 2)),
        (date(2026, 12, 31), "12:00", (0, 2)),
        (date(2027, 1, 1), "12:00", ()),
        (date(2026, 3, 2), "06:59", (0,)),
        (date(2026, 3, 2), "07:00", (0, 2)),
        (date(2026, 3, 2), "16:59", (0, 2)),
        (date(2026, 3, 2), "17:00", (0,)),
        (date(2026, 3, 7), "22:00", (0, 1)),
        (date(2026, 3, 7), "12:00", (0, 2)),
        (date(2026, 3, 8), "05:59", (0, 1)),
        (date(2026, 3, 8), "06:00", (0,)),
    ],
)
def test_zones_are_in_force_by_date_weekday_and_hour(day, clock, barred):
    zones = [
        make_zone(Point(0, 0), admitted=["electric"]),
        make_zone(Point(0, 0), refused=["diesel"], hours=[("22:00", "06:00")], weekdays=[5, 6]),
        make_zone(Point(0, 0), refused=["diesel"], hours=[("07:00", "12:00"), ("12:00", "17:00")]),
    ]
    seconds = int(clock[:2]) * 3_600 + int(clock[3:]) * 60
    assert refusing(zones, day=day, clock=seconds, emission_class="diesel") == barred
    assert refusing(zones, day=day, clock=seconds, emission_class="electric") == ()


@pytest.mark.parametrize(
    "change",
    [
        {"shape": box(0, 0, 1, 1.001)},
        {"admitted": ["electric", "x"]},
        {"admitted": []},
        {"refused": ["electric"]},
        {"hours": [("07:00", "08:00")]},
        {"weekdays": [1]},
        {"valid_from": date(2026, 1, 2)},
        {"valid_until": None},
    ],
)
def test_the_fingerprint_follows_every_rule(change):
    fields = {"shape": box(0, 0, 1, 1), "admitted": ["electric"]}
    assert make_zone(**fields).fingerprint == make_zone(**fields, name="Other").fingerprint
    assert make_zone(**{**fields, **change}).fingerprint != make_zone(**fields).fingerprint
