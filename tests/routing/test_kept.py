from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from collection.routing.kept import Kept


def test_what_was_not_used_for_longest_is_dropped():
    kept = Kept(2)
    for key in ("a", "b"):
        kept.put(key, key.upper())
    assert kept.get("a") == "A"
    kept.put("c", "C")

    assert [kept.get(key) for key in ("a", "b", "c")] == ["A", None, "C"]


def test_a_result_is_made_once_while_it_is_kept():
    kept, made = Kept(1), []

    def make():
        made.append(1)
        return object()

    first = kept.get_or_make("a", make)
    assert kept.get_or_make("a", make) is first
    kept.get_or_make("b", make)
    assert kept.get_or_make("a", make) is not first
    assert len(made) == 3


def test_threads_that_ask_at_once_make_it_once():
    kept, made, together = Kept(2), [], Barrier(4)

    def ask(_):
        together.wait(10)
        return kept.get_or_make("a", lambda: made.append(1) or object())

    with ThreadPoolExecutor(4) as threads:
        got = list(threads.map(ask, range(4)))
    assert len(made) == 1
    assert len(set(got)) == 1
