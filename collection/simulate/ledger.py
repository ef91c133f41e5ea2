"""What really happened, written down beside the product's own books and never shown to them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from collection.model import PickupRequest, TimeWindow
    from collection.simulate.customers import Person
    from collection.units import Cents, Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A customer who found no slot.

    Parameters
    ----------
    person : Person
        Who.
    windows : Mapping of date to tuple of TimeWindow
        When a pickup would have suited, by day.
    """

    person: Person
    windows: Mapping[date, tuple[TimeWindow, ...]]


@dataclass(slots=True, kw_only=True)
class Promise:
    """What somebody was promised when the bookings of a day closed, and what came of it.

    Parameters
    ----------
    request : PickupRequest
        As it was then.
    attempt : int
        1 for the first time.
    started : datetime, optional
        When the driver stood at the door and the window had begun; None where nobody came.
    collected : bool
        Whether the devices were handed over.
    withdrawn : bool
        Whether the customer called it off before anybody came.
    told_at : datetime, optional
        When the customer was first told that the promise would not be kept.
    """

    request: PickupRequest
    attempt: int
    started: datetime | None = None
    collected: bool = False
    withdrawn: bool = False
    told_at: datetime | None = None

    @property
    def kept(self) -> bool:
        """Whether service started when it was promised."""
        start = self.started
        return start is not None and any(
            window.start <= start <= window.end for window in self.request.windows
        )

    @property
    def margin(self) -> Seconds | None:
        """Seconds that were left of its window when service started; None where it did not."""
        if self.started is None:
            return None
        ends = [window.end for window in self.request.windows]
        end = next((end for end in ends if end >= self.started), ends[-1])
        return round((end - self.started).total_seconds())

    @property
    def silent(self) -> bool:
        """Whether it was broken, and the customer was not told before it was."""
        if self.kept or self.withdrawn:
            return False
        broken_at = max(window.end for window in self.request.windows)
        return self.told_at is None or self.told_at > broken_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """What a van did on a day.

    Parameters
    ----------
    day : date
        Local date.
    vehicle_id : str
        Who.
    metres : int
        Driven; of a van that broke down also the way on which it is towed home.
    seconds : int
        From leaving the depot to the return, or to its breakdown.
    cost : int
        Cents.
    grams : float
        Of CO2 equivalents.
    devices : int
        Collected.
    broke_down : bool
        Whether it did not come back by itself.
    """

    day: date
    vehicle_id: str
    metres: Metres
    seconds: Seconds
    cost: Cents
    grams: float
    devices: int
    broke_down: bool


@dataclass(slots=True)
class Ledger:
    """All of it.

    Parameters
    ----------
    asked : int
        Customers who asked.
    refusals : list of Refusal
        Customers who found no slot.
    promises : dict of (str, date) to Promise
        By request and day.
    drives : list of Drive
        One for each van and day that it was out.
    attempts : dict of str to int
        How often a request was promised a day, by id.
    replans : int
        Plans that were made anew while their day ran, and accepted.
    violations : int
        Of all plans of the nights.
    """

    asked: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    promises: dict[tuple[str, date], Promise] = field(default_factory=dict)
    drives: list[Drive] = field(default_factory=list)
    attempts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    replans: int = 0
    violations: int = 0

    def promise(self, request: PickupRequest) -> None:
        """Write down what holds when the bookings of a day are closed.

        Parameters
        ----------
        request : PickupRequest
            As it stands in the day.
        """
        self.attempts[request.id] += 1
        self.promises[request.id, request.day] = Promise(
            request=request, attempt=self.attempts[request.id]
        )

    def promised(self, request: PickupRequest) -> Promise:
        """Find what somebody was promised; who is visited without a promise is given one.

        Parameters
        ----------
        request : PickupRequest
            As it stands in the day.

        Returns
        -------
        Promise
            Of that day.
        """
        if (request.id, request.day) not in self.promises:
            self.promise(request)
        return self.promises[request.id, request.day]

    def of_day(self, day: date) -> list[Promise]:
        """List the promises of a day.

        Parameters
        ----------
        day : date
            Local date.

        Returns
        -------
        list of Promise
            By request.
        """
        return [promise for (_, when), promise in sorted(self.promises.items()) if when == day]
