from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.dated import Dated, in_force, overlap
from collection.dated_rows import DatedRow

DAY = date(2026, 7, 1)
EVE = DAY - timedelta(days=1)


def row(first=None, last=None):
    return Dated(valid_from=first or date(2000, 1, 1), valid_until=last, source="a law")


def test_a_row_holds_from_its_first_to_its_last_day():
    old, new = row(last=EVE), row(first=DAY)

    assert in_force((old, new), EVE) == (old,)
    assert in_force((old, new), DAY) == (new,)
    assert in_force((new,), date.max) == (new,)
    assert in_force((old, new), date(1999, 12, 31)) == ()


def test_rows_that_follow_each_other_do_not_overlap():
    old, new = row(last=EVE), row(first=DAY)

    assert overlap((new, old)) is None
    assert overlap((row(last=DAY), new)) is not None
    assert overlap((row(), new))[1] is new


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))
spans = st.tuples(days, st.none() | st.integers(0, 30)).map(
    lambda span: row(span[0], None if span[1] is None else span[0] + timedelta(days=span[1]))
)


@given(st.lists(spans, max_size=6))
def test_rows_overlap_if_two_hold_on_one_day(rows):
    busy = any(
        len(in_force(rows, date(2026, 1, 1) + timedelta(days=number))) > 1 for number in range(120)
    )
    assert (overlap(rows) is not None) == busy


def test_a_row_of_a_file_says_since_when_and_why():
    read = DatedRow.model_validate({"valid_from": DAY, "source": "a law"})
    assert (read.valid_from, read.valid_until, read.source) == (DAY, None, "a law")

    for wrong in ({"source": ""}, {"valid_until": EVE}, {"valid_from": None}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            DatedRow.model_validate({"valid_from": DAY, "source": "a law", **wrong})
