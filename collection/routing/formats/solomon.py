"""Text of Solomon, and of Gehring and Homberger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from collection.errors import InvalidRequest
from collection.routing.formats.classic import Classic
from collection.routing.formats.instance import MAX_ENTRY, MAX_POINTS
from collection.routing.formats.words import Line, integer, lines_of, number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from numpy.typing import NDArray

_COLUMNS = ("customer number", "x", "y", "demand", "ready time", "due date", "service time")


def read_solomon(text: str) -> Classic:
    """Read a file of this kind.

    Parameters
    ----------
    text : str
        What it says.

    Returns
    -------
    Classic
        Its depot is the customer 0.

    Raises
    ------
    InvalidRequest
        If a line is not what it must be; names it.
    """
    lines = lines_of(text)
    name = _next(lines, "the name of the instance").text
    _heading(lines, "VEHICLE")
    _heading(lines, "NUMBER")
    fleet = _next(lines, "the number of vehicles and their capacity")
    words = fleet.text.split()
    if len(words) != 2:
        raise fleet.wrong(f"{len(words)} numbers; write the number of vehicles and the capacity")
    vehicles = integer(fleet, words[0], "the number of vehicles")
    capacity = integer(fleet, words[1], "the capacity")
    _heading(lines, "CUSTOMER")
    _heading(lines, "CUST")
    rows = [_row(line, position) for position, line in enumerate(lines)]
    if not rows:
        raise InvalidRequest("the depot, customer 0, is missing", field="CUSTOMER")
    _, xs, ys, demands, ready, due, services = zip(*rows, strict=True)
    return Classic(
        kind="solomon",
        name=name,
        vehicles=vehicles,
        capacity=capacity,
        distances=euclidean(np.array([xs, ys], dtype=np.float64).T),
        demands=[int(demand) for demand in demands],
        windows=list(zip(ready, due, strict=True)),
        services=services,
    )


def euclidean(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure straight lines.

    Parameters
    ----------
    places : ndarray of float64, shape (n, 2)
        Coordinates.

    Returns
    -------
    ndarray of float64, shape (n, n)
        Distances between all of them.
    """
    across = places[:, None, 0] - places[None, :, 0]
    along = places[:, None, 1] - places[None, :, 1]
    return np.asarray(np.sqrt(across * across + along * along))


def _next(lines: Iterator[Line], what: str) -> Line:
    line = next(lines, None)
    if line is None:
        raise InvalidRequest(f"the file ends before {what}", field=what)
    return line


def _heading(lines: Iterator[Line], word: str) -> None:
    line = _next(lines, f"the line {word}")
    if not line.text.upper().startswith(word):
        raise line.wrong(f"the line {word} is expected here, not {line.text[:40]!r}")


def _row(line: Line, position: int) -> tuple[Decimal, ...]:
    words = line.text.split()
    if len(words) != len(_COLUMNS):
        raise line.wrong(f"{len(words)} numbers; write {', '.join(_COLUMNS)}")
    if position > MAX_POINTS:
        raise line.wrong(f"more than {MAX_POINTS} customers; give a smaller instance")
    if integer(line, words[0], _COLUMNS[0]) != position:
        raise line.wrong(f"customer number {words[0]}; number them 0, 1, 2, ... without gaps")
    integer(line, words[3], _COLUMNS[3])
    row = tuple(
        number(line, word, what, least=-MAX_ENTRY if what in {"x", "y"} else 0)
        for word, what in zip(words, _COLUMNS, strict=True)
    )
    if row[5] < row[4]:
        raise line.wrong(f"due date {words[5]} comes before ready time {words[4]}")
    return row
