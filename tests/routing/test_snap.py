import numpy as np
import pytest

from collection.model import Position
from collection.ports import UNREACHABLE
from collection.routing.snap import Snapper
from tests.routing.streets_data import DEGREE, make_network

NORTH = make_network(
    [(7.0, 43.0), (7.0, 43.01), (7.01, 43.0)],
    [(0, 1, 100, 1_112, True, "Nord"), (0, 2, 80, 813, False, "Est")],
)


def test_nearest_point_on_the_edge_not_the_nearest_node():
    snaps = Snapper(NORTH).snap([Position(lon=7.0001, lat=43.004)], 300)
    assert snaps.edge.tolist() == [0]
    assert snaps.fraction[0] == pytest.approx(0.4, abs=1e-3)
    assert snaps.metres[0] == np.ceil(0.0001 * np.cos(np.radians(43.005)) * DEGREE)


def test_one_way_streets_are_found_too():
    snaps = Snapper(NORTH).snap([Position(lon=7.006, lat=42.9995)], 300)
    assert snaps.edge.tolist() == [2]
    assert snaps.fraction[0] == pytest.approx(0.6, abs=1e-3)


def test_farther_than_the_limit_is_off_the_network():
    far = Position(lon=7.005, lat=43.006)
    snapper = Snapper(NORTH)
    assert snapper.snap([far], 300).edge.tolist() == [-1]
    assert snapper.snap([far], 300).metres.tolist() == [UNREACHABLE]
    assert snapper.snap([far], 500).edge.tolist() == [0]


def test_at_a_corner_the_lowest_edge_is_taken():
    snaps = Snapper(NORTH).snap([Position(lon=7.0, lat=43.0)], 300)
    assert snaps.edge.tolist() == [0]
    assert snaps.fraction.tolist() == [0.0]


def test_nothing_and_nonsense():
    snapper = Snapper(NORTH)
    assert len(snapper.snap([], 300).edge) == 0
    nonsense = [Position(lon=float("nan"), lat=43.0), Position(lon=float("inf"), lat=43.0)]
    assert snapper.snap(nonsense, 300).edge.tolist() == [-1, -1]


def test_cut_gives_the_part_in_driving_order():
    snapper = Snapper(NORTH)
    assert snapper.cut(1, 0.25, 0.75) == pytest.approx(
        np.array([(7.0, 43.0075), (7.0, 43.0025)]), abs=1e-9
    )
