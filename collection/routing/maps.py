"""A plan or a route as an interactive map: a folium page with nothing from elsewhere."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import folium
from branca.element import MacroElement
from folium.template import Template

from collection.routing.map_parts import (
    Ground,
    MapWords,
    clock_windows,
    encode_streets,
    open_row,
    route_colours,
    route_row,
    script_json,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import Depot, PickupRequest, Plan, Route, Site

__all__ = [
    "Asset",
    "Ground",
    "MapAssets",
    "MapWords",
    "clock_windows",
    "encode_streets",
    "plan_map",
    "route_colours",
    "route_map",
]

ATTRIBUTION = (
    '© <a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener">'
    "OpenStreetMap</a> contributors"
)
_PLACE = "/* the drawing */"
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
        route_row(route, index, requests, ground, words) for index, route in enumerate(plan.routes)
    ]
    unassigned = [
        open_row(requests[entry.request_id], entry.detail, ground, words)
        for entry in plan.unassigned
        if entry.request_id in requests
    ]
    return _page(routes, unassigned, ground, assets=assets, nonce=nonce, words=words, follow=False)


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
    drawn = route_row(route, index, requests, ground, words)
    return _page([drawn], [], ground, assets=assets, nonce=nonce, words=words, follow=True)


class _LocalMap(folium.Map):  # type: ignore[misc]
    """A folium map that loads what it is told to and nothing else."""

    def __init__(self, assets: MapAssets, **options: Any) -> None:
        super().__init__(**options)
        self._name = "Map"
        self.default_js = [(asset.url, asset.url) for asset in assets.scripts]
        self.default_css = [(asset.url, asset.url) for asset in assets.styles]


class _Drawing(MacroElement):  # type: ignore[misc]
    """The place of the drawing in folium's script.

    Nothing of ours goes through folium itself: it compiles the script that it has made as a
    template once more, and a name like ``{{ x }}`` would be run.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "((map) => {" + _PLACE + "})({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "Drawing"


def _source(name: str) -> str:
    return resources.files("collection.routing").joinpath(name).read_text(encoding="utf-8")


def _markup(text: str) -> str:
    # folium puts markup into JavaScript template literals.
    escaped = html.escape(text)
    for char in "`$\\{}":
        escaped = escaped.replace(char, f"&#{ord(char)};")
    return escaped


def _page(
    routes: list[dict[str, Any]],
    unassigned: list[dict[str, Any]],
    ground: Ground,
    *,
    assets: MapAssets,
    nonce: str,
    words: MapWords,
    follow: bool,
) -> str:
    # Not who is in no route: one address far outside would make the rest tiny.
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
    if ground.tile_url:
        folium.TileLayer(ground.tile_url, attr=ATTRIBUTION, max_zoom=19).add_to(drawing)
    for depot in ground.depots:
        _add_depot(drawing, depot)
    _Drawing().add_to(drawing)
    data = {
        "attribution": ATTRIBUTION,
        "bounds": [[south, west], [north, east]],
        "follow": follow,
        "routes": routes,
        "open": unassigned,
        "tiles": bool(ground.tile_url),
    }
    payload = f'{script_json(data).removesuffix("}")},"streets":{ground.streets}}}'
    script = f"{_source('maps.js')}\ndrawCollection(map, {payload});\n"
    return _finish(figure.render(), assets, nonce).replace(_PLACE, script, 1)


def _add_depot(drawing: folium.Map, depot: Depot | Site) -> None:
    folium.Marker(
        (depot.position.lat, depot.position.lon),
        icon=folium.DivIcon(html=_DEPOT_ICON, icon_size=(30, 30), icon_anchor=(15, 15)),
        popup=folium.Popup(f"<b>{_markup(depot.name)}</b>"),
        z_index_offset=1500,
    ).add_to(drawing)


def _finish(page: str, assets: MapAssets, nonce: str) -> str:
    # folium knows neither integrity nor nonces.
    for asset in (*assets.scripts, *assets.styles):
        page = page.replace(f'="{asset.url}"', f'="{asset.url}"{asset.attributes()}')
    page = page.replace("<html>", '<html lang="en">', 1)
    # Our sheet comes after Leaflet's, or that one would win; the empty icon saves a request.
    head = f'<link rel="icon" href="data:,">\n<style>{_source("maps.css")}</style>\n</head>'
    page = page.replace("</head>", head, 1)
    return re.sub(r"<script\b", f'<script nonce="{html.escape(nonce)}"', page) if nonce else page
