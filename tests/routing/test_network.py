from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from collection.errors import InvalidRequest
from collection.geocode import IndexGeocoder, iter_addresses, write_index
from collection.routing.network import MonacoExtract, OsmFile, build_network
from collection.routing.osm_files import read_extract
from collection.routing.speeds import SpeedTable
from collection.routing.streets import Network
from tests.routing.streets_data import DEGREE, HEIDELBERG, MONACO, PLAIN, ROOT, cross, osm_xml

ARM = 0.001 * DEGREE  # metres of a northern or southern arm


def build(directory, text, *, name="town", speeds=PLAIN, **options):
    path = directory / "in.osm"
    path.write_text(text, encoding="utf-8")
    options.setdefault("write_addresses", write_index)
    summary = build_network(
        name, OsmFile(path=path), directory / "networks", speeds=speeds, **options
    )
    return summary, Network.load(summary.folder)


def edge(network, start, end):
    """Index of the edge between two places."""
    for index in range(network.edges):
        vertices = network.vertices(index)
        if tuple(vertices[0]) == start and tuple(vertices[-1]) == end:
            return index
    raise AssertionError((start, end))


NORTH, SOUTH, CENTRE = (7.0, 43.001), (7.0, 42.999), (7.0, 43.0)


def test_a_crossing(tmp_path):
    told = []
    summary, network = build(tmp_path, osm_xml(*cross()), on_progress=told.append)
    assert (summary.nodes, summary.edges, summary.streets, summary.addresses) == (5, 8, 2, 1)
    assert summary.km == round((2 * ARM + 2 * ARM * np.cos(np.radians(43))) / 1000, 1)
    assert summary.dropped == {"way not drivable": 1}
    assert not network.oneway.any()
    assert network.metres[edge(network, CENTRE, NORTH)] == pytest.approx(ARM, rel=1e-3)
    assert network.seconds[edge(network, CENTRE, NORTH)] == pytest.approx(ARM / 10, rel=1e-3)
    done = [progress.done for progress in told]
    assert done[0] == 0
    assert done == sorted(done)
    assert done[-1] == 1
    (house,) = iter_addresses(summary.folder / "addresses.sqlite", country="fr")
    assert (house.line1, house.city, house.exact) == ("3 Rue du Nord", "Ville", True)


def test_junction_delay_is_added_at_the_junction_only(tmp_path):
    _, network = build(tmp_path, osm_xml(*cross()), speeds=replace(PLAIN, junction_delay=2.0))
    into, out = edge(network, NORTH, CENTRE), edge(network, CENTRE, NORTH)
    assert network.seconds[into] - network.seconds[out] == pytest.approx(2.0)


def test_signals_count_at_heads_and_inside_simplified_ways(tmp_path):
    nodes, ways = cross(highway="traffic_signals")
    nodes[6] = (7.0, 43.0005, {"highway": "traffic_signals"})
    nodes[7] = (
        7.0,
        42.9995,
        {"highway": "traffic_signals", "traffic_signals:direction": "forward"},
    )
    ways[0] = (11, [3, 7, 1, 6, 2], ways[0][2])
    _, network = build(tmp_path, osm_xml(nodes, ways), speeds=replace(PLAIN, signal_delay=9.0))
    assert network.nodes == 5
    waits = {
        (start, end): network.seconds[edge(network, start, end)] - ARM / 10
        for start, end in [(NORTH, CENTRE), (CENTRE, NORTH), (SOUTH, CENTRE), (CENTRE, SOUTH)]
    }
    assert list(waits.values()) == pytest.approx([18.0, 9.0, 18.0, 0.0], abs=0.05)


def test_speeds_come_from_maxspeed_then_the_class_then_the_table(tmp_path):
    nodes, ways = cross()
    ways[0][2]["maxspeed"] = "72"
    nodes[6] = (7.0, 43.002, {})
    nodes[7] = (7.0, 43.003, {})
    nodes[8] = (7.0, 43.004, {})
    ways.append((14, [2, 6], {"highway": "residential", "name": "Rue sans panneau"}))
    ways.append((15, [6, 7], {"highway": "tertiary", "name": "Route"}))
    ways.append((16, [7, 8], {"highway": "tertiary", "name": "Rapide", "maxspeed": "20 mph"}))
    speeds = replace(PLAIN, factor={"default": 1.0, "residential": 0.5})
    _, network = build(tmp_path, osm_xml(nodes, ways), speeds=speeds)
    lats = (43.001, 43.002, 43.003, 43.004)
    found = [network.seconds[edge(network, (7.0, a), (7.0, b))] for a, b in pairwise((43.0, *lats))]
    mph = 20 * 1.60934 / 3.6
    expected = [ARM / 20 / 0.5, ARM / 20 / 0.5, ARM / mph, ARM / mph]
    assert found == pytest.approx(expected, rel=2e-3)


def test_one_ways_run_forward_only(tmp_path):
    nodes = {1: (7.0, 43.0, {}), 2: (7.001, 43.0, {}), 3: (7.001, 43.001, {}), 4: (7.0, 43.001, {})}
    ways = [
        (11, [1, 2], {"highway": "residential", "name": "A", "oneway": "yes"}),
        (12, [3, 2], {"highway": "residential", "name": "B", "oneway": "-1"}),
        (13, [3, 4], {"highway": "residential", "name": "C", "oneway": "yes"}),
        (14, [4, 1], {"highway": "residential", "name": "D"}),
    ]
    _, network = build(tmp_path, osm_xml(nodes, ways))
    pairs = {
        (network.names[n], one)
        for n, one in zip(network.name, network.oneway.tolist(), strict=True)
    }
    assert pairs == {("A", True), ("B", True), ("C", True), ("D", False)}
    assert network.vertices(edge(network, (7.001, 43.0), (7.001, 43.001))).shape == (2, 2)


def test_what_cannot_be_left_or_reached_is_dropped(tmp_path):
    nodes, ways = cross()
    nodes[6] = (7.0, 43.002, {})
    nodes[7], nodes[8] = (7.1, 43.1, {}), (7.1, 43.101, {})
    ways.append((14, [2, 6], {"highway": "residential", "oneway": "yes"}))
    ways.append((15, [7, 8], {"highway": "residential"}))
    summary, network = build(tmp_path, osm_xml(nodes, ways))
    assert network.nodes == 5
    assert summary.dropped["node not strongly connected"] == 3


def test_the_same_file_gives_the_same_fingerprint(tmp_path):
    text = osm_xml(*cross())
    one, other = (build(tmp_path, text, name=name)[1] for name in ("one", "other"))
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize(
    "text",
    [
        osm_xml({}, []),
        osm_xml({1: (7, 43, {}), 2: (7, 43.1, {})}, [(11, [1, 2], {"highway": "path"})]),
        osm_xml(
            {1: (7, 43, {}), 2: (7, 43.1, {})},
            [(11, [1, 2], {"highway": "residential", "oneway": "yes"})],
        ),
    ],
)
def test_an_area_without_streets_is_refused(tmp_path, text):
    with pytest.raises(InvalidRequest, match="take a larger area"):
        build(tmp_path, text)
    assert list((tmp_path / "networks").iterdir()) == []


def test_a_failed_build_keeps_the_old_network_and_leaves_nothing(tmp_path):
    _, before = build(tmp_path, osm_xml(*cross()))

    def fail(path, addresses):
        path.write_text("half")
        raise OSError(len(list(addresses)))

    with pytest.raises(OSError, match="3"):
        build(tmp_path, osm_xml(*cross(arm=0.002)), write_addresses=fail)
    assert [folder.name for folder in (tmp_path / "networks").iterdir()] == ["town"]
    assert Network.load(tmp_path / "networks" / "town").fingerprint == before.fingerprint


def test_building_again_replaces_the_network(tmp_path):
    _, before = build(tmp_path, osm_xml(*cross()))
    _, after = build(tmp_path, osm_xml(*cross(arm=0.002)))
    assert after.fingerprint != before.fingerprint
    assert [folder.name for folder in (tmp_path / "networks").iterdir()] == ["town"]


def test_a_bad_name_is_refused_before_any_work(tmp_path):
    with pytest.raises(InvalidRequest, match="lower-case"):
        build_network(
            "../up",
            OsmFile(path=tmp_path / "absent.osm"),
            tmp_path / "networks",
            speeds=PLAIN,
            write_addresses=write_index,
        )
    assert not (tmp_path / "networks").exists()


@pytest.mark.skipif(not MONACO.exists(), reason="the Monaco extract was not fetched")
def test_monaco(tmp_path):
    target = tmp_path / "monaco.osm.pbf"
    target.write_bytes(MONACO.read_bytes())
    summary = build_network(
        "monaco",
        MonacoExtract(),
        tmp_path,
        speeds=SpeedTable.load(ROOT / "data" / "speeds.toml"),
        write_addresses=write_index,
    )
    assert summary.nodes > 300
    assert summary.edges > 600
    assert summary.addresses > 250
    index = summary.folder / "addresses.sqlite"
    geocoder = IndexGeocoder(index, country="mc")
    for house in iter_addresses(index, country="mc"):
        best = geocoder.search(f"{house.line1}, {house.postcode} {house.city}")[0]
        assert (best.label, best.position) == (house.label, house.position)
        assert best.score == 1


@pytest.mark.skipif(not HEIDELBERG.exists(), reason="no Heidelberg extract")
def test_a_clipped_real_extract_reads(tmp_path):
    extract = read_extract(HEIDELBERG)
    assert len(extract.ways) > 5_000
    assert len(extract.addresses) > 500
