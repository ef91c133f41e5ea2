from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event

from collection.wiring import _OncePerTerritory
from tests.places import TERRITORY

HERE, THERE = TERRITORY, replace(TERRITORY, id="elsewhere")


def test_a_territory_that_loads_blocks_no_other():
    begun, over = Event(), Event()

    def load(territory):
        if territory is HERE:
            begun.set()
            assert over.wait(10)
        return territory.id

    once = _OncePerTerritory(load)
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(once, HERE)
        assert begun.wait(10)
        assert threads.submit(once, THERE).result(timeout=10) == "elsewhere"
        over.set()
        assert slow.result(timeout=10) == "monaco"


def test_threads_that_ask_at_once_load_once():
    loads, together = [], Barrier(4)

    def load(territory):
        loads.append(territory.id)
        return object()

    once = _OncePerTerritory(load)

    def ask(_):
        together.wait(10)
        return once(HERE)

    with ThreadPoolExecutor(4) as threads:
        got = list(threads.map(ask, range(4)))
    assert loads == ["monaco"]
    assert {id(one) for one in got} == {id(got[0])}
