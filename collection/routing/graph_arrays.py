"""Turns a simplified street graph into the arrays of a `Network`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.routing.osm_files import SIGNAL_DIRECTION
from collection.routing.streets import Network

if TYPE_CHECKING:
    import networkx as nx

    from collection.routing.speeds import SpeedTable

_JUNCTION_NEIGHBOURS = 3

_Line = tuple[tuple[float, float], ...]


def set_seconds(graph: nx.MultiDiGraph, speeds: SpeedTable) -> None:
    """Give each edge of a graph that is not yet simplified its travel time.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Edges with ``length`` (metres), ``highway``, ``reversed`` and ``speed_kph``, which
        is not positive where it is unknown. They get ``seconds``, signals included and
        junctions not: those show only once the graph is simplified.
    speeds : SpeedTable
        Factors, speeds of classes without any and the signal delay.
    """
    signals = {
        node: tags.get(SIGNAL_DIRECTION, "")
        for node, tags in graph.nodes(data=True)
        if tags.get("highway") == "traffic_signals"
    }
    for _, head, tags in graph.edges(data=True):
        highway = tags["highway"]
        kmh = float(tags["speed_kph"])
        driven = (kmh if kmh > 0 else speeds.free_flow_of(highway)) * speeds.factor_of(highway)
        facing = "backward" if tags["reversed"] else "forward"
        stops = signals.get(head) in ("", facing)
        tags["seconds"] = tags["length"] * 3.6 / driven + stops * speeds.signal_delay


def to_network(graph: nx.MultiDiGraph, speeds: SpeedTable) -> Network:
    """Lay out a graph as arrays, in an order that depends on its contents alone.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Nodes with ``x`` and ``y`` in degrees; edges with ``length`` (metres), ``seconds``
        (without junctions), ``highway``, and where they have one ``name`` and ``geometry``.
    speeds : SpeedTable
        Its junction delay is added to edges that end at a junction.

    Returns
    -------
    Network
        The network.
    """
    nodes = sorted(graph)
    number = {node: index for index, node in enumerate(nodes)}
    junctions = {
        node
        for node in nodes
        if len({*graph.successors(node), *graph.predecessors(node)} - {node})
        >= _JUNCTION_NEIGHBOURS
    }
    # Doubly drawn streets give the same edge twice; the fastest counts.
    edges: dict[tuple[int, int, _Line], tuple[float, float, str, str]] = {}
    for tail, head, tags in graph.edges(data=True):
        ends = (graph.nodes[tail], graph.nodes[head])
        geometry = tags.get("geometry")
        line: _Line = (
            tuple((end["x"], end["y"]) for end in ends)
            if geometry is None
            else tuple((lon, lat) for lon, lat in geometry.coords)
        )
        seconds = tags["seconds"] + (head in junctions) * speeds.junction_delay
        key = (number[tail], number[head], line)
        values = (seconds, tags["length"], _text(tags["highway"]), _text(tags.get("name")))
        edges[key] = min(edges.get(key, values), values)
    keys = sorted(edges)
    position = {key: index for index, key in enumerate(keys)}
    twin = [position.get((head, tail, line[::-1]), -1) for tail, head, line in keys]
    rows = [edges[key] for key in keys]
    classes = sorted({row[2] for row in rows})
    names = sorted({row[3] for row in rows})
    vertices = np.array([vertex for _, _, line in keys for vertex in line], dtype=np.float64)
    return Network(
        node_lon=np.array([graph.nodes[node]["x"] for node in nodes], dtype=np.float64),
        node_lat=np.array([graph.nodes[node]["y"] for node in nodes], dtype=np.float64),
        tail=np.array([key[0] for key in keys], dtype=np.int32),
        head=np.array([key[1] for key in keys], dtype=np.int32),
        metres=np.array([row[1] for row in rows], dtype=np.float64),
        seconds=np.array([row[0] for row in rows], dtype=np.float64),
        # A loop may be its own mirror image: it has no second direction.
        twin=np.array([-1 if t == e else t for e, t in enumerate(twin)], dtype=np.int32),
        highway=np.searchsorted(classes, [row[2] for row in rows]).astype(np.int32),
        name=np.searchsorted(names, [row[3] for row in rows]).astype(np.int32),
        offset=np.concatenate(([0], np.cumsum([len(line) for _, _, line in keys]))),
        lon=vertices[:, 0].copy(),
        lat=vertices[:, 1].copy(),
        classes=tuple(classes),
        names=tuple(names),
    )


def _text(value: object) -> str:
    # Parallel ways between the same nodes may still be merged into a list of values.
    first = value[0] if isinstance(value, list) else value
    return " ".join(str(first).split()) if first is not None else ""
