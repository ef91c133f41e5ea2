"""What counts as kept, as broken, and as broken in silence."""

from datetime import timedelta

import pytest

from collection.simulate.ledger import Ledger, Promise
from tests.places import DAY, make_request

REQUEST = make_request("1", hours=((8, 10), (14, 16)))
OPENS, CLOSES = REQUEST.windows[0].start, REQUEST.windows[1].end
MINUTE = timedelta(minutes=1)


def promise(**fields):
    return Promise(request=REQUEST, attempt=1, **fields)


@pytest.mark.parametrize(
    ("started", "kept"),
    [
        (OPENS, True),
        (OPENS - MINUTE, False),
        (CLOSES, True),
        (CLOSES + MINUTE, False),
        (REQUEST.windows[0].end + MINUTE, False),
        (None, False),
    ],
)
def test_a_promise_is_kept_by_a_start_in_a_window(started, kept):
    assert promise(started=started).kept == kept


def test_a_broken_promise_is_silent_unless_it_was_told_before():
    late = {"started": CLOSES + 20 * MINUTE}
    assert promise(**late).silent
    assert promise(**late, told_at=CLOSES + MINUTE).silent
    assert not promise(**late, told_at=CLOSES - MINUTE).silent
    assert promise().silent
    assert not promise(withdrawn=True).silent
    assert not promise(started=OPENS).silent


def test_the_margin_is_to_the_end_of_the_window_that_is_still_open():
    assert promise(started=OPENS).margin == 7_200
    assert promise(started=CLOSES - MINUTE).margin == 60
    assert promise(started=CLOSES + MINUTE).margin == -60
    assert promise().margin is None


def test_attempts_count_the_days_of_a_request():
    ledger = Ledger()
    ledger.promise(REQUEST)
    later = make_request("1", day=DAY + timedelta(days=1))
    ledger.promise(later)
    (first,), (second,) = ledger.of_day(DAY), ledger.of_day(DAY + timedelta(days=1))
    assert (first.attempt, second.attempt) == (1, 2)
