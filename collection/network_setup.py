"""Builds street networks where the territories look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.geocode import write_index
from collection.routing.network import build_network
from collection.routing.sources import MonacoExtract, OsmFile, Place
from collection.routing.speeds import SpeedTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from collection.model import Progress
    from collection.routing.network import BuildSummary
    from collection.routing.sources import Source
    from collection.settings import Settings


def build_named_network(
    settings: Settings,
    name: str,
    *,
    place: str | None = None,
    osm: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> BuildSummary:
    """Build a street network where the territories look for it.

    Parameters
    ----------
    settings : Settings
        Where networks and speeds are.
    name : str
        Under which territories name it.
    place : str, optional
        A place, over Overpass.
    osm : Path, optional
        An OpenStreetMap file; with neither, the Monaco extract.
    on_progress : callable, optional
        Told how far it is.

    Returns
    -------
    BuildSummary
        What was built and what was left out.
    """
    source: Source
    if place is not None:
        source = Place(
            query=place,
            overpass_url=settings.overpass_url,
            # OSMnx adds the endpoint itself.
            nominatim_url=settings.nominatim_url.removesuffix("/search"),
            user_agent=settings.user_agent,
        )
    elif osm is not None:
        source = OsmFile(path=osm)
    else:
        source = MonacoExtract()
    speeds = SpeedTable.load(settings.data_dir / "speeds.toml")
    return build_network(
        name,
        source,
        settings.network_dir,
        speeds=speeds,
        write_addresses=write_index,
        on_progress=on_progress,
    )
