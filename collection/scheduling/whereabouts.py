"""Where a van is on its route, by what was heard of it, and when it will be where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.routing.along import along
from collection.routing.clock import FAR
from collection.routing.timing import resume

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from collection.model import Position
    from collection.scheduling.track import Track
    from collection.units import Seconds

NEAR = 500.0
"""Metres from a way within which a van is taken to be on it."""

_NEVER = -FAR

MOVING = 0.1
"""Share of a way behind which a van has left; before it, the fix may be a parked one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VanFacts:
    """What is known of a van, in its route's stops and seconds of the local day.

    Parameters
    ----------
    now : int
        The present.
    over : Collection of int
        Stops that are over, whoever was there.
    left : Mapping of int to int
        When this van left doors.
    arrivals : Mapping of int to int
        When it came to doors that are not over.
    heading : Mapping of int to int
        When its driver last said to be on the way there.
    shift_started : int, optional
        When its driver began.
    fix : tuple of Position and int, optional
        Where it was last, and when.
    breaks : Sequence of tuple of int and int or None
        Start and end of each; None while it goes on.
    """

    now: Seconds
    over: Collection[int]
    left: Mapping[int, Seconds]
    arrivals: Mapping[int, Seconds]
    heading: Mapping[int, Seconds]
    shift_started: Seconds | None
    fix: tuple[Position, Seconds] | None
    breaks: Sequence[tuple[Seconds, Seconds | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is to come on a route.

    Parameters
    ----------
    door : int, optional
        Stop at whose door the van is.
    target : int, optional
        Stop that it drives to next.
    starts : Mapping of int to int
        Service at each stop to come, in seconds of the local day.
    end : int
        Return to the end depot, as the last word that was heard lets expect.
    """

    door: int | None
    target: int | None
    starts: Mapping[int, Seconds]
    end: Seconds


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the rest begins."""

    origin: int | None
    """Node that the van leaves; None for the depot."""
    left: Seconds
    """When it leaves it."""
    since: Seconds
    """When that was known; breaks before it are in it."""
    moving: bool
    """Whether it is on its way."""


def rests_left(
    planned: Sequence[Seconds], breaks: Sequence[tuple[Seconds, Seconds | None]]
) -> tuple[Seconds, ...]:
    """Tell what is still to be rested of the planned pauses.

    Parameters
    ----------
    planned : Sequence of int
        Seconds of each, in time order.
    breaks : Sequence of tuple of int and int or None
        Start and end of those that were taken; what has no end yet counts for nothing.

    Returns
    -------
    tuple of int
        Seconds of each; rest is credited to the first ones, in parts, too.
    """
    credit = sum(end - start for start, end in breaks if end is not None)
    left = []
    for seconds in planned:
        used = min(credit, seconds)
        credit -= used
        left.append(seconds - used)
    return tuple(left)


def look_ahead(track: Track, facts: VanFacts) -> Outlook:
    """Time the rest of a route.

    Parameters
    ----------
    track : Track
        The route, its pauses as `rests_left` gives them.
    facts : VanFacts
        What is known of its van.

    Returns
    -------
    Outlook
        No stop in it is reached before the present.
    """
    door, last = _place(facts)
    ahead = _ahead(track, facts, last)
    target = next((node for node in ahead if node < track.stops), None)
    if door is not None:
        ready = track.start(door, facts.arrivals[door]) + track.service(door)
        start = _Start(door, max(ready, facts.now), facts.arrivals[door], moving=False)
    else:
        start = _departure(track, facts, last, ahead, target)
    start, ahead = _rested(track, facts, start, ahead)
    if start.moving and target is not None:
        # Who drives does not rest: a pause that was planned before this way comes behind it.
        pauses = [node for node in ahead[: ahead.index(target)] if node in track.pauses]
        ahead = [target, *pauses, *ahead[ahead.index(target) + 1 :]]
    rest = resume(track.day, 0, ahead, origin=start.origin, left=start.left)
    if target is not None and rest.arrivals[ahead.index(target)] < facts.now:
        # Nothing was heard of what should have happened: so it happens now.
        ahead = ahead[ahead.index(target) :]
        left = facts.now - track.way(start.origin, target)
        rest = resume(track.day, 0, ahead, origin=start.origin, left=left)
    starts = {n: at for n, at in zip(ahead, rest.starts, strict=True) if n < track.stops}
    return Outlook(door=door, target=target, starts=starts, end=rest.end)


def _place(facts: VanFacts) -> tuple[int | None, int | None]:
    """Stop at whose door the van is, if it is, and the one where it was last."""
    told = [(at, 0, node) for node, at in facts.left.items()]
    told += [(at, 1, node) for node, at in facts.arrivals.items()]
    if not told:
        return None, None
    _, at_door, node = max(told)
    return (node if at_door else None), node


def _ahead(track: Track, facts: VanFacts, last: int | None) -> list[int]:
    """Nodes to come; the stop that the driver is heading for before the other stops."""
    been = {*facts.left, *facts.arrivals}
    passed = max((track.order.index(node) for node in been), default=-1)
    ahead = []
    for place, node in enumerate(track.order):
        if node < track.stops:
            comes = node not in facts.over and node not in facts.arrivals
        elif node in track.pauses:
            comes = track.service(node) > 0
        else:
            comes = place > passed
        if comes:
            ahead.append(node)
    since = _NEVER
    if last is not None:
        since = max(facts.left.get(last, _NEVER), facts.arrivals.get(last, _NEVER))
    told = [(at, node) for node, at in facts.heading.items() if node in ahead and at >= since]
    if told:
        _, target = max(told)
        first = next(place for place, node in enumerate(ahead) if node < track.stops)
        ahead.remove(target)
        ahead.insert(first, target)
    return ahead


def _departure(
    track: Track, facts: VanFacts, last: int | None, ahead: Sequence[int], target: int | None
) -> _Start:
    """When the van left where it was last, or leaves its depot, by all that was told since."""
    if last is not None:
        left = known = facts.left[last]
    else:
        heard = facts.shift_started is not None or facts.fix is not None or facts.heading
        # Of whom nothing was heard, nobody knows that he left.
        known = _NEVER if facts.shift_started is None else facts.shift_started
        left = max(track.route.start, known, _NEVER if heard else facts.now)
    if target is None:
        return _Start(last, left, known, moving=True)
    told = facts.heading.get(target)
    moving = told is not None and told >= known
    if told is not None and moving:
        left = known = told
    if facts.fix is not None and facts.fix[1] > known:
        share = _share(track, last, ahead, target, facts.fix[0])
        if share is not None and share > MOVING:
            driven = round(share * track.way(last, target))
            return _Start(last, facts.fix[1] - driven, facts.fix[1], moving=True)
        if share is not None:
            left = max(left, facts.fix[1])
    return _Start(last, left, known, moving)


def _share(
    track: Track, origin: int | None, ahead: Sequence[int], target: int, fix: Position
) -> float | None:
    """Share of the way to the target that is driven; None for a van that is not on it."""
    before = ahead[: ahead.index(target)]
    if any(node not in track.pauses for node in before):
        return None
    away, share = along(track.line(origin, target), fix)
    return share if away <= NEAR else None


def _rested(
    track: Track, facts: VanFacts, start: _Start, ahead: list[int]
) -> tuple[_Start, list[int]]:
    """Add breaks to a departure; one that goes on is the next pause that is due."""
    left = start.left
    for begun, ended in facts.breaks:
        end = ended
        if end is None:
            due = next((node for node in ahead if node in track.pauses), None)
            end = max(facts.now, begun + (0 if due is None else track.service(due)))
            ahead = [node for node in ahead if node != due]
        if end > start.since:
            gone = end - max(begun, start.since)
            left = left + gone if start.moving else max(left, end)
    return replace(start, left=left), ahead
