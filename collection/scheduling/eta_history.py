"""How far real starts lie from predicted ones, as a territory's own days have shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.units import HOUR, MINUTE

if TYPE_CHECKING:
    from collection.units import Seconds

LEADS: tuple[Seconds, ...] = (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)
"""Ends of the buckets of lead time, from now to the predicted start; the last is open."""

PRIOR: tuple[tuple[Seconds, Seconds], ...] = tuple(
    (-early * MINUTE, late * MINUTE)
    for early, late in ((3, 6), (5, 10), (8, 15), (10, 20), (15, 30), (15, 40))
)
"""Per bucket, where 80 % of starts are believed to lie before anything is known. Delays add
up and are passed on, what is gained is waited away at the next window: so more lies behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaHistory:
    """What is known of a territory's predictions."""

    def spread(self, lead: Seconds) -> tuple[Seconds, Seconds]:
        """Range around a prediction in which 80 % of starts lie.

        Parameters
        ----------
        lead : int
            Seconds from now to the predicted start.

        Returns
        -------
        tuple of int and int
            Seconds before it, 0 or less, and behind it, 0 or more.
        """
        return PRIOR[sum(lead > end for end in LEADS)]


NO_HISTORY = EtaHistory()
"""Nothing but the prior."""
