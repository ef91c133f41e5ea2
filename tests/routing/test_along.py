import pytest

from collection.model import Position
from collection.routing.along import METRES_PER_DEGREE, along, apart

EQUATOR = ((0.0, 0.0), (0.0, 0.01), (0.0, 0.01), (0.01, 0.01))


@pytest.mark.parametrize(
    ("lon", "lat", "degrees", "share"),
    [
        (0.0, 0.0, 0.0, 0.0),
        (0.001, 0.005, 0.001, 0.25),
        (0.005, 0.012, 0.002, 0.75),
        (0.02, 0.01, 0.01, 1.0),
        (0.0, -0.003, 0.003, 0.0),
    ],
)
def test_the_nearest_point_of_a_way(lon, lat, degrees, share):
    metres, driven = along(EQUATOR, Position(lon=lon, lat=lat))
    assert metres == pytest.approx(degrees * METRES_PER_DEGREE, abs=0.1)
    assert driven == pytest.approx(share, abs=1e-4)


def test_a_way_without_length():
    assert along(((1.0, 2.0),), Position(lon=1.0, lat=2.0)) == (0.0, 0.0)


def test_a_degree_east_is_shorter_in_the_north():
    south, north = (
        apart(Position(lon=0.0, lat=lat), Position(lon=0.01, lat=lat)) for lat in (0.0, 60.0)
    )
    assert north == pytest.approx(south / 2, rel=1e-6)
