import networkx as nx
import pytest
from shapely.geometry import LineString

from collection.routing.graph_arrays import to_network
from tests.routing.streets_data import PLAIN


def graph_of(edges):
    graph = nx.MultiDiGraph()
    for node, (x, y) in {1: (7.0, 43.0), 2: (7.01, 43.0), 3: (7.0, 43.01)}.items():
        graph.add_node(node, x=x, y=y)
    for tail, head, tags in edges:
        graph.add_edge(tail, head, **{"length": 10.0, "seconds": 1.0, "highway": "road", **tags})
    return graph


BENT = LineString([(7.0, 43.0), (7.005, 43.002), (7.01, 43.0)])


def test_twins_share_their_line_reversed():
    network = to_network(
        graph_of([(1, 2, {"geometry": BENT}), (2, 1, {"geometry": BENT.reverse()}), (1, 2, {})]),
        PLAIN,
    )
    two_way = [int(e) for e in range(3) if network.twin[e] >= 0]
    assert len(two_way) == 2
    assert [int(network.twin[e]) for e in two_way] == two_way[::-1]
    assert network.vertices(two_way[0]).tolist() == network.vertices(two_way[1])[::-1].tolist()
    assert network.oneway.sum() == 1
    assert len(network.streets) == 2


def test_a_street_drawn_twice_is_one_and_the_faster():
    network = to_network(graph_of([(1, 2, {"seconds": 5.0}), (1, 2, {"seconds": 3.0})]), PLAIN)
    assert network.edges == 1
    assert network.seconds.tolist() == [3.0]


def test_a_loop_that_mirrors_itself_has_one_direction():
    line = LineString([(7.0, 43.0), (7.001, 43.001), (7.0, 43.0)])
    network = to_network(graph_of([(1, 1, {"geometry": line}), (1, 2, {}), (2, 1, {})]), PLAIN)
    assert network.oneway.sum() == 1


@pytest.mark.parametrize(
    ("name", "expected"), [(None, ""), ("Rue  A ", "Rue A"), (["Rue A", "Rue B"], "Rue A")]
)
def test_names_are_one_clean_text(name, expected):
    network = to_network(graph_of([(1, 2, {} if name is None else {"name": name})]), PLAIN)
    assert network.names == (expected,)


def test_the_order_of_edges_does_not_matter():
    edges = [(1, 2, {}), (2, 3, {"name": "A"}), (3, 1, {"seconds": 4.0})]
    one, other = (to_network(graph_of(e), PLAIN) for e in (edges, edges[::-1]))
    assert one.fingerprint == other.fingerprint
