from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from collection.errors import InvalidRequest
from collection.geocode import write_index
from collection.model import Position
from collection.ports import UNREACHABLE
from collection.routing import matrix as matrix_module
from collection.routing.matrix import StreetMatrix
from collection.routing.network import OsmFile, build_network
from collection.routing.speeds import SpeedTable
from collection.routing.streets import Network
from collection.routing.traffic import read_traffic, traffic_in
from tests.routing.streets_data import (
    HEIDELBERG,
    ROOT,
    make_network,
    make_zone,
    networks,
    points_near,
)

ENGINES = ["scipy", "cch"]

# Two-way Nord from a to b (100 s, 1,000 m), one-way Est from b to c and Sud from c to a.
TRIANGLE = make_network(
    [(7.0, 43.0), (7.0, 43.01), (7.01, 43.0)],
    [
        (0, 1, 100, 1_000, True, "Nord"),
        (1, 2, 50, 600, False, "Est"),
        (2, 0, 40, 400, False, "Sud"),
    ],
)


def on_nord(part):
    return Position(lon=7.0, lat=43.0 + 0.01 * part)


def on_est(part):
    return Position(lon=7.0 + 0.01 * part, lat=43.01 - 0.01 * part)


@pytest.fixture(params=ENGINES)
def source(request):
    return StreetMatrix(TRIANGLE, engine=request.param)


def test_partial_edges_are_priced(source):
    found = source.matrix([on_nord(0.5), on_est(0.5)])
    # Half of Nord and half of Est; back: half of Est, all of Sud, half of Nord.
    assert found.seconds.tolist() == [[0, 75], [115, 0]]
    assert found.metres.tolist() == [[0, 800], [1_200, 0]]


def test_a_two_way_street_is_driven_both_ways_directly(source):
    found = source.matrix([on_nord(0.2), on_nord(0.7)])
    assert found.seconds.tolist() == [[0, 50], [50, 0]]
    assert found.metres.tolist() == [[0, 500], [500, 0]]


def test_back_along_a_one_way_street_goes_round(source):
    found = source.matrix([on_est(0.2), on_est(0.6)])
    assert found.seconds.tolist() == [[0, 20], [170, 0]]
    assert found.metres.tolist() == [[0, 240], [1_760, 0]]


def test_the_same_point_twice_is_no_way(source):
    found = source.matrix([on_est(0.5), on_est(0.5)])
    assert found.seconds.tolist() == [[0, 0], [0, 0]]


def test_far_points_are_unreachable_and_spoil_nothing(source):
    far = Position(lon=8.0, lat=43.0)
    found = source.matrix([on_nord(0.2), far, on_nord(0.7)])
    assert found.seconds[[0, 2]][:, [0, 2]].tolist() == [[0, 50], [50, 0]]
    assert found.seconds[1].tolist() == [UNREACHABLE, 0, UNREACHABLE]
    assert found.metres[:, 1].tolist() == [UNREACHABLE, 0, UNREACHABLE]
    assert found.snap_metres.tolist() == [0, UNREACHABLE, 0]


def test_max_snap_is_the_limit():
    beside = Position(lon=7.0 - 0.001, lat=43.005)  # about 81 m
    near = StreetMatrix(TRIANGLE, max_snap_m=80).matrix([beside]).snap_metres
    far = StreetMatrix(TRIANGLE, max_snap_m=85).matrix([beside]).snap_metres
    assert near.tolist() == [UNREACHABLE]
    assert far.tolist() == [82]


@pytest.mark.parametrize("points", [[], [on_nord(0.5)], [Position(lon=0.0, lat=0.0)]])
def test_few_points(source, points):
    found = source.matrix(points)
    assert found.seconds.shape == (len(points), len(points))
    assert found.seconds.dtype == found.metres.dtype == found.snap_metres.dtype == np.int32
    assert not found.seconds.any()


def test_a_place_that_no_way_leads_out_of():
    network = make_network(
        [(7.0, 43.0), (7.0, 43.01)], [(0, 1, 100, 1_000, False, "There and never back")]
    )
    for engine in ENGINES:
        source = StreetMatrix(network, engine=engine)
        assert source.matrix([on_nord(0.2), on_nord(0.7)]).seconds.tolist() == [
            [0, 50],
            [UNREACHABLE, 0],
        ]
        with pytest.raises(InvalidRequest, match="from point 0 to point 1"):
            source.paths([on_nord(0.7), on_nord(0.2)])


def test_paths_follow_the_streets(source):
    legs = source.paths([on_nord(0.5), on_est(0.5), on_nord(0.75)])
    assert legs[0].streets == ("Nord", "Est")
    assert legs[0].line == ((7.0, 43.005), (7.0, 43.01), (7.005, 43.005))
    assert legs[1].streets == ("Est", "Sud", "Nord")
    assert legs[1].line == ((7.005, 43.005), (7.01, 43.0), (7.0, 43.0), (7.0, 43.0075))


def test_paths_within_one_edge(source):
    there, back = source.paths([on_nord(0.2), on_nord(0.7), on_nord(0.2)])
    assert there.line == ((7.0, 43.002), (7.0, 43.007))
    assert back.line == ((7.0, 43.007), (7.0, 43.002))
    (still,) = source.paths([on_nord(0.2), on_nord(0.2)])
    assert still.line == ((7.0, 43.002), (7.0, 43.002))
    (round_trip,) = source.paths([on_est(0.6), on_est(0.2)])
    assert round_trip.streets == ("Est", "Sud", "Nord", "Est")


def test_paths_of_none_and_one(source):
    assert source.paths([]) == ()
    assert source.paths([on_nord(0.5)]) == ()


@given(networks(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_engines_agree_and_ways_are_consistent(network, seed):
    points = points_near(network, np.random.default_rng(seed), 8)
    points.append(Position(lon=9.0, lat=43.0))
    results = [StreetMatrix(network, engine=engine) for engine in ENGINES]
    found = [source.matrix(points) for source in results]
    for other in found[1:]:
        assert np.array_equal(found[0].seconds, other.seconds)
        assert np.array_equal(found[0].metres, other.metres)
        assert np.array_equal(found[0].snap_metres, other.snap_metres)
    reachable = points[:-1]
    ways = [source.paths(reachable) for source in results]
    assert all(way == ways[0] for way in ways)
    seconds = found[0].seconds.astype(np.int64)[:-1, :-1]
    for middle in range(len(reachable)):
        assert (seconds <= seconds[:, [middle]] + seconds[[middle], :]).all()


@given(networks(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_ways_are_as_long_as_the_matrix_says(network, seed):
    # Streets priced by their straight length: the drawn way can be measured.
    scale = np.array([np.cos(np.radians(network.node_lat.mean())), 1.0]) * 111_195
    ends = np.column_stack((network.node_lon, network.node_lat)) * scale
    length = np.hypot(*(ends[network.head] - ends[network.tail]).T)
    fields = {name: getattr(network, name) for name in network.__dataclass_fields__}
    priced = Network(**{**fields, "metres": length, "seconds": length / 10})
    points = points_near(priced, np.random.default_rng(seed), 6)
    source = StreetMatrix(priced)
    metres = source.matrix(points).metres
    for index, leg in enumerate(source.paths(points)):
        steps = np.diff(np.array(leg.line) * scale, axis=0)
        drawn = np.hypot(*steps.T).sum()
        assert drawn == pytest.approx(metres[index, index + 1], abs=2.0 + 0.01 * drawn)


def test_blocks_of_sources_change_nothing(monkeypatch):
    points = points_near(TRIANGLE, np.random.default_rng(1), 40)
    whole = StreetMatrix(TRIANGLE).matrix(points)
    legs = StreetMatrix(TRIANGLE).paths(points)
    monkeypatch.setattr(matrix_module, "_CELLS", 20)
    monkeypatch.setattr(matrix_module, "_ROWS", 3)
    parts = StreetMatrix(TRIANGLE).matrix(points)
    assert np.array_equal(whole.seconds, parts.seconds)
    assert np.array_equal(whole.metres, parts.metres)
    assert StreetMatrix(TRIANGLE).paths(points) == legs


def test_fingerprint_follows_network_and_limit_not_the_engine():
    prints = {StreetMatrix(TRIANGLE, engine=engine).fingerprint for engine in ENGINES}
    assert len(prints) == 1
    assert StreetMatrix(TRIANGLE, max_snap_m=100).fingerprint not in prints


@pytest.fixture(scope="module")
def heidelberg(tmp_path_factory):
    if not HEIDELBERG.exists():
        pytest.skip("no Heidelberg extract")
    summary = build_network(
        "heidelberg",
        OsmFile(path=HEIDELBERG),
        tmp_path_factory.mktemp("networks"),
        speeds=SpeedTable.load(ROOT / "data" / "speeds.toml"),
        write_addresses=write_index,
    )
    assert summary.nodes > 5_000
    assert summary.addresses > 500
    return Network.load(summary.folder)


def test_engines_agree_on_a_real_city(heidelberg):
    points = points_near(heidelberg, np.random.default_rng(5), 250, spread=1e-3)
    fast, slow = (StreetMatrix(heidelberg, engine=engine) for engine in ("cch", "scipy"))
    one, other = fast.matrix(points), slow.matrix(points)
    assert np.array_equal(one.seconds, other.seconds)
    assert np.array_equal(one.metres, other.metres)
    assert (one.seconds != one.seconds.T).mean() > 0.5
    reached = [p for p, apart in zip(points, one.snap_metres, strict=True) if apart <= 300][:20]
    assert fast.paths(reached) == slow.paths(reached)


def test_engines_agree_on_a_real_city_by_period_and_class(heidelberg):
    traffic = traffic_in(read_traffic(ROOT / "data" / "traffic.toml"), "de")
    # From Bergheim to the castle: the middle of town, and two of its bridges.
    centre = make_zone(box(8.675, 49.405, 8.72, 49.415), admitted=["electric"])
    points = points_near(heidelberg, np.random.default_rng(6), 100)
    one, other = (
        StreetMatrix(heidelberg, traffic=traffic, zones=(centre,), engine=engine).travel(
            points, day=date(2026, 3, 2), classes=["electric", "diesel"]
        )
        for engine in ("cch", "scipy")
    )
    assert one.seconds.shape == (2, 5, 100, 100)
    assert np.array_equal(one.seconds, other.seconds)
    assert np.array_equal(one.metres, other.metres)
    night, morning, between, evening, late = one.seconds[0]
    assert (night <= late).all()
    assert (late <= between).all()
    assert (between <= morning).all()
    assert (between <= evening).all()
    electric, diesel = one.seconds[:, 2]
    barred = diesel == UNREACHABLE
    assert (diesel >= electric).all()
    assert (diesel[~barred] > electric[~barred]).any()
    assert 0 < barred.mean() < 0.8
