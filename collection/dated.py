"""What holds from one day to another: laws, formats, traffic tables, zones.

A law that changes is a line of data: the old row gets its last day, the new one follows it
in the same file. Everything that is dated is picked by its day here. Only the verifier
(`collection.routing.check_model`) compares dates a second time, as it does everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable


# Without `eq`: kinds of rows compare all of their own fields, or none.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dated:
    """A row of data, and from when to when it holds.

    Parameters
    ----------
    valid_from : date
        First day.
    valid_until : date, optional
        Last day; None where it still holds.
    source : str
        The law, or who says so.
    """

    valid_from: date
    valid_until: date | None
    source: str

    def holds_on(self, day: date) -> bool:
        """Whether the row holds on a day.

        Parameters
        ----------
        day : date
            Local date.

        Returns
        -------
        bool
            True from the first to the last day.
        """
        return self.valid_from <= day <= (self.valid_until or date.max)


_Row = TypeVar("_Row", bound=Dated)


def in_force(rows: Iterable[_Row], day: date) -> tuple[_Row, ...]:
    """Pick the rows that hold on a day.

    Parameters
    ----------
    rows : Iterable of Dated
        Any.
    day : date
        Local date.

    Returns
    -------
    tuple of Dated
        In their order.
    """
    return tuple(row for row in rows if row.holds_on(day))


def overlap(rows: Iterable[_Row]) -> tuple[_Row, _Row] | None:
    """Find two rows that hold at once.

    Parameters
    ----------
    rows : Iterable of Dated
        Of which one at most shall hold on any day.

    Returns
    -------
    tuple of Dated, optional
        The earlier and the later one; None where there are none.
    """
    for earlier, later in pairwise(sorted(rows, key=lambda row: row.valid_from)):
        if earlier.holds_on(later.valid_from):
            return earlier, later
    return None
