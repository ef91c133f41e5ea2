import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import gpxpy
import pytest

from collection.api.export import export_route, route_geojson, route_gpx
from collection.api.sheet import RouteSheet
from collection.errors import InvalidRequest, NotFound
from collection.model import (
    Address,
    Customer,
    Device,
    PickupRequest,
    Position,
    RequestState,
    TimeWindow,
)
from tests.api.samples import DAY, PLAN_ID, ROUTE_ID, make_plan, with_rests
from tests.places import TERRITORY

GOLDEN = Path(__file__).parent / "golden"
OPENS = datetime(2026, 3, 3, 7, tzinfo=UTC)


def make_request(key, line1, lon, lat):
    return PickupRequest(
        id=key,
        territory="monaco",
        day=DAY,
        reference="ORDER-1",
        code="K7QX3M",
        customer=Customer(
            name="Camille Laurent", phone="+33639980042", email="c@example.org", language="fr"
        ),
        address=Address(
            line1=line1,
            postcode="98000",
            city="Monaco",
            country="mc",
            position=Position(lon=lon, lat=lat),
        ),
        devices=(Device(type="phone"),),
        windows=(TimeWindow(start=OPENS, end=OPENS + timedelta(hours=2)),),
        slot_id="monaco.2026-03-03.0800",
        cancel_by=OPENS - timedelta(hours=14),
        created_at=OPENS - timedelta(days=1),
        state=RequestState.PLANNED,
    )


@pytest.fixture
def sheet():
    requests = {
        "monaco.a": make_request("monaco.a", "12 Rue Grimaldi", 7.4197, 43.7325),
        "monaco.b": make_request("monaco.b", "5 Avenue d'Été & <Fils>", 7.4205, 43.731),
    }
    draft = make_plan(*requests)
    route = replace(draft.routes[0], id=ROUTE_ID)
    plan = replace(draft, id=PLAN_ID, version=1, routes=(route,))
    return RouteSheet(
        route=route, plan=plan, territory=TERRITORY, published=True, requests=requests
    )


def test_geojson_is_the_golden_file(sheet):
    wanted = json.loads((GOLDEN / "route.geojson").read_text("utf-8"))
    assert route_geojson(sheet) == wanted


def test_gpx_is_the_golden_file(sheet):
    assert route_gpx(sheet) == (GOLDEN / "route.gpx").read_text("utf-8")


def test_gpx_is_read_back_by_a_reader(sheet):
    read = gpxpy.parse(route_gpx(sheet))
    assert [point.name for point in read.waypoints] == [
        "Hub",
        "1. 12 Rue Grimaldi",
        "2. 5 Avenue d'Été & <Fils>",
    ]
    assert read.waypoints[1].description == "08:00-10:00, arrival 08:00"
    track = read.tracks[0].segments[0].points
    assert (track[0].longitude, track[0].latitude) == (7.417, 43.729)
    assert (track[-1].longitude, track[-1].latitude) == (7.417, 43.729)
    assert len(track) == 7


def test_files_that_travel_name_nobody(sheet):
    for text in (route_gpx(sheet), json.dumps(route_geojson(sheet))):
        assert "Camille" not in text
        assert "+336" not in text


def test_a_route_without_geometry_still_has_its_stops(sheet):
    bare = replace(sheet, route=replace(sheet.route, legs=()))
    kinds = [feature["properties"]["kind"] for feature in route_geojson(bare)["features"]]
    assert kinds == ["depot", "stop", "stop"]
    assert len(gpxpy.parse(route_gpx(bare)).waypoints) == 3


def test_pauses_and_reloads_have_their_place(sheet):
    (route,) = with_rests(sheet.plan).routes
    rested = route_geojson(replace(sheet, route=route))["features"]
    reload, pause = rested[-2:]

    assert reload["geometry"]["coordinates"] == [7.417, 43.729]
    assert reload["properties"] == {
        "kind": "reload",
        "site_id": "hub",
        "after": 1,
        "arrival": "08:08",
        "departure": "08:18",
    }
    # Where the first stop is: the van has not yet driven on.
    assert pause["geometry"]["coordinates"] == [7.4197, 43.7325]
    assert pause["properties"] == {"kind": "pause", "after": 1, "start": "08:04", "end": "08:06"}


def test_the_command_line_gets_the_same_text(services, published):
    text = export_route(services, ROUTE_ID, "geojson")
    assert len(json.loads(text)["features"]) == 6
    assert export_route(services, ROUTE_ID, "gpx").startswith("<?xml")
    with pytest.raises(InvalidRequest, match="geojson or gpx"):
        export_route(services, ROUTE_ID, "kml")
    with pytest.raises(NotFound):
        export_route(services, "monaco.2026-03-03.v9.van-1", "gpx")
