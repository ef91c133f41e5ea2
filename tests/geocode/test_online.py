import time
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from collection.geocode import BanGeocoder, IndexGeocoder, NominatimGeocoder
from tests.geocode.places_data import index_of
from tests.stub_server import serve

BAN = {
    "type": "FeatureCollection",
    "features": [
        {
            "geometry": {"type": "Point", "coordinates": [2.29, 48.86]},
            "properties": {
                "label": "8 Boulevard du Port 80000 Amiens",
                "score": 0.49,
                "housenumber": "8",
                "name": "8 Boulevard du Port",
                "postcode": "80000",
                "city": "Amiens",
                "street": "Boulevard du Port",
                "type": "housenumber",
            },
        },
        {
            "geometry": {"type": "Point", "coordinates": [2.3, 48.8]},
            "properties": {
                "label": "Boulevard du Port 80000 Amiens",
                "score": 0.72,
                "name": "Boulevard du Port",
                "postcode": "80000",
                "city": "Amiens",
                "type": "street",
            },
        },
    ],
}
NOMINATIM = [
    {
        "lat": "48.86",
        "lon": "2.29",
        "display_name": "8, Boulevard du Port, Amiens, 80000, France",
        "importance": 0.01,
        "address": {
            "house_number": "8",
            "road": "Boulevard du Port",
            "town": "Amiens",
            "postcode": "80000",
            "country_code": "fr",
        },
    },
    {
        "lat": "48.8",
        "lon": "2.3",
        "name": "Port",
        "display_name": "Port, Amiens",
        "importance": 0.9,
    },
]
KINDS = [(BanGeocoder, BAN), (NominatimGeocoder, NOMINATIM)]
HOUSE = "4 Avenue de la Madone, 98000 Monaco"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    return IndexGeocoder(index_of(tmp_path_factory.mktemp("index")), country="mc")


def geocoder(kind, url, index, **options):
    return kind(url, index, **{"timeout": 2.0, "retries": 2, "backoff": 0.01, **options})


def test_ban(index):
    with serve(lambda *_: (200, BAN)) as (url, asked):
        street, house = geocoder(BanGeocoder, f"{url}/search/", index).search("8 bd du port")
    query = parse_qs(urlsplit(asked[0]).query)
    assert query == {"q": ["8 bd du port"], "limit": ["5"]}
    assert (street.exact, street.score) == (False, 0.72)
    assert (house.line1, house.postcode, house.city) == ("8 Boulevard du Port", "80000", "Amiens")
    assert (house.exact, house.country) == (True, "fr")
    assert (house.position.lon, house.position.lat) == (2.29, 48.86)


def test_nominatim_is_scored_by_likeness_not_importance(index):
    with serve(lambda *_: (200, NOMINATIM)) as (url, asked):
        matches = geocoder(NominatimGeocoder, f"{url}/search", index).search("8 bd du port Amiens")
    assert parse_qs(urlsplit(asked[0]).query)["format"] == ["jsonv2"]
    assert matches[0].label == "8 Boulevard du Port, 80000 Amiens"
    assert (matches[0].exact, matches[0].score, matches[0].country) == (True, 1.0, "fr")
    assert matches[1].score < 0.6


@pytest.mark.parametrize(("kind", "good"), KINDS)
def test_limit_is_kept(index, kind, good):
    with serve(lambda *_: (200, good)) as (url, _):
        assert len(geocoder(kind, url, index).search("8 bd du port", limit=1)) == 1


@pytest.mark.parametrize(("kind", "good"), KINDS)
@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_passing_fault_is_tried_again(index, kind, good, status):
    answers = iter([(status, b"busy"), (200, good)])
    with serve(lambda *_: next(answers)) as (url, asked):
        found = geocoder(kind, url, index).search("8 bd du port")
    assert len(asked) == 2
    assert {match.city for match in found} & {"Amiens"}


@pytest.mark.parametrize(("kind", "_good"), KINDS)
@pytest.mark.parametrize(
    ("answer", "tries"),
    [
        ((500, b"broken"), 3),
        ((404, b"moved"), 1),
        ((200, b"<html>"), 1),
        ((200, {"features": [{"properties": {}}]}), 1),
        ((200, {"error": "no"}), 1),
        ((200, [{"lat": "north"}]), 1),
        ((200, [1]), 1),
        ((200, {"features": [{"properties": None, "geometry": None}]}), 1),
    ],
)
def test_a_lasting_fault_falls_back_on_the_index_and_is_logged(index, kind, _good, answer, tries):
    with (
        structlog.testing.capture_logs() as logs,
        serve(lambda *_: answer) as (url, asked),
    ):
        found = geocoder(kind, url, index).search(HOUSE)
    assert [match.label for match in found][:1] == [HOUSE]
    assert len(asked) == tries
    (entry,) = logs
    assert (entry["event"], entry["log_level"]) == ("geocoder_fallback", "warning")
    assert entry["geocoder"] == kind.__name__
    # An address is personal: it does not belong in a log.
    assert "Madone" not in str(entry)


@pytest.mark.parametrize(("kind", "_good"), KINDS)
def test_a_slow_server_is_not_waited_for(index, kind, _good):
    def slow(*_):
        time.sleep(1.0)
        return 200, []

    began = time.monotonic()
    with serve(slow) as (url, _):
        found = geocoder(kind, url, index, timeout=0.1, retries=1).search(HOUSE)
        waited = time.monotonic() - began
    assert found[0].label == HOUSE
    assert waited < 0.9


@pytest.mark.parametrize(("kind", "_good"), KINDS)
def test_an_unreachable_server(index, kind, _good):
    found = geocoder(kind, "http://127.0.0.1:1/search", index, retries=0).search(HOUSE)
    assert found[0].label == HOUSE


@pytest.mark.parametrize(
    ("kind", "nothing"), [(BanGeocoder, {"features": []}), (NominatimGeocoder, [])]
)
def test_a_service_that_knows_no_such_address_is_believed(index, kind, nothing):
    with serve(lambda *_: (200, nothing)) as (url, _):
        assert geocoder(kind, url, index).search(HOUSE) == ()
