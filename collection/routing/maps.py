"""A plan or a route as an interactive map: a folium page with nothing from elsewhere."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template

from collection.units import format_clock, to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import tzinfo

    from collection.model import Depot, PickupRequest, Plan, Route, Stop

ATTRIBUTION = (
    '© <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener">'
    "OpenStreetMap</a> contributors"
)
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
_DEPOT_ICON = (
    '<div class="depot"><svg viewBox="0 0 24 24" aria-hidden="true">'
    '<path d="M12 3 2 9v12h4v-9h12v9h4V9zM8 14h8v2H8zm0 4h8v3H8z"/></svg></div>'
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A script or style sheet that a map loads.

    Parameters
    ----------
    url : str
        Where it is.
    integrity : str
        Its hash, for one that another host serves; empty otherwise.
    """

    url: str
    integrity: str = ""

    def attributes(self) -> str:
        """HTML attributes beside the address.

        Returns
        -------
        str
            Empty for the own host.
        """
        if not self.integrity:
            return ""
        return f' integrity="{self.integrity}" crossorigin="anonymous"'


@dataclass(frozen=True, slots=True, kw_only=True)
class MapAssets:
    """What every map loads; jQuery is for folium's popups.

    Parameters
    ----------
    scripts : tuple of Asset
        In the order of loading.
    styles : tuple of Asset
        In the order of loading.
    """

    scripts: tuple[Asset, ...]
    styles: tuple[Asset, ...]


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
    depots : tuple of Depot
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

    depots: tuple[Depot, ...]
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
        ((_RANKS.get(kind.removesuffix("_link"), _SMALLEST), name, line) for kind, name, line in lines),
        key=lambda row: row[0],
    )
    rows, vertices = [], 0
    for rank, name, line in ranked:
        vertices += len(line)
        if vertices > VERTEX_BUDGET:
            break
        rows.append((rank, name, encode_line(line)))
    return _script_json(rows)


def plan_map(
    plan: Plan,
    requests: Mapping[str, PickupRequest],
    ground: Ground,
    *,
    assets: MapAssets,
    nonce: str = "",
    words: MapWords | None = None,
) -> str:
    """Draw a whole plan: routes, numbered stops, depots, and who is in no route.

    Parameters
    ----------
    plan : Plan
        With the geometry of its routes; stops are joined by straight lines without it.
    requests : Mapping of str to PickupRequest
        By id; a stop whose request is absent shows its id.
    ground : Ground
        What lies below.
    assets : MapAssets
        Where Leaflet comes from.
    nonce : str
        Of the content security policy; put on each script.
    words : MapWords, optional
        English otherwise.

    Returns
    -------
    str
        An HTML page.
    """
    words = words or MapWords(title=f"Plan {plan.id}")
    routes = [
        _route(route, index, requests, ground, words) for index, route in enumerate(plan.routes)
    ]
    unassigned = [
        _open_stop(requests[entry.request_id], entry.detail, ground, words)
        for entry in plan.unassigned
        if entry.request_id in requests
    ]
    return _page(routes, unassigned, ground, assets, nonce, words, follow=False)


def route_map(
    route: Route,
    requests: Mapping[str, PickupRequest],
    ground: Ground,
    *,
    index: int = 0,
    assets: MapAssets,
    nonce: str = "",
    words: MapWords | None = None,
) -> str:
    """Draw one route as its driver sees it, the next stop marked.

    Parameters
    ----------
    route : Route
        With its geometry; stops are joined by straight lines without it.
    requests : Mapping of str to PickupRequest
        By id; their states tell which stop is next.
    ground : Ground
        What lies below.
    index : int
        Place of the route in its plan, which gives its colour.
    assets : MapAssets
        Where Leaflet comes from.
    nonce : str
        Of the content security policy; put on each script.
    words : MapWords, optional
        English otherwise.

    Returns
    -------
    str
        An HTML page.
    """
    words = words or MapWords(title=f"Route {route.id}")
    drawn = _route(route, index, requests, ground, words)
    return _page([drawn], [], ground, assets, nonce, words, follow=True)


class _LocalMap(folium.Map):
    """A folium map that loads what it is told to and nothing else."""

    def __init__(self, assets: MapAssets, **options: Any) -> None:
        super().__init__(**options)
        self._name = "Map"
        self.default_js = [(asset.url, asset.url) for asset in assets.scripts]
        self.default_css = [(asset.url, asset.url) for asset in assets.styles]


class _Drawing(MacroElement):
    """Hands the data to ``maps.js``."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this.code }}\ndrawCollection({{ this._parent.get_name() }}, {{ this.data }});"
        "{% endmacro %}"
    )

    def __init__(self, data: str) -> None:
        super().__init__()
        self._name = "Drawing"
        self.code = _source("maps.js")
        self.data = data


def _source(name: str) -> str:
    return resources.files("collection.routing").joinpath(name).read_text(encoding="utf-8")


def _script_json(value: Any) -> str:
    # Inside a script the HTML parser still looks for "</script" and "<!--".
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _markup(text: str) -> str:
    # folium puts markup into JavaScript template literals.
    escaped = html.escape(text)
    for char in "`$\\{}":
        escaped = escaped.replace(char, f"&#{ord(char)};")
    return escaped


def _route(
    route: Route,
    index: int,
    requests: Mapping[str, PickupRequest],
    ground: Ground,
    words: MapWords,
) -> dict[str, Any]:
    colour, ink = route_colours(index)
    line = [point for leg in route.legs for point in leg.line] or [
        (stop.position.lon, stop.position.lat) for stop in route.stops
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
        lines += [request.address.line1, f"{words.window} {_windows(request, ground.zone)}"]
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


def _open_stop(
    request: PickupRequest, detail: str, ground: Ground, words: MapWords
) -> dict[str, Any]:
    position = request.address.position
    return {
        "id": request.id,
        "label": "!",
        "at": [round(position.lat, 6), round(position.lon, 6)],
        "state": request.state.value,
        "lines": [
            request.customer.name,
            request.address.line1,
            f"{words.window} {_windows(request, ground.zone)}",
            f"{words.unassigned}: {detail}",
        ],
    }


def _windows(request: PickupRequest, zone: tzinfo) -> str:
    return ", ".join(
        f"{window.start.astimezone(zone):%H:%M}\u2013{window.end.astimezone(zone):%H:%M}"
        for window in request.windows
    )


def _page(
    routes: list[dict[str, Any]],
    unassigned: list[dict[str, Any]],
    ground: Ground,
    assets: MapAssets,
    nonce: str,
    words: MapWords,
    *,
    follow: bool,
) -> str:
    spots = [(d.position.lat, d.position.lon) for d in ground.depots]
    spots += [(lat, lon) for row in routes for lat, lon in (stop["at"] for stop in row["stops"])]
    south, west = (min(column) for column in zip(*spots, strict=True))
    north, east = (max(column) for column in zip(*spots, strict=True))
    drawing = _LocalMap(
        assets,
        location=((south + north) / 2, (west + east) / 2),
        tiles=None,
        prefer_canvas=True,
        control_scale=True,
        max_zoom=19,
        zoom_snap=0.25,
    )
    figure = drawing.get_root()
    figure.title = html.escape(words.title)
    figure.header.add_child(Element(f"<style>{_source('maps.css')}</style>"))
    if ground.tile_url:
        folium.TileLayer(ground.tile_url, attr=ATTRIBUTION, max_zoom=19).add_to(drawing)
    for depot in ground.depots:
        _add_depot(drawing, depot)
    data = {
        "attribution": ATTRIBUTION,
        "follow": follow,
        "routes": routes,
        "open": unassigned,
        "tiles": bool(ground.tile_url),
    }
    streets = f',"streets":{ground.streets}}}'
    drawing.fit_bounds([(south, west), (north, east)], padding=(28, 28), max_zoom=17)
    _Drawing(_script_json(data).removesuffix("}") + streets).add_to(drawing)
    return _finish(figure.render(), assets, nonce)


def _add_depot(drawing: folium.Map, depot: Depot) -> None:
    folium.Marker(
        (depot.position.lat, depot.position.lon),
        icon=folium.DivIcon(html=_DEPOT_ICON, icon_size=(30, 30), icon_anchor=(15, 15)),
        popup=folium.Popup(f"<b>{_markup(depot.name)}</b>"),
        z_index_offset=1500,
    ).add_to(drawing)


def _finish(page: str, assets: MapAssets, nonce: str) -> str:
    # folium knows neither integrity nor nonces. Data never holds a literal "<", so every tag
    # found here is its own.
    for asset in (*assets.scripts, *assets.styles):
        page = page.replace(f'="{asset.url}"', f'="{asset.url}"{asset.attributes()}')
    page = page.replace("<html>", '<html lang="en">', 1)
    return re.sub(r"<script\b", f'<script nonce="{html.escape(nonce)}"', page) if nonce else page
