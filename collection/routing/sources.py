"""Where a street network may come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place by name, from Overpass.

    Parameters
    ----------
    query : str
        As one would search it: ``Lyon, France``.
    overpass_url : str
        Base address of an Overpass server.
    nominatim_url : str
        Base address of the Nominatim server that knows the place's outline.
    user_agent : str
        Who asks; public servers want to know.
    rate_limit : bool
        Whether to wait for a free slot of the server; not needed with your own.
    """

    query: str
    overpass_url: str = "https://overpass-api.de/api"
    nominatim_url: str = "https://nominatim.openstreetmap.org"
    user_agent: str = "collection-planner"
    rate_limit: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OsmFile:
    """An OpenStreetMap file.

    Parameters
    ----------
    path : Path
        Ends in .osm, .osm.gz, .osm.bz2 or .osm.pbf; may be clipped.
    """

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MonacoExtract:
    """The embedded example, fetched once."""


Source: TypeAlias = Place | OsmFile | MonacoExtract
"""What `collection.routing.network.build_network` takes."""
