"""When a running day calls for a dispatcher, from its file."""

import pytest

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.model import LiveRules
from collection.units import MINUTE
from tests.catalogue.conftest import DATA


def test_the_shipped_thresholds_are_those_of_the_code():
    assert load_catalogue(DATA).live == LiveRules()


def test_minutes_become_seconds(folder, edit):
    edit("live.toml", "silent_minutes = 30", "silent_minutes = 5")
    assert load_catalogue(folder).live == LiveRules(silent=5 * MINUTE)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("late_minutes = 1", "late_minutes = -1", "late_minutes"),
        ("off_route_metres = 1_000", "", "off_route_metres"),
    ],
)
def test_a_wrong_threshold_is_named(folder, edit, old, new, field):
    edit("live.toml", old, new)
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder)
    assert caught.value.field == field
