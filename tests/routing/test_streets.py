import json

import numpy as np
import pytest

from collection.errors import InvalidRequest, RoutingUnavailable
from collection.routing.streets import (
    ARRAYS_FILE,
    META_FILE,
    Network,
    network_exists,
    network_folder,
)
from tests.routing.streets_data import make_network

ROADS = [(0, 1, 100, 1_112, True, "Nord"), (0, 2, 80, 813, False, ""), (2, 0, 80, 813, False, "")]
NETWORK = make_network([(7.0, 43.0), (7.0, 43.01), (7.01, 43.0)], ROADS)


def test_what_is_saved_is_loaded(tmp_path):
    NETWORK.save(tmp_path)
    loaded = Network.load(tmp_path)
    assert loaded.fingerprint == NETWORK.fingerprint
    assert loaded.names == ("", "Nord")
    assert np.array_equal(loaded.twin, NETWORK.twin)
    assert loaded.oneway.tolist() == [False, False, True, True]


def test_fingerprint_follows_every_number():
    other = make_network(
        [(7.0, 43.0), (7.0, 43.01), (7.01, 43.0)], [(0, 1, 101, 1_112, True, "Nord"), *ROADS[1:]]
    )
    assert other.fingerprint != NETWORK.fingerprint


def test_street_lines_hold_each_street_once():
    lines = NETWORK.street_lines()
    assert [(highway, name) for highway, name, _ in lines] == [
        ("residential", "Nord"),
        ("residential", ""),
        ("residential", ""),
    ]
    assert lines[0][2] == [(7.0, 43.0), (7.0, 43.01)]
    north = NETWORK.street_lines((6.99, 43.005, 7.001, 43.02))
    assert [name for _, name, _ in north] == ["Nord"]


@pytest.mark.parametrize("name", ["", "Monaco", "../x", "a b", "-x", "é"])
def test_names_are_plain(tmp_path, name):
    with pytest.raises(InvalidRequest, match="lower-case") as caught:
        network_folder(tmp_path, name)
    assert caught.value.field == "name"


def test_absent_damaged_and_old_networks_say_how_to_build(tmp_path):
    with pytest.raises(RoutingUnavailable, match="collection network build nice"):
        Network.load(tmp_path / "nice")
    NETWORK.save(tmp_path)
    arrays = (tmp_path / ARRAYS_FILE).read_bytes()
    (tmp_path / ARRAYS_FILE).write_bytes(arrays[: len(arrays) // 2])
    with pytest.raises(RoutingUnavailable, match="damaged"):
        Network.load(tmp_path)
    (tmp_path / META_FILE).write_text(json.dumps({"format": -1}))
    with pytest.raises(RoutingUnavailable, match="another version"):
        Network.load(tmp_path)


def test_a_network_whose_numbers_were_changed_is_damaged(tmp_path):
    NETWORK.save(tmp_path)
    with np.load(tmp_path / ARRAYS_FILE) as archive:
        arrays = dict(archive)
    arrays["seconds"][0] = 1.0
    np.savez(tmp_path / ARRAYS_FILE, **arrays)
    with pytest.raises(RoutingUnavailable, match="damaged"):
        Network.load(tmp_path)


def test_network_exists_needs_all_files(tmp_path):
    assert not network_exists(tmp_path, "x")
    folder = tmp_path / "x"
    folder.mkdir()
    NETWORK.save(folder)
    assert not network_exists(tmp_path, "x")
    (folder / "addresses.sqlite").touch()
    assert network_exists(tmp_path, "x")
