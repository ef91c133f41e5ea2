import pytest

from collection.api.vroom_work import seconds_for
from collection.routing.formats.vroom_schema import Options
from collection.settings import Settings


@pytest.mark.parametrize(
    ("options", "tasks", "seconds"),
    [
        ({}, 20, 3.0),
        ({"x": 2}, 20, 1.5),
        ({}, 1_000, 30.0),
        ({"l": 12.5}, 20, 12.5),
        ({"l": 600}, 20, 30.0),
        ({"l": 5, "x": 0}, 1_000, 5.0),
    ],
)
def test_how_long_a_search_takes(options, tasks, seconds):
    settings = Settings(_env_file=None, vroom_seconds=30.0)
    assert seconds_for(Options.model_validate(options), tasks, settings) == seconds
