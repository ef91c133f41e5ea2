"""Partner points of sale (``data/territories/<id>/sites.csv``)."""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, ConfigDict, Field

from collection.catalogue.files import ID, Strict, parse, rejector
from collection.errors import InvalidRequest
from collection.model import Position, Site
from collection.units import parse_clock

if TYPE_CHECKING:
    from pathlib import Path


def _opening(value: str) -> tuple[tuple[int, int], ...]:
    spans = []
    for part in value.split():
        start, dash, end = part.partition("-")
        if not dash or parse_clock(start) >= parse_clock(end):
            raise ValueError(f"{part!r} is no opening time; write 09:00-12:30 14:00-18:00")
        spans.append((parse_clock(start), parse_clock(end)))
    spans.sort()
    if any(start <= end for (_, end), (start, _) in pairwise(spans)):
        raise ValueError("opening times overlap; join them")
    return tuple(spans)


class _SiteRow(Strict):
    # A CSV file knows words only.
    model_config = ConfigDict(strict=False)

    id: str = Field(pattern=f"^{ID.pattern}$")
    name: str = Field(min_length=1)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    service: int = Field(ge=0)
    opening: Annotated[tuple[tuple[int, int], ...], BeforeValidator(_opening)]
    reload: bool
    address: str = ""
    capacity: int = Field(0, ge=0)


def read_sites(path: Path) -> tuple[Site, ...]:
    """Read the sites of a territory.

    Parameters
    ----------
    path : Path
        A CSV file with a heading: id, name, lon, lat, service (seconds), opening
        (``09:00-12:30 14:00-18:00``), reload (``yes`` or ``no``), and, where it says so,
        address and capacity (devices; 0 for none). Need not exist.

    Returns
    -------
    tuple of Site
        In the file's order.

    Raises
    ------
    InvalidRequest
        If it is something else; names line and column.
    """
    if not path.exists():
        return ()
    sites = []
    columns = [name for name, field in _SiteRow.model_fields.items() if field.is_required()]
    optional = _SiteRow.model_fields.keys() - set(columns)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True, restkey="more", restval="")
            heading = list(reader.fieldnames or [])
            if sorted(set(heading) - optional) != sorted(columns) or _twice(heading):
                message = (
                    f"must hold the columns {', '.join(columns)}, and may hold "
                    f"{', '.join(sorted(optional))}"
                )
                raise rejector(path)("line 1", message)
            for content in reader:
                row = parse(_SiteRow, content, path, f"line {reader.line_num}")
                sites.append(
                    Site(
                        id=row.id,
                        name=row.name,
                        position=Position(lon=row.lon, lat=row.lat),
                        service=row.service,
                        opening=row.opening,
                        reload=row.reload,
                        address=row.address,
                        capacity=row.capacity,
                    )
                )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidRequest(f"{path}: is not a CSV file ({error})", field="sites") from error
    return tuple(sites)


def _twice(names: list[str]) -> bool:
    return len(set(names)) < len(names)
