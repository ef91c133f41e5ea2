"""Explicit distances of VRPLIB: a stream of numbers in one of nine shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.formats.instance import MAX_ENTRY, MAX_POINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.formats.words import Line

_TRIANGLES = {
    # Columns of one triangle are rows of the other, mirrored one.
    "UPPER_ROW": (True, 1),
    "LOWER_COL": (True, 1),
    "UPPER_DIAG_ROW": (True, 0),
    "LOWER_DIAG_COL": (True, 0),
    "LOWER_ROW": (False, 1),
    "UPPER_COL": (False, 1),
    "LOWER_DIAG_ROW": (False, 0),
    "UPPER_DIAG_COL": (False, 0),
}
"""Whether it reads as rows of the upper triangle, and how far from the diagonal it starts."""


@dataclass(slots=True)
class EdgeWeights:
    """Numbers of an EDGE_WEIGHT_SECTION, wherever its lines break."""

    rows: list[NDArray[np.float64]] = field(default_factory=list)
    count: int = 0

    def add(self, line: Line) -> None:
        """Take a line.

        Parameters
        ----------
        line : Line
            With numbers only.

        Raises
        ------
        InvalidRequest
            If something else stands there, or a number is negative or too large.
        """
        try:
            row = np.array(line.text.split(), dtype=np.float64)
        except ValueError as error:
            raise line.wrong(f"distances are numbers: {error}") from None
        # Not a number is no number from 0 to the limit either.
        if not bool(((row >= 0) & (row <= MAX_ENTRY)).all()):
            raise line.wrong(f"distances must be from 0 to {MAX_ENTRY} (int32)")
        self.count += len(row)
        if self.count > (MAX_POINTS + 1) ** 2:
            raise line.wrong(f"distances of more than {MAX_POINTS} customers")
        self.rows.append(row)


def square(
    weights: EdgeWeights, dimension: int, shape: str, line: Line, heading: Line
) -> NDArray[np.float64]:
    """Lay weights out.

    Parameters
    ----------
    weights : EdgeWeights
        In the order of the file.
    dimension : int
        Number of nodes n.
    shape : str
        EDGE_WEIGHT_FORMAT.
    line : Line
        Where the shape stands.
    heading : Line
        Where the weights begin.

    Returns
    -------
    ndarray of float64, shape (n, n)
        From row to column; nothing from a node to itself.

    Raises
    ------
    InvalidRequest
        If the shape is unknown, or has another number of weights.
    """
    if shape == "FULL_MATRIX":
        expected = dimension**2
    elif shape in _TRIANGLES:
        offset = _TRIANGLES[shape][1]
        expected = dimension * (dimension + 1) // 2 - offset * dimension
    else:
        known = ", ".join(["FULL_MATRIX", *_TRIANGLES])
        raise line.wrong(f"EDGE_WEIGHT_FORMAT {shape[:40]}; known are {known}")
    if weights.count != expected:
        raise heading.wrong(
            f"{weights.count} distances; {shape} of DIMENSION {dimension} has {expected}"
        )
    numbers = np.concatenate([np.zeros(0), *weights.rows])
    if shape == "FULL_MATRIX":
        table = numbers.reshape(dimension, dimension)
    else:
        upper, offset = _TRIANGLES[shape]
        indices = (
            np.triu_indices(dimension, offset) if upper else np.tril_indices(dimension, -offset)
        )
        table = np.zeros((dimension, dimension))
        table[indices] = numbers
        table = np.maximum(table, table.T)
    np.fill_diagonal(table, 0.0)
    return table
