"""The small territory of `tests.places`, moved into each country that `data/` knows."""

from dataclasses import replace
from pathlib import Path

from collection.catalogue import load_catalogue
from tests.places import TERRITORY, make_vehicle

DATA = Path(__file__).parents[1] / "data"
COUNTRIES = load_catalogue(DATA).countries
# Country, subdivision and its time zone.
PLACES = [
    ("fr", "57", "Europe/Paris"),
    ("de", "BW", "Europe/Berlin"),
    ("es", "MD", "Europe/Madrid"),
    ("es", "CN", "Atlantic/Canary"),
    ("mc", None, "Europe/Monaco"),
]


def territory_in(code, subdivision=None, **changes):
    """The territory in a country, with vans that its law lets go out."""
    country = COUNTRIES[code]
    fields = {
        "country": country,
        "subdivision": subdivision,
        "timezone": country.time_zone_of(subdivision),
        "vehicles": (make_vehicle("van-1", end=17), make_vehicle("van-2", end=17)),
    }
    return replace(TERRITORY, **{**fields, **changes})
