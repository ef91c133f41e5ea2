"""Low-emission zones and closed streets: who may not drive where, and when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from collection.dated import Dated
from collection.routing.snap import plane_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from collection.routing.streets import Network
    from collection.units import Seconds

_DRAWING_METRES = 2.0  # accuracy of drawn borders: a street on the border is outside
_LINE_METRES = 8.0  # from a drawn line to the streets it means
_ENTRY_METRES = 15.0  # a street that goes farther into a polygon than this is inside
_ALONG_METRES = 32.0  # a street along a line: twice as far as one that crosses it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Zone(Dated):
    """A low-emission zone, or a closed street.

    Parameters
    ----------
    name : str
        The word people read.
    shape : shapely geometry
        Polygons, or lines along streets, in WGS 84.
    admitted : frozenset of str, optional
        Emission classes that may enter; empty closes the streets to everybody. None where
        `refused` says it.
    refused : frozenset of str
        Emission classes that may not enter, where `admitted` is None.
    hours : tuple of (int, int)
        From and to in seconds of the local day, over midnight where to is before from;
        empty for the whole day.
    weekdays : frozenset of int
        Monday is 0; empty for all.
    """

    name: str
    shape: Any
    admitted: frozenset[str] | None
    refused: frozenset[str]
    hours: tuple[tuple[Seconds, Seconds], ...]
    weekdays: frozenset[int]

    @property
    def fingerprint(self) -> str:
        """Hash of everything that decides who may drive where."""
        facts = (
            sorted(self.admitted) if self.admitted is not None else None,
            sorted(self.refused),
            self.valid_from,
            self.valid_until,
            self.hours,
            sorted(self.weekdays),
        )
        return hashlib.sha256(repr(facts).encode() + shapely.to_wkb(self.shape)).hexdigest()

    def in_force_on(self, day: date) -> bool:
        """Whether the zone is in force at some hour of a day.

        Parameters
        ----------
        day : date
            Which.

        Returns
        -------
        bool
            By dates and weekdays.
        """
        return self.holds_on(day) and (not self.weekdays or day.weekday() in self.weekdays)

    def in_force_at(self, clock: Seconds) -> bool:
        """Whether the zone is in force at a time of its days.

        Parameters
        ----------
        clock : int
            Seconds of the local day.

        Returns
        -------
        bool
            By hours; the last second before the end counts, the end does not.
        """
        return not self.hours or any(
            start <= clock < end if start <= end else clock < end or start <= clock
            for start, end in self.hours
        )

    def refuses(self, emission_class: str) -> bool:
        """Whether a class may not enter while the zone is in force.

        Parameters
        ----------
        emission_class : str
            Of a vehicle; ``""`` may enter wherever anybody may.

        Returns
        -------
        bool
            True if it must stay outside.
        """
        if self.admitted is None:
            return emission_class in self.refused
        if not self.admitted:
            return True
        return bool(emission_class) and emission_class not in self.admitted


def edges_inside(network: Network, zones: Sequence[Zone]) -> NDArray[np.bool_]:
    """Find the edges inside of zones.

    An edge is inside as a whole, in both directions, if more than 15 m or more than half of
    it are; a street on the border is outside. Of a zone drawn as lines, those edges are
    inside that run along them, within 8 m, for more than 32 m or more than half.

    Parameters
    ----------
    network : Network
        The streets, m edges.
    zones : Sequence of Zone
        The z zones.

    Returns
    -------
    ndarray of bool, shape (z, m)
        Which edges each zone holds.
    """
    inside = np.zeros((len(zones), network.edges), dtype=np.bool_)
    if not zones:
        return inside
    plane = plane_of(network)
    drawn = np.array([zone.shape for zone in zones])
    areal = shapely.get_dimensions(drawn) == 2
    shapes = shapely.buffer(
        shapely.transform(drawn, lambda places: places * plane.scale),
        np.where(areal, -_DRAWING_METRES, _LINE_METRES),
    )
    street, number = shapely.STRtree(shapes).query(plane.lines, predicate="intersects")
    lines = plane.lines[street]
    shared = shapely.length(shapely.intersection(lines, shapes[number]))
    limit = np.where(areal, _ENTRY_METRES, _ALONG_METRES)[number]
    found = shared > np.minimum(shapely.length(lines) / 2, limit)
    edge, number = plane.edges[street[found]], number[found]
    inside[number, edge] = True
    twin = network.twin[edge]
    inside[number[twin >= 0], twin[twin >= 0]] = True
    return inside


def refusing(
    zones: Sequence[Zone], *, day: date, clock: Seconds, emission_class: str
) -> tuple[int, ...]:
    """Find the zones that a class may not enter at a time.

    Parameters
    ----------
    zones : Sequence of Zone
        The z zones.
    day : date
        Which day.
    clock : int
        Seconds of the local day.
    emission_class : str
        Of a vehicle.

    Returns
    -------
    tuple of int
        Their numbers, 0 to z - 1.
    """
    return tuple(
        number
        for number, zone in enumerate(zones)
        if zone.in_force_on(day) and zone.in_force_at(clock) and zone.refuses(emission_class)
    )
