"""What driving and posting emit, from a file that names its sources."""

import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.model import Emissions
from tests.catalogue.conftest import DATA


def test_shipped_figures_name_their_sources():
    emissions = load_catalogue(DATA).emissions
    assert emissions.vehicles["diesel_van"] > 3 * emissions.vehicles["electric_van"]
    assert emissions.parcel > 0
    assert set(emissions.sources) == {*emissions.vehicles, "parcel"}
    assert all(emissions.sources.values())


def test_grams_follow_the_vehicle_the_way_and_the_country():
    van = load_catalogue(DATA).territory("monaco").vehicles[0]
    emissions = Emissions(
        vehicles={"electric_van": 80}, countries={("electric_van", "fr"): 5}, parcel=1
    )
    assert emissions.grams(van, 2_500, country="de") == 200
    assert emissions.grams(van, 2_500, country="fr") == 12.5


def test_a_vehicle_of_an_unknown_class_is_named(folder, edit):
    edit("territories/monaco/territory.toml", 'co2_class = "electric_van"', 'co2_class = "horse"')
    with pytest.raises(InvalidRequest, match=r"co2_class.*horse.*diesel_van") as caught:
        load_catalogue(folder)
    assert caught.value.field == "vehicles.0.co2_class"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("grams_per_km = 240", "grams_per_km = -1", "vehicle.diesel_van.grams_per_km"),
        ("range = [185, 270]", "range = [185]", "vehicle.diesel_van.range"),
        ("grams = 420", "kilograms = 1", "parcel.grams"),
    ],
)
def test_a_wrong_figure_is_named(folder, edit, old, new, field):
    edit("emissions.toml", old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
