"""The plan that a day has before its night: what every promise was tested against."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class TentativePlan:
    """Who would collect what in which order, if the night were now.

    Only order and vehicle change until the night, never a promise.

    Parameters
    ----------
    territory : str
        Id of the territory.
    day : date
        Local date.
    version : int
        Counts every change of the day's requests and of this plan; 0 before the first.
    routes : Mapping of str to tuple of str
        Per vehicle the requests in driving order; breaks and visits of a depot or site
        between them begin with a ``~``.
    """

    territory: str
    day: date
    version: int = 0
    routes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
