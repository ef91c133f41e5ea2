import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.routing.formats.solomon import euclidean, read_solomon
from tests.routing.formats.samples import SOLOMON, refusal


def test_a_file_is_read_to_the_last_digit():
    read = read_solomon(SOLOMON)
    assert (read.kind, read.name, read.vehicles, read.capacity) == ("solomon", "TINY", 2, 10)
    assert read.demands == [0, 4, 5, 6]
    assert read.windows == [(0, 230), (16, 17), (5, 60), (0, 100)]
    assert read.services == (0, 1, Decimal("2.5"), 0)
    assert read.distances[0].tolist() == [0.0, 5.0, 2**0.5, 10.0]
    assert read.distances[1, 3] == read.distances[3, 1] == 65**0.5


def test_carriage_returns_and_tabs_are_space():
    text = SOLOMON.replace("\n", "\r\n").replace("    ", "\t")
    assert read_solomon(text).windows == read_solomon(SOLOMON).windows


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  2          10", "  2", "line 5: 1 numbers; write the number of vehicles and the"),
        ("  2          10", "  2 ten", "line 5: the capacity is 'ten'; write a number"),
        ("  2          10", "  2.5 10", "line 5: the number of vehicles is 2.5; write a whole"),
        ("VEHICLE", "FLEET", "line 3: the line VEHICLE is expected here, not 'FLEET'"),
        ("CUST NO.", "No.", "line 8: the line CUST is expected here"),
        ("    1          3  ", "    2          3  ", "line 11: customer number 2; number them"),
        ("    1          3  ", "    1          x  ", "line 11: x is 'x'; write a number"),
        (
            "    1          3  ",
            "    1        1e10 ",
            "line 11: x is 1e10; it must be from -2147483646",
        ),
        ("    1          3  ", "    1         nan ", "line 11: x is 'nan'; write a number"),
        ("  16          17  ", "  18          17  ", "line 11: due date 17 comes before ready"),
        (
            "  16          17  ",
            "  -1          17  ",
            "line 11: ready time is -1; it must be from 0",
        ),
        ("  16          17  ", "  16              ", "line 11: 6 numbers; write customer number,"),
        ("           4  ", "         4.5  ", "line 11: demand is 4.5; write a whole number"),
        ("           4  ", "  99999999999  ", "line 11: demand is 99999999999; it must be from 0"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(old, new, message):
    text = SOLOMON.replace(old, new, 1)
    assert text != SOLOMON
    with pytest.raises(InvalidRequest) as error:
        read_solomon(text)
    assert error.value.message.startswith(message)
    assert error.value.field == message.partition(":")[0]


@pytest.mark.parametrize(
    ("lines", "missing"),
    [(0, "the name of the instance"), (2, "the line VEHICLE"), (4, "the number of vehicles")],
)
def test_a_file_that_is_cut_off_says_what_comes_next(lines, missing):
    text = "\n".join(SOLOMON.splitlines()[:lines])
    with pytest.raises(InvalidRequest, match=f"the file ends before {missing}"):
        read_solomon(text)


def test_a_file_without_customers_needs_its_depot():
    text = "\n".join(SOLOMON.splitlines()[:8])
    with pytest.raises(InvalidRequest, match="the depot, customer 0, is missing"):
        read_solomon(text)


rows = st.lists(
    st.tuples(
        st.integers(-1_000, 1_000),
        st.integers(-1_000, 1_000),
        st.integers(0, 50),
        st.integers(0, 500),
        st.integers(0, 500),
        st.decimals(0, 90, places=2),
    ),
    min_size=1,
    max_size=8,
)


@given(rows, st.integers(0, 30), st.integers(0, 999))
def test_what_is_written_is_what_is_read(rows, vehicles, capacity):
    lines = [
        f"{number} {x} {y} {demand} {ready} {ready + wide} {service}"
        for number, (x, y, demand, ready, wide, service) in enumerate(rows)
    ]
    head = f"x\nVEHICLE\nNUMBER CAPACITY\n{vehicles} {capacity}\nCUSTOMER\nCUST NO.\n"
    read = read_solomon(head + "\n".join(lines))
    assert (read.vehicles, read.capacity) == (vehicles, capacity)
    assert read.demands == [row[2] for row in rows]
    assert read.windows == [(row[3], row[3] + row[4]) for row in rows]
    assert list(read.services) == [row[5] for row in rows]
    assert read.distances.tolist() == [
        [math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) for b in rows] for a in rows
    ]


@given(st.data())
@settings(max_examples=200)
def test_a_damaged_file_is_read_or_refused_by_its_line(data):
    position = data.draw(st.integers(0, len(SOLOMON) - 1))
    cut = data.draw(st.integers(0, 4))
    damaged = SOLOMON[:position] + data.draw(st.text(max_size=6)) + SOLOMON[position + cut :]
    assert refusal(read_solomon, damaged) != ""


def test_distances_are_those_of_straight_lines():
    assert euclidean(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist() == [[0, 5], [5, 0]]
