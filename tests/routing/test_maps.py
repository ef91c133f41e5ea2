import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.model import (
    NO_LOAD,
    Address,
    Customer,
    Depot,
    Device,
    Leg,
    PickupRequest,
    Plan,
    Position,
    RequestState,
    Route,
    Stop,
    TimeWindow,
    Unassigned,
    UnassignedReason,
)
from collection.routing import map_parts
from collection.routing.maps import (
    ATTRIBUTION,
    Asset,
    Ground,
    MapAssets,
    MapWords,
    encode_streets,
    plan_map,
    route_colours,
    route_map,
)
from collection.routing.streets import Network

DAY = datetime(2026, 3, 30, tzinfo=UTC)
NONCE = "a-nonce"
ASSETS = MapAssets(
    scripts=(Asset("/static/leaflet.js"), Asset("/static/jquery.js")),
    styles=(Asset("/static/leaflet.css"),),
)
HUB = Depot(id="hub", name="Hub", position=Position(lon=7.417, lat=43.729))
GROUND = Ground(depots=(HUB,), vehicles={"van-1": "Van 1"}, zone=ZoneInfo("Europe/Monaco"))
STREETS = [
    ("residential", "Rue Grimaldi", [(7.41, 43.73), (7.42, 43.735)]),
    ("primary_link", "", [(7.41, 43.74), (7.42, 43.74)]),
    ("service", "Passage", [(7.411, 43.731), (7.412, 43.731), (7.413, 43.732)]),
]
MONACO = Path(__file__).parents[2] / "data" / "networks" / "monaco"


def make_request(number, *, name="Camille Laurent", state=RequestState.PLANNED):
    start = DAY + timedelta(hours=6)
    return PickupRequest(
        id=f"monaco.{number:03d}",
        territory="monaco",
        day=DAY.date(),
        reference="R",
        code="ACDEFG",
        customer=Customer(name=name, phone="+37799991234", email="a@example.org", language="fr"),
        address=Address(
            line1=f"{number} Rue Grimaldi",
            postcode="98000",
            city="Monaco",
            country="mc",
            position=Position(lon=7.41 + number / 10_000, lat=43.73 + number / 20_000),
        ),
        devices=(Device(type="phone"),),
        windows=(TimeWindow(start=start, end=start + timedelta(hours=2)),),
        slot_id=None,
        cancel_by=DAY,
        created_at=DAY,
        state=state,
    )


def make_route(requests, vehicle="van-1", *, legs=True):
    points = [(request.address.position.lon, request.address.position.lat) for request in requests]
    lines = zip([(7.417, 43.729), *points], [*points, (7.417, 43.729)], strict=True)
    return Route(
        id=f"monaco.2026-03-30.v1.{vehicle}",
        vehicle_id=vehicle,
        stops=tuple(
            Stop(
                request_id=request.id,
                position=request.address.position,
                arrival=28_800 + 60 * number,
                start=28_800 + 60 * number,
                departure=28_860 + 60 * number,
                travel=60,
                metres=500,
                load=NO_LOAD,
            )
            for number, request in enumerate(requests)
        ),
        legs=tuple(Leg(line=line, streets=()) for line in lines) if legs else (),
        start=28_000,
        end=40_000,
        travel=600,
        metres=5_000,
        cost=1_000,
        load=NO_LOAD,
    )


def make_plan(routes, left=()):
    return Plan(
        id="monaco.2026-03-30.v1",
        territory="monaco",
        day=DAY.date(),
        version=1,
        created_at=DAY,
        routes=tuple(routes),
        unassigned=tuple(
            Unassigned(request_id=key, reason=UnassignedReason.NO_CAPACITY, detail="vans are full")
            for key in left
        ),
        cost=0,
        fingerprint="",
        seed=0,
    )


def draw_plan(plan, requests, ground=GROUND, **options):
    by_id = {request.id: request for request in requests}
    return plan_map(plan, by_id, ground, assets=ASSETS, **options)


def drawn(page):
    found = re.search(r"^drawCollection\(map, (.*)\);$", page, re.MULTILINE)
    return json.loads(found.group(1))


def decode(text):
    """The encoded polyline format, read as its description says."""
    numbers, value, shift = [], 0, 0
    for char in text:
        part = ord(char) - 63
        value |= (part & 31) << shift
        shift += 5
        if part < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points, lat, lon = [], 0, 0
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        points.append((lon, lat))
    return points


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def of(self, name):
        return [attributes for tag, attributes in self.found if tag == name]


@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
        max_size=20,
    )
)
def test_an_encoded_line_keeps_five_decimals(line):
    expected = [(round(lon * 1e5), round(lat * 1e5)) for lon, lat in line]
    assert decode(map_parts.encode_line(line)) == expected


def test_a_known_line_is_written_in_the_known_way():
    # The example of the format's own description.
    line = [(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)]
    assert map_parts.encode_line(line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_a_page_loads_nothing_but_its_assets():
    requests = [make_request(1)]
    tags = Tags(draw_plan(make_plan([make_route(requests)]), requests))
    assert [tag["src"] for tag in tags.of("script") if "src" in tag] == [
        "/static/leaflet.js",
        "/static/jquery.js",
    ]
    assert [tag["href"] for tag in tags.of("link")] == ["/static/leaflet.css", "data:,"]
    assert not tags.of("img")


def test_assets_of_another_host_carry_their_hash():
    assets = MapAssets(scripts=(Asset("https://cdn.example/l.js", "sha384-abc"),), styles=())
    request = make_request(1)
    page = plan_map(make_plan([make_route([request])]), {}, GROUND, assets=assets)
    script = Tags(page).of("script")[0]
    assert (script["integrity"], script["crossorigin"]) == ("sha384-abc", "anonymous")


def test_every_script_carries_the_nonce_and_no_tag_carries_code():
    requests = [make_request(1)]
    tags = Tags(draw_plan(make_plan([make_route(requests)]), requests, nonce=NONCE))
    assert {tag.get("nonce") for tag in tags.of("script")} == {NONCE}
    assert not [name for _, attributes in tags.found for name in attributes if name[:2] == "on"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(1)>",
        "<!--<script>",
        "{{ 7 * 7 }} {% raw %} {# #}",
        "`${alert(1)}` \\u003c \u2028",
        "\"quoted\" & 'single'",
    ],
)
def test_a_name_is_shown_and_never_run(name):
    request = make_request(1, name=name)
    depot = replace(HUB, name=name)
    ground = replace(GROUND, depots=(depot,), vehicles={"van-1": name})
    plan = make_plan([make_route([request])])
    page = draw_plan(plan, [request], ground, words=MapWords(title=name, states={"planned": name}))
    plain = draw_plan(plan, [make_request(1)])
    assert [tag for tag, _ in Tags(page).found] == [tag for tag, _ in Tags(plain).found]
    route = drawn(page)["routes"][0]
    assert route["name"] == name
    assert route["stops"][0]["lines"][0] == name
    popup = re.search(r"\$\(`<div.*?<b>(.*?)</b>", page, re.DOTALL).group(1)
    assert not set(popup) & set("<`$\\{}\"'")


def test_stops_are_numbered_in_driving_order_with_window_and_arrival():
    requests = [make_request(number) for number in (3, 1, 2)]
    words = MapWords(window="Créneau", arrival="Prévu", states={"planned": "Planifiée"})
    page = draw_plan(make_plan([make_route(requests)]), requests, words=words)
    stops = drawn(page)["routes"][0]["stops"]
    assert [stop["id"] for stop in stops] == ["monaco.003", "monaco.001", "monaco.002"]
    assert [stop["label"] for stop in stops] == ["1", "2", "3"]
    assert stops[1]["lines"] == [
        "Camille Laurent",
        "1 Rue Grimaldi",
        "Créneau 08:00\u201310:00",
        "Prévu 08:01",
        "Planifiée",
    ]


def test_a_stop_whose_request_was_moved_is_still_drawn():
    page = draw_plan(make_plan([make_route([make_request(1)])]), [])
    assert drawn(page)["routes"][0]["stops"][0]["lines"] == ["monaco.001", "Arrival 08:00"]


def test_a_route_follows_the_streets_of_its_legs():
    requests = [make_request(1), make_request(2)]
    line = drawn(draw_plan(make_plan([make_route(requests)]), requests))["routes"][0]["line"]
    assert decode(line)[0] == (741_700, 4_372_900)
    assert len(decode(line)) == 6


def test_a_route_without_geometry_joins_its_stops():
    requests = [make_request(1), make_request(2)]
    plan = make_plan([make_route(requests, legs=False)])
    assert len(decode(drawn(draw_plan(plan, requests))["routes"][0]["line"])) == 2


def test_who_is_in_no_route_is_on_the_plans_map_with_the_reason():
    requests = [make_request(1), make_request(9, state=RequestState.UNASSIGNED)]
    plan = make_plan([make_route(requests[:1])], left=["monaco.009", "monaco.gone"])
    (left,) = drawn(draw_plan(plan, requests))["open"]
    assert left["id"] == "monaco.009"
    assert left["lines"][-1] == "Unassigned: vans are full"


def test_a_drivers_map_shows_one_route_in_its_colour_and_follows_it():
    request = make_request(1)
    page = route_map(
        make_route([request]), {request.id: request}, GROUND, index=2, assets=ASSETS, nonce=NONCE
    )
    data = drawn(page)
    assert data["follow"] is True
    assert data["open"] == []
    assert [route["colour"] for route in data["routes"]] == [route_colours(2)[0]]


def test_a_plan_without_routes_is_a_map_too():
    assert drawn(draw_plan(make_plan([]), []))["routes"] == []


def test_colours_repeat_with_another_dash_only():
    looks = []
    for index in range(14):
        row = map_parts.route_row(make_route([], f"van-{index}"), index, {}, GROUND, MapWords())
        looks.append((row["colour"], row["dash"]))
    assert len(set(looks)) == len(looks)
    assert len({colour for colour, _ in looks[:7]}) == 7


@pytest.mark.parametrize("index", range(7))
def test_numbers_are_readable_upon_every_colour(index):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted(luminance(colour) for colour in route_colours(index))
    assert (light + 0.05) / (dark + 0.05) > 3


def test_streets_come_in_order_of_importance():
    rows = json.loads(encode_streets(STREETS))
    assert [(rank, name) for rank, name, _ in rows] == [
        (0, ""),
        (2, "Rue Grimaldi"),
        (3, "Passage"),
    ]


def test_beyond_the_budget_the_smallest_streets_are_left_out(monkeypatch):
    monkeypatch.setattr(map_parts, "VERTEX_BUDGET", 5)
    assert [rank for rank, _, _ in json.loads(encode_streets(STREETS))] == [0, 2]


def test_streets_are_the_ground_unless_there_are_tiles():
    requests = [make_request(1)]
    plan = make_plan([make_route(requests)])
    ground = replace(GROUND, streets=encode_streets(STREETS))
    page = draw_plan(plan, requests, ground)
    assert len(drawn(page)["streets"]) == 3
    assert "L.tileLayer" not in page
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    page = draw_plan(plan, requests, replace(GROUND, tile_url=tiles))
    assert drawn(page)["tiles"] is True
    assert tiles in page


def test_openstreetmap_is_named_on_both_kinds_of_ground():
    assert "OpenStreetMap</a> contributors" in ATTRIBUTION
    requests = [make_request(1)]
    plan = make_plan([make_route(requests)])
    for tile_url in ("", "https://tiles.example/{z}/{x}/{y}.png"):
        page = draw_plan(plan, requests, replace(GROUND, tile_url=tile_url))
        assert drawn(page)["attribution"] == ATTRIBUTION


def test_a_map_of_120_stops_is_small():
    if not MONACO.exists():
        pytest.skip("the Monaco network is not built; run `collection network build monaco`")
    streets = encode_streets(Network.load(MONACO).street_lines())
    requests = [make_request(number) for number in range(120)]
    # Four times 30 legs, each as long as a way right through the town.
    way = tuple((7.41 + step / 5_000, 43.72 + step / 7_000) for step in range(60))
    routes = []
    for van in range(4):
        route = make_route(requests[30 * van : 30 * van + 30], f"van-{van}")
        routes.append(replace(route, legs=tuple(Leg(line=way, streets=()) for _ in route.legs)))
    page = draw_plan(make_plan(routes), requests, replace(GROUND, streets=streets))
    assert len(page.encode()) < 500_000
