"""Zone files, drawn and filled in by people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Self

import geopandas
import numpy as np
import pandas as pd
from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pyogrio.errors import DataLayerError, DataSourceError
from shapely import is_valid_reason

from collection.dated_rows import DatedRow
from collection.errors import InvalidRequest
from collection.routing.zones import Zone
from collection.units import DAY, parse_clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from collection.model import EmissionScheme

_DRAWN = frozenset({"Polygon", "MultiPolygon", "LineString", "MultiLineString"})


def read_zones(path: Path, schemes: Sequence[EmissionScheme] = ()) -> tuple[Zone, ...]:
    """Read low-emission zones and closed streets.

    Parameters
    ----------
    path : Path
        A GeoJSON file, or any other that geopandas reads, of polygons and of lines along
        streets, in any coordinate system. Properties of each:

        - ``name``: the word people read;
        - ``classes``: list of the emission classes that may enter, empty to close the streets
          to everybody; or ``refused``: list of those that may not; or ``at_least``: the
          national class that may still enter, and with it all cleaner ones;
        - ``valid_from``, ``valid_until``: first and last day, the last one may be left out;
        - ``hours``: list of times of the day like ``"06:00-11:00"``, left out for all day;
        - ``weekdays``: list of numbers, Monday is 0, left out for every day;
        - ``source``: the law.
    schemes : Sequence of EmissionScheme
        The national classes; where one holds in a zone's time, zones name no others.

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
        _zone(shape, row, schemes, f"{path}: zone {number}")
        for number, (shape, row) in enumerate(zip(shapes, rows, strict=True), start=1)
    )


def _zone(
    shape: Any, row: Mapping[Any, Any], schemes: Sequence[EmissionScheme], where: str
) -> Zone:
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
        admitted=_admitted(facts, schemes, where),
        refused=frozenset(facts.refused or ()),
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        hours=tuple(_clocks(hours) for hours in facts.hours),
        weekdays=frozenset(facts.weekdays),
        source=facts.source,
    )


def _admitted(
    facts: _Properties, schemes: Sequence[EmissionScheme], where: str
) -> frozenset[str] | None:
    # All schemes of the zone's time: a class that is new is not unknown.
    lists = [scheme.classes for scheme in schemes if _meet(scheme, facts)]
    known = [name for classes in lists for name in classes]
    for field in ("classes", "refused", "at_least"):
        value = getattr(facts, field) or ()
        for name in (value,) if isinstance(value, str) else value:
            if name not in known and (known or field == "at_least"):
                listed = ", ".join(known) or "none"
                raise InvalidRequest(
                    f"{where}: {field}: {name!r} is no national class; known: {listed}",
                    field=field,
                )
    if facts.at_least is None:
        return None if facts.classes is None else frozenset(facts.classes)
    return frozenset(
        name
        for classes in lists
        if facts.at_least in classes
        for name in classes[: classes.index(facts.at_least) + 1]
    )


def _meet(scheme: EmissionScheme, facts: _Properties) -> bool:
    first = max(scheme.valid_from, facts.valid_from)
    last = min(scheme.valid_until or date.max, facts.valid_until or date.max)
    return first <= last


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


class _Properties(DatedRow):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    classes: list[str] | None = None
    refused: list[Annotated[str, Field(min_length=1)]] | None = None
    at_least: str | None = Field(None, min_length=1)
    hours: list[Annotated[str, AfterValidator(_hours)]] = Field(default_factory=list)
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_who_and_when(self) -> Self:
        if [self.classes, self.refused, self.at_least].count(None) != 2:
            raise ValueError("say either classes, those that may enter, or refused, or at_least")
        return self
