import socket

import osmnx as ox
import pytest

from collection.errors import InvalidRequest, RoutingUnavailable
from collection.geocode import iter_addresses, write_index
from collection.routing.network import Place, build_network
from tests.routing.streets_data import PLAIN, cross
from tests.stub_server import serve


def elements():
    nodes, ways = cross()
    del nodes[9]
    ways.append((14, [2, 5], {"highway": "residential", "access": "private"}))
    return [
        *(
            {"type": "node", "id": i, "lat": lat, "lon": lon, "tags": tags}
            for i, (lon, lat, tags) in nodes.items()
        ),
        *({"type": "way", "id": i, "nodes": refs, "tags": tags} for i, refs, tags in ways[:2]),
        {"type": "way", "id": 14, "nodes": ways[3][1], "tags": ways[3][2]},
    ]


def internet(streets=None, outline="Polygon", addresses=None):
    """Nominatim and Overpass in one."""
    ring = [[6.99, 42.99], [7.01, 42.99], [7.01, 43.01], [6.99, 43.01], [6.99, 42.99]]
    shape = {"Polygon": [ring], "Point": [7.0, 43.0]}[outline]

    def answer(path, body):
        if path.startswith("/search"):
            place = {
                "lat": "43.0",
                "lon": "7.0",
                "importance": 0.5,
                "boundingbox": ["42.99", "43.01", "6.99", "7.01"],
                "geojson": {"type": outline, "coordinates": shape},
                "display_name": "Ville",
            }
            return 200, [] if "Nowhere" in path else [place]
        if "addr%3Ahousenumber" in body:
            return 200, {"elements": addresses or []}
        return 200, {"elements": elements() if streets is None else streets}

    return answer


def build_place(directory, url, query="Ville, France", overpass=None):
    return build_network(
        "ville",
        Place(query=query, overpass_url=overpass or url, nominatim_url=url, rate_limit=False),
        directory,
        speeds=PLAIN,
        write_addresses=write_index,
    )


def test_a_place_over_overpass(tmp_path):
    house = {
        "type": "node",
        "id": 9,
        "lat": 43.0005,
        "lon": 7.0002,
        "tags": {"addr:housenumber": "3", "addr:street": "Rue du Nord", "addr:postcode": "06000"},
    }
    settings = {k: v for k, v in vars(ox.settings).items() if not k.startswith("_")}
    resolver = socket.getaddrinfo
    with serve(internet(addresses=[house])) as (url, asked):
        summary = build_place(tmp_path, url)
    assert any(path.startswith("/interpreter") for path in asked)
    assert (summary.nodes, summary.edges, summary.addresses) == (5, 8, 1)
    assert summary.dropped == {"edge not drivable": 2}
    (found,) = iter_addresses(summary.folder / "addresses.sqlite", country="fr")
    assert found.label == "3 Rue du Nord, 06000"
    # The process is left as it was: OSMnx keeps settings and the resolver globally.
    assert {k: v for k, v in vars(ox.settings).items() if not k.startswith("_")} == settings
    assert socket.getaddrinfo is resolver


def test_a_place_without_houses(tmp_path):
    with serve(internet()) as (url, _):
        assert build_place(tmp_path, url).addresses == 0


@pytest.mark.parametrize(
    ("server", "query"),
    [
        (internet(), "Nowhere"),
        (internet(outline="Point"), "A point"),
        (internet(streets=[]), "Empty"),
    ],
)
def test_an_unknown_or_empty_place(tmp_path, server, query):
    with serve(server) as (url, _), pytest.raises(InvalidRequest, match="place") as caught:
        build_place(tmp_path, url, query)
    assert caught.value.field == "place"
    assert "\n" not in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_overpass_out_of_reach(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    with serve(internet()) as (url, _), pytest.raises(RoutingUnavailable, match="cannot reach"):
        build_place(tmp_path, url, overpass=nobody)
    assert list(tmp_path.iterdir()) == []


def test_overpass_out_of_order(tmp_path):
    def broken(path, body):
        return (500, b"<html>busy</html>") if "interpreter" in path else internet()(path, body)

    with serve(broken) as (url, _), pytest.raises(RoutingUnavailable, match="try again later"):
        build_place(tmp_path, url)
    assert list(tmp_path.iterdir()) == []
