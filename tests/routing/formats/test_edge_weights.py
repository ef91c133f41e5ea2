import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from collection.errors import InvalidRequest
from collection.routing.formats.edge_weights import EdgeWeights, square
from collection.routing.formats.words import Line

HEADING = Line(7, "EDGE_WEIGHT_SECTION")
SHAPE = Line(6, "EDGE_WEIGHT_FORMAT : ...")

SHAPES = {
    "FULL_MATRIX": lambda i, j: True,
    "UPPER_ROW": lambda i, j: j > i,
    "LOWER_ROW": lambda i, j: j < i,
    "UPPER_DIAG_ROW": lambda i, j: j >= i,
    "LOWER_DIAG_ROW": lambda i, j: j <= i,
}
COLUMNS = {
    "UPPER_COL": SHAPES["UPPER_ROW"],
    "LOWER_COL": SHAPES["LOWER_ROW"],
    "UPPER_DIAG_COL": SHAPES["UPPER_DIAG_ROW"],
    "LOWER_DIAG_COL": SHAPES["LOWER_DIAG_ROW"],
}


def written(table, shape):
    """Numbers of a table in the order that the shape's name says."""
    size = range(len(table))
    if shape in SHAPES:
        return [table[i, j] for i in size for j in size if SHAPES[shape](i, j)]
    return [table[i, j] for j in size for i in size if COLUMNS[shape](i, j)]


def laid_out(numbers, dimension, shape, wide=3):
    weights = EdgeWeights()
    for start in range(0, len(numbers), wide):
        words = " ".join(repr(float(number)) for number in numbers[start : start + wide])
        weights.add(Line(8 + start, words))
    return square(weights, dimension, shape, SHAPE, HEADING)


@given(st.data(), st.sampled_from([*SHAPES, *COLUMNS]), st.integers(1, 5))
def test_every_shape_gives_the_same_symmetric_table(data, shape, dimension):
    half = data.draw(nps.arrays(np.int64, (dimension, dimension), elements=st.integers(0, 10**6)))
    table = half + half.T
    np.fill_diagonal(table, 0)
    found = laid_out(written(table, shape), dimension, shape, data.draw(st.integers(1, 9)))
    assert found.tolist() == table.tolist()


def test_a_full_matrix_may_be_asymmetric_and_its_diagonal_says_nothing():
    assert laid_out([9999, 1, 2, 9999], 2, "FULL_MATRIX").tolist() == [[0, 1], [2, 0]]


@pytest.mark.parametrize(
    ("numbers", "shape", "message"),
    [
        ([1, 2, 3], "FULL_MATRIX", "line 7: 3 distances; FULL_MATRIX of DIMENSION 2 has 4"),
        ([1, 2], "LOWER_ROW", "line 7: 2 distances; LOWER_ROW of DIMENSION 2 has 1"),
        ([1, 2], "UPPER_DIAG_COL", "line 7: 2 distances; UPPER_DIAG_COL of DIMENSION 2 has 3"),
        ([1], "FUNCTION", "line 6: EDGE_WEIGHT_FORMAT FUNCTION; known are FULL_MATRIX, UPPER_ROW"),
        ([-1.0], "LOWER_ROW", "line 8: distances must be from 0 to 2147483646 (int32)"),
        ([float("nan")], "LOWER_ROW", "line 8: distances must be from 0"),
        ([3e9], "LOWER_ROW", "line 8: distances must be from 0"),
    ],
)
def test_what_does_not_fit_is_named_by_its_line(numbers, shape, message):
    with pytest.raises(InvalidRequest) as error:
        laid_out(numbers, 2, shape)
    assert error.value.message.startswith(message)


def test_words_are_no_distances():
    with pytest.raises(InvalidRequest, match=r"line 8: distances are numbers: .*two"):
        EdgeWeights().add(Line(8, "1 two 3"))
