"""What a caller chooses when a file is read."""

from __future__ import annotations

from enum import StrEnum


class Rounding(StrEnum):
    """How the numbers of a benchmark become integers."""

    EXACT = "exact"
    """Ten thousandths of the file's unit, rounded, and reported in the file's unit."""
    DIMACS = "dimacs"
    """Tenths, truncated, and reported as tenths."""
    INTEGER = "integer"
    """Whole numbers, rounded half up."""

    @property
    def factor(self) -> int:
        """Units of the problem in one of the file."""
        return {Rounding.EXACT: 10_000, Rounding.DIMACS: 10, Rounding.INTEGER: 1}[self]


class Objective(StrEnum):
    """What a solve of a file minimizes."""

    COST = "cost"
    """What the file asks for; benchmarks ask for distance."""
    DISTANCE = "distance"
