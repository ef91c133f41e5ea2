import pytest

from collection.settings import Settings
from collection.simulate import Setting
from collection.simulate.run import played

SMALL = Setting(territory="monaco", days=2, seed=1, requests_per_day=24, iterations=200, warm_up=3)


@pytest.fixture(scope="package")
def world():
    """Two small days in Monaco with a van that breaks down, played to their end."""
    with played(SMALL, Settings()) as world:
        yield world
