"""Territories (``data/territories/<id>/``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import Field
from shapely import unary_union
from shapely.geometry import Polygon

from collection.catalogue.areas import read_area
from collection.catalogue.files import ID, Clock, Strict, TimeZone, parse, read_toml, rejector
from collection.catalogue.holidays import HolidayRow, local_holidays, subdivision_of
from collection.catalogue.sites import read_sites
from collection.catalogue.vehicles import read_vehicles
from collection.model import Depot, Position, ServiceRule, SlotWindow, Territory

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from collection.catalogue.files import Reject
    from collection.catalogue.triage import Triage
    from collection.model import Country, Site, Weights

    Rings: TypeAlias = tuple[tuple[tuple[float, float], ...], ...]


class _DepotRow(Strict):
    id: str
    name: str
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class _SlotRow(Strict):
    start: Clock
    end: Clock


class _ServiceTable(Strict):
    at_door: int = Field(ge=0)
    apartment: int = Field(ge=0)
    office: int = Field(ge=0)
    unknown_battery: int = Field(ge=0)
    setup: int = Field(0, ge=0)
    per_floor: int = Field(0, ge=0)


class _TerritoryFile(Strict):
    id: str
    name: str
    country: str
    subdivision: str | None = None
    timezone: TimeZone | None = None
    network: str
    cut_off: Clock
    booking_days: int = Field(ge=1, le=60)
    publish: Literal["auto", "review"]
    solve_seconds: int = Field(ge=1)
    reload_at_depots: bool = True
    reload_seconds: int = Field(600, ge=0)
    labels_required: bool = False
    slack_seconds: int = Field(0, ge=0, le=3_600)
    service: _ServiceTable
    depots: list[_DepotRow] = Field(min_length=1)
    vehicle_defaults: dict[str, Any] = Field(default_factory=dict)
    vehicles: list[dict[str, Any]]
    slots: list[_SlotRow] = Field(min_length=1)
    holidays: list[HolidayRow] = Field(default_factory=list)


def read_territory(
    path: Path,
    countries: Mapping[str, Country],
    weights: Weights,
    triage: Triage,
    *,
    today: date,
) -> Territory:
    """Read a territory.

    Parameters
    ----------
    path : Path
        Its ``territory.toml``; ``zones.geojson`` and, where there are any, ``sites.csv``
        stand beside it.
    countries : Mapping of str to Country
        By code.
    weights : Weights
        Of all territories.
    triage : Triage
        Of all territories.
    today : date
        Local date on whose laws the fleet must be able to go out.

    Returns
    -------
    Territory
        Validated.

    Raises
    ------
    InvalidRequest
        If a file is missing or wrong; names file and field.
    """
    row = parse(_TerritoryFile, read_toml(path), path)
    reject = rejector(path)
    _check_names(row, path.parent.name, countries, reject)
    country = countries[row.country]
    subdivision = subdivision_of(country, row.subdivision, reject)
    timezone = country.time_zone_of(subdivision)
    if row.timezone not in {None, timezone}:
        raise reject("timezone", _other_zone(country, subdivision, timezone))
    depots = tuple(
        Depot(id=depot.id, name=depot.name, position=Position(lon=depot.lon, lat=depot.lat))
        for depot in row.depots
    )
    sites = read_sites(path.parent / "sites.csv")
    vehicles = read_vehicles(
        [
            {"hazard_packages": triage.hazard_packages, **row.vehicle_defaults, **own}
            for own in row.vehicles
        ],
        path,
        reject,
        depots=[depot.id for depot in depots],
        sites=[site.id for site in sites],
        country=country,
        today=today,
    )
    area = read_area(path.parent / "zones.geojson")
    _check_places(depots, sites, area, reject)
    return Territory(
        id=row.id,
        name=row.name,
        country=country,
        subdivision=subdivision,
        timezone=timezone,
        network=row.network,
        area=area,
        depots=depots,
        vehicles=vehicles,
        slots=_slots(row.slots, reject),
        cut_off=row.cut_off,
        booking_days=row.booking_days,
        service=ServiceRule(**row.service.model_dump()),
        publish=row.publish,
        solve_seconds=row.solve_seconds,
        sites=sites,
        reload_at_depots=row.reload_at_depots,
        reload_seconds=row.reload_seconds,
        weights=weights,
        triage=triage.rules,
        labels_required=row.labels_required,
        slack=row.slack_seconds,
        holidays=(*local_holidays(row.holidays, reject), *country.holidays),
    )


def _check_names(
    row: _TerritoryFile, folder: str, countries: Mapping[str, Country], reject: Reject
) -> None:
    if row.id != folder or not ID.fullmatch(row.id):
        raise reject("id", f"must be the folder's name {folder!r} of letters, digits and -")
    if row.country not in countries:
        raise reject("country", f"no countries/{row.country}.toml; known: {', '.join(countries)}")


def _other_zone(country: Country, subdivision: str | None, timezone: str) -> str:
    where = f"{country.name} ({subdivision})" if subdivision else country.name
    others = "".join(f", {part!r} has {zone}" for part, zone in country.other_time_zones)
    return f"{where} has {timezone}; leave it out, or name the subdivision that it is of{others}"


def _check_places(
    depots: tuple[Depot, ...], sites: tuple[Site, ...], area: Rings, reject: Reject
) -> None:
    west, south, east, north = unary_union([Polygon(ring) for ring in area]).bounds
    named: list[tuple[str, Depot | Site]] = [
        *((f"depots.{index}", depot) for index, depot in enumerate(depots)),
        *((f"sites.{site.id}", site) for site in sites),
    ]
    seen: set[str] = set()
    for field, place in named:
        lon, lat = place.position.lon, place.position.lat
        if not (west - 1 <= lon <= east + 1 and south - 1 <= lat <= north + 1):
            message = "lies more than a degree from the area of zones.geojson"
            raise reject(field, f"{message}; are lon and lat swapped?")
        if place.id in seen:
            raise reject(field, f"the id {place.id!r} comes twice; depots and sites share none")
        seen.add(place.id)


def _slots(rows: list[_SlotRow], reject: Reject) -> tuple[SlotWindow, ...]:
    for index, row in enumerate(rows):
        if row.start >= row.end:
            raise reject(f"slots.{index}", "ends before it starts")
    if len({row.start for row in rows}) < len(rows):
        raise reject("slots", "two slots start at the same time")
    return tuple(SlotWindow(start=row.start, end=row.end) for row in rows)
