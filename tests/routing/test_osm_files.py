import bz2
import gzip

import osmium
import pytest

from collection.errors import InvalidRequest
from collection.routing.osm_files import is_drivable, read_extract, write_xml
from tests.routing.streets_data import cross, osm_xml


def write(path, text):
    data = text.encode()
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".bz2":
        data = bz2.compress(data)
    path.write_bytes(data)
    return path


def write_pbf(path, text):
    plain = write(path.with_suffix(".osm"), text)
    writer = osmium.SimpleWriter(str(path))
    for thing in osmium.FileProcessor(str(plain)):
        writer.add(thing)
    writer.close()
    return path


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf"])
def test_every_format_says_the_same(tmp_path, suffix):
    text = osm_xml(*cross(highway="traffic_signals"))
    path = tmp_path / f"cross{suffix}"
    extract = read_extract((write_pbf if suffix == ".osm.pbf" else write)(path, text))
    assert [refs for _, refs in extract.ways] == [[3, 1, 2], [5, 1, 4]]
    assert extract.ways[0][0] == {"highway": "residential", "name": "Rue du Nord"}
    assert set(extract.nodes) == {1, 2, 3, 4, 5}
    assert extract.signals == {1: ""}
    (house,) = extract.addresses
    assert (house.number, house.street, house.city) == ("3", "Rue du Nord", "Ville")
    assert extract.dropped["way not drivable"] == 1


def test_ways_are_split_where_a_clipped_file_lacks_nodes(tmp_path):
    nodes = {i: (7 + i / 1000, 43.0, {}) for i in (1, 2, 4, 5, 7)}
    ways = [(11, [1, 2, 3, 4, 5, 6, 7], {"highway": "residential"})]
    extract = read_extract(write(tmp_path / "clipped.osm", osm_xml(nodes, ways)))
    assert [refs for _, refs in extract.ways] == [[1, 2], [4, 5]]
    assert set(extract.nodes) == {1, 2, 4, 5}
    assert extract.dropped["node absent from the file"] == 2


def test_addresses_of_buildings_and_relations_are_their_middle(tmp_path):
    nodes = {i: (7 + x / 1000, 43 + y / 1000, {}) for i, x, y in [(1, 0, 0), (2, 2, 0), (3, 1, 3)]}
    house = {"building": "yes", "addr:housenumber": "8", "addr:street": "Rue A"}
    ways = [(11, [1, 2, 3], house), (12, [1, 2, 3], {"building": "yes"})]
    relation = (
        '<relation id="21" version="1"><member type="way" ref="12" role="outer"/>'
        '<tag k="addr:housenumber" v="9"/><tag k="addr:street" v="Rue A"/></relation>'
    )
    path = write(tmp_path / "houses.osm", osm_xml(nodes, ways, relation))
    found = {a.number: a.position for a in read_extract(path).addresses}
    assert set(found) == {"8", "9"}
    for position in found.values():
        assert (position.lon, position.lat) == pytest.approx((7.001, 43.001))


def test_addresses_without_a_street_are_dropped_and_counted(tmp_path):
    nodes = {
        1: (7.0, 43.0, {"addr:housenumber": "1"}),
        2: (7.0, 43.0, {"addr:housenumber": "2", "addr:place": "Le Mas"}),
    }
    extract = read_extract(write(tmp_path / "a.osm", osm_xml(nodes, [])))
    assert [a.street for a in extract.addresses] == ["Le Mas"]
    assert extract.dropped["address without a street or a place"] == 1


@pytest.mark.parametrize(
    ("tags", "drivable"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "service"}, False),
        ({"highway": "footway"}, False),
        ({"highway": "residential", "area": "yes"}, False),
        ({"highway": "residential", "access": "private"}, False),
        ({"highway": "residential", "access": "no", "motor_vehicle": "destination"}, True),
        ({"highway": "residential", "motor_vehicle": "no"}, False),
        ({}, False),
    ],
)
def test_is_drivable(tags, drivable):
    assert is_drivable(tags) is drivable


@pytest.mark.parametrize("name", ["x.osm", "x.osm.pbf", "x.osm.gz", "x.osm.bz2", "x.txt"])
def test_what_is_no_osm_data_says_so_in_one_line(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"this is not a map\n" * 40)
    with pytest.raises(InvalidRequest, match="is not OSM data") as caught:
        read_extract(path)
    assert caught.value.field == "osm"
    assert "\n" not in caught.value.message


def test_a_missing_file_says_so(tmp_path):
    with pytest.raises(InvalidRequest, match="there is no OSM file"):
        read_extract(tmp_path / "absent.osm.pbf")


def test_xml_keeps_text_that_needs_escaping(tmp_path):
    nodes, ways = cross(**{"highway": "traffic_signals", "traffic_signals:direction": "forward"})
    ways[0][2]["name"] = "Rue &lt;A&gt; &amp; &quot;B&quot;"
    extract = read_extract(write(tmp_path / "in.osm", osm_xml(nodes, ways)))
    assert extract.ways[0][0]["name"] == 'Rue <A> & "B"'
    write_xml(extract, tmp_path / "out.osm")
    again = read_extract(tmp_path / "out.osm")
    assert again.ways == extract.ways
    assert again.signals == {1: "forward"}
