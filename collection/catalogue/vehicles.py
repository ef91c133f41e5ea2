"""Vehicles of a territory (``[[vehicles]]`` in its ``territory.toml``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from collection.catalogue.files import ID, Clock, Strict, parse
from collection.catalogue.working_time import check_hours
from collection.dated import in_force
from collection.model import ClockBreak, Load, Position, Shift, Vehicle
from collection.units import DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from collection.catalogue.files import Reject
    from collection.model import Country


class _BreakRow(Strict):
    earliest: Clock
    latest: Clock
    seconds: int = Field(ge=1, le=DAY)


class _PlaceRow(Strict):
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class _VehicleRow(Strict):
    id: str
    name: str
    shift: Annotated[list[Clock], Field(min_length=2, max_length=2)]
    units: int = Field(ge=0)
    litres: int = Field(ge=0)
    grams: int = Field(ge=0)
    hazard_packages: int = Field(ge=0)
    skills: list[str] = Field(default_factory=list)
    fixed_cost: int = Field(ge=0)
    cost_per_hour: int = Field(ge=0)
    cost_per_km: int = Field(ge=0)
    start_depot: str | None = None
    end_depot: str | None = None
    overtime: int = Field(0, ge=0, le=DAY)
    overtime_cost_per_hour: int = Field(0, ge=0)
    max_metres: int | None = Field(None, ge=0)
    max_stops: int | None = Field(None, ge=0)
    max_seconds: int | None = Field(None, ge=0)
    speed_percent: int = Field(100, ge=10, le=300)
    emission_class: str = ""
    breaks: list[_BreakRow] = Field(default_factory=list)
    eu_561: bool = False
    driver: str = ""
    home: _PlaceRow | None = None
    reload_sites: list[str] | None = None
    co2_class: str = "diesel_van"


def read_vehicles(
    rows: Sequence[Mapping[str, Any]],
    path: Path,
    reject: Reject,
    *,
    depots: Sequence[str],
    sites: Sequence[str],
    country: Country,
    today: date,
) -> tuple[Vehicle, ...]:
    """Read the vehicles of a territory.

    Parameters
    ----------
    rows : Sequence of Mapping
        What stands in the file, defaults included.
    path : Path
        The file.
    reject : callable
        Makes its errors.
    depots : Sequence of str
        Ids of the depots; the first is where vehicles start that name none.
    sites : Sequence of str
        Ids of the sites.
    country : Country
        With its laws.
    today : date
        Local date on which vehicles must keep them.

    Returns
    -------
    tuple of Vehicle
        In the file's order.

    Raises
    ------
    InvalidRequest
        If a row is wrong; names the field.
    """
    vehicles = []
    for index, content in enumerate(rows):
        field = f"vehicles.{index}"
        row = parse(_VehicleRow, content, path, field)
        _check(row, field, reject, depots=depots, sites=sites)
        if row.eu_561 and not any(rule.applies_to == "eu_561" for rule in country.break_rules):
            message = f"country {country.code} does not name eu_561 among its regulations"
            raise reject(f"{field}.eu_561", message)
        _check_class(row.emission_class, country, f"{field}.emission_class", reject, today)
        vehicle = _vehicle(row, depots)
        check_hours(vehicle, country, field, reject, today=today)
        vehicles.append(vehicle)
    if len({vehicle.id for vehicle in vehicles}) < len(vehicles):
        raise reject("vehicles", "two vehicles share an id")
    return tuple(vehicles)


def _check(
    row: _VehicleRow, field: str, reject: Reject, *, depots: Sequence[str], sites: Sequence[str]
) -> None:
    start, end = row.shift
    if start >= end:
        raise reject(field, "shift ends before it starts")
    for depot in filter(None, (row.start_depot, row.end_depot)):
        _require_known(depot, depots, "depot", field, reject)
    for place in row.reload_sites or ():
        _require_known(place, [*depots, *sites], "depot or site", f"{field}.reload_sites", reject)
    if not ID.fullmatch(row.id):
        raise reject(field, f"id {row.id!r} may hold lower case letters, digits and - only")
    if any(rest.earliest > rest.latest for rest in row.breaks):
        raise reject(f"{field}.breaks", "latest must not be before earliest")
    if len(set(row.breaks)) < len(row.breaks):
        raise reject(f"{field}.breaks", "two breaks are the same; name it once, and longer")


def _check_class(name: str, country: Country, field: str, reject: Reject, today: date) -> None:
    for scheme in in_force(country.emission_schemes, today):
        if name and name not in scheme.classes:
            known = ", ".join(scheme.classes)
            raise reject(field, f"{name!r} is no class of {scheme.name}; known: {known}")


def _require_known(
    name: str, known: Collection[str], kind: str, field: str, reject: Reject
) -> None:
    if name not in known:
        raise reject(field, f"no {kind} {name!r}; known: {', '.join(known)}")


def _vehicle(row: _VehicleRow, depots: Sequence[str]) -> Vehicle:
    start, end = row.shift
    return Vehicle(
        id=row.id,
        name=row.name,
        shift=Shift(start=start, end=end),
        capacity=Load(
            units=row.units,
            litres=row.litres,
            grams=row.grams,
            hazards=row.hazard_packages,
        ),
        start_depot=row.start_depot or depots[0],
        end_depot=row.end_depot or row.start_depot or depots[0],
        skills=frozenset(row.skills),
        fixed_cost=row.fixed_cost,
        cost_per_hour=row.cost_per_hour,
        cost_per_km=row.cost_per_km,
        overtime=row.overtime,
        overtime_cost_per_hour=row.overtime_cost_per_hour,
        max_metres=row.max_metres,
        max_stops=row.max_stops,
        max_seconds=row.max_seconds,
        speed_percent=row.speed_percent,
        emission_class=row.emission_class,
        breaks=tuple(ClockBreak(**rest.model_dump()) for rest in row.breaks),
        eu_561=row.eu_561,
        driver=row.driver,
        home=Position(lon=row.home.lon, lat=row.home.lat) if row.home else None,
        reload_sites=None if row.reload_sites is None else frozenset(row.reload_sites),
        co2_class=row.co2_class,
    )
