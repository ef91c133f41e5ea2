import json

import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.units import HOUR

TOML = "territories/monaco/territory.toml"
SQUARE = [[7.40, 43.71], [7.45, 43.71], [7.45, 43.76], [7.40, 43.76], [7.40, 43.71]]


def polygon(*rings):
    return json.dumps({"type": "Polygon", "coordinates": rings})


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('country = "mc"', 'country = "xx"', "country"),
        ('timezone = "Europe/Monaco"', 'timezone = "Europe/Nowhere"', "timezone"),
        ('timezone = "Europe/Monaco"', 'timezone = "Europe"', "timezone"),
        ('country = "mc"', 'country = "mc"\nsubdivision = "XX"', "subdivision"),
        ('cut_off = "18:00"', 'cut_off = "25:00"', "cut_off"),
        ('cut_off = "18:00"', "cut_off = 18", "cut_off"),
        ("booking_days = 14", 'booking_days = "14"', "booking_days"),
        ('id = "monaco"', 'id = "Monaco"', "id"),
        ('publish = "review"', 'publish = "perhaps"', "publish"),
        ("at_door = 90", "at_door = -1", "service.at_door"),
        ("per_floor = 15", "per_floor = 0.5", "service.per_floor"),
        ("reload_seconds = 600", "reload_seconds = -1", "reload_seconds"),
        ("lon = 7.4170", "lon = 740", "depots.0.lon"),
        ("lon = 7.4170", "lon = 43.7290", "depots.0"),
        ('start = "10:00"', 'start = "08:00"', "slots"),
        ('end = "10:00"', 'end = "08:00"', "slots.0"),
    ],
)
def test_a_mistake_names_file_and_field(folder, edit, old, new, field):
    path = edit(TOML, old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
    assert str(path) in caught.value.message


def test_the_demo_s_stops_share_their_set_up_and_vans_may_be_emptied(folder):
    monaco = load_catalogue(folder).territory("monaco")

    assert (monaco.service.setup, monaco.service.per_floor) == (60, 15)
    assert (monaco.reload_at_depots, monaco.reload_seconds) == (True, 600)
    assert [van.breaks[0].seconds for van in monaco.vehicles] == [1_800] * 4


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        json.dumps({"type": "FeatureCollection", "features": []}),
        json.dumps({"type": "Point", "coordinates": [7.4, 43.7]}),
        polygon([[7.40, 43.71], [7.45, 43.76], [7.45, 43.71], [7.40, 43.76], [7.40, 43.71]]),
        polygon(SQUARE, [[7.42, 43.73], [7.43, 43.73], [7.43, 43.74], [7.42, 43.73]]),
        polygon([[lat, lon] for lon, lat in SQUARE]),
    ],
)
def test_an_area_must_be_polygons(folder, content):
    (folder / "territories" / "monaco" / "zones.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"zones\.geojson"):
        load_catalogue(folder)


HEADING = "id,name,lon,lat,service,opening,reload\n"
SHOP = "shop,The shop,7.42,43.74,300,09:00-12:30 14:00-18:00,yes\n"


def with_sites(folder, text):
    (folder / "territories" / "monaco" / "sites.csv").write_text(text, encoding="utf-8")
    return load_catalogue(folder).territory("monaco").sites


def test_sites_are_read_from_their_file(folder):
    corner = "corner,Corner,7.43,43.73,0,00:00-24:00,no\n"
    shop, corner = with_sites(folder, "\ufeff" + HEADING + SHOP + corner)

    assert (shop.id, shop.name, shop.service, shop.reload) == ("shop", "The shop", 300, True)
    assert shop.opening == ((9 * HOUR, 45_000), (14 * HOUR, 18 * HOUR))
    assert (shop.position.lon, shop.position.lat) == (7.42, 43.74)
    assert (corner.opening, corner.reload) == (((0, 24 * HOUR),), False)


def test_a_territory_without_the_file_has_no_sites(folder):
    (folder / "territories" / "monaco" / "sites.csv").unlink()
    assert load_catalogue(folder).territory("monaco").sites == ()


def test_a_site_may_say_its_address_and_how_many_devices_it_keeps(folder):
    (plain,) = with_sites(folder, HEADING + SHOP)
    more = HEADING.replace("\n", ",capacity,address\n")
    (full,) = with_sites(folder, more + SHOP.replace("\n", ",12,1 Rue Grimaldi\n"))
    assert (plain.capacity, plain.address) == (0, "")
    assert (full.capacity, full.address) == (12, "1 Rue Grimaldi")


def test_the_demo_s_sites_take_devices_and_empty_no_van(folder):
    sites = load_catalogue(folder).territory("monaco").sites
    assert len(sites) == 4
    for site in sites:
        assert site.capacity > 0
        assert not site.reload
        assert "(example)" in site.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,name\n", "sites.csv: line 1: must hold the columns id, name, lon"),
        ("", "sites.csv: line 1: must hold the columns"),
        (HEADING + SHOP.replace("300", "soon"), "sites.csv: line 2.service: "),
        (HEADING + SHOP + SHOP.replace("43.74", "93"), "sites.csv: line 3.lat: "),
        (HEADING + SHOP.replace("yes", "perhaps"), "line 2.reload: "),
        (HEADING + SHOP.replace("12:30", "14:00"), "line 2.opening: .*overlap"),
        (HEADING + SHOP.replace("12:30", "08:00"), "line 2.opening: .*'09:00-08:00' is no opening"),
        (HEADING + SHOP.replace("12:30", "noon"), "line 2.opening: .*'noon' is not a wall clock"),
        (HEADING + "shop,The shop\n", "line 2.lon: "),
        (HEADING.replace("\n", ",colour\n") + SHOP, "line 1: must hold .*and may hold address"),
        (HEADING.replace("\n", ",id\n") + SHOP, "line 1: must hold the columns"),
        (HEADING + SHOP.replace("yes", "yes,more"), "line 2.more: "),
        (HEADING + SHOP.replace("shop,", "Shop,", 1), "line 2.id: "),
        (HEADING + SHOP + SHOP, "territory.toml: sites.shop: the id 'shop' comes twice"),
        (HEADING + SHOP.replace("shop,", "fontvieille,", 1), "'fontvieille' comes twice"),
        (HEADING + SHOP.replace("7.42,43.74", "43.74,7.42"), "sites.shop: .* swapped"),
    ],
)
def test_a_mistake_in_a_site_names_its_line(folder, text, message):
    with pytest.raises(InvalidRequest, match=message):
        with_sites(folder, text)
