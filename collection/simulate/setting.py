"""What is played: where, how long, with how many customers and vans."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.simulate.draws import Noise

if TYPE_CHECKING:
    from collection.model import Territory

REQUESTS_PER_VAN = 14
"""Customers who ask on a day for each van, where nothing else is said: vans are well used, and
now and then somebody finds no slot."""

PATIENT = 600
"""Seconds of a solve that only a hanging one takes: its moves are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A run.

    Parameters
    ----------
    territory : str
        Whose streets, fleet, slots and rules.
    days : int
        Working days that are driven and measured.
    seed : int
        Of all that is drawn; the same gives the same figures.
    start : date
        First day that may be driven. Fixed, so that a run can be repeated any day.
    requests_per_day : int
        Customers who ask on a calendar day, on average; 0 for some for each van.
    vans : int
        How many vans; 0 for the territory's own. More than it has are made like them.
    warm_up : int
        Days before the first on which customers ask already, so that it is full.
    iterations : int
        Moves that the night's solver tries for a plan. It has no other limit that is reached,
        so that a run does not depend on the machine's speed.
    breakdowns : int
        Vans that break down in the run, each on a day of its own.
    noise : Noise
        How much the world differs from its plan.
    """

    territory: str
    days: int
    seed: int = 1
    start: date = date(2026, 3, 2)
    requests_per_day: int = 0
    vans: int = 0
    warm_up: int = 4
    iterations: int = 4_000
    breakdowns: int = 1
    noise: Noise = field(default_factory=Noise)

    def fleet(self, territory: Territory) -> Territory:
        """Give a territory the vans of this run.

        Parameters
        ----------
        territory : Territory
            As it stands in the catalogue.

        Returns
        -------
        Territory
            With the first of its vans, or with more like them.

        Raises
        ------
        InvalidRequest
            If it has none.
        """
        own = territory.vehicles
        if not own:
            raise InvalidRequest(f"{territory.id} has no vans", field="vehicles")
        vans = list(own[: self.vans or None])
        while len(vans) < self.vans:
            alike = own[len(vans) % len(own)]
            name = f"{alike.id}-{len(vans) // len(own) + 1}"
            vans.append(replace(alike, id=name, name=name, driver=""))
        return replace(territory, vehicles=tuple(vans), solve_seconds=PATIENT)

    def asks(self, territory: Territory) -> int:
        """Tell how many customers ask on a calendar day.

        Parameters
        ----------
        territory : Territory
            With the vans of this run.

        Returns
        -------
        int
            On average.
        """
        return self.requests_per_day or REQUESTS_PER_VAN * len(territory.vehicles)
