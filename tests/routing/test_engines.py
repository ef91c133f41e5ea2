import numpy as np
import pytest

from collection.routing import engines as engines_module
from collection.routing.engines import Engines
from collection.routing.weights import pack
from tests.routing.streets_data import make_network

NETWORK = make_network([(7, 43), (7.001, 43)], [(0, 1, 5, 50, True, "A")])


def weights(seconds):
    return pack(np.full(2, float(seconds)), NETWORK.metres)


@pytest.mark.parametrize("name", ["cch", "scipy"])
def test_equal_weights_have_one_engine(name):
    engines = Engines(NETWORK, name, None)
    assert engines.of(weights(5)) is engines.of(weights(5).copy())
    assert engines.of(weights(6)) is not engines.of(weights(5))


def test_the_engines_used_last_are_kept(monkeypatch):
    monkeypatch.setattr(engines_module, "_KEPT", 2)
    engines = Engines(NETWORK, "cch", None)
    first, second = engines.of(weights(1)), engines.of(weights(2))
    assert engines.of(weights(1)) is first
    engines.of(weights(3))
    assert engines.of(weights(1)) is first
    assert engines.of(weights(2)) is not second
