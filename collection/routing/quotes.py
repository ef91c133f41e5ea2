"""What a request would cost in routes that stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.routing.costs import to_cents

if TYPE_CHECKING:
    from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a request would cost in one window.

    Parameters
    ----------
    vehicle : int
        Who would come.
    route : tuple of int
        Its nodes with the request.
    parts : int
        Parts of a cent more, soft prices included.
    seconds : int
        How much longer the route would take.
    metres : int
        How much farther the van would drive.
    start : int
        Second of the day at which service would start.
    moved : tuple of (int, tuple of int)
        Vehicles whose routes change, too, as somebody joins them to make room, and those routes.
    """

    vehicle: int
    route: tuple[int, ...]
    parts: int
    seconds: Seconds
    metres: Metres
    start: Seconds
    moved: tuple[tuple[int, tuple[int, ...]], ...] = ()

    @property
    def routes(self) -> dict[int, tuple[int, ...]]:
        """All routes that change, by vehicle."""
        return {self.vehicle: self.route, **dict(self.moved)}

    @property
    def cost(self) -> Cents:
        """Cents more, rounded half up."""
        return to_cents(self.parts)
