"""What a map shows, as plain data: colours, encoded lines, stops and the words at them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from collection.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from collection.model import Depot, PickupRequest, Route, Site, Stop

VERTEX_BUDGET = 40_000
"""Vertices of a base map, about 200 kB; the smallest streets are left out beyond it."""

# Okabe and Ito's palette: told apart with every common colour blindness. Yellow comes last,
# it is the faintest on light ground.
_PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442")
_DASHES = ("", "12 7", "3 8")
_RANKS = {
    **dict.fromkeys(("motorway", "trunk", "primary"), 0),
    **dict.fromkeys(("secondary", "tertiary"), 1),
    **dict.fromkeys(("residential", "unclassified", "living_street", "road"), 2),
}
_SMALLEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWords:
    """Words that a map shows, in the reader's language.

    Parameters
    ----------
    title : str
        Of the page.
    window, arrival, unassigned : str
        Before the promised window, before the planned arrival, of a request in no route.
    states : Mapping of str to str
        Words for the states of a request; a state without one is not shown.
    """

    title: str = "Map"
    window: str = "Window"
    arrival: str = "Arrival"
    unassigned: str = "Unassigned"
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What lies under the routes, prepared once for a territory.

    Parameters
    ----------
    depots : tuple of Depot or Site
        Drawn on top of everything.
    vehicles : Mapping of str to str
        Names by id.
    zone : tzinfo
        Whose wall clock is shown.
    streets : str
        Street lines as `encode_streets` gives them.
    tile_url : str
        Raster tiles instead of the streets, ``{z}/{x}/{y}`` in it; empty for none.
    """

    depots: tuple[Depot | Site, ...]
    vehicles: Mapping[str, str]
    zone: tzinfo
    streets: str = "[]"
    tile_url: str = ""


def route_colours(index: int) -> tuple[str, str]:
    """Colour of a route, and of text upon it.

    Parameters
    ----------
    index : int
        Place of the route in its plan.

    Returns
    -------
    tuple of str and str
        Both as ``#rrggbb``.
    """
    colour = _PALETTE[index % len(_PALETTE)]
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return colour, "#000000" if 299 * red + 587 * green + 114 * blue > 135_000 else "#ffffff"


def encode_line(line: Iterable[tuple[float, float]]) -> str:
    """Write a line in few characters: the encoded polyline format with five decimals.

    Parameters
    ----------
    line : Iterable of (lon, lat)
        Vertices in degrees.

    Returns
    -------
    str
        Printable ASCII; `decode` in ``maps.js`` reads it.
    """
    parts: list[str] = []
    last = (0, 0)
    for lon, lat in line:
        here = (round(lat * 1e5), round(lon * 1e5))
        for new, old in zip(here, last, strict=True):
            value = (new - old) << 1
            value = ~value if value < 0 else value
            while value >= 0x20:
                parts.append(chr((value & 0x1F | 0x20) + 63))
                value >>= 5
            parts.append(chr(value + 63))
        last = here
    return "".join(parts)


def encode_streets(
    lines: Iterable[tuple[str, str, Sequence[tuple[float, float]]]],
) -> str:
    """Prepare a base map of streets.

    Parameters
    ----------
    lines : Iterable of (str, str, sequence of (lon, lat))
        OSM highway class, name and vertices, as `Network.street_lines` gives them.

    Returns
    -------
    str
        JSON, safe inside a script; the largest streets first, within `VERTEX_BUDGET`.
    """
    ranked = sorted(
        (
            (_RANKS.get(kind.removesuffix("_link"), _SMALLEST), name, line)
            for kind, name, line in lines
        ),
        key=lambda row: row[0],
    )
    rows, vertices = [], 0
    for rank, name, line in ranked:
        vertices += len(line)
        if vertices > VERTEX_BUDGET:
            break
        rows.append((rank, name, encode_line(line)))
    return script_json(rows)


def script_json(value: Any) -> str:
    """Write a value as JSON that may stand inside a script.

    Parameters
    ----------
    value : Any
        Of JSON's types.

    Returns
    -------
    str
        Without any character that ends a script or starts a comment in HTML.
    """
    # Inside a script the HTML parser still looks for "</script" and "<!--".
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def route_row(
    route: Route,
    index: int,
    requests: Mapping[str, PickupRequest],
    ground: Ground,
    words: MapWords,
) -> dict[str, Any]:
    """Turn a route into what ``maps.js`` draws.

    Parameters
    ----------
    route : Route
        The route; its stops are joined by straight lines where it has no geometry.
    index : int
        Its place in the plan.
    requests : Mapping of str to PickupRequest
        By id.
    ground : Ground
        Names of vehicles, and the clock.
    words : MapWords
        In the reader's language.

    Returns
    -------
    dict
        Of JSON's types.
    """
    colour, ink = route_colours(index)
    line = [point for leg in route.legs for point in leg.line] or [
        (visit.position.lon, visit.position.lat) for visit in route.visits
    ]
    return {
        "key": route.vehicle_id,
        "name": ground.vehicles.get(route.vehicle_id, route.vehicle_id),
        "colour": colour,
        "ink": ink,
        "dash": _DASHES[index // len(_PALETTE) % len(_DASHES)],
        "line": encode_line(line),
        "stops": [
            _stop(number, stop, requests.get(stop.request_id), ground, words)
            for number, stop in enumerate(route.stops, start=1)
        ],
    }


def _stop(
    number: int, stop: Stop, request: PickupRequest | None, ground: Ground, words: MapWords
) -> dict[str, Any]:
    lines = [request.customer.name if request else stop.request_id]
    if request:
        lines += [request.address.line1, f"{words.window} {clock_windows(request, ground.zone)}"]
    lines.append(f"{words.arrival} {format_clock(stop.arrival)}")
    if request and request.state in words.states:
        lines.append(words.states[request.state])
    return {
        "id": stop.request_id,
        "label": str(number),
        "at": [round(stop.position.lat, 6), round(stop.position.lon, 6)],
        "state": request.state.value if request else "",
        "lines": lines,
    }


def open_row(
    request: PickupRequest, detail: str, ground: Ground, words: MapWords
) -> dict[str, Any]:
    """Turn an unassigned request into what ``maps.js`` draws.

    Parameters
    ----------
    request : PickupRequest
        The request.
    detail : str
        Why it is in no route.
    ground : Ground
        The clock.
    words : MapWords
        In the reader's language.

    Returns
    -------
    dict
        Of JSON's types.
    """
    position = request.address.position
    return {
        "id": request.id,
        "label": "!",
        "at": [round(position.lat, 6), round(position.lon, 6)],
        "state": request.state.value,
        "lines": [
            request.customer.name,
            request.address.line1,
            f"{words.window} {clock_windows(request, ground.zone)}",
            f"{words.unassigned}: {detail}",
        ],
    }


def clock_windows(request: PickupRequest, zone: tzinfo) -> str:
    """Write the windows of a request on the wall clock.

    Parameters
    ----------
    request : PickupRequest
        Whose windows.
    zone : tzinfo
        Whose wall clock.

    Returns
    -------
    str
        Like ``08:00-10:00, 14:00-16:00``.
    """
    return ", ".join(
        f"{window.start.astimezone(zone):%H:%M}\u2013{window.end.astimezone(zone):%H:%M}"
        for window in request.windows
    )
