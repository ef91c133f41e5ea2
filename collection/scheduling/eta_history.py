"""How far real starts lie from predicted ones, as a territory's own days have shown.

Errors are counted by lead time, the time from the question to the predicted start. Ten per
cent of them lie before the range that is learnt and ten behind it: it holds 80 %.
`collection.scheduling.eta_learning` counts them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.units import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from collection.model import EtaDay
    from collection.model.eta import Counts
    from collection.units import Seconds

EARLY, LATE = 0.1, 0.9
"""Quantiles between which the range lies."""

LEADS: tuple[Seconds, ...] = (15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR)
"""Ends of the buckets of lead time; the last one is open."""

PRIOR: tuple[tuple[Seconds, Seconds], ...] = tuple(
    (-early * MINUTE, late * MINUTE)
    for early, late in ((3, 6), (5, 10), (8, 15), (10, 20), (15, 30), (15, 40))
)
"""Per bucket, the range before anything is known: a guess. Delays add up and are passed on,
while what is gained is waited away at the next window, so more of it lies behind."""

PRIOR_WEIGHT = 100
"""Observations that the guess counts for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaHistory:
    """What is known of a territory's predictions.

    Parameters
    ----------
    spreads : tuple of tuple of int and int
        By bucket of lead time: seconds before a prediction and behind it between which 80 %
        of starts lie.
    days : int
        How many days it was learnt from.
    travel : float, optional
        Real over planned travel, in the middle; None where nothing is known.
    service : float, optional
        Real over planned service, likewise.
    """

    spreads: tuple[tuple[Seconds, Seconds], ...] = PRIOR
    days: int = 0
    travel: float | None = None
    service: float | None = None

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
        return self.spreads[bucket_of(lead)]


NO_HISTORY = EtaHistory()
"""Nothing but the prior."""


def bucket_of(lead: Seconds) -> int:
    """Find the bucket of a lead time.

    Parameters
    ----------
    lead : int
        Seconds from now to the predicted start.

    Returns
    -------
    int
        Its number, from 0.
    """
    return sum(lead > end for end in LEADS)


def learn(days: Collection[EtaDay]) -> EtaHistory:
    """Learn from what days have shown.

    Parameters
    ----------
    days : Collection of EtaDay
        Of one territory.

    Returns
    -------
    EtaHistory
        Per bucket the quantiles of its errors, mixed with `PRIOR` by how many there are.
    """
    spreads = []
    for bucket, prior in enumerate(PRIOR):
        counts = _sum(day.errors.get(bucket, {}) for day in days)
        seen = counts.total()
        found = [MINUTE * _quantile(counts, share) for share in (EARLY, LATE)] if seen else prior
        before, behind = (
            round((PRIOR_WEIGHT * guess + seen * learnt) / (PRIOR_WEIGHT + seen))
            for guess, learnt in zip(prior, found, strict=True)
        )
        # Where nearly all are late, the prediction itself still belongs to its range.
        spreads.append((min(before, 0), max(behind, 0)))
    return EtaHistory(
        spreads=tuple(spreads),
        days=len(days),
        travel=_middle(_sum(day.travel for day in days)),
        service=_middle(_sum(day.service for day in days)),
    )


def _sum(counts: Iterable[Counts]) -> Counter[int]:
    total: Counter[int] = Counter()
    for each in counts:
        total.update(each)
    return total


def _quantile(counts: Counter[int], share: float) -> int:
    """First bin up to which at least this share of all lies; of none it is 0."""
    wanted, reached = share * counts.total(), 0
    for number in sorted(counts):
        reached += counts[number]
        if reached >= wanted:
            return number
    return 0


def _middle(counts: Counter[int]) -> float | None:
    return _quantile(counts, 0.5) / 100 if counts else None
