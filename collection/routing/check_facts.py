"""What the verifier's constraints speak of: a day and the routes driven on it.

The words are neutral. A plan and its raw inputs are turned into them by
`collection.routing.check_model`, a problem and its routes by
`collection.routing.check_problem`; every constraint is written once, over these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable

    from collection.model import BreakRule, Fairness
    from collection.routing.check_travel import Travel
    from collection.units import Cents, Metres, Seconds

    Span: TypeAlias = tuple[Seconds, Seconds]

ALWAYS: tuple[Span, ...] = ((-(1 << 40), 1 << 40),)
"""Windows of what may start at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What one request asks for.

    Parameters
    ----------
    number : int
        Its place among the day's demands.
    id : str
        Its name in violations.
    point : int
        Row of the travel tables.
    windows : tuple of (int, int)
        When service may start, both ends inclusive; none where it never may.
    service : int
        Seconds.
    setup : int
        Seconds more, unless the stop before is at the same address.
    address : Hashable
        Equal for those who share their set-up.
    change : tuple of int
        Change of the load at the stop, per dimension.
    initial : tuple of int
        On board for it from the start of its trip, per dimension.
    skills : frozenset of str
        What it asks of a van; empty where their names are not known.
    unskilled : frozenset of int
        Vans that lack them.
    excluded : frozenset of int
        Vans that are ruled out by name.
    price : int
        Cents if nobody serves it.
    preferences : tuple of int
        Cents that each van's service weighs.
    announced : (int, int)
        First and last start of service that the customer was told.
    change_price : int
        Cents that another start weighs.
    """

    number: int
    id: str
    point: int
    windows: tuple[Span, ...]
    service: Seconds
    setup: Seconds = 0
    address: Hashable = None
    change: tuple[int, ...]
    initial: tuple[int, ...]
    skills: frozenset[str] = frozenset()
    unskilled: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    price: Cents = 0
    preferences: tuple[Cents, ...]
    announced: Span = ALWAYS[0]
    change_price: Cents = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """A place where vans are emptied.

    Parameters
    ----------
    id : str
        Its name in violations.
    point : int, optional
        Row of the travel tables; None where the day does not know the place.
    windows : tuple of (int, int)
        When emptying may start.
    service : int
        Seconds that it takes.
    """

    id: str
    point: int | None
    windows: tuple[Span, ...]
    service: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A pause of the driver, where the van then stands.

    Parameters
    ----------
    number : int
        Tells breaks by the clock apart; -1 for a pause that is none.
    windows : tuple of (int, int)
        When it may start.
    service : int
        Seconds that it lasts.
    """

    number: int = -1
    windows: tuple[Span, ...]
    service: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """A vehicle with its driver.

    Parameters
    ----------
    number : int
        Its place among the day's vans.
    id : str
        Its name in violations.
    profile : int
        Table of travel that holds for it.
    speed_percent : int
        Its speed in hundredths of that table.
    start : int, optional
        Point that it leaves from; None where it is unknown.
    end : int, optional
        Point that it returns to.
    shift : (int, int)
        Earliest departure and end of the regular time.
    latest_end : int
        Latest return.
    capacity : tuple of int
        Per dimension.
    fixed : int
        Cents.
    per_hour : int
        Cents from departure to return.
    per_overtime_hour : int
        Cents after the regular time, on top.
    per_driven_hour : int
        Cents while driving, on top.
    per_km : int
        Cents.
    max_metres : int, optional
        Range; None for no limit.
    max_stops : int, optional
        Most requests.
    max_duration : int, optional
        Longest time from departure to return.
    max_work : int, optional
        Longest time from departure to return without pauses.
    max_travel : int, optional
        Longest time of driving.
    breaks : tuple of Rest
        Due by the clock.
    rules : tuple of BreakRule
        Due by hours worked or driven.
    prefix : tuple of int
        Demands that its route begins with; a negative number for one that is unknown.
    reloads : frozenset of str
        Ids of the places where it may be emptied.
    """

    number: int
    id: str
    profile: int = 0
    speed_percent: int = 100
    start: int | None
    end: int | None
    shift: Span
    latest_end: Seconds
    capacity: tuple[int, ...]
    fixed: Cents
    per_hour: Cents
    per_overtime_hour: Cents = 0
    per_driven_hour: Cents = 0
    per_km: Cents
    max_metres: Metres | None = None
    max_stops: int | None = None
    max_duration: Seconds | None = None
    max_work: Seconds | None = None
    max_travel: Seconds | None = None
    breaks: tuple[Rest, ...] = ()
    rules: tuple[BreakRule, ...] = ()
    prefix: tuple[int, ...] = ()
    reloads: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A day.

    Parameters
    ----------
    demands : tuple of Demand
        All requests.
    vans : tuple of Van
        All vehicles.
    reloads : tuple of Reload
        Where vans are emptied.
    travel : Travel
        Between all points.
    together : tuple of frozenset of int
        Demands of which the served ones share a van.
    apart : tuple of (int, int)
        Demands that must not share one.
    partners : tuple of (int, int)
        Demands of a shipment: where it is picked up and where it is delivered.
    fairness : Fairness, optional
        A price on uneven days.
    """

    demands: tuple[Demand, ...]
    vans: tuple[Van, ...]
    reloads: tuple[Reload, ...]
    travel: Travel
    together: tuple[frozenset[int], ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    partners: tuple[tuple[int, int], ...] = ()
    fairness: Fairness | None = None
