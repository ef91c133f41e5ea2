from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.scheduling.notify.backoff import FIRST, LONGEST, MAX_ATTEMPTS, pause


@given(st.integers(1, 10_000))
def test_a_pause_grows_to_its_longest_and_is_drawn(attempt):
    whole = min(LONGEST, FIRST * 2 ** min(attempt - 1, 20))
    assert whole / 2 <= pause(attempt) <= whole


def test_two_that_failed_together_do_not_come_back_together():
    assert len({pause(5) for _ in range(20)}) > 10


def test_all_attempts_take_most_of_a_day():
    longest = sum((min(LONGEST, FIRST * 2**n) for n in range(MAX_ATTEMPTS - 1)), timedelta())
    assert timedelta(hours=18) < longest < timedelta(hours=30)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        (None, 0, 10),
        (-5, 0, 10),
        (3, 3, 10),
        (600, 600, 600),
        (1e12, 86_400, 86_400),
    ],
)
def test_who_asks_to_be_left_alone_is(asked, least, most):
    seconds = pause(1, retry_after=asked).total_seconds()
    assert least <= seconds <= most
