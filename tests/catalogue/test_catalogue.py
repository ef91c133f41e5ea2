"""data/ is read whole, and every mistake in it is named with its file and field."""

import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest, NotFound
from collection.units import HOUR
from tests.catalogue.conftest import DATA


def test_the_shipped_data_is_read():
    catalogue = load_catalogue(DATA)
    assert set(catalogue.countries) == {"de", "es", "fr", "mc"}
    monaco = catalogue.territory("monaco")
    assert monaco.vehicles[0].shift.start == 7 * HOUR + 45 * 60
    assert monaco.vehicles[0].start_depot == monaco.vehicles[0].end_depot == "fontvieille"
    assert [slot.start // HOUR for slot in monaco.slots] == [8, 10, 12, 14, 16, 18]
    assert catalogue.devices["laptop"].load.grams == 3_000
    assert monaco.area[0][0] == monaco.area[0][-1]


def test_unknown_territory_names_the_known_ones():
    with pytest.raises(NotFound, match=r"atlantis.*monaco"):
        load_catalogue(DATA).territory("atlantis")


def test_a_folder_without_territories_is_named(folder):
    (folder / "territories" / "monaco" / "territory.toml").unlink()
    with pytest.raises(InvalidRequest, match="territories: holds no territory"):
        load_catalogue(folder)


@pytest.mark.parametrize("name", ["devices.toml", "weights.toml", "emissions.toml", "live.toml"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(InvalidRequest, match=rf"{name}: cannot be read"):
        load_catalogue(folder)


def test_what_is_no_toml_is_named(folder):
    (folder / "devices.toml").write_text("[phone", encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"devices\.toml: is not TOML"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("unassigned = 100_000", "unassigned = 0", "unassigned"),
        ("priority_factor = 2", "priority_factor = 0", "priority_factor"),
        ("change_of_time = 400", "change_of_time = -1", "change_of_time"),
        ("announced_minutes = 30", "announced_hours = 1", "announced_minutes"),
        ('measure = "time"', 'measure = "luck"', "fairness.measure"),
    ],
)
def test_a_wrong_weight_is_named(folder, edit, old, new, field):
    path = edit("weights.toml", old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
    assert str(path) in caught.value.message


def test_weights_hold_for_every_territory_and_no_price_is_no_fairness(folder, edit):
    shipped = load_catalogue(DATA).territory("monaco").weights
    assert (shipped.unassigned, shipped.announced_within) == (100_000, 1_800)
    assert shipped.fairness.measure == "time"

    edit("weights.toml", "price = 300", "price = 0")
    assert load_catalogue(folder).territory("monaco").weights.fairness is None
