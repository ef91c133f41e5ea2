"""Numbers in lines of text, and errors that name the line."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from collection.errors import InvalidRequest
from collection.routing.formats.instance import MAX_ENTRY

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")


class Line(NamedTuple):
    """A line with something on it.

    Parameters
    ----------
    number : int
        From 1.
    text : str
        Without the space around it.
    """

    number: int
    text: str

    def wrong(self, message: str) -> InvalidRequest:
        """Build the error of this line.

        Parameters
        ----------
        message : str
            What is wrong and how to mend it.

        Returns
        -------
        InvalidRequest
            Names the line.
        """
        return InvalidRequest(f"line {self.number}: {message}", field=f"line {self.number}")


def lines_of(text: str) -> Iterator[Line]:
    """Go through the lines that are not empty.

    Parameters
    ----------
    text : str
        Of a file.

    Yields
    ------
    Line
        In order.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if stripped := line.strip():
            yield Line(number, stripped)


def number(line: Line, word: str, what: str, *, least: int = 0) -> Decimal:
    """Read a number.

    Parameters
    ----------
    line : Line
        Where it stands.
    word : str
        How it is written.
    what : str
        What it is, for the error.
    least : int
        Smallest that makes sense.

    Returns
    -------
    Decimal
        Exactly as written.

    Raises
    ------
    InvalidRequest
        If it is none, too small or too large.
    """
    if len(word) > 40 or not _NUMBER.fullmatch(word):
        raise line.wrong(f"{what} is {word[:40]!r}; write a number")
    value = Decimal(word)
    if not least <= value <= MAX_ENTRY:
        raise line.wrong(f"{what} is {word}; it must be from {least} to {MAX_ENTRY} (int32)")
    return value


def integer(line: Line, word: str, what: str, *, least: int = 0) -> int:
    """Read a whole number.

    Parameters
    ----------
    line : Line
        Where it stands.
    word : str
        How it is written.
    what : str
        What it is, for the error.
    least : int
        Smallest that makes sense.

    Returns
    -------
    int
        The number.

    Raises
    ------
    InvalidRequest
        If it is none, too small or too large.
    """
    value = number(line, word, what, least=least)
    if value != int(value):
        raise line.wrong(f"{what} is {word}; write a whole number")
    return int(value)
