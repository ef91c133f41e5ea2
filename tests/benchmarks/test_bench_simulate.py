"""Five runs of Heidelberg, each two days of 60 customers for four vans: what is promised holds.

Played whole this takes a few minutes on a quiet machine of two cores.
"""

# ruff: noqa: T201

import json
from dataclasses import replace

import pytest

from collection.settings import Settings
from collection.simulate import Setting, simulate
from tests.simulate.heidelberg import EXTRACT, build_streets, write_heidelberg

SEEDS = range(1, 6)
SETTING = Setting(
    territory="heidelberg",
    days=2,
    vans=4,
    requests_per_day=60,
    warm_up=3,
    iterations=1_000,
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    if not EXTRACT.exists():
        pytest.skip("needs ../shared/data/maps/heidelberg.osm.pbf")
    here = Settings()
    build_streets(here.network_dir)
    data = write_heidelberg(tmp_path_factory.mktemp("heidelberg") / "data")
    return here.model_copy(update={"data_dir": data, "network_dir": here.network_dir})


@pytest.mark.bench
@pytest.mark.parametrize("seed", SEEDS)
def test_promises_are_kept_and_nothing_is_lost(settings, seed):
    figures = simulate(replace(SETTING, seed=seed), settings)
    print(json.dumps(figures.summary()))
    share = figures.accepted / figures.offline_accepted
    print(f"seed {seed}: {share:.1%} of what offline plans serve")
    assert figures.within_slot >= 0.97
    assert figures.broken_silently == 0
    assert figures.devices_lost == 0
    assert figures.accepted >= 0.95 * figures.offline_accepted
