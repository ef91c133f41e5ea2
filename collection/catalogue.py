"""Reads ``data/`` (countries, device types, territories) into the model, once, at start."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from shapely import unary_union
from shapely.geometry import Polygon

from collection.areas_file import read_area
from collection.errors import InvalidRequest, NotFound
from collection.model import (
    Country,
    Depot,
    DeviceType,
    Load,
    Position,
    ServiceRule,
    Shift,
    SlotWindow,
    Territory,
    Vehicle,
)
from collection.units import parse_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Rings: TypeAlias = tuple[tuple[tuple[float, float], ...], ...]
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def _clock(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError('write a wall clock in quotes, like "08:00"')  # noqa: TRY004
    return parse_clock(value)


_Clock = Annotated[int, BeforeValidator(_clock)]
_Table = TypeVar("_Table", bound="_Strict")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _CountryFile(_Strict):
    code: str
    name: str
    language: str
    working_weekdays: list[Annotated[int, Field(ge=0, le=6)]]


class _DeviceRow(_Strict):
    label: str
    litres: int = Field(ge=0)
    grams: int = Field(ge=0)
    service: int = Field(ge=0)
    battery_class: Literal["lithium_ion", "none"]


class _DepotRow(_Strict):
    id: str
    name: str
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class _VehicleRow(_Strict):
    id: str
    name: str
    shift: Annotated[list[_Clock], Field(min_length=2, max_length=2)]
    units: int = Field(ge=0)
    litres: int = Field(ge=0)
    grams: int = Field(ge=0)
    skills: list[str] = []
    fixed_cost: int = Field(ge=0)
    cost_per_hour: int = Field(ge=0)
    cost_per_km: int = Field(ge=0)
    start_depot: str | None = None
    end_depot: str | None = None


class _SlotRow(_Strict):
    start: _Clock
    end: _Clock
    capacity: int = Field(ge=0)


class _ServiceTable(_Strict):
    at_door: int = Field(ge=0)
    apartment: int = Field(ge=0)
    office: int = Field(ge=0)
    unknown_battery: int = Field(ge=0)


class _TerritoryFile(_Strict):
    id: str
    name: str
    country: str
    subdivision: str | None = None
    timezone: str
    network: str
    cut_off: _Clock
    booking_days: int = Field(ge=1, le=60)
    publish: Literal["auto", "review"]
    solve_seconds: int = Field(ge=1)
    service: _ServiceTable
    depots: list[_DepotRow] = Field(min_length=1)
    vehicle_defaults: dict[str, Any] = {}
    vehicles: list[dict[str, Any]]
    slots: list[_SlotRow] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that stands in ``data/``.

    Parameters
    ----------
    countries : Mapping of str to Country
        By code.
    devices : Mapping of str to DeviceType
        By id.
    territories : Mapping of str to Territory
        By id.
    """

    countries: Mapping[str, Country]
    devices: Mapping[str, DeviceType]
    territories: Mapping[str, Territory]

    def territory(self, territory_id: str) -> Territory:
        """Look up a territory.

        Parameters
        ----------
        territory_id : str
            Its id.

        Returns
        -------
        Territory
            The territory.

        Raises
        ------
        NotFound
            If there is none; names those that exist.
        """
        try:
            return self.territories[territory_id]
        except KeyError:
            known = ", ".join(sorted(self.territories)) or "none"
            message = f"there is no territory {territory_id!r}; known: {known}"
            raise NotFound(message, field="territory") from None


def load_catalogue(folder: Path) -> Catalogue:
    """Read a data folder.

    Parameters
    ----------
    folder : Path
        Holds ``devices.toml``, ``countries/`` and ``territories/``.

    Returns
    -------
    Catalogue
        All of it, validated.

    Raises
    ------
    InvalidRequest
        If a file is missing or wrong; names file and field.
    """
    countries = {
        path.stem: _country(path) for path in sorted((folder / "countries").glob("*.toml"))
    }
    devices = _devices(folder / "devices.toml")
    territories: dict[str, Territory] = {}
    for path in sorted((folder / "territories").glob("*/territory.toml")):
        territory = _territory(path, countries)
        territories[territory.id] = territory
    if not territories:
        raise InvalidRequest(f"{folder / 'territories'}: holds no territory")
    return Catalogue(countries=countries, devices=devices, territories=territories)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidRequest(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path}: is not TOML ({error})") from error


def _parse(table: type[_Table], content: Mapping[str, Any], path: Path, prefix: str = "") -> _Table:
    try:
        return table.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join([*filter(None, [prefix]), *(str(part) for part in first["loc"])])
        raise InvalidRequest(f"{path}: {field}: {first['msg']}", field=field) from error


def _country(path: Path) -> Country:
    row = _parse(_CountryFile, _toml(path), path)
    return Country(
        code=row.code,
        name=row.name,
        language=row.language,
        working_weekdays=frozenset(row.working_weekdays),
    )


def _devices(path: Path) -> dict[str, DeviceType]:
    devices = {}
    for type_id, content in _toml(path).items():
        row = _parse(_DeviceRow, content, path, type_id)
        devices[type_id] = DeviceType(
            id=type_id,
            label=row.label,
            load=Load(units=1, litres=row.litres, grams=row.grams),
            service=row.service,
            battery_class=row.battery_class,
        )
    return devices


def _territory(path: Path, countries: Mapping[str, Country]) -> Territory:
    row = _parse(_TerritoryFile, _toml(path), path)

    def reject(field: str, message: str) -> InvalidRequest:
        return InvalidRequest(f"{path}: {field}: {message}", field=field)

    if row.id != path.parent.name or not _ID.fullmatch(row.id):
        raise reject(
            "id", f"must be the folder's name {path.parent.name!r} of letters, digits and -"
        )
    if row.country not in countries:
        raise reject("country", f"no countries/{row.country}.toml; known: {', '.join(countries)}")
    try:
        ZoneInfo(row.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise reject("timezone", f"{row.timezone!r} is no IANA time zone") from None
    try:
        holidays.country_holidays(row.country.upper(), subdiv=row.subdivision)
    except NotImplementedError as error:
        raise reject("subdivision", f"has no holidays: {error}") from None
    depots = tuple(
        Depot(id=depot.id, name=depot.name, position=Position(lon=depot.lon, lat=depot.lat))
        for depot in row.depots
    )
    vehicles = []
    for index, own in enumerate(row.vehicles):
        field = f"vehicles.{index}"
        vehicles.append(
            _vehicle(
                _parse(_VehicleRow, {**row.vehicle_defaults, **own}, path, field),
                [depot.id for depot in depots],
                lambda message, field=field: reject(field, message),
            )
        )
    if len({vehicle.id for vehicle in vehicles}) < len(vehicles):
        raise reject("vehicles", "two vehicles share an id")
    area = read_area(path.parent / "zones.geojson")
    _require_near(depots, area, reject)
    if len({depot.id for depot in depots}) < len(depots):
        raise reject("depots", "two depots share an id")
    if len({slot.start for slot in row.slots}) < len(row.slots):
        raise reject("slots", "two slots start at the same time")
    slots = tuple(_slot(slot, index, reject) for index, slot in enumerate(row.slots))
    return Territory(
        id=row.id,
        name=row.name,
        country=countries[row.country],
        subdivision=row.subdivision,
        timezone=row.timezone,
        network=row.network,
        area=area,
        depots=depots,
        vehicles=tuple(vehicles),
        slots=slots,
        cut_off=row.cut_off,
        booking_days=row.booking_days,
        service=ServiceRule(**row.service.model_dump()),
        publish=row.publish,
        solve_seconds=row.solve_seconds,
    )


def _require_near(depots: tuple[Depot, ...], area: Rings, reject: Any) -> None:
    west, south, east, north = unary_union([Polygon(ring) for ring in area]).bounds
    for index, depot in enumerate(depots):
        lon, lat = depot.position.lon, depot.position.lat
        if not (west - 1 <= lon <= east + 1 and south - 1 <= lat <= north + 1):
            raise reject(
                f"depots.{index}",
                "lies more than a degree from the area of zones.geojson; are lon and lat swapped?",
            )


def _slot(row: _SlotRow, index: int, reject: Any) -> SlotWindow:
    if row.start >= row.end:
        raise reject(f"slots.{index}", "ends before it starts")
    return SlotWindow(start=row.start, end=row.end, capacity=row.capacity)


def _vehicle(row: _VehicleRow, depots: list[str], reject: Any) -> Vehicle:
    start, end = row.shift
    if start >= end:
        raise reject("shift ends before it starts")
    for depot in (row.start_depot, row.end_depot):
        if depot is not None and depot not in depots:
            raise reject(f"no depot {depot!r}; known: {', '.join(depots)}")
    if not _ID.fullmatch(row.id):
        raise reject(f"id {row.id!r} may hold lower case letters, digits and - only")
    return Vehicle(
        id=row.id,
        name=row.name,
        shift=Shift(start=start, end=end),
        capacity=Load(units=row.units, litres=row.litres, grams=row.grams),
        start_depot=row.start_depot or depots[0],
        end_depot=row.end_depot or row.start_depot or depots[0],
        skills=frozenset(row.skills),
        fixed_cost=row.fixed_cost,
        cost_per_hour=row.cost_per_hour,
        cost_per_km=row.cost_per_km,
    )
