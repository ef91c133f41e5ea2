"""Reads what holds on a territory's streets: traffic, low-emission zones, closed streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from collection.routing.traffic import TrafficTable, read_traffic, traffic_in
from collection.routing.zones_file import read_zones

if TYPE_CHECKING:
    from pathlib import Path

    from collection.model import Territory
    from collection.routing.zones import Zone

TRAFFIC_FILE = "traffic.toml"
ZONES_FILE = "low_emission.geojson"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetRules:
    """What holds on a territory's streets.

    Parameters
    ----------
    traffic : tuple of TrafficTable
        The first one that holds on a day counts.
    zones : tuple of Zone
        Low-emission zones and closed streets.
    """

    traffic: tuple[TrafficTable, ...]
    zones: tuple[Zone, ...]


def read_street_rules(data_dir: Path, territory: Territory) -> StreetRules:
    """Read the rules of a territory.

    Parameters
    ----------
    data_dir : Path
        Holds ``traffic.toml``; a territory's folder may hold another one, which replaces it,
        and ``low_emission.geojson``.
    territory : Territory
        Which; a warning is logged for a vehicle whose emission class no zone names.

    Returns
    -------
    StreetRules
        Traffic of its country, and its zones.

    Raises
    ------
    InvalidRequest
        If a file is missing or wrong; names file and field.
    """
    folder = data_dir / "territories" / territory.id
    own, drawn = folder / TRAFFIC_FILE, folder / ZONES_FILE
    tables = read_traffic(own if own.exists() else data_dir / TRAFFIC_FILE)
    zones = read_zones(drawn, territory.country.emission_schemes) if drawn.exists() else ()
    _warn_of_unnamed_classes(territory, zones)
    return StreetRules(traffic=traffic_in(tables, territory.country.code), zones=zones)


def _warn_of_unnamed_classes(territory: Territory, zones: tuple[Zone, ...]) -> None:
    # A class that no zone names may be an old van's, or a slip of the pen that keeps it out.
    named = {name for zone in zones for name in (zone.admitted or frozenset()) | zone.refused}
    for vehicle in territory.vehicles if zones else ():
        if vehicle.emission_class and vehicle.emission_class not in named:
            _log.warning(
                "emission_class_in_no_zone",
                territory=territory.id,
                vehicle=vehicle.id,
                emission_class=vehicle.emission_class,
                zones_name=sorted(named),
            )
