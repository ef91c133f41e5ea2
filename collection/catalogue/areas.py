"""Areas of territories, drawn by people and so full of mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas
from pyogrio.errors import DataLayerError, DataSourceError
from shapely import is_valid_reason
from shapely.geometry import MultiPolygon, Polygon

from collection.errors import InvalidRequest

if TYPE_CHECKING:
    from pathlib import Path


def read_area(path: Path) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Read the polygons that a territory serves.

    Parameters
    ----------
    path : Path
        A GeoJSON file, or any other that geopandas reads, in any coordinate system.

    Returns
    -------
    tuple of rings
        Outlines in WGS 84; each ring is a tuple of (lon, lat), closed.

    Raises
    ------
    InvalidRequest
        If it cannot be read, or holds anything but valid polygons without holes.
    """
    try:
        frame = geopandas.read_file(path)
        if frame.crs is not None:
            frame = frame.to_crs(4326)
        shapes = list(frame.geometry)
    except (DataSourceError, DataLayerError, OSError, ValueError, AttributeError) as error:
        message = f"{path}: is not a GeoJSON file of polygons ({error})"
        raise InvalidRequest(message, field="area") from error
    rings = []
    for number, shape in enumerate(shapes, start=1):
        where = f"{path}: shape {number}"
        if not isinstance(shape, Polygon | MultiPolygon) or shape.is_empty:
            kind = "nothing" if shape is None or shape.is_empty else f"a {shape.geom_type}"
            raise InvalidRequest(f"{where} is {kind}; draw polygons", field="area")
        if not shape.is_valid:
            raise InvalidRequest(f"{where}: {is_valid_reason(shape)}", field="area")
        for polygon in shape.geoms if isinstance(shape, MultiPolygon) else [shape]:
            if polygon.interiors:
                message = f"{where} has a hole; cut it open, or draw two polygons around it"
                raise InvalidRequest(message, field="area")
            rings.append(tuple((float(x), float(y)) for x, y, *_ in polygon.exterior.coords))
    if not rings:
        raise InvalidRequest(f"{path}: holds no polygon", field="area")
    return tuple(rings)
