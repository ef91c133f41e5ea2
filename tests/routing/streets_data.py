"""Small networks and files for the tests of streets."""

from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from collection.model import Position
from collection.routing.speeds import SpeedTable
from collection.routing.streets import Network
from collection.routing.traffic import Period, TrafficTable
from collection.routing.zones import Zone
from collection.units import parse_clock

ROOT = Path(__file__).parents[2]
HEIDELBERG = ROOT.parent / "shared" / "data" / "maps" / "heidelberg.osm.pbf"
MONACO = ROOT / "data" / "networks" / "monaco.osm.pbf"

DEGREE = 111_195.0  # metres, along a meridian
PLAIN = SpeedTable(
    factor={"default": 1.0},
    free_flow_kmh={"default": 36.0},  # ten metres a second
    junction_delay=0.0,
    signal_delay=0.0,
)


def make_network(points, roads):
    """Network of (lon, lat) nodes and roads (tail, head, seconds, metres, two_way, name, class).

    The class may be left out: residential.
    """
    rows = []
    for tail, head, seconds, metres, two_way, name, *rest in roads:
        highway = rest[0] if rest else "residential"
        rows.append((tail, head, seconds, metres, name, len(rows) + 1 if two_way else -1, highway))
        if two_way:
            rows.append((head, tail, seconds, metres, name, len(rows) - 1, highway))
    names = sorted({row[4] for row in rows})
    classes = sorted({row[6] for row in rows})
    ends = np.array([(row[0], row[1]) for row in rows])
    places = np.array(points, dtype=float)
    return Network(
        node_lon=places[:, 0].copy(),
        node_lat=places[:, 1].copy(),
        tail=ends[:, 0].astype(np.int32),
        head=ends[:, 1].astype(np.int32),
        metres=np.array([row[3] for row in rows], dtype=float),
        seconds=np.array([row[2] for row in rows], dtype=float),
        twin=np.array([row[5] for row in rows], dtype=np.int32),
        highway=np.array([classes.index(row[6]) for row in rows], dtype=np.int32),
        name=np.array([names.index(row[4]) for row in rows], dtype=np.int32),
        offset=np.arange(0, 2 * len(rows) + 1, 2),
        lon=places[ends, 0].ravel(),
        lat=places[ends, 1].ravel(),
        classes=tuple(classes),
        names=tuple(names),
    )


def make_traffic(*periods, weekend=(), **changes):
    """Traffic of (start clock, {class: factor}) on weekdays, and another on weekends."""
    week, end = (
        tuple(Period(start=parse_clock(clock), factor=factor) for clock, factor in part)
        for part in (periods, weekend)
    )
    fields = {
        "countries": frozenset(),
        "valid_from": date(2026, 1, 1),
        "valid_until": None,
        "source": "made up",
        "weekday": week,
        "saturday": end,
        "sunday": end,
    }
    return TrafficTable(**{**fields, **changes})


def make_zone(shape, *, admitted=None, refused=(), hours=(), weekdays=(), **changes):
    """A zone, in force every day of 2026."""
    fields = {
        "name": "Zone",
        "shape": shape,
        "admitted": None if admitted is None else frozenset(admitted),
        "refused": frozenset(refused),
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
        "hours": tuple((parse_clock(start), parse_clock(end)) for start, end in hours),
        "weekdays": frozenset(weekdays),
        "source": "made up",
    }
    return Zone(**{**fields, **changes})


@st.composite
def networks(draw):
    """Random strongly connected networks with ties, one-ways, loops and parallel streets."""
    size = draw(st.integers(2, 14))
    points = [(7 + 0.002 * (i % 4), 43 + 0.002 * (i // 4) + 0.0001 * i) for i in range(size)]
    cost = st.sampled_from([1.0, 2.0, 2.5, 7.3])
    length = st.sampled_from([10.0, 20.0, 35.5])
    # A ring of one-way streets connects all; anything may be added to it.
    roads = [
        (i, (i + 1) % size, draw(cost), draw(length), False, f"Ring {i % 3}") for i in range(size)
    ]
    nodes = st.integers(0, size - 1)
    extra = st.tuples(nodes, nodes, cost, length, st.booleans(), st.sampled_from(["", "A", "B"]))
    roads += draw(st.lists(extra, max_size=25))
    # A loop has two directions only if it has an inside; these have none.
    return make_network(points, [(*r[:4], r[4] and r[0] != r[1], r[5]) for r in roads])


def points_near(network, draw_from, count, spread=2e-4):
    """Points beside streets of a network."""
    edges = draw_from.integers(0, network.edges, count)
    points = []
    for edge in edges:
        vertices = network.vertices(int(edge))
        part = draw_from.random()
        lon, lat = vertices[0] * (1 - part) + vertices[-1] * part
        noise = draw_from.normal(size=2) * spread
        points.append(Position(lon=float(lon + noise[0]), lat=float(lat + noise[1])))
    return points


def osm_xml(nodes, ways, relations=""):
    """OSM XML of {id: (lon, lat, tags)} and [(id, refs, tags)]."""

    def tagged(tags):
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())

    parts = [
        f'<node id="{i}" lat="{lat}" lon="{lon}" version="1">{tagged(tags)}</node>'
        for i, (lon, lat, tags) in nodes.items()
    ]
    parts += [
        f'<way id="{i}" version="1">'
        + "".join(f'<nd ref="{ref}"/>' for ref in refs)
        + tagged(tags)
        + "</way>"
        for i, refs, tags in ways
    ]
    body = "\n".join(parts)
    return f'<?xml version="1.0"?>\n<osm version="0.6">\n{body}\n{relations}</osm>\n'


def cross(arm=0.001, **centre_tags):
    """A crossing of four two-way arms, about 111 m (north, south) each, with a house."""
    nodes = {
        1: (7.0, 43.0, centre_tags),
        2: (7.0, 43.0 + arm, {}),
        3: (7.0, 43.0 - arm, {}),
        4: (7.0 + arm, 43.0, {}),
        5: (7.0 - arm, 43.0, {}),
        9: (
            7.0002,
            43.0005,
            {"addr:housenumber": "3", "addr:street": "Rue du Nord", "addr:city": "Ville"},
        ),
    }
    ways = [
        (11, [3, 1, 2], {"highway": "residential", "name": "Rue du Nord"}),
        (12, [5, 1, 4], {"highway": "residential", "name": "Rue de l'Est"}),
        (13, [2, 4], {"highway": "footway"}),
    ]
    return nodes, ways
