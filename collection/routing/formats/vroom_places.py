"""Where a VROOM file's tasks and vehicles are, and how long the ways between them take."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from collection.errors import InvalidRequest
from collection.model import Position
from collection.routing.formats.instance import MAX_POINTS, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from numpy.typing import NDArray

    from collection.ports import TravelMatrix
    from collection.routing.formats.vroom_schema import Input, Vehicle, Visit

    Travel: TypeAlias = Callable[[Sequence[Position]], TravelMatrix]
    """Gives the ways between coordinates."""

NOWHERE = -1
"""Index of where a route begins or ends that may do so anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """Travel of one profile between n places.

    Parameters
    ----------
    durations : ndarray of int32, shape (n, n)
        Seconds.
    distances : ndarray of int32, shape (n, n), optional
        Metres, where they are known.
    costs : ndarray of int32, shape (n, n), optional
        What legs cost, where that is no matter of seconds.
    """

    durations: NDArray[np.int32]
    distances: NDArray[np.int32] | None = None
    costs: NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """A file's places as rows of its tables.

    Parameters
    ----------
    tables : dict of str to Tables
        By profile.
    tasks : list of int
        Row of each task, in the order of `visits`.
    starts : list of int
        Row where each vehicle starts, or `NOWHERE`.
    ends : list of int
        Row where it ends, or `NOWHERE`.
    """

    tables: dict[str, Tables]
    tasks: list[int]
    starts: list[int]
    ends: list[int]


def visits(file: Input) -> Iterator[tuple[str, str, Visit]]:
    """Go through the tasks of a file in the order in which they are numbered.

    Parameters
    ----------
    file : Input
        The file.

    Yields
    ------
    kind : str
        ``job``, ``pickup`` or ``delivery``.
    path : str
        Where it stands in the file.
    visit : Visit
        The task.
    """
    for position, job in enumerate(file.jobs):
        yield "job", f"jobs[{position}]", job
    for position, shipment in enumerate(file.shipments):
        yield "pickup", f"shipments[{position}].pickup", shipment.pickup
        yield "delivery", f"shipments[{position}].delivery", shipment.delivery


def place_of(thing: Visit | Vehicle, name: str = "location") -> Place:
    """Keep what a file says of a place.

    Parameters
    ----------
    thing : Visit or Vehicle
        What is there.
    name : str
        Field of the coordinates; that of the row is called after it.

    Returns
    -------
    Place
        Either may be unknown.
    """
    location = getattr(thing, name)
    return Place(
        index=getattr(thing, f"{name}_index"),
        location=(location[0], location[1]) if location else None,
    )


def places_of(file: Input, travel: Travel | None) -> Places:
    """Find all places of a file.

    Parameters
    ----------
    file : Input
        The file.
    travel : callable, optional
        Gives ways where the file has no matrices.

    Returns
    -------
    Places
        Rows and tables.

    Raises
    ------
    InvalidRequest
        If a place or a matrix is missing; names its path.
    """
    if file.matrices or file.matrix is not None:
        return _by_index(file)
    return _by_location(file, travel)


def _by_index(file: Input) -> Places:
    profiles = {vehicle.profile: number for number, vehicle in enumerate(file.vehicles)}
    tables = {name: _tables(file, name, number) for name, number in profiles.items()}
    size = min((len(table.durations) for table in tables.values()), default=MAX_POINTS)

    def row(place: Place, path: str, *, needed: bool) -> int:
        path = f"{path}_index"
        if place.index is None:
            if needed or place.location is not None:
                raise InvalidRequest(f"{path} is missing: matrices are given", field=path)
            return NOWHERE
        if place.index >= size:
            message = f"{path} is {place.index}; the matrices have {size} rows, from 0"
            raise InvalidRequest(message, field=path)
        return place.index

    return _collect(file, tables, row)


def _by_location(file: Input, travel: Travel | None) -> Places:
    rows: dict[tuple[float, float], int] = {}

    def row(place: Place, path: str, *, needed: bool) -> int:
        if place.location is None:
            if needed or place.index is not None:
                raise InvalidRequest(f"{path} is missing: no matrices are given", field=path)
            return NOWHERE
        lon, lat = place.location
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            message = f"{path} is [{lon}, {lat}]; write [longitude, latitude] in degrees"
            raise InvalidRequest(message, field=path)
        return rows.setdefault(place.location, len(rows))

    found = _collect(file, {}, row)
    for number, vehicle in enumerate(file.vehicles):
        if vehicle.profile != "car":
            path = f"vehicles[{number}].profile"
            message = f"{path} is {vehicle.profile!r}; without matrices there is only 'car'"
            raise InvalidRequest(message, field=path)
    if len(rows) > MAX_POINTS:
        raise InvalidRequest(f"{len(rows)} places; at most {MAX_POINTS}", field="jobs")
    if not found.tasks or not file.vehicles:
        nothing = np.zeros((len(rows), len(rows)), dtype=np.int32)
        return replace(found, tables={"car": Tables(durations=nothing)})
    if travel is None:
        raise InvalidRequest(
            "matrices is missing: give matrices.car.durations and a location_index for every "
            "task, or name a street network for the coordinates",
            field="matrices",
        )
    ways = travel([Position(lon=lon, lat=lat) for lon, lat in rows])
    return replace(found, tables={"car": Tables(durations=ways.seconds, distances=ways.metres)})


def _collect(file: Input, tables: dict[str, Tables], row: Callable[..., int]) -> Places:
    tasks = [
        row(place_of(visit), f"{path}.location", needed=True) for _, path, visit in visits(file)
    ]
    starts, ends = [], []
    for number, vehicle in enumerate(file.vehicles):
        path = f"vehicles[{number}]"
        starts.append(row(place_of(vehicle, "start"), f"{path}.start", needed=False))
        ends.append(row(place_of(vehicle, "end"), f"{path}.end", needed=False))
        if starts[-1] == ends[-1] == NOWHERE:
            message = f"{path} has neither start nor end; give start_index or end_index"
            raise InvalidRequest(message, field=f"{path}.start_index")
    return Places(tables=tables, tasks=tasks, starts=starts, ends=ends)


def _tables(file: Input, profile: str, vehicle: int) -> Tables:
    given = file.matrices.get(profile)
    path = f"matrices.{profile}.durations"
    durations = given.durations if given else None
    if durations is None and not file.matrices and profile == "car":
        path, durations = "matrix", file.matrix
    if durations is None:
        message = f"{path} is missing: vehicles[{vehicle}].profile is {profile!r}"
        raise InvalidRequest(message, field=path)
    table = _square(durations, path, None)
    rest = {}
    for name in ("distances", "costs"):
        rows = getattr(given, name, None)
        if rows is not None:
            rest[name] = _square(rows, f"matrices.{profile}.{name}", len(table))
    return Tables(durations=table, **rest)


def _square(rows: list[list[int]], path: str, like: int | None) -> NDArray[np.int32]:
    size = len(rows) if like is None else like
    if len(rows) != size or not 0 < size <= MAX_POINTS:
        wanted = f"from 1 to {MAX_POINTS}" if like is None else f"{size}, as many as durations"
        raise InvalidRequest(f"{path} has {len(rows)} rows; give {wanted}", field=path)
    for number, row in enumerate(rows):
        if len(row) != size:
            path = f"{path}[{number}]"
            raise InvalidRequest(f"{path} has {len(row)} numbers; give {size}", field=path)
    return np.array(rows, dtype=np.int32)
