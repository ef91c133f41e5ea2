"""A route for other programs: GeoJSON (RFC 7946) and GPX 1.1.

Files travel, so they tell places and times but neither names nor phone numbers.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import gpxpy.gpx

from collection.api.sheet import RouteSheet, load_sheet, promised_window
from collection.errors import InvalidRequest
from collection.scheduling.calendar import zone_of
from collection.units import format_clock, to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from collection.model import Pause, Position, Stop, TimeWindow
    from collection.services import Services

GEOJSON = "application/geo+json"
GPX = "application/gpx+xml"
KINDS = ("json", "geojson", "gpx")


def export_route(services: Services, route_id: str, kind: str) -> str:
    """Write a route for other programs.

    Parameters
    ----------
    services : Services
        With the stores.
    route_id : str
        Which.
    kind : str
        ``geojson`` or ``gpx``.

    Returns
    -------
    str
        The file's text.

    Raises
    ------
    NotFound
        If there is no such route.
    InvalidRequest
        If `kind` is neither.
    """
    if kind not in KINDS[1:]:
        raise InvalidRequest(f"{kind!r} is no format; choose geojson or gpx", field="format")
    sheet = load_sheet(services, route_id)
    if kind == "gpx":
        return route_gpx(sheet)
    return json.dumps(route_geojson(sheet), ensure_ascii=False)


def route_geojson(sheet: RouteSheet) -> dict[str, Any]:
    """Build the features of a route.

    Parameters
    ----------
    sheet : RouteSheet
        The route.

    Returns
    -------
    dict
        A FeatureCollection: a LineString per leg with its street names, a Point per stop,
        depot, visit that empties the van, and pause.
    """
    legs = [
        _feature(
            "LineString",
            [list(vertex) for vertex in leg.line],
            {"kind": "leg", "sequence": number, "streets": list(leg.streets)},
        )
        for number, leg in enumerate(sheet.route.legs, start=1)
    ]
    depots = [
        _feature("Point", _place(depot.position), {"kind": "depot", "name": depot.name})
        for depot in sheet.depots
    ]
    stops = [
        _feature(
            "Point",
            _place(stop.position),
            {
                "kind": "stop",
                "sequence": number,
                "request_id": stop.request_id,
                "address": address,
                "window": window,
                "arrival": format_clock(stop.arrival),
                "arrival_at": _iso(sheet.instant(stop.arrival)),
                "departure": format_clock(stop.departure),
                "departure_at": _iso(sheet.instant(stop.departure)),
            },
        )
        for number, stop, address, window in _stops(sheet)
    ]
    reloads = [
        _feature(
            "Point",
            _place(visit.position),
            {
                "kind": "reload",
                "site_id": visit.site_id,
                "after": visit.after,
                "arrival": format_clock(visit.arrival),
                "departure": format_clock(visit.departure),
            },
        )
        for visit in sheet.route.reloads
    ]
    pauses = [
        _feature(
            "Point",
            _place(_stands(sheet, pause)),
            {
                "kind": "pause",
                "after": pause.after,
                "start": format_clock(pause.start),
                "end": format_clock(pause.end),
            },
        )
        for pause in sheet.route.pauses
    ]
    return {
        "type": "FeatureCollection",
        "properties": {
            "route_id": sheet.route.id,
            "date": sheet.plan.day.isoformat(),
            "metres": sheet.route.metres,
            "attribution": "© OpenStreetMap contributors",
        },
        "features": [*legs, *depots, *stops, *reloads, *pauses],
    }


def route_gpx(sheet: RouteSheet) -> str:
    """Build a route's track and waypoints.

    Parameters
    ----------
    sheet : RouteSheet
        The route.

    Returns
    -------
    str
        GPX 1.1: one track with the street geometry, a waypoint per depot and stop, named by
        number and address, with the promised window and the planned arrival.
    """
    gpx = gpxpy.gpx.GPX()
    gpx.creator = "collection"
    gpx.name = sheet.route.id
    gpx.copyright_author = "OpenStreetMap contributors"
    gpx.copyright_license = "https://www.openstreetmap.org/copyright"
    for depot in sheet.depots:
        gpx.waypoints.append(
            gpxpy.gpx.GPXWaypoint(
                latitude=depot.position.lat, longitude=depot.position.lon, name=depot.name
            )
        )
    for number, stop, address, window in _stops(sheet):
        gpx.waypoints.append(
            gpxpy.gpx.GPXWaypoint(
                latitude=stop.position.lat,
                longitude=stop.position.lon,
                time=sheet.instant(stop.arrival),
                name=f"{number}. {address}",
                description=f"{window}, arrival {format_clock(stop.arrival)}",
            )
        )
    segment = gpxpy.gpx.GPXTrackSegment()
    previous: tuple[float, float] | None = None
    for leg in sheet.route.legs:
        for vertex in leg.line:
            if vertex != previous:
                lon, lat = vertex
                segment.points.append(gpxpy.gpx.GPXTrackPoint(latitude=lat, longitude=lon))
            previous = vertex
    track = gpxpy.gpx.GPXTrack(name=sheet.route.id)
    track.segments.append(segment)
    gpx.tracks.append(track)
    return str(gpx.to_xml(version="1.1"))


def _stops(sheet: RouteSheet) -> Iterator[tuple[int, Stop, str, str]]:
    for number, stop in enumerate(sheet.route.stops, start=1):
        request = sheet.requests[stop.request_id]
        window = promised_window(request, sheet.instant(stop.start))
        yield number, stop, request.address.line1, _clocks(sheet, window)


def _stands(sheet: RouteSheet, pause: Pause) -> Position:
    """Find where the van stands in a pause: at the last visit before it."""
    past = [visit for visit in sheet.route.visits if visit.departure <= pause.start]
    return past[-1].position if past else sheet.depots[0].position


def _clocks(sheet: RouteSheet, window: TimeWindow) -> str:
    zone = zone_of(sheet.territory)
    ends = (window.start, window.end)
    return "-".join(format_clock(to_seconds(end, sheet.plan.day, zone)) for end in ends)


def _feature(kind: str, coordinates: list[Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _place(position: Position) -> list[float]:
    return [position.lon, position.lat]


def _iso(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
