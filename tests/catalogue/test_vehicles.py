import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.model import ClockBreak, Position
from collection.units import HOUR

TOML = "territories/monaco/territory.toml"
VAN_2 = 'name = "Van 2"'


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('id = "van-2"', 'id = "van-1"', "vehicles"),
        ('id = "van-2"', 'id = "van 2"', "vehicles.1"),
        ('shift = ["07:45", "15:45"]', 'shift = ["15:45", "07:45"]', "vehicles.0"),
        ("cost_per_km = 28", "cost_per_mile = 28", "vehicles.0.cost_per_km"),
        (VAN_2, f'{VAN_2}\nend_depot = "moon"', "vehicles.1"),
        (VAN_2, f'{VAN_2}\nreload_sites = ["moon"]', "vehicles.1.reload_sites"),
        (VAN_2, f"{VAN_2}\nspeed_percent = 5", "vehicles.1.speed_percent"),
        (VAN_2, f"{VAN_2}\novertime = -1", "vehicles.1.overtime"),
        (VAN_2, f"{VAN_2}\neu_561 = true", "vehicles.1.eu_561"),
        (VAN_2, f"{VAN_2}\nhome = {{ lon = 7.4 }}", "vehicles.1.home.lat"),
        ('latest = "13:30"', 'latest = "11:00"', "vehicles.0.breaks"),
        ('latest = "13:30"', "latest = 13", "vehicles.0.breaks.0.latest"),
    ],
)
def test_a_mistake_names_file_and_field(folder, edit, old, new, field):
    path = edit(TOML, old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
    assert str(path) in caught.value.message


def test_the_same_break_twice_is_a_mistake(folder, edit):
    row = '{ earliest = "11:30", latest = "13:30", seconds = 1800 }'
    edit(TOML, f"[{row}]", f"[{row}, {row}]")

    with pytest.raises(InvalidRequest, match="two breaks are the same"):
        load_catalogue(folder)


def test_everything_that_a_vehicle_may_say(folder, edit):
    edit("countries/mc.toml", 'language = "fr"', 'language = "fr"\nregulations = ["eu_561"]')
    edit(
        TOML,
        VAN_2,
        VAN_2
        + """
overtime = 1800
overtime_cost_per_hour = 1300
max_metres = 90_000
max_stops = 25
max_seconds = 27_000
speed_percent = 85
emission_class = "crit_air_1"
eu_561 = true
driver = "ada"
home = { lon = 7.43, lat = 43.74 }
reload_sites = ["fontvieille"]
""",
    )
    van = load_catalogue(folder).territory("monaco").vehicles[1]

    assert (van.overtime, van.overtime_cost_per_hour) == (1_800, 1_300)
    assert (van.max_metres, van.max_stops, van.max_seconds) == (90_000, 25, 27_000)
    assert (van.speed_percent, van.emission_class, van.eu_561) == (85, "crit_air_1", True)
    assert (van.driver, van.home) == ("ada", Position(lon=7.43, lat=43.74))
    assert van.reload_sites == {"fontvieille"}


def test_what_it_does_not_say_means_nothing(folder):
    van = load_catalogue(folder).territory("monaco").vehicles[1]

    assert (van.overtime, van.max_stops, van.max_seconds) == (0, None, None)
    assert (van.speed_percent, van.emission_class, van.home) == (100, "", None)
    assert (van.reload_sites, van.eu_561, van.driver) == (None, False, "")
    assert van.breaks == (
        ClockBreak(earliest=11 * HOUR + 1_800, latest=13 * HOUR + 1_800, seconds=1_800),
    )


@pytest.mark.parametrize("code", ["fr", "de", "es"])
def test_an_emission_class_is_one_of_the_country_s(folder, edit, code):
    scheme = load_catalogue(folder).countries[code].emission_schemes[0]
    dirtiest = scheme.classes[-1]
    edit(TOML, 'country = "mc"\ntimezone = "Europe/Monaco"', f'country = "{code}"')
    edit(TOML, VAN_2, f'{VAN_2}\nemission_class = "{dirtiest}"')
    assert load_catalogue(folder).territory("monaco").vehicles[1].emission_class == dirtiest

    edit(TOML, f'"{dirtiest}"', '"euro_5"')
    with pytest.raises(InvalidRequest, match=f"no class of {scheme.name}; known: ") as caught:
        load_catalogue(folder)
    assert caught.value.field == "vehicles.1.emission_class"


def test_a_country_without_classes_takes_any_word(folder, edit):
    edit(TOML, VAN_2, f'{VAN_2}\nemission_class = "electric"')
    assert load_catalogue(folder).territory("monaco").vehicles[1].emission_class == "electric"
