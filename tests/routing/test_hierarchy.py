import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.routing.contraction import contract, customize, elimination_order
from collection.routing.hierarchy import CACHE_FILE, HierarchyEngine, contraction_of
from collection.routing.trees import DijkstraEngine, Starts
from collection.routing.weights import pack
from tests.routing.streets_data import make_network, networks


def hierarchy_of(network, weight):
    return customize(contraction_of(network, None), network.tail, network.head, weight)


def starts_everywhere(network):
    nodes = np.arange(network.nodes, dtype=np.int32)
    return Starts(
        nodes=nodes,
        columns=nodes.astype(np.int64),
        costs=np.zeros(network.nodes),
        sources=network.nodes,
    )


def floyd_warshall(network, weight):
    table = np.full((network.nodes, network.nodes), np.inf)
    np.fill_diagonal(table, 0)
    np.minimum.at(table, (network.tail, network.head), weight)
    for middle in range(network.nodes):
        table = np.minimum(table, table[:, [middle]] + table[[middle], :])
    return table


@given(networks(), st.integers(0, 2**32 - 1))
@settings(max_examples=120, deadline=None)
def test_both_engines_find_the_shortest_ways(network, seed):
    weight = pack(network.seconds, network.metres)
    # Some edges are closed; now and then, none is.
    draw = np.random.default_rng(seed)
    weight[draw.random(network.edges) < draw.choice([0.0, 0.2, 0.6])] = np.inf
    expected = floyd_warshall(network, weight).T
    every = np.arange(network.nodes, dtype=np.int32)
    starts = starts_everywhere(network)
    fast = HierarchyEngine(hierarchy_of(network, weight))
    slow = DijkstraEngine(network.nodes, network.tail, network.head, weight)
    assert np.array_equal(fast.distances(starts, every), expected)
    assert np.array_equal(slow.distances(starts, every), expected)


@given(networks(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_a_tree_from_one_source_is_what_a_table_says(network, seed):
    draw = np.random.default_rng(seed)
    weight = pack(network.seconds, network.metres)
    weight[draw.random(network.edges) < 0.2] = np.inf
    # As a point on a street: two ways into the graph, one of them perhaps closed.
    nodes = draw.integers(0, network.nodes, 2).astype(np.int32)
    costs = np.where(draw.random(2) < 0.3, np.inf, draw.integers(0, 2**40, 2).astype(float))
    starts = Starts(nodes=nodes, columns=np.zeros(2, dtype=np.int64), costs=costs, sources=1)
    every = np.arange(network.nodes, dtype=np.int32)
    for engine in (
        HierarchyEngine(hierarchy_of(network, weight)),
        DijkstraEngine(network.nodes, network.tail, network.head, weight),
    ):
        for one in (engine, engine.reversed()):
            expected = one.distances(starts, every)[:, 0]
            assert np.array_equal(one.tree(nodes, costs), expected)


def test_any_order_of_contraction_gives_the_same():
    draw = np.random.default_rng(3)
    points = draw.random((60, 2)) * 0.01 + [7, 43]
    roads = [
        (int(a), int(b), float(t), float(t) * 9, False, "")
        for a, b, t in zip(*draw.integers(0, 60, (2, 240)), draw.random(240) + 0.1, strict=True)
    ]
    network = make_network(points, roads)
    weight = pack(network.seconds, network.metres)
    expected = floyd_warshall(network, weight).T
    every = np.arange(60, dtype=np.int32)
    for order in (every, every[::-1].copy(), draw.permutation(60).astype(np.int32)):
        contraction = contract(order, network.tail, network.head)
        engine = HierarchyEngine(customize(contraction, network.tail, network.head, weight))
        assert np.array_equal(engine.distances(starts_everywhere(network), every), expected)


def test_a_source_without_entries_reaches_nothing():
    network = make_network([(7, 43), (7.001, 43)], [(0, 1, 5, 50, True, "A")])
    weight = pack(network.seconds, network.metres)
    starts = Starts(
        nodes=np.array([0], dtype=np.int32),
        columns=np.array([1]),
        costs=np.array([3.0]),
        sources=2,
    )
    goals = np.array([1], dtype=np.int32)
    for engine in (
        HierarchyEngine(hierarchy_of(network, weight)),
        DijkstraEngine(2, network.tail, network.head, weight),
    ):
        assert engine.distances(starts, goals).tolist() == [[np.inf, weight[0] + 3]]


@given(networks())
@settings(deadline=None)
def test_order_holds_each_node_once(network):
    order = elimination_order(network.nodes, network.tail, network.head)
    assert sorted(order.tolist()) == list(range(network.nodes))


def test_dead_ends_are_contracted_before_their_junction():
    network = make_network(
        [(7 + i / 1000, 43) for i in range(5)],
        [(0, i, 1, 10, True, "A") for i in range(1, 5)],
    )
    order = elimination_order(5, network.tail, network.head).tolist()
    assert order[:3] == [1, 2, 3]
    hierarchy = hierarchy_of(network, pack(network.seconds, network.metres))
    assert len(hierarchy.up.upper) == len(hierarchy.down.upper) == 4


def test_cache_is_used_and_damage_is_mended(tmp_path, monkeypatch):
    network = make_network([(7, 43), (7.001, 43)], [(0, 1, 5, 50, True, "A")])
    first = contraction_of(network, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == [CACHE_FILE]
    with monkeypatch.context() as patch:
        patch.setattr("collection.routing.hierarchy.contract", None)
        second = contraction_of(network, tmp_path)
    assert np.array_equal(first.rank, second.rank)
    assert np.array_equal(first.upper, second.upper)
    (tmp_path / CACHE_FILE).write_bytes(b"PK nothing")
    third = contraction_of(network, tmp_path)
    assert np.array_equal(first.upper, third.upper)
    other = make_network([(7, 43), (7.001, 43), (7.002, 43)], [(0, 1, 9, 50, True, "A")])
    assert len(contraction_of(other, tmp_path).rank) == 3
