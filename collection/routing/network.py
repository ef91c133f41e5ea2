"""Builds street networks with OSMnx: from a place, an OSM file or the Monaco extract."""

from __future__ import annotations

import shutil
import socket
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Any

import httpx
import osmnx as ox
import requests
from osmnx._errors import InsufficientResponseError, ResponseStatusCodeError

from collection.errors import InvalidRequest, RoutingUnavailable
from collection.model import Position, Progress
from collection.routing import osm_files
from collection.routing.addresses import clean_addresses
from collection.routing.graph_arrays import set_seconds, to_network
from collection.routing.monaco import fetch_monaco
from collection.routing.sources import MonacoExtract, OsmFile, Place, Source
from collection.routing.streets import ADDRESS_FILE, network_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import networkx as nx

    from collection.model import StreetAddress
    from collection.routing.speeds import SpeedTable

__all__ = ["BuildSummary", "MonacoExtract", "OsmFile", "Place", "Source", "build_network"]

_REACH_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSummary:
    """What was built.

    Parameters
    ----------
    name : str
        Of the network.
    folder : Path
        Where it is.
    nodes, edges : int
        Size of the directed graph.
    km : float
        Length of all streets, each counted once.
    streets : int
        Named streets in the address index.
    addresses : int
        Houses in the address index.
    dropped : dict of str to int
        What was left out, by reason.
    seconds : float
        How long it took.
    """

    name: str
    folder: Path
    nodes: int
    edges: int
    km: float
    streets: int
    addresses: int
    dropped: dict[str, int]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Material:
    graph: nx.MultiDiGraph
    addresses: list[StreetAddress]
    dropped: Counter[str] = field(default_factory=Counter)


def build_network(
    name: str,
    source: Source,
    directory: Path,
    *,
    speeds: SpeedTable,
    write_addresses: Callable[[Path, Iterable[StreetAddress]], object],
    on_progress: Callable[[Progress], None] | None = None,
) -> BuildSummary:
    """Build a network and its address index; an older one of the name is replaced as a whole.

    Parameters
    ----------
    name : str
        Lower-case letters, digits and ``-``.
    source : Place, OsmFile or MonacoExtract
        Where the streets come from.
    directory : Path
        Where all networks are; created if need be.
    speeds : SpeedTable
        Speeds and delays.
    write_addresses : callable
        Writes the address index: `collection.geocode.write_index`.
    on_progress : callable, optional
        Told how far the build is.

    Returns
    -------
    BuildSummary
        What was built, and what was dropped and why.

    Raises
    ------
    InvalidRequest
        If the name, the file or the place is wrong, or holds no drivable ways.
    RoutingUnavailable
        If Overpass, Nominatim or the package index cannot be reached.
    """
    began = time.perf_counter()
    folder = network_folder(directory, name)
    directory.mkdir(parents=True, exist_ok=True)

    def tell(done: float, text: str) -> None:
        if on_progress is not None:
            on_progress(Progress(phase="network", done=done, text=text))

    tell(0.0, "reading streets and addresses")
    with _osmnx_settings(source):
        material = _gather(source, directory)
        tell(0.4, "computing speeds, simplifying")
        graph = _prepare(material, speeds)
    tell(0.85, "writing streets")
    network = to_network(graph, speeds)
    addresses = clean_addresses(material.addresses, network)
    staging = Path(mkdtemp(prefix=f".{name}.", dir=directory))
    try:
        staging.chmod(0o755)
        network.save(staging)
        tell(0.95, "writing addresses")
        write_addresses(staging / ADDRESS_FILE, addresses)
        _swap(staging, folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    tell(1.0, "done")
    houses = sum(bool(address.number) for address in addresses)
    return BuildSummary(
        name=name,
        folder=folder,
        nodes=network.nodes,
        edges=network.edges,
        km=round(float(network.metres[network.streets].sum()) / 1_000, 1),
        streets=len(addresses) - houses,
        addresses=houses,
        dropped={reason: count for reason, count in sorted(material.dropped.items()) if count},
        seconds=round(time.perf_counter() - began, 2),
    )


def _gather(source: Source, directory: Path) -> _Material:
    match source:
        case Place():
            return _from_place(source)
        case OsmFile(path=path):
            return _from_file(path)
        case MonacoExtract():
            return _from_file(fetch_monaco(directory))


def _from_file(path: Path) -> _Material:
    extract = osm_files.read_extract(path)
    if not extract.ways:
        raise InvalidRequest(f"{path} holds no drivable ways; take a larger area", field="osm")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ways.osm"
        osm_files.write_xml(extract, file)
        graph = ox.graph_from_xml(file, simplify=False, retain_all=True)
    return _Material(graph=graph, addresses=extract.addresses, dropped=extract.dropped)


def _from_place(place: Place) -> _Material:
    classes = "|".join(osm_files.DRIVABLE_CLASSES)
    dropped: Counter[str] = Counter()
    try:
        for url in (place.nominatim_url, place.overpass_url):
            # OSMnx waits a minute before it finds out that a server is out of reach.
            httpx.get(url, timeout=_REACH_TIMEOUT, headers={"User-Agent": place.user_agent})
        area = ox.geocode_to_gdf(place.query).geometry.union_all()
        graph = ox.graph_from_polygon(
            area, custom_filter=f'["highway"~"^({classes})$"]', simplify=False, retain_all=True
        )
        try:
            features = ox.features_from_polygon(area, {"addr:housenumber": True})
        except InsufficientResponseError:
            addresses = []
        else:
            addresses = _feature_addresses(features, dropped)
    except (requests.RequestException, httpx.HTTPError, ResponseStatusCodeError) as error:
        raise RoutingUnavailable(
            f"cannot reach Overpass ({place.overpass_url}) or Nominatim ({place.nominatim_url}):"
            f" {type(error).__name__}; try again later or build from a file with --osm"
        ) from error
    except (TypeError, ValueError) as error:
        # Both what OSMnx raises and what geometry raises that is none.
        raise InvalidRequest(
            f"no drivable ways found for the place {place.query!r}; name a town or a district"
            " that has an outline in OpenStreetMap",
            field="place",
        ) from error
    barred = [
        (tail, head, key)
        for tail, head, key, tags in graph.edges(keys=True, data=True)
        if not osm_files.is_drivable(tags)
    ]
    graph.remove_edges_from(barred)
    dropped["edge not drivable"] += len(barred)
    return _Material(graph=graph, addresses=addresses, dropped=dropped)


def _feature_addresses(features: Any, dropped: Counter[str]) -> list[StreetAddress]:
    addresses = []
    for _, row in features.iterrows():
        tags = {str(key): value for key, value in row.items() if isinstance(value, str)}
        middle = row.geometry.centroid
        address = osm_files.address_of(tags, Position(lon=middle.x, lat=middle.y))
        if address is None:
            dropped[osm_files.NO_STREET] += 1
        else:
            addresses.append(address)
    return addresses


def _prepare(material: _Material, speeds: SpeedTable) -> nx.MultiDiGraph:
    whole = material.graph
    if not whole.edges:
        raise InvalidRequest("the area holds no drivable ways; take a larger area", field="source")
    graph = ox.truncate.largest_component(whole, strongly=True)
    if not graph.edges:
        raise InvalidRequest(
            "no two streets of the area lead there and back; take a larger area", field="source"
        )
    material.dropped["node not strongly connected"] += len(whole) - len(graph)
    # A class without any maxspeed is marked -1 here and gets the table's own
    # speed afterwards.
    graph = ox.add_edge_speeds(graph, fallback=-1.0)
    set_seconds(graph, speeds)
    # Streets are split where name or class change, so that each edge has one of both; a
    # signal within an edge has been added to its seconds before its node disappears.
    return ox.simplify_graph(
        graph,
        edge_attrs_differ=["name", "highway"],
        edge_attr_aggs={"length": sum, "seconds": sum},
        remove_rings=False,
    )


def _swap(staging: Path, folder: Path) -> None:
    if not folder.exists():
        staging.rename(folder)
        return
    old = staging.with_name(f"{staging.name}.old")
    folder.rename(old)
    staging.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _osmnx_settings(source: Source) -> Iterator[None]:
    wanted: dict[str, object] = {
        "useful_tags_way": list(osm_files.WAY_TAGS),
        "useful_tags_node": ["highway", osm_files.SIGNAL_DIRECTION],
        "use_cache": False,
        # OSMnx would ask a third party's resolver for the server's address.
        "doh_url_template": None,
    }
    if isinstance(source, Place):
        wanted |= {
            "overpass_url": source.overpass_url,
            "overpass_rate_limit": source.rate_limit,
            "nominatim_url": source.nominatim_url.removesuffix("/search"),
            "http_user_agent": source.user_agent,
        }
    before = {key: getattr(ox.settings, key) for key in wanted}
    resolver = socket.getaddrinfo
    try:
        for key, value in wanted.items():
            setattr(ox.settings, key, value)
        yield
    finally:
        for key, value in before.items():
            setattr(ox.settings, key, value)
        # OSMnx pins the server's address by replacing the resolver of the whole process.
        socket.getaddrinfo = resolver
