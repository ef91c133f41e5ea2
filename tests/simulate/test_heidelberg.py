"""The benchmarks' fleet as a data folder says what the fleet says."""

from dataclasses import replace

from collection.catalogue import load_catalogue
from tests.benchmarks.heidelberg_fleet import make_territory
from tests.simulate.heidelberg import PLAQUES, write_heidelberg


def test_the_written_folder_is_the_benchmarks_fleet(tmp_path):
    catalogue = load_catalogue(write_heidelberg(tmp_path / "data"))
    written = catalogue.territory("heidelberg")
    meant = make_territory(catalogue.countries["de"])
    assert written.depots == meant.depots
    assert written.service == meant.service
    assert (written.slack, written.cut_off) == (meant.slack, meant.cut_off)
    assert len(written.slots) == 6
    assert written.vehicles == tuple(
        replace(van, emission_class=PLAQUES[van.emission_class]) for van in meant.vehicles
    )
