"""Zone files, drawn and filled in by people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Self

import geopandas
import numpy as np
import pandas as pd
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pyogrio.errors import DataLayerError, DataSourceError
from shapely import is_valid_reason

from collection.errors import InvalidRequest
from collection.routing.zones import Zone
from collection.units import DAY, parse_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_DRAWN = frozenset({"Polygon", "MultiPolygon", "LineString", "MultiLineString"})


def read_zones(path: Path) -> tuple[Zone, ...]:
    """Read low-emission zones and closed streets.

    Parameters
    ----------
    path : Path
        A GeoJSON file, or any other that geopandas reads, of polygons and of lines along
        streets, in any coordinate system. Properties of each:

        - ``name``: the word people read;
        - ``classes``: list of the emission classes that may enter, empty to close the streets
          to everybody; or ``refused``: list of those that may not;
        - ``valid_from``, ``valid_until``: first and last day, the last one may be left out;
        - ``hours``: list of times of the day like ``"06:00-11:00"``, left out for all day;
        - ``weekdays``: list of numbers, Monday is 0, left out for every day;
        - ``source``: the law.

    Returns
    -------
    tuple of Zone
        In the order of the file.

    Raises
    ------
    InvalidRequest
        If the file cannot be read, or a zone has a wrong shape or property; names both.
    """
    try:
        frame = geopandas.read_file(path)
        if frame.crs is not None:
            frame = frame.to_crs(4326)
        shapes = list(frame.geometry)
    except (DataSourceError, DataLayerError, OSError, ValueError, AttributeError) as error:
        raise InvalidRequest(f"{path}: is not a GeoJSON file of zones ({error})") from error
    rows = frame.drop(columns=frame.geometry.name).to_dict("records")
    return tuple(
        _zone(shape, row, f"{path}: zone {number}")
        for number, (shape, row) in enumerate(zip(shapes, rows, strict=True), start=1)
    )


def _zone(shape: Any, row: Mapping[Any, Any], where: str) -> Zone:
    if shape is None or shape.is_empty or shape.geom_type not in _DRAWN:
        kind = "nothing" if shape is None or shape.is_empty else f"a {shape.geom_type}"
        raise InvalidRequest(
            f"{where} is {kind}; draw polygons, or lines along streets", field="geometry"
        )
    if not shape.is_valid:
        raise InvalidRequest(f"{where}: {is_valid_reason(shape)}", field="geometry")
    plain = {key: _plain(value) for key, value in row.items()}
    try:
        facts = _Properties.model_validate({k: v for k, v in plain.items() if v is not None})
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidRequest(f"{where}: {field}: {first['msg']}", field=field) from error
    return Zone(
        name=facts.name,
        shape=shape,
        admitted=None if facts.classes is None else frozenset(facts.classes),
        refused=frozenset(facts.refused or ()),
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        hours=tuple(_clocks(hours) for hours in facts.hours),
        weekdays=frozenset(facts.weekdays),
        source=facts.source,
    )


def _plain(value: Any) -> Any:
    """Undo what a table with one type per column makes of absent values, lists and dates."""
    if isinstance(value, np.ndarray | list):
        return list(np.asarray(value).tolist())
    if value is None or pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


def _clocks(text: str) -> tuple[int, int]:
    start, separator, end = text.partition("-")
    if not separator:
        raise ValueError(f'write hours like "06:00-11:00", not {text!r}')
    return parse_clock(start) % DAY, parse_clock(end)


def _hours(text: str) -> str:
    start, end = _clocks(text)
    if start == end:
        raise ValueError(f"{text!r} is no time at all; leave hours out for the whole day")
    return text


class _Properties(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    classes: list[str] | None = None
    refused: list[Annotated[str, Field(min_length=1)]] | None = None
    valid_from: date
    valid_until: date | None = None
    hours: list[Annotated[str, AfterValidator(_hours)]] = []
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = []
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _says_who_and_when(self) -> Self:
        if (self.classes is None) == (self.refused is None):
            raise ValueError("say either classes, those that may enter, or refused")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        return self
