"""Reads OpenStreetMap files of any format and hands drivable ways on as XML.

Clipped extracts name nodes that they do not carry: a way is split there, and the parts
with two or more nodes are kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import osmium

from collection.errors import InvalidRequest
from collection.model import Position, StreetAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

DRIVABLE_CLASSES: tuple[str, ...] = (
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"),
    *("secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified"),
    *("residential", "living_street", "road"),
)
"""OSM highway classes that a van may use to reach a door.

Service ways are left out: most are private drives, car parks and yards, and a stop that
snaps to one of them is often on the wrong side of the block.
"""

WAY_TAGS: tuple[str, ...] = (
    *("highway", "name", "oneway", "maxspeed", "junction", "area"),
    *("access", "vehicle", "motor_vehicle", "motorcar"),
)
"""Tags of a way that decide whether and how fast it is driven."""

SIGNAL_DIRECTION = "traffic_signals:direction"
NO_STREET = "address without a street or a place"

_ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")  # the most specific first
_FORBIDDEN = {"no", "private", "agricultural", "forestry", "emergency", "military", "bus", "psv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmExtract:
    """What a file says about streets and addresses.

    Parameters
    ----------
    nodes : dict of int to (float, float)
        Longitude and latitude of the nodes of the ways, by OSM id.
    signals : dict of int to str
        Traffic signals by node: the driving direction they face (``forward``,
        ``backward``), or an empty text for both.
    ways : list of (dict, list of int)
        Tags and nodes of each drivable way or part of one.
    addresses : list of StreetAddress
        From ``addr:*`` of nodes, ways and relations, as tagged.
    dropped : Counter of str
        What was left out, by reason.
    """

    nodes: dict[int, tuple[float, float]] = field(default_factory=dict)
    signals: dict[int, str] = field(default_factory=dict)
    ways: list[tuple[dict[str, str], list[int]]] = field(default_factory=list)
    addresses: list[StreetAddress] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def is_drivable(tags: Mapping[str, str]) -> bool:
    """Whether a van may use a way.

    Parameters
    ----------
    tags : Mapping of str to str
        Tags of the way.

    Returns
    -------
    bool
        True for a drivable class without a ban on cars; a more specific access tag
        overrules a general one.
    """
    if tags.get("highway") not in DRIVABLE_CLASSES or tags.get("area") == "yes":
        return False
    access = next((tags[key] for key in _ACCESS_KEYS if key in tags), "yes")
    return access not in _FORBIDDEN


def read_extract(path: Path) -> OsmExtract:
    """Read streets and addresses from an OSM file.

    Parameters
    ----------
    path : Path
        A file ending in .osm, .osm.gz, .osm.bz2 or .osm.pbf.

    Returns
    -------
    OsmExtract
        Drivable ways, their nodes and signals, and all addresses.

    Raises
    ------
    InvalidRequest
        If there is no such file or it is not OSM data.
    """
    if not path.is_file():
        raise InvalidRequest(f"there is no OSM file {path}", field="osm")
    extract = OsmExtract()
    areas: dict[int, dict[str, str]] = {}
    try:
        _read_nodes_and_ways(path, extract, areas)
        if areas:
            _read_areas(path, extract, areas)
    except (RuntimeError, ValueError) as error:
        raise InvalidRequest(
            f"{path} is not OSM data (.osm, .osm.gz, .osm.bz2 or .osm.pbf): {error}", field="osm"
        ) from error
    return extract


def write_xml(extract: OsmExtract, path: Path) -> None:
    """Write the drivable ways as OSM XML, with nothing else in it.

    Parameters
    ----------
    extract : OsmExtract
        As `read_extract` gives it.
    path : Path
        File to write.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n')
        for node, (lon, lat) in extract.nodes.items():
            tags = {}
            if node in extract.signals:
                tags["highway"] = "traffic_signals"
                if extract.signals[node]:
                    tags[SIGNAL_DIRECTION] = extract.signals[node]
            file.write(f'<node id="{node}" lat="{lat}" lon="{lon}">{_xml_tags(tags)}</node>\n')
        # Parts of a split way need ids of their own, and the original ids serve nobody here.
        for number, (tags, refs) in enumerate(extract.ways, start=1):
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            file.write(f'<way id="{number}">{nodes}{_xml_tags(tags)}</way>\n')
        file.write("</osm>\n")


def address_of(tags: Mapping[str, str], position: Position) -> StreetAddress | None:
    """Address in the tags of a thing.

    Parameters
    ----------
    tags : Mapping of str to str
        Tags of a node, way or relation.
    position : Position
        Where it is.

    Returns
    -------
    StreetAddress or None
        None without a house number or a street (or a place that numbers its houses).
    """
    street = tags.get("addr:street") or tags.get("addr:place") or ""
    number = tags.get("addr:housenumber") or ""
    if not (street.strip() and number.strip()):
        return None
    return StreetAddress(
        street=street.strip(),
        number=number.strip(),
        postcode=tags.get("addr:postcode", "").strip(),
        city=tags.get("addr:city", "").strip(),
        position=position,
    )


def _read_nodes_and_ways(path: Path, extract: OsmExtract, areas: dict[int, dict[str, str]]) -> None:
    keys = osmium.filter.KeyFilter("highway", "addr:housenumber")
    for thing in osmium.FileProcessor(str(path)).with_locations().with_filter(keys):
        tags = dict(thing.tags)
        if thing.is_node():
            if tags.get("highway") == "traffic_signals":
                extract.signals[thing.id] = tags.get(SIGNAL_DIRECTION, "")
            _add_address(extract, tags, [(thing.lon, thing.lat)])
        elif thing.is_way():
            located = [(n.ref, n.lon, n.lat) for n in thing.nodes if n.location.valid()]
            _add_address(extract, tags, [(lon, lat) for _, lon, lat in located])
            if "highway" in tags:
                _add_way(extract, tags, [node.ref for node in thing.nodes], located)
        elif thing.is_relation() and "addr:housenumber" in tags:
            areas.update(
                (member.ref, tags)
                for member in thing.members
                if member.type == "w" and member.role in ("outer", "")
            )


def _read_areas(path: Path, extract: OsmExtract, areas: dict[int, dict[str, str]]) -> None:
    members = osmium.FileProcessor(str(path)).with_locations()
    outlines: dict[int, list[tuple[float, float]]] = {}
    for thing in members.with_filter(osmium.filter.IdFilter(areas)):
        if thing.is_way():
            points = [(n.lon, n.lat) for n in thing.nodes if n.location.valid()]
            outlines.setdefault(id(areas[thing.id]), []).extend(points)
    for tags in {id(tags): tags for tags in areas.values()}.values():
        _add_address(extract, tags, outlines.get(id(tags), []))


def _add_way(
    extract: OsmExtract,
    tags: dict[str, str],
    refs: list[int],
    located: list[tuple[int, float, float]],
) -> None:
    if not is_drivable(tags):
        extract.dropped["way not drivable"] += 1
        return
    here = {ref: (lon, lat) for ref, lon, lat in located}
    kept = {key: tags[key] for key in WAY_TAGS if key in tags}
    extract.dropped["node absent from the file"] += len(refs) - len(located)
    parts: list[list[int]] = [[]]
    for ref in refs:
        if ref in here:
            parts[-1].append(ref)
        else:
            parts.append([])
    for part in parts:
        if len(part) >= 2:
            extract.ways.append((kept, part))
            extract.nodes.update((ref, here[ref]) for ref in part)


def _add_address(
    extract: OsmExtract, tags: dict[str, str], points: list[tuple[float, float]]
) -> None:
    if "addr:housenumber" not in tags:
        return
    address = None
    if points:
        lons, lats = zip(*points, strict=True)
        middle = Position(lon=sum(lons) / len(lons), lat=sum(lats) / len(lats))
        address = address_of(tags, middle)
    if address is None:
        extract.dropped[NO_STREET] += 1
    else:
        extract.addresses.append(address)


def _xml_tags(tags: Mapping[str, str]) -> str:
    pairs: Iterable[tuple[str, str]] = tags.items()
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in pairs)
