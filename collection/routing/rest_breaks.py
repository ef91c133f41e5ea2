"""Breaks that are still due to a driver who is on the road, as breaks by the clock.

A rule counts work from the departure at the depot; the rest of a day begins on the road and
knows nothing of the hours before. So what those hours oblige to becomes a break by the clock
whose latest start is when the law would be broken without it. That is exact where the driver
has had no break yet, and never too lenient: all time to come counts as work, and as driving.
The rules themselves go on holding for the rest alone, and so for the stretches after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.model import ClockBreak

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collection.model import BreakRule
    from collection.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What a driver did until the rest of the day begins; seconds of the local day.

    Parameters
    ----------
    start : int
        Departure from the depot.
    now : int
        When the rest begins.
    pauses : tuple of (int, int)
        Breaks that were taken, in order.
    drives : tuple of (int, int)
        Ways: when each was over, and the seconds that it took.
    """

    start: Seconds
    now: Seconds
    pauses: tuple[tuple[Seconds, Seconds], ...] = ()
    drives: tuple[tuple[Seconds, Seconds], ...] = ()

    def counted(self, rule: BreakRule) -> tuple[Seconds, Seconds, Seconds]:
        """Count the hours that a rule counts.

        Parameters
        ----------
        rule : BreakRule
            The rule.

        Returns
        -------
        total, since, paused : int
            Seconds of work or driving, the part of them after the last break that counts, and
            the seconds of such breaks.
        """
        counts = [(start, end) for start, end in self.pauses if end - start >= rule.least]
        last = max((end for _, end in counts), default=self.start)
        paused = sum(end - start for start, end in counts)
        if rule.counts == "driving":
            total = sum(seconds for _, seconds in self.drives)
            return total, sum(seconds for over, seconds in self.drives if over > last), paused
        rested = sum(end - start for start, end in self.pauses)
        later = sum(end - start for start, end in self.pauses if start >= last)
        return max(0, self.now - self.start - rested), max(0, self.now - last - later), paused


def still_due(
    breaks: Iterable[ClockBreak],
    rules: Iterable[BreakRule],
    worked: Worked,
    *,
    until: Seconds,
) -> tuple[ClockBreak, ...]:
    """List the breaks of the rest of a day.

    Parameters
    ----------
    breaks : Iterable of ClockBreak
        Those by the clock that have not been taken.
    rules : Iterable of BreakRule
        What holds for the driver.
    worked : Worked
        What was done so far.
    until : int
        Latest return.

    Returns
    -------
    tuple of ClockBreak
        In the order of their latest starts. One that is overdue begins with the rest.
    """
    now = worked.now
    due = [
        ClockBreak(
            earliest=max(rest.earliest, now), latest=max(rest.latest, now), seconds=rest.seconds
        )
        for rest in breaks
    ]
    for rule in sorted(rules, key=lambda rule: rule.over):
        owed = _owed(due, rule, worked, until)
        if owed is not None:
            due.append(owed)
    return tuple(sorted(due, key=lambda rest: (rest.latest, rest.earliest)))


def _owed(
    due: Sequence[ClockBreak], rule: BreakRule, worked: Worked, until: Seconds
) -> ClockBreak | None:
    """Find what a rule asks for beside the breaks that are due anyway."""
    now = worked.now
    total, since, paused = worked.counted(rule)
    in_force, too_long = now + rule.over - total, now + rule.stretch - since
    if in_force >= until:
        return None  # The day ends before there are so many hours.
    long_enough = [rest for rest in due if rest.seconds >= rule.least]
    by_then = sum(rest.seconds for rest in long_enough if rest.latest <= in_force)
    lacking = rule.pause - paused - by_then
    cut = too_long >= until or any(rest.latest <= too_long for rest in long_enough)
    if cut and lacking <= 0:
        return None
    latest = in_force if cut else min(in_force, too_long) if lacking > 0 else too_long
    return ClockBreak(earliest=now, latest=max(latest, now), seconds=max(lacking, rule.least))
